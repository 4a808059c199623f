package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk/internal/inbox"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

type since struct {
	Since string `query:"since" required:"true" maxLength:"100" doc:"A position that was handed out before."`
}

func (s *Server) changes() {
	route(s, huma.Operation{
		OperationID: "list-changes", Method: http.MethodGet, Path: "/api/v1/changes", Tags: []string{"Live"},
		Summary: "What was missed since a position, each thing once and as it is now",
	}, func(ctx context.Context, by people.Session, in *since) (*answer[wire.Change], error) {
		body, err := s.missed(ctx, by, in.Since)
		return &answer[wire.Change]{Body: body}, err
	})
}

// missed answers reset for a position that is of no use: from another clinic, another life
// of the history, or too long ago.
func (s *Server) missed(ctx context.Context, by people.Session, position string) (wire.Change, error) {
	if err := rules.UseHub(by.Actor); err != nil {
		return wire.Change{}, err
	}
	head, epoch, err := s.Inbox.Head(ctx, by.ClinicID)
	if err != nil {
		return wire.Change{}, err
	}
	m := inbox.Missed{Seq: head, Reset: true}
	if after, known := s.Positions.Open(by.ClinicID, epoch, position); known {
		if m, err = s.Inbox.Since(ctx, by.Actor, after); err != nil {
			return wire.Change{}, err
		}
	}
	out := wire.MissedFor(by.Actor, m, s.Positions.Seal(by.ClinicID, epoch, m.Seq))
	out.Reset = &m.Reset
	return out, nil
}
