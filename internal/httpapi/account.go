package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"frontdesk/internal/people"
	"frontdesk/internal/wire"
)

// device is a session of the one who asks.
type device struct {
	ID        uuid.UUID `json:"id"`
	Agent     string    `json:"agent" doc:"What the program said of itself."`
	CreatedAt wire.Time `json:"created_at"`
	SeenAt    wire.Time `json:"seen_at"`
	Current   bool      `json:"current" doc:"The one that asks."`
}

type devices struct {
	Items []device `json:"items"`
}

type renaming struct {
	Body struct {
		Name string `json:"name"`
	}
}

type newPassword struct {
	Body struct {
		Current string `json:"current,omitempty" maxLength:"1000" doc:"Not needed by whoever has none yet."`
		New     string `json:"new" maxLength:"1000" doc:"10 characters or more."`
	}
}

// account is what everybody may do with their own.
func (s *Server) account() {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/api/v1/me" + path, Summary: summary, Tags: []string{"Session"}}
	}
	route(s, op("rename-me", http.MethodPatch, "", "Change one's own name"), func(ctx context.Context, by people.Session, in *renaming) (*answer[User], error) {
		if err := s.People.Rename(ctx, by.Actor, in.Body.Name); err != nil {
			return nil, err
		}
		u, err := s.People.User(ctx, by.Actor, by.ID)
		return &answer[User]{Body: userFor(by.Actor)(u)}, err
	})
	password := op("change-password", http.MethodPost, "/password", "Change one's own password; other sessions end")
	password.DefaultStatus = http.StatusNoContent
	route(s, password, func(ctx context.Context, by people.Session, in *newPassword) (*struct{}, error) {
		return nil, s.People.ChangePassword(ctx, by.Actor, in.Body.Current, in.Body.New)
	})
	route(s, op("list-sessions", http.MethodGet, "/sessions", "Where one is signed in"), func(ctx context.Context, by people.Session, _ *struct{}) (*answer[devices], error) {
		found, err := s.People.Devices(ctx, by.Actor)
		return &answer[devices]{Body: devices{devicesOf(found)}}, err
	})
	out := op("sign-out-elsewhere", http.MethodDelete, "/sessions", "End every other session of one's own")
	out.DefaultStatus = http.StatusNoContent
	route(s, out, func(ctx context.Context, by people.Session, _ *struct{}) (*struct{}, error) {
		return nil, s.People.SignOutElsewhere(ctx, by.Actor)
	})
}

func devicesOf(found []people.Device) []device {
	out := make([]device, len(found))
	for i, d := range found {
		out[i] = device{d.ID, d.Agent, wire.Time(d.CreatedAt), wire.Time(d.SeenAt), d.Current}
	}
	return out
}
