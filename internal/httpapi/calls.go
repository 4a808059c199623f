package httpapi

import (
	"context"
	"time"

	"frontdesk/internal/inbox"
	"frontdesk/internal/people"
	"frontdesk/internal/wire"
)

// CallLog is what is known of a phone call that is logged.
type CallLog struct {
	StartedAt       time.Time      `json:"started_at"`
	DurationSeconds int            `json:"duration_seconds" doc:"0 to 86400."`
	Direction       wire.Direction `json:"direction" enum:"inbound,outbound"`
	Outcome         inbox.Outcome  `json:"outcome" enum:"reached,voicemail,no_answer"`
	Summary         *string        `json:"summary,omitempty" doc:"The message's body, where that is left out."`
}

func (c CallLog) call() *inbox.Call {
	return &inbox.Call{
		StartedAt: c.StartedAt.UTC().Truncate(time.Microsecond), Seconds: c.DurationSeconds,
		Inbound: c.Direction == wire.Inbound, Outcome: c.Outcome,
	}
}

type editing struct {
	OfPath
	Body struct {
		Body *string `json:"body,omitempty" doc:"The summary."`
		Call *struct {
			StartedAt       *time.Time      `json:"started_at,omitempty"`
			DurationSeconds *int            `json:"duration_seconds,omitempty"`
			Direction       *wire.Direction `json:"direction,omitempty" enum:"inbound,outbound"`
			Outcome         *inbox.Outcome  `json:"outcome,omitempty" enum:"reached,voicemail,no_answer"`
			Summary         *string         `json:"summary,omitempty"`
		} `json:"call,omitempty"`
	}
}

func (in *editing) edit() inbox.Edit {
	out := inbox.Edit{Summary: in.Body.Body}
	if c := in.Body.Call; c != nil {
		out.StartedAt, out.Seconds, out.Outcome = c.StartedAt, c.DurationSeconds, c.Outcome
		if c.StartedAt != nil {
			at := c.StartedAt.UTC().Truncate(time.Microsecond)
			out.StartedAt = &at
		}
		if c.Direction != nil {
			inbound := *c.Direction == wire.Inbound
			out.Inbound = &inbound
		}
		if out.Summary == nil {
			out.Summary = c.Summary
		}
	}
	return out
}

func (s *Server) editMessage(ctx context.Context, by people.Session, in *editing) (*answer[wire.Message], error) {
	m, err := s.Inbox.Edit(ctx, by.Actor, in.ID, in.edit())
	return &answer[wire.Message]{Body: wire.MessageFor(by.Actor, m)}, err
}

func (s *Server) listRevisions(ctx context.Context, by people.Session, in *OfPath) (*answer[page[wire.Revision]], error) {
	found, err := s.Inbox.Revisions(ctx, by.Actor, in.ID)
	return &answer[page[wire.Revision]]{Body: pageOf(found, "", wire.RevisionOf)}, err
}
