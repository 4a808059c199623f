package httpapi

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

type patient struct {
	ID               uuid.UUID       `json:"id"`
	Name             string          `json:"name"`
	BirthDate        *string         `json:"birth_date" nullable:"true" format:"date"`
	Email            *string         `json:"email" nullable:"true"`
	Phone            *string         `json:"phone" nullable:"true" doc:"E.164"`
	Language         *string         `json:"language" nullable:"true" doc:"BCP 47, as pt or en-GB."`
	PreferredChannel *rules.Channel  `json:"preferred_channel" nullable:"true" enum:"sms,email,portal,whatsapp"`
	OptedOut         []rules.Channel `json:"opted_out" enum:"sms,email,whatsapp" doc:"Channels that the patient's addresses do not want."`
	Remarks          string          `json:"remarks" doc:"Only staff see them."`
	ExternalID       *string         `json:"external_id" nullable:"true" doc:"In the clinic's other system."`
	PortalAccess     bool            `json:"portal_access"`
	PortalReady      bool            `json:"portal_ready" doc:"The patient has taken the invitation and chosen a password."`
	PortalEmail      *string         `json:"portal_email" nullable:"true" doc:"What the patient signs in with."`
	MergedInto       *uuid.UUID      `json:"merged_into" nullable:"true" doc:"This record has become part of another one."`
	CreatedAt        wire.Time       `json:"created_at"`
	UpdatedAt        wire.Time       `json:"updated_at"`
}

func patientOf(p people.Patient) patient {
	out := patient{
		ID: p.ID, Name: p.Name, Email: orNull(p.Email), Phone: orNull(p.Phone), Language: orNull(p.Language),
		PreferredChannel: (*rules.Channel)(orNull(string(p.PreferredChannel))), OptedOut: append([]rules.Channel{}, p.OptedOut...),
		Remarks: p.Remarks, ExternalID: orNull(p.ExternalID), PortalAccess: p.PortalAccess, PortalReady: p.PortalReady,
		PortalEmail: orNull(p.PortalEmail), CreatedAt: wire.Time(p.CreatedAt), UpdatedAt: wire.Time(p.UpdatedAt),
	}
	if p.BirthDate != nil {
		out.BirthDate = orNull(p.BirthDate.Format("2006-01-02"))
	}
	if p.MergedInto != uuid.Nil {
		out.MergedInto = &p.MergedInto
	}
	return out
}

// PatientFields are what staff write of a patient; what is left out stays as it is, and a
// null takes it away. It is exported because huma looks at exported fields alone.
type PatientFields struct {
	Name             optionalText `json:"name,omitempty"`
	BirthDate        optionalText `json:"birth_date,omitempty" doc:"As 1986-03-14."`
	Email            optionalText `json:"email,omitempty"`
	Phone            optionalText `json:"phone,omitempty" doc:"However it is written; it is kept in E.164. Without a country code it is of the clinic's country."`
	Language         optionalText `json:"language,omitempty" doc:"BCP 47, as pt or en-GB."`
	PreferredChannel optionalText `json:"preferred_channel,omitempty" doc:"sms, email, portal or whatsapp."`
	Remarks          optionalText `json:"remarks,omitempty"`
	ExternalID       optionalText `json:"external_id,omitempty"`
}

func (f PatientFields) in() people.PatientFields {
	return people.PatientFields{
		Name: f.Name.text, BirthDate: f.BirthDate.text, Email: f.Email.text, Phone: f.Phone.text, Language: f.Language.text,
		PreferredChannel: f.PreferredChannel.text, Remarks: f.Remarks.text, ExternalID: f.ExternalID.text,
	}
}

// optionalText tells a null, which is an empty text, from what was left out, which is nil.
type optionalText struct{ text *string }

// UnmarshalJSON is called for null too.
func (o *optionalText) UnmarshalJSON(raw []byte) error {
	o.text = new(string)
	return json.Unmarshal(raw, o.text)
}

// Schema is what the description says of it.
func (optionalText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Nullable: true}
}

type patientAddition struct {
	Body struct {
		ID uuid.UUID `json:"id" format:"uuid" doc:"A UUIDv7 of the caller's making: the same record, however often it comes, is one."`
		PatientFields
		Certain bool `json:"certain,omitempty" doc:"This is nobody of those who are likely the same person."`
	}
}

type patientEdit struct {
	OfPath
	Body PatientFields
}

type patientList struct {
	Paging
	Q string `query:"q" maxLength:"200" doc:"Any part of a name, an email address or a phone number; several words must all be found."`
}

type channel struct {
	Channel   rules.Channel `json:"channel" enum:"sms,email,portal,whatsapp,call,note"`
	Available bool          `json:"available"`
	Preferred bool          `json:"preferred" doc:"The patient likes this one best."`
	Reason    *string       `json:"reason" nullable:"true" doc:"Why it is not available."`
}

type channels struct {
	Items []channel `json:"items"`
}

func (s *Server) patients() {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/api/v1/patients" + path, Summary: summary, Tags: []string{"Patients"}}
	}
	s.patientFiles(op) // before {id}: their addresses look like one
	route(s, op("list-patients", http.MethodGet, "", "The directory of patients, by name"), func(ctx context.Context, by people.Session, in *patientList) (*answer[page[patient]], error) {
		found, next, err := s.People.Patients(ctx, by.Actor, in.Q, in.Limit, in.Cursor)
		return &answer[page[patient]]{Body: pageOf(found, next, patientOf)}, err
	})
	route(s, op("add-patient", http.MethodPost, "", "Add a patient; likely doubles are told first"), func(ctx context.Context, by people.Session, in *patientAddition) (*answer[patient], error) {
		p, fresh, err := s.People.AddPatient(ctx, by.Actor, in.Body.ID, in.Body.in(), in.Body.Certain)
		return &answer[patient]{Status: created(fresh), Body: patientOf(p)}, err
	})
	route(s, op("get-patient", http.MethodGet, "/{id}", "One patient"), func(ctx context.Context, by people.Session, in *OfPath) (*answer[patient], error) {
		p, err := s.People.Patient(ctx, by.Actor, in.ID)
		return &answer[patient]{Body: patientOf(p)}, err
	})
	route(s, op("edit-patient", http.MethodPatch, "/{id}", "Write a patient's details anew"), func(ctx context.Context, by people.Session, in *patientEdit) (*answer[patient], error) {
		p, err := s.People.EditPatient(ctx, by.Actor, in.ID, in.Body.in())
		return &answer[patient]{Body: patientOf(p)}, err
	})
	route(s, op("list-channels", http.MethodGet, "/{id}/channels", "Which channels reach the patient, and why others do not"), func(ctx context.Context, by people.Session, in *OfPath) (*answer[channels], error) {
		p, err := s.People.Patient(ctx, by.Actor, in.ID)
		return &answer[channels]{Body: channelsOf(p)}, err
	})
	s.consents(op)
	s.merging(op)
}

func channelsOf(p people.Patient) channels {
	out := channels{Items: make([]channel, len(rules.Channels))}
	for i, c := range rules.Channels {
		why := rules.Unavailable(c, p.Reach())
		out.Items[i] = channel{Channel: c, Available: why == "", Preferred: c == p.PreferredChannel, Reason: orNull(why)}
	}
	return out
}
