package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

// draft is a message as its sender made it.
type draft struct {
	ID         uuid.UUID     `json:"id" format:"uuid" doc:"A UUIDv7 of the sender's making: the same draft, however often it comes, is one message."`
	Channel    rules.Channel `json:"channel" enum:"sms,email,portal,whatsapp,call,note"`
	Subject    string        `json:"subject,omitempty"`
	Body       string        `json:"body" doc:"1 to 4000 characters."`
	Mentions   []uuid.UUID   `json:"mentions,omitempty" maxItems:"20" format:"uuid" doc:"Of a note: the colleagues whom it calls. They must see the conversation."`
	LastSeenID *uuid.UUID    `json:"last_seen_id,omitempty" format:"uuid" doc:"The newest message that the writer had seen; refused where a colleague has answered since."`
}

func (d draft) draft() inbox.Draft {
	out := inbox.Draft{ID: d.ID, Channel: d.Channel, Subject: d.Subject, Body: d.Body, Mentions: d.Mentions}
	if d.LastSeenID != nil {
		out.LastSeenID = *d.LastSeenID
	}
	return out
}

type sending struct {
	OfPath
	Body draft
}

type thread struct {
	OfPath
	Limit  int       `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Before uuid.UUID `query:"before" format:"uuid" doc:"The next_cursor of the page before: a message's id."`
}

func (s *Server) messages() {
	const path = "/api/v1/conversations/{id}/messages"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Messages"}}
	}
	route(s, op("list-messages", http.MethodGet, path, "A page of the thread, the newest first, oldest to newest within it"), s.listMessages)
	route(s, op("send-message", http.MethodPost, path, "Send a message, or leave a note"), s.sendMessage)
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

func (s *Server) listMessages(ctx context.Context, by people.Session, in *thread) (*answer[page[wire.Message]], error) {
	found, older, err := s.Inbox.Messages(ctx, by.Actor, in.ID, in.Before, in.Limit)
	if err != nil {
		return nil, err
	}
	next := ""
	if older {
		next = found[0].ID.String()
	}
	shape := func(m inbox.Message) wire.Message { return wire.MessageFor(by.Actor, m) }
	return &answer[page[wire.Message]]{Body: pageOf(found, next, shape)}, nil
}

func (s *Server) sendMessage(ctx context.Context, by people.Session, in *sending) (*answer[wire.Message], error) {
	m, fresh, err := s.Inbox.Send(ctx, by.Actor, in.ID, in.Body.draft())
	if err != nil {
		return nil, err
	}
	return &answer[wire.Message]{Status: created(fresh), Body: wire.MessageFor(by.Actor, m)}, nil
}
