package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

// Draft is a message as its sender made it; exported because huma looks at exported fields
// alone.
type Draft struct {
	ID         uuid.UUID     `json:"id" format:"uuid" doc:"A UUIDv7 of the sender's making: the same draft, however often it comes, is one message."`
	Channel    rules.Channel `json:"channel" enum:"sms,email,portal,whatsapp,call,note"`
	Subject    string        `json:"subject,omitempty"`
	Body       string        `json:"body" required:"false" doc:"At most 4000 characters; at least one, where no file is named."`
	BodyHTML   string        `json:"body_html,omitempty" doc:"Of email alone: the message with its form, as p, br, strong, em, ul, ol, li, blockquote and a; at most 64 KB. All else is taken out of it. The body is then what it says, whatever was sent as one."`
	Files      []uuid.UUID   `json:"attachment_ids,omitempty" maxItems:"10" format:"uuid" nullable:"false" doc:"Files that the sender has uploaded, in the order in which they are shown. Not with SMS."`
	Mentions   []uuid.UUID   `json:"mentions,omitempty" maxItems:"20" format:"uuid" doc:"Of a note: the colleagues whom it calls. They must see the conversation."`
	Call       *CallLog      `json:"call,omitempty" doc:"Of the channel call alone."`
	Template   *uuid.UUID    `json:"template,omitempty" format:"uuid" doc:"The template that it was made of: refused while one of its fields is not filled in."`
	Approved   *Approved     `json:"whatsapp_template,omitempty" doc:"Of WhatsApp: the approved template that the body is made of. Needed more than 24 hours after the patient's last message there."`
	LastSeenID *uuid.UUID    `json:"last_seen_id,omitempty" format:"uuid" doc:"The newest message that the writer had seen; refused where a colleague has answered since."`
}

// Approved is a WhatsApp template, filled in; exported because huma looks at exported fields
// alone.
type Approved struct {
	Name       string   `json:"name" minLength:"1" maxLength:"512"`
	Language   string   `json:"language" minLength:"2" maxLength:"10" doc:"As Meta names it, as de or en_US."`
	Parameters []string `json:"parameters" maxItems:"20" doc:"For the body's fields, in their order."`
}

func (d Draft) draft() inbox.Draft {
	out := inbox.Draft{ID: d.ID, Channel: d.Channel, Subject: d.Subject, Body: d.Body, Written: d.BodyHTML, Mentions: d.Mentions, Files: d.Files, OfTemplate: d.Template != nil}
	if d.Call != nil {
		out.Call = d.Call.call()
		if out.Body == "" && d.Call.Summary != nil {
			out.Body = *d.Call.Summary
		}
	}
	if d.Approved != nil && d.Channel == rules.WhatsApp {
		out.Template = &inbox.Template{Name: d.Approved.Name, Language: d.Approved.Language, Parameters: d.Approved.Parameters}
	}
	if d.LastSeenID != nil {
		out.LastSeenID = *d.LastSeenID
	}
	return out
}

type sending struct {
	OfPath
	Body struct {
		Draft
		ScheduledAt *time.Time `json:"scheduled_at,omitempty" doc:"Send it then: a minute to a year ahead."`
	}
}

