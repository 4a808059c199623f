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

type patient struct {
	ID           uuid.UUID `json:"id"`
	Name         string    `json:"name"`
	BirthDate    *string   `json:"birth_date" nullable:"true" format:"date"`
	Email        *string   `json:"email" nullable:"true"`
	Phone        *string   `json:"phone" nullable:"true" doc:"E.164"`
	PortalAccess bool      `json:"portal_access"`
	CreatedAt    wire.Time `json:"created_at"`
}

func patientOf(p people.Patient) patient {
	out := patient{
		ID: p.ID, Name: p.Name, Email: orNull(p.Email), Phone: orNull(p.Phone),
		PortalAccess: p.PortalAccess, CreatedAt: wire.Time(p.CreatedAt),
	}
	if p.BirthDate != nil {
		out.BirthDate = orNull(p.BirthDate.Format("2006-01-02"))
	}
	return out
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

type channel struct {
	Channel   rules.Channel `json:"channel" enum:"sms,email,portal,whatsapp,call,note"`
	Available bool          `json:"available"`
	Reason    *string       `json:"reason" nullable:"true" doc:"Why it is not available."`
}

type channels struct {
	Items []channel `json:"items"`
}

type patientList struct {
	Paging
	Q string `query:"q" maxLength:"200" doc:"Any part of a name."`
}

func (s *Server) directory() {
	op := func(id, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{"Directory"}}
	}
	route(s, op("list-patients", "/api/v1/patients", "The directory of patients, by name"), func(ctx context.Context, by people.Session, in *patientList) (*answer[page[patient]], error) {
		found, next, err := s.People.Patients(ctx, by.Actor, in.Q, in.Limit, in.Cursor)
		return &answer[page[patient]]{Body: pageOf(found, next, patientOf)}, err
	})
	route(s, op("get-patient", "/api/v1/patients/{id}", "One patient"), func(ctx context.Context, by people.Session, in *OfPath) (*answer[patient], error) {
		p, err := s.People.Patient(ctx, by.Actor, in.ID)
		return &answer[patient]{Body: patientOf(p)}, err
	})
	route(s, op("list-channels", "/api/v1/patients/{id}/channels", "Which channels reach the patient, and why others do not"), func(ctx context.Context, by people.Session, in *OfPath) (*answer[channels], error) {
		p, err := s.People.Patient(ctx, by.Actor, in.ID)
		return &answer[channels]{Body: channelsOf(p)}, err
	})
}

func channelsOf(p people.Patient) channels {
	out := channels{Items: make([]channel, len(rules.Channels))}
	for i, c := range rules.Channels {
		why := rules.Unavailable(c, p.Reach())
		out.Items[i] = channel{Channel: c, Available: why == "", Reason: orNull(why)}
	}
	return out
}
