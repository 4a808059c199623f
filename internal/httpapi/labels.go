package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/people"
)

// Label is one of the clinic's; exported because huma looks at exported fields alone.
type Label struct {
	ID       uuid.UUID `json:"id"`
	Name     string    `json:"name"`
	Colour   string    `json:"colour" enum:"grey,red,orange,yellow,green,teal,blue,purple,pink"`
	Position int       `json:"position" doc:"Among all, from 0."`
}

func labelOf(l inbox.Label) Label { return Label{l.ID, l.Name, l.Colour, l.Position} }

// usedLabel is a label, and how much would change without it.
type usedLabel struct {
	Label
	Conversations int `json:"conversations" doc:"How many carry it."`
}

type removedLabel struct {
	Conversations int `json:"conversations" doc:"How many carried it."`
}

type newLabel struct {
	Body struct {
		Name   string `json:"name" doc:"1 to 40 characters; no other label may be spelled alike, whatever the case and accents."`
		Colour string `json:"colour" enum:"grey,red,orange,yellow,green,teal,blue,purple,pink"`
	}
}

type labelEdit struct {
	OfPath
	Body struct {
		Name     *string `json:"name,omitempty" doc:"Changes on every conversation too."`
		Colour   *string `json:"colour,omitempty" enum:"grey,red,orange,yellow,green,teal,blue,purple,pink"`
		Position *int    `json:"position,omitempty" minimum:"0" maximum:"1000" doc:"The others make room."`
	}
}

func (s *Server) labels() {
	const path = "/api/v1/labels"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Labels"}}
	}
	route(s, op("list-labels", http.MethodGet, path, "The clinic's labels, all at once, in their order"), func(ctx context.Context, by people.Session, _ *struct{}) (*answer[page[Label]], error) {
		all, err := s.Inbox.Labels(ctx, by.Actor)
		return &answer[page[Label]]{Body: pageOf(all, "", labelOf)}, err
	})
	route(s, op("get-label", http.MethodGet, path+"/{id}", "One label, and how many conversations carry it"), func(ctx context.Context, by people.Session, in *OfPath) (*answer[usedLabel], error) {
		l, n, err := s.Inbox.LabelUse(ctx, by.Actor, in.ID)
		return &answer[usedLabel]{Body: usedLabel{labelOf(l), n}}, err
	})
	route(s, op("add-label", http.MethodPost, path, "Add a label"), func(ctx context.Context, by people.Session, in *newLabel) (*answer[Label], error) {
		l, err := s.Inbox.AddLabel(ctx, by.Actor, inbox.Label{Name: in.Body.Name, Colour: in.Body.Colour})
		return &answer[Label]{Status: http.StatusCreated, Body: labelOf(l)}, err
	})
	route(s, op("edit-label", http.MethodPatch, path+"/{id}", "Rename, colour or move a label"), func(ctx context.Context, by people.Session, in *labelEdit) (*answer[Label], error) {
		l, err := s.Inbox.EditLabel(ctx, by.Actor, in.ID, inbox.LabelEdit{Name: in.Body.Name, Colour: in.Body.Colour, Position: in.Body.Position})
		return &answer[Label]{Body: labelOf(l)}, err
	})
	route(s, op("remove-label", http.MethodDelete, path+"/{id}", "Remove a label, from every conversation too"), func(ctx context.Context, by people.Session, in *OfPath) (*answer[removedLabel], error) {
		n, err := s.Inbox.RemoveLabel(ctx, by.Actor, in.ID)
		return &answer[removedLabel]{Body: removedLabel{n}}, err
	})
}
