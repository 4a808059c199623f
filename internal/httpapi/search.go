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

type question struct {
	Limit        int       `query:"limit" minimum:"1" maximum:"50" default:"20"`
	Cursor       string    `query:"cursor" maxLength:"100" doc:"The next_cursor of the page before."`
	Q            string    `query:"q" required:"true" doc:"Up to 200 characters. Each word must be there; the last may be the beginning of one; a phrase stands in quotes. Accents and capitals do not matter."`
	Channel      string    `query:"channel" enum:"sms,email,portal,whatsapp,call,note"`
	Direction    string    `query:"direction" enum:"inbound,outbound"`
	PatientID    uuid.UUID `query:"patient_id" format:"uuid"`
	Conversation uuid.UUID `query:"conversation_id" format:"uuid"`
	Since        time.Time `query:"since" format:"date-time"`
	Until        time.Time `query:"until" format:"date-time"`
}

// part is a piece of a text, marked where it is what was looked for. No HTML is made of it.
type part struct {
	Text   string `json:"text"`
	Marked bool   `json:"marked"`
}

// hit is a message that was found, with as much of its conversation as its place needs.
type hit struct {
	Message      wire.Message      `json:"message"`
	Conversation wire.Conversation `json:"conversation"`
	Subject      []part            `json:"subject"`
	Snippet      []part            `json:"snippet" doc:"The text around the first of the words."`
	Files        [][]part          `json:"files" doc:"The names of files that have the words."`
}

type personFound struct {
	ID             uuid.UUID  `json:"id"`
	Name           string     `json:"name"`
	Phone          *string    `json:"phone" nullable:"true"`
	Email          *string    `json:"email" nullable:"true"`
	ConversationID *uuid.UUID `json:"conversation_id" nullable:"true" format:"uuid" doc:"The newest that the caller may see."`
}

type findings struct {
	People     []personFound `json:"people" doc:"Patients of this name, number or address; on the first page, for staff."`
	Items      []hit         `json:"items"`
	NextCursor *string       `json:"next_cursor" nullable:"true" doc:"For the next page; null after the last."`
}

func (s *Server) search() {
	op := func(id, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{"Search"}}
	}
	route(s, op("search", "/api/v1/search", "Messages that have the words, archived ones included; the best among the newest first"), s.find)
	route(s, op("list-starred", "/api/v1/messages/starred", "Messages that the caller's side has starred, the newest star first"), func(ctx context.Context, by people.Session, in *Paging) (*answer[page[hit]], error) {
		found, next, err := s.Inbox.Starred(ctx, by.Actor, in.Limit, in.Cursor)
		return &answer[page[hit]]{Body: pageOf(found, next, hitFor(by.Actor))}, err
	})
}

func (s *Server) find(ctx context.Context, by people.Session, in *question) (*answer[findings], error) {
	found, err := s.Inbox.Search(ctx, by.Actor, inbox.Question{
		Words: in.Q, Channel: rules.Channel(in.Channel), Direction: in.Direction,
		PatientID: in.PatientID, Conversation: in.Conversation, Since: in.Since, Until: in.Until,
	}, in.Limit, in.Cursor)
	hits := pageOf(found.Hits, found.Next, hitFor(by.Actor))
	body := findings{People: make([]personFound, len(found.People)), Items: hits.Items, NextCursor: hits.NextCursor}
	for i, p := range found.People {
		body.People[i] = personFound{ID: p.ID, Name: p.Name, Phone: orNull(p.Phone), Email: orNull(p.Email)}
		if p.Conversation != uuid.Nil {
			body.People[i].ConversationID = &found.People[i].Conversation
		}
	}
	return &answer[findings]{Body: body}, err
}

func hitFor(by rules.Actor) func(inbox.Hit) hit {
	return func(h inbox.Hit) hit {
		out := hit{
			Message: wire.MessageFor(by, h.Message), Conversation: wire.ConversationFor(by, h.Conversation),
			Subject: partsOf(h.Subject), Snippet: partsOf(h.Snippet), Files: make([][]part, len(h.Files)),
		}
		for i, f := range h.Files {
			out.Files[i] = partsOf(f)
		}
		return out
	}
}

func partsOf(in []inbox.Part) []part {
	out := make([]part, len(in))
	for i, p := range in {
		out[i] = part(p)
	}
	return out
}
