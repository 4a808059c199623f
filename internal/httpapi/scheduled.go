package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

// accepted is what became of a draft: a message, or one that waits for its time.
type accepted struct{ of any }

// MarshalJSON writes whichever it is.
func (a accepted) MarshalJSON() ([]byte, error) { return json.Marshal(a.of) }

// Schema is a message's: what waits is described with its own status.
func (accepted) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[wire.Message](), true, "Message")
}

// answers describes an answer of another kind than the operation's own.
func (s *Server) answers(what string, body any) *huma.Response {
	schema := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(body), true, "")
	return &huma.Response{Description: what, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
}

type upcomingList struct {
	Paging
	ConversationID uuid.UUID `query:"conversation_id" format:"uuid"`
}

type rescheduling struct {
	OfPath
	Body struct {
		Channel     *rules.Channel `json:"channel,omitempty" enum:"sms,email,portal,whatsapp"`
		Subject     *string        `json:"subject,omitempty"`
		Body        *string        `json:"body,omitempty"`
		BodyHTML    *string        `json:"body_html,omitempty" doc:"Of a letter: its new form, from which the body is made. Another body without one makes it plain."`
		Files       *[]uuid.UUID   `json:"attachment_ids,omitempty" maxItems:"10" format:"uuid" nullable:"false" doc:"Exactly these files, in this order: those that wait with it already, and what its author has uploaded."`
		ScheduledAt *time.Time     `json:"scheduled_at,omitempty"`
	}
}

func (s *Server) scheduled() {
	const path = "/api/v1/scheduled"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Scheduled messages"}}
	}
	route(s, op("list-scheduled", http.MethodGet, path, "What waits for its time or could not be sent, soonest first"), s.listScheduled)
	route(s, op("change-scheduled", http.MethodPatch, path+"/{id}", "Change its words, its files or its time"), s.changeScheduled)
	route(s, op("cancel-scheduled", http.MethodDelete, path+"/{id}", "Take it back"), func(ctx context.Context, by people.Session, in *OfPath) (*struct{}, error) {
		return nil, s.Inbox.Cancel(ctx, by.Actor, in.ID)
	})
	route(s, op("send-scheduled", http.MethodPost, path+"/{id}/send", "Send it now, under its author's name"), func(ctx context.Context, by people.Session, in *OfPath) (*answer[wire.Message], error) {
		m, err := s.Inbox.SendNow(ctx, by.Actor, in.ID)
		return &answer[wire.Message]{Body: wire.MessageFor(by.Actor, m)}, err
	})
}

func (s *Server) listScheduled(ctx context.Context, by people.Session, in *upcomingList) (*answer[page[wire.Scheduled]], error) {
	found, next, err := s.Inbox.Upcoming(ctx, by.Actor, in.ConversationID, in.Limit, in.Cursor)
	return &answer[page[wire.Scheduled]]{Body: pageOf(found, next, scheduled)}, err
}

func (s *Server) changeScheduled(ctx context.Context, by people.Session, in *rescheduling) (*answer[wire.Scheduled], error) {
	change := inbox.Rescheduling{Channel: in.Body.Channel, Subject: in.Body.Subject, Body: in.Body.Body, Written: in.Body.BodyHTML, Files: in.Body.Files}
	if in.Body.ScheduledAt != nil {
		at := in.Body.ScheduledAt.UTC().Truncate(time.Microsecond)
		change.At = &at
	}
	w, err := s.Inbox.Reschedule(ctx, by.Actor, in.ID, change)
	return &answer[wire.Scheduled]{Body: scheduled(w)}, err
}

func scheduled(w inbox.Scheduled) wire.Scheduled { return wire.ScheduledOf(w) }
