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

// merge is what making one record of two will do, or has done.
type merge struct {
	Result  patient        `json:"result" doc:"The record as it will be."`
	Double  patient        `json:"double" doc:"The record that becomes part of it."`
	Fields  []mergedField  `json:"fields"`
	Threads []mergedThread `json:"threads"`
	Notes   []string       `json:"notes" doc:"What else will happen, in words. None of it can be undone."`
}

type mergedField struct {
	Name   string  `json:"name" example:"phone"`
	Kept   *string `json:"kept" nullable:"true"`
	Double *string `json:"double" nullable:"true"`
	Taken  bool    `json:"taken" doc:"The double's stays."`
}

type mergedThread struct {
	Kind     rules.ConversationKind `json:"kind" enum:"front_desk,doctor"`
	Doctor   *wire.Person           `json:"doctor"`
	Messages int                    `json:"messages" doc:"Of the kept record."`
	Joining  int                    `json:"joining" doc:"Of the double."`
}

func mergeOf(p inbox.MergePlan) merge {
	out := merge{
		Result: patientOf(p.Result), Double: patientOf(p.Double), Fields: make([]mergedField, len(p.Fields)),
		Threads: make([]mergedThread, len(p.Threads)), Notes: append([]string{}, p.Notes...),
	}
	for i, f := range p.Fields {
		out.Fields[i] = mergedField{f.Name, orNull(f.Kept), orNull(f.Double), f.Taken}
	}
	for i, t := range p.Threads {
		out.Threads[i] = mergedThread{Kind: t.Kind, Messages: t.Kept, Joining: t.Double}
		if t.Doctor.ID != uuid.Nil {
			out.Threads[i].Doctor = &wire.Person{ID: t.Doctor.ID, Name: t.Doctor.Name}
		}
	}
	return out
}

type mergePreview struct {
	OfPath
	DoubleID uuid.UUID `query:"double_id" format:"uuid" required:"true"`
	Take     []string  `query:"take" maxItems:"10" doc:"Fields of which the double's stays."`
}

type merging struct {
	OfPath
	Body struct {
		DoubleID uuid.UUID `json:"double_id" format:"uuid"`
		Take     []string  `json:"take,omitempty" maxItems:"10" nullable:"false" doc:"Fields of which the double's stays, where both have one."`
	}
}

func (s *Server) merging(op func(id, method, path, summary string) huma.Operation) {
	route(s, op("preview-merge", http.MethodGet, "/{id}/merge", "What merging a double into this record would do"), func(ctx context.Context, by people.Session, in *mergePreview) (*answer[merge], error) {
		plan, err := s.Inbox.PlanMerge(ctx, by.Actor, in.ID, in.DoubleID, in.Take)
		return &answer[merge]{Body: mergeOf(plan)}, err
	})
	route(s, op("merge-patients", http.MethodPost, "/{id}/merge", "Merge a double into this record; it cannot be undone"), func(ctx context.Context, by people.Session, in *merging) (*answer[merge], error) {
		plan, err := s.Inbox.Merge(ctx, by.Actor, in.ID, in.Body.DoubleID, in.Body.Take)
		return &answer[merge]{Body: mergeOf(plan)}, err
	})
}