type thread struct {
	OfPath
	Limit  int       `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Before uuid.UUID `query:"before" format:"uuid" doc:"The next_cursor of the page before: a message's id."`
	Around uuid.UUID `query:"around" format:"uuid" doc:"A message to see in its place, with what is before and after it."`
	After  uuid.UUID `query:"after" format:"uuid" doc:"The newer_cursor of the page before: goes on towards the newest."`
}

// threadPage is a part of a thread. Its next_cursor leads to what is older.
type threadPage struct {
	Items       []wire.Message `json:"items"`
	NextCursor  *string        `json:"next_cursor" nullable:"true" doc:"For the older page; null at the beginning."`
	NewerCursor *string        `json:"newer_cursor" nullable:"true" doc:"With around or after: leads to what is newer; null at the newest."`
}

func (s *Server) messages() {
	const path = "/api/v1/conversations/{id}/messages"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Messages"}}
	}
	route(s, op("list-messages", http.MethodGet, path, "A page of the thread, the newest first, oldest to newest within it"), s.listMessages)
	send := op("send-message", http.MethodPost, path, "Send a message now or later, leave a note, or log a call")
	send.Responses = map[string]*huma.Response{"202": s.answers("It waits for its time.", wire.Scheduled{})}
	route(s, send, s.sendMessage)
	route(s, op("edit-message", http.MethodPatch, "/api/v1/messages/{id}", "Set a logged call right, within a day"), s.editMessage)
	route(s, op("list-revisions", http.MethodGet, "/api/v1/messages/{id}/revisions", "What a logged call said before, oldest first"), s.listRevisions)
	route(s, op("retry-message", http.MethodPost, "/api/v1/messages/{id}/retry", "Hand a message that has failed to its carrier once more"), func(ctx context.Context, by people.Session, in *OfPath) (*answer[wire.Message], error) {
		m, err := s.Inbox.Retry(ctx, by.Actor, in.ID)
		return &answer[wire.Message]{Body: wire.MessageFor(by.Actor, m)}, err
	})
	for method, on := range map[string]bool{http.MethodPut: true, http.MethodDelete: false} {
		id, summary := "unstar-message", "Take the star away"
		if on {
			id, summary = "star-message", "Star for follow-up"
		}
		route(s, op(id, method, "/api/v1/messages/{id}/star", summary), func(ctx context.Context, by people.Session, in *OfPath) (*answer[wire.Message], error) {
			m, err := s.Inbox.Star(ctx, by.Actor, in.ID, on)
			return &answer[wire.Message]{Body: wire.MessageFor(by.Actor, m)}, err
		})
	}
}

func (s *Server) listMessages(ctx context.Context, by people.Session, in *thread) (*answer[threadPage], error) {
	found, err := s.stretch(ctx, by, in)
	if err != nil {
		return nil, err
	}
	body := threadPage{Items: make([]wire.Message, len(found.Messages))}
	for i, m := range found.Messages {
		body.Items[i] = wire.MessageFor(by.Actor, m)
	}
	if found.Older {
		older := found.Messages[0].ID.String()
		body.NextCursor = &older
	}
	if found.Newer {
		newer := found.Messages[len(found.Messages)-1].ID.String()
		body.NewerCursor = &newer
	}
	return &answer[threadPage]{Body: body}, nil
}

func (s *Server) stretch(ctx context.Context, by people.Session, in *thread) (inbox.Stretch, error) {
	switch {
	case in.Around != uuid.Nil:
		return s.Inbox.Around(ctx, by.Actor, in.ID, in.Around, in.Limit)
	case in.After != uuid.Nil:
		return s.Inbox.After(ctx, by.Actor, in.ID, in.After, in.Limit)
	}
	messages, older, err := s.Inbox.Messages(ctx, by.Actor, in.ID, in.Before, in.Limit)
	return inbox.Stretch{Messages: messages, Older: older}, err
}

func (s *Server) sendMessage(ctx context.Context, by people.Session, in *sending) (*answer[accepted], error) {
	if at := in.Body.ScheduledAt; at != nil {
		w, _, err := s.Inbox.Schedule(ctx, by.Actor, in.ID, in.Body.draft(), at.UTC().Truncate(time.Microsecond))
		return &answer[accepted]{Status: http.StatusAccepted, Body: accepted{scheduled(w)}}, err
	}
	m, fresh, err := s.Inbox.Send(ctx, by.Actor, in.ID, in.Body.draft())
	if err != nil {
		return nil, err
	}
	return &answer[accepted]{Status: created(fresh), Body: accepted{wire.MessageFor(by.Actor, m)}}, nil
}
