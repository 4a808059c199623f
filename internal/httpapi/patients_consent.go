package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

// consent is one line of the history.
type consent struct {
	ID      uuid.UUID     `json:"id"`
	Channel rules.Channel `json:"channel" enum:"sms,email,whatsapp"`
	Address string        `json:"address" doc:"What it counts for: everybody with this number or address."`
	Given   bool          `json:"given" doc:"False: opted out."`
	Source  people.Source `json:"source" enum:"by_hand,keyword,carrier,import"`
	Reason  string        `json:"reason"`
	By      *wire.Person  `json:"by" doc:"Who wrote it down, where it was by hand."`
	At      wire.Time     `json:"at"`
}

type consentsFound struct {
	Items []consent `json:"items"`
}

func consentOf(c people.Consent) consent {
	out := consent{ID: c.ID, Channel: c.Channel, Address: c.Address, Given: c.Given, Source: c.Source, Reason: c.Reason, At: wire.Time(c.At)}
	if c.UserID != uuid.Nil {
		out.By = &wire.Person{ID: c.UserID, Name: c.User}
	}
	return out
}

type consenting struct {
	OfPath
	Channel rules.Channel `path:"channel" enum:"sms,email,whatsapp"`
	Body    struct {
		Given  bool   `json:"given" doc:"False: the patient does not want this channel."`
		Reason string `json:"reason,omitempty" doc:"Up to 500 characters."`
	}
}

type patientInvited struct {
	Link      string    `json:"link" doc:"Told once, and kept nowhere. It works once."`
	SentTo    string    `json:"sent_to"`
	ExpiresAt wire.Time `json:"expires_at"`
}

func (s *Server) consents(op func(id, method, path, summary string) huma.Operation) {
	route(s, op("list-consents", http.MethodGet, "/{id}/consents", "Consents and opt-outs of the patient's addresses, the newest first"), func(ctx context.Context, by people.Session, in *OfPath) (*answer[consentsFound], error) {
		return s.consentsOf(ctx, by, in.ID)
	})
	route(s, op("set-consent", http.MethodPut, "/{id}/consents/{channel}", "Write down a consent or an opt-out"), func(ctx context.Context, by people.Session, in *consenting) (*answer[consentsFound], error) {
		if err := s.People.SetConsent(ctx, by.Actor, in.ID, in.Channel, in.Body.Given, in.Body.Reason); err != nil {
			return nil, err
		}
		return s.consentsOf(ctx, by, in.ID)
	})
	route(s, op("invite-patient", http.MethodPost, "/{id}/invitation", "Give access to the portal, and invite"), func(ctx context.Context, by people.Session, in *OfPath) (*answer[patientInvited], error) {
		sent, err := s.People.InvitePatient(ctx, by.Actor, in.ID, by.Clinic.Name)
		return &answer[patientInvited]{Status: http.StatusCreated, Body: patientInvited{sent.Link, sent.To, wire.Time(sent.Expires)}}, err
	})
	route(s, op("close-portal", http.MethodDelete, "/{id}/portal", "Take access to the portal away; it ends at once"), func(ctx context.Context, by people.Session, in *OfPath) (*answer[patient], error) {
		p, err := s.People.ClosePortal(ctx, by.Actor, in.ID)
		return &answer[patient]{Body: patientOf(p)}, err
	})
}

func (s *Server) consentsOf(ctx context.Context, by people.Session, id uuid.UUID) (*answer[consentsFound], error) {
	found, err := s.People.Consents(ctx, by.Actor, id)
	out := consentsFound{Items: make([]consent, len(found))}
	for i, c := range found {
		out.Items[i] = consentOf(c)
	}
	return &answer[consentsFound]{Body: out}, err
}
