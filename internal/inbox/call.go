package inbox

import (
	"context"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

const (
	longestCall = 24 * time.Hour
	clockDrift  = 5 * time.Minute // of whoever logs a call, ahead of ours
	oldestCall  = 10              // years
	maxEdits    = 50              // of one call
)

// checkCall asks whether a call, and only a call, comes with what is known of one.
func (d Draft) checkCall() error {
	switch {
	case d.Channel == rules.Call && d.Call == nil:
		return refusal.Field("call", "call_missing", "Say when the call began, how long it took, who called and how it ended.")
	case d.Channel != rules.Call && d.Call != nil:
		return refusal.Field("call", "call_not_expected", "Choose the channel call to log a call.")
	case d.Channel == rules.Call && d.Subject != "":
		return refusal.Field("subject", "subject_not_expected", "A logged call has no subject. Write it into the summary.")
	case d.Call != nil:
		return d.Call.check()
	}
	return nil
}

func (c Call) check() error {
	if c.Seconds < 0 || c.Seconds > int(longestCall.Seconds()) {
		return refusal.Field("call.duration_seconds", "duration_out_of_range", "A call takes between 0 seconds and 24 hours.")
	}
	switch c.Outcome {
	case Reached, Voicemail, NoAnswer:
		return nil
	}
	return refusal.Field("call.outcome", "outcome_unknown", "A call ends as reached, voicemail or no_answer.")
}

// plausible asks whether the call can have taken place by now.
func (c Call) plausible(now time.Time) error {
	switch {
	case c.StartedAt.After(now.Add(clockDrift)):
		return refusal.Field("call.started_at", "call_in_the_future", "A call is logged once it has begun. Correct its date and time.")
	case c.StartedAt.Before(now.AddDate(-oldestCall, 0, 0)):
		return refusal.Field("call.started_at", "call_too_old", "This is more than ten years ago. Correct the date.")
	}
	return nil
}

// same tells whether both are the same call, or both none.
func (c *Call) same(other *Call) bool {
	if c == nil || other == nil {
		return c == other
	}
	return c.StartedAt.Equal(other.StartedAt) && c.Seconds == other.Seconds && c.Inbound == other.Inbound && c.Outcome == other.Outcome
}

// Edit is what is set right in a logged call; nil leaves a thing as it is.
type Edit struct {
	Summary   *string
	StartedAt *time.Time
	Seconds   *int
	Inbound   *bool
	Outcome   *Outcome
}

// Edit sets a logged call right. What it said before is kept, with who changed it and when.
func (s *Service) Edit(ctx context.Context, by rules.Actor, message uuid.UUID, in Edit) (Message, error) {
	m, err := s.message(ctx, by, message)
	if err != nil {
		return Message{}, err
	}
	ch, err := s.change(ctx, by, func(tx *store.Tx) (*store.Entry, error) {
		c, err := open(ctx, tx, by, m.ConversationID, look)
		if err != nil {
			return nil, err
		}
		return edit(ctx, tx, by, c, message, in)
	})
	if err != nil {
		return Message{}, err
	}
	if edited, ok := ch.message(message); ok {
		return edited, nil
	}
	return s.message(ctx, by, message)
}

// apply answers the call as it is to be, with its summary.
func (in Edit) apply(m Message) Draft {
	call := *m.Call
	d := Draft{ID: m.ID, Channel: rules.Call, Body: m.Body, Call: &call}
	if in.Summary != nil {
		d.Body = *in.Summary
	}
	if in.StartedAt != nil {
		call.StartedAt = *in.StartedAt
	}
	if in.Seconds != nil {
		call.Seconds = *in.Seconds
	}
	if in.Inbound != nil {
		call.Inbound = *in.Inbound
	}
	if in.Outcome != nil {
		call.Outcome = *in.Outcome
	}
	return d
}

var (
	errNotEditable  = &refusal.Error{Kind: refusal.Unworkable, Code: "not_editable", Detail: "Only a logged call can be changed. Send another message, or leave a note."}
	errTooManyEdits = &refusal.Error{Kind: refusal.Unworkable, Code: "edited_too_often", Detail: "This call has been changed fifty times. Leave a note instead."}
)

// Revision is what a logged call said until somebody changed it.
type Revision struct {
	Body string
	Call *Call
	By   Person // who changed it then
	At   time.Time
}

// Revisions answers what a message said before, oldest first; they are for staff.
func (s *Reader) Revisions(ctx context.Context, by rules.Actor, message uuid.UUID) ([]Revision, error) {
	if by.Kind != rules.User {
		return nil, errNotStaff
	}
	if _, err := s.message(ctx, by, message); err != nil {
		return nil, err
	}
	return s.revisions(ctx, by.ClinicID, message)
}
