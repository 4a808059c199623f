package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/people"
)

// savedView is a list as one person likes to see it.
type savedView struct {
	ID     uuid.UUID `json:"id" format:"uuid" doc:"A UUIDv7 of the maker's: the same view, however often it comes, is one."`
	Name   string    `json:"name" doc:"1 to 40 characters, and no other view of this person's has it."`
	Filter string    `json:"filter" doc:"The filters of the list of conversations as an address has them, and view for the queue: view=all&label=urgent."`
}

func savedViewOf(v inbox.SavedView) savedView { return savedView(v) }

type saving struct{ Body savedView }

type changingView struct {
	OfPath
	Body struct {
		Name   *string `json:"name,omitempty"`
		Filter *string `json:"filter,omitempty"`
		Place  *int    `json:"place,omitempty" minimum:"0" doc:"Among the others, from 0."`
	}
}

type queueCounts struct {
	Waiting int `json:"waiting"`
	Unread  int `json:"unread"`
	Mine    int `json:"mine"`
}

type viewCount struct {
	ID    uuid.UUID `json:"id"`
	Count int       `json:"count"`
}

type counts struct {
	Queues queueCounts `json:"queues" doc:"Up to 1000 each."`
	Views  []viewCount `json:"views"`
}

func (s *Server) views() {
	const path = "/api/v1/views"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Saved views"}}
	}
	route(s, op("list-views", http.MethodGet, path, "The caller's saved views, in their order"), func(ctx context.Context, by people.Session, _ *struct{}) (*answer[page[savedView]], error) {
		found, err := s.Inbox.SavedViews(ctx, by.Actor)
		return &answer[page[savedView]]{Body: pageOf(found, "", savedViewOf)}, err
	})
	route(s, op("count-views", http.MethodGet, path+"/counts", "How many conversations stand in each queue and view, as of now"), s.countViews)
	route(s, op("save-view", http.MethodPost, path, "Save a list"), func(ctx context.Context, by people.Session, in *saving) (*answer[savedView], error) {
		v, err := s.Inbox.SaveView(ctx, by.Actor, inbox.SavedView(in.Body))
		return &answer[savedView]{Status: http.StatusCreated, Body: savedViewOf(v)}, err
	})
	route(s, op("change-view", http.MethodPatch, path+"/{id}", "Rename a view, change its filters, or move it"), func(ctx context.Context, by people.Session, in *changingView) (*answer[savedView], error) {
		v, err := s.Inbox.ChangeView(ctx, by.Actor, in.ID, inbox.Saving{Name: in.Body.Name, Filter: in.Body.Filter, Place: in.Body.Place})
		return &answer[savedView]{Body: savedViewOf(v)}, err
	})
	route(s, op("delete-view", http.MethodDelete, path+"/{id}", "Forget a view"), func(ctx context.Context, by people.Session, in *OfPath) (*struct{}, error) {
		return nil, s.Inbox.DropView(ctx, by.Actor, in.ID)
	})
}

func (s *Server) countViews(ctx context.Context, by people.Session, _ *struct{}) (*answer[counts], error) {
	found, err := s.Inbox.Counts(ctx, by.Actor)
	body := counts{Queues: queueCounts{found.Waiting, found.Unread, found.Mine}, Views: []viewCount{}}
	for id, n := range found.Views {
		body.Views = append(body.Views, viewCount{id, n})
	}
	return &answer[counts]{Body: body}, err
}
