package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"frontdesk/internal/people"
	"frontdesk/internal/rules"
)

const cookieName = "frontdesk_session"

// me is who is signed in.
type me struct {
	Kind        string      `json:"kind" enum:"staff,patient"`
	ID          uuid.UUID   `json:"id"`
	Name        string      `json:"name"`
	Role        *rules.Role `json:"role" nullable:"true" enum:"receptionist,doctor,admin"`
	Permissions []string    `json:"permissions"`
	Clinic      clinic      `json:"clinic"`
	MaxFileSize int64       `json:"max_file_size" doc:"Of one attachment, in bytes."`
	Position    string      `json:"position" doc:"Where the clinic's history stands."`
	Mail        bool        `json:"mail" doc:"Whether the installation sends email. Where it does not, hand links over yourself."`
}

type clinic struct {
	ID       uuid.UUID `json:"id"`
	Name     string    `json:"name"`
	Timezone string    `json:"timezone" example:"Europe/Lisbon"`
}

type signIn struct {
	Caller
	Body struct {
		Email    string     `json:"email" minLength:"3" maxLength:"254"`
		Password string     `json:"password" minLength:"1" maxLength:"1000"`
		ClinicID *uuid.UUID `json:"clinic_id,omitempty" format:"uuid" doc:"Only where the same account exists at several clinics."`
	}
}

type signedIn struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      me
}

type signedOut struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

func (s *Server) sessions() {
	open(s, huma.Operation{OperationID: "sign-in", Method: http.MethodPost, Path: "/api/v1/sessions", Summary: "Sign in as staff or as a patient", DefaultStatus: http.StatusCreated, Tags: []string{"Session"}}, s.signIn)
	route(s, huma.Operation{OperationID: "sign-out", Method: http.MethodDelete, Path: "/api/v1/sessions/current", Summary: "Sign out and close the session's sockets", DefaultStatus: http.StatusNoContent, Tags: []string{"Session"}},
		func(ctx context.Context, by people.Session, _ *struct{}) (*signedOut, error) {
			return &signedOut{s.cookie("", -1)}, s.People.SignOut(ctx, by.Actor)
		})
	route(s, huma.Operation{OperationID: "me", Method: http.MethodGet, Path: "/api/v1/me", Summary: "Who is signed in", Tags: []string{"Session"}},
		func(ctx context.Context, by people.Session, _ *struct{}) (*answer[me], error) {
			body, err := s.me(ctx, by)
			return &answer[me]{Body: body}, err
		})
}

func (s *Server) signIn(ctx context.Context, in *signIn) (*signedIn, error) {
	who := people.Credentials{Email: in.Body.Email, Password: in.Body.Password, Address: in.address, Agent: in.agent}
	if in.Body.ClinicID != nil {
		who.Clinic = *in.Body.ClinicID
	}
	token, session, err := s.People.SignIn(ctx, who)
	if err != nil {
		return nil, err
	}
	return s.begun(ctx, token, session, in.old)
}

// begun hands over a new session and ends the one that the browser had: a token never
// outlives a sign-in.
func (s *Server) begun(ctx context.Context, token string, session people.Session, had string) (*signedIn, error) {
	if old, err := s.People.Authenticate(ctx, had); err == nil {
		if err := s.People.SignOut(ctx, old.Actor); err != nil {
			return nil, err
		}
	}
	body, err := s.me(ctx, session)
	return &signedIn{s.cookie(token, 0), body}, err
}

func (s *Server) me(ctx context.Context, by people.Session) (me, error) {
	seq, epoch, err := s.Inbox.Head(ctx, by.ClinicID)
	out := me{
		Kind: "patient", ID: by.ID, Name: by.Name, Permissions: []string{}, Mail: s.Mail,
		Clinic:   clinic{by.Clinic.ID, by.Clinic.Name, by.Clinic.Timezone},
		Position: s.Positions.Seal(by.ClinicID, epoch, seq), MaxFileSize: s.Files.MaxSize(),
	}
	if by.Kind == rules.User {
		out.Kind, out.Role, out.Permissions = "staff", &by.Role, by.Permissions
	}
	return out, err
}

// cookie without an end lasts as long as the browser; the server ends the session itself.
func (s *Server) cookie(token string, maxAge int) http.Cookie {
	return http.Cookie{ //nolint:gosec // secure wherever the page is: http is for localhost
		Name: cookieName, Value: token, Path: "/", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: strings.HasPrefix(s.settings.PublicURL, "https://"),
	}
}
