package httpapi

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

// User is a member of staff. What only administrators see, and everybody of themselves, is
// left out for others. It is exported because huma looks at exported fields alone.
type User struct {
	ID          uuid.UUID   `json:"id"`
	Name        string      `json:"name"`
	Role        rules.Role  `json:"role" enum:"receptionist,doctor,admin"`
	Active      bool        `json:"active"`
	Hub         bool        `json:"hub" doc:"Has access to messages: can be assigned, and mentioned."`
	Email       string      `json:"email,omitempty" doc:"For administrators, and one's own."`
	Permissions *[]string   `json:"permissions,omitempty" doc:"For administrators, and one's own."`
	Joined      *bool       `json:"joined,omitempty" doc:"For administrators: has chosen a password."`
	Invitation  *invitation `json:"invitation,omitempty" doc:"For administrators: the one that is out."`
}

type invitation struct {
	SentAt    wire.Time `json:"sent_at"`
	ExpiresAt wire.Time `json:"expires_at"`
}

// invited is a user with the link that lets them in, which is shown this once.
type invited struct {
	User
	Link string `json:"link" doc:"Shown once; it works once, for seven days."`
}

func userFor(by rules.Actor) func(people.User) User {
	return func(u people.User) User {
		out := User{ID: u.ID, Name: u.Name, Role: u.Role, Active: u.Active, Hub: u.Active && slices.Contains(u.Permissions, rules.SendMessages)}
		if by.Role != rules.Admin && by.ID != u.ID {
			return out
		}
		permissions := append([]string{}, u.Permissions...)
		out.Email, out.Permissions, out.Joined = u.Email, &permissions, &u.Joined
		if !u.InvitedAt.IsZero() {
			out.Invitation = &invitation{wire.Time(u.InvitedAt), wire.Time(u.InvitationEnds)}
		}
		return out
	}
}

type userList struct {
	Paging
	Role rules.Role `query:"role" enum:"receptionist,doctor,admin"`
}

type inviting struct {
	Body struct {
		Name        string     `json:"name"`
		Email       string     `json:"email"`
		Role        rules.Role `json:"role" enum:"receptionist,doctor,admin"`
		Permissions *[]string  `json:"permissions,omitempty" nullable:"false" maxItems:"20" doc:"send_messages if left out."`
	}
}

type userChange struct {
	OfPath
	Body struct {
		Name        *string     `json:"name,omitempty"`
		Email       *string     `json:"email,omitempty"`
		Role        *rules.Role `json:"role,omitempty" enum:"receptionist,doctor,admin"`
		Permissions *[]string   `json:"permissions,omitempty" nullable:"false" maxItems:"20"`
		Active      *bool       `json:"active,omitempty"`
		HandOverTo  optionalID  `json:"hand_over_to,omitempty" doc:"Who gets the conversations that the user has; null is nobody. They stay where it is left out."`
	}
}

func (s *Server) users() {
	const path = "/api/v1/users"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Administration"}}
	}
	route(s, op("list-users", http.MethodGet, path, "The clinic's staff, by name"), func(ctx context.Context, by people.Session, in *userList) (*answer[page[User]], error) {
		found, next, err := s.People.Users(ctx, by.Actor, in.Role, in.Limit, in.Cursor)
		return &answer[page[User]]{Body: pageOf(found, next, userFor(by.Actor))}, err
	})
	route(s, op("get-user", http.MethodGet, path+"/{id}", "One member of staff"), func(ctx context.Context, by people.Session, in *OfPath) (*answer[User], error) {
		u, err := s.People.User(ctx, by.Actor, in.ID)
		return &answer[User]{Body: userFor(by.Actor)(u)}, err
	})
	route(s, op("invite-user", http.MethodPost, path, "Make a user and send an invitation"), func(ctx context.Context, by people.Session, in *inviting) (*answer[invited], error) {
		who := people.Newcomer{Name: in.Body.Name, Email: in.Body.Email, Role: in.Body.Role, Permissions: []string{rules.SendMessages}}
		if in.Body.Permissions != nil {
			who.Permissions = *in.Body.Permissions
		}
		u, link, err := s.People.Invite(ctx, by.Actor, who)
		return &answer[invited]{Status: http.StatusCreated, Body: invited{userFor(by.Actor)(u), link}}, err
	})
	route(s, op("change-user", http.MethodPatch, path+"/{id}", "Change a name, an address or rights; deactivate, reactivate"), s.changeUser)
	route(s, op("invite-user-again", http.MethodPost, path+"/{id}/invitation", "Send another invitation; earlier ones end"), func(ctx context.Context, by people.Session, in *OfPath) (*answer[invited], error) {
		u, link, err := s.People.InviteAgain(ctx, by.Actor, in.ID)
		return &answer[invited]{Status: http.StatusCreated, Body: invited{userFor(by.Actor)(u), link}}, err
	})
	end := op("revoke-invitation", http.MethodDelete, path+"/{id}/invitation", "Make the invitation useless")
	end.DefaultStatus = http.StatusNoContent
	route(s, end, func(ctx context.Context, by people.Session, in *OfPath) (*struct{}, error) {
		return nil, s.People.Uninvite(ctx, by.Actor, in.ID)
	})
	out := op("sign-out-user", http.MethodDelete, path+"/{id}/sessions", "Sign a user out everywhere")
	out.DefaultStatus = http.StatusNoContent
	route(s, out, func(ctx context.Context, by people.Session, in *OfPath) (*struct{}, error) {
		return nil, s.People.SignOutUser(ctx, by.Actor, in.ID)
	})
}

func (s *Server) changeUser(ctx context.Context, by people.Session, in *userChange) (*answer[User], error) {
	change := people.UserChange{
		Name: in.Body.Name, Email: in.Body.Email, Role: in.Body.Role, Permissions: in.Body.Permissions, Active: in.Body.Active,
	}
	if in.Body.HandOverTo.sent {
		change.HandTo = &in.Body.HandOverTo.id
	}
	u, err := s.People.SetUser(ctx, by.Actor, in.ID, change)
	return &answer[User]{Body: userFor(by.Actor)(u)}, err
}
