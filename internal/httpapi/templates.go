package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	clinics "frontdesk/internal/clinic"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

type template struct {
	ID        uuid.UUID       `json:"id"`
	Name      string          `json:"name"`
	Shortcut  *string         `json:"shortcut" nullable:"true"`
	Subject   *string         `json:"subject" nullable:"true"`
	Body      string          `json:"body"`
	Channels  []rules.Channel `json:"channels" enum:"sms,email,portal,whatsapp,note" doc:"That it is for; none: all."`
	Shared    bool            `json:"shared" doc:"By all staff; else the caller's own."`
	UpdatedAt wire.Time       `json:"updated_at"`
}

func templateOf(t clinics.Template) template {
	return template{
		ID: t.ID, Name: t.Name, Shortcut: orNull(t.Shortcut), Subject: orNull(t.Subject), Body: t.Body,
		Channels: append([]rules.Channel{}, t.Channels...), Shared: t.Owner == uuid.Nil, UpdatedAt: wire.Time(t.UpdatedAt),
	}
}

type newTemplate struct {
	Body struct {
		ID       uuid.UUID       `json:"id,omitempty" format:"uuid" doc:"A UUIDv7 of the caller's making: the same, however often it comes, is one template."`
		Name     string          `json:"name"`
		Shortcut string          `json:"shortcut,omitempty"`
		Subject  string          `json:"subject,omitempty"`
		Body     string          `json:"body" doc:"Fields stand in double braces, as {{patient.name}}; a word without a dot is asked for."`
		Channels []rules.Channel `json:"channels,omitempty" maxItems:"5" enum:"sms,email,portal,whatsapp,note"`
		Shared   bool            `json:"shared,omitempty"`
	}
}

type changedTemplate struct {
	OfPath
	Body struct {
		Name     *string          `json:"name,omitempty"`
		Shortcut *string          `json:"shortcut,omitempty"`
		Subject  *string          `json:"subject,omitempty"`
		Body     *string          `json:"body,omitempty"`
		Channels *[]rules.Channel `json:"channels,omitempty" maxItems:"5" nullable:"false" enum:"sms,email,portal,whatsapp,note"`
		Shared   *bool            `json:"shared,omitempty"`
	}
}

// field is one that fills itself in.
type field struct {
	Name    string  `json:"name" example:"patient.name"`
	Meaning string  `json:"meaning"`
	Value   *string `json:"value" nullable:"true" doc:"What it says now; null where it must be asked for."`
}

type fieldList struct {
	ConversationID uuid.UUID `query:"conversation_id" format:"uuid" doc:"Whose patient the fields are about."`
}

func (s *Server) templates() {
	const path = "/api/v1/templates"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Templates"}}
	}
	route(s, op("list-templates", http.MethodGet, path, "The shared templates and the caller's own, by name"), func(ctx context.Context, by people.Session, _ *struct{}) (*answer[page[template]], error) {
		found, err := s.Clinic.Templates(ctx, by.Actor)
		return &answer[page[template]]{Body: pageOf(found, "", templateOf)}, err
	})
	route(s, op("list-template-fields", http.MethodGet, path+"/fields", "The fields that fill themselves in, and what they say now"), s.listFields)
	route(s, op("add-template", http.MethodPost, path, "Make a template"), s.addTemplate)
	route(s, op("change-template", http.MethodPatch, path+"/{id}", "Change a template"), s.changeTemplate)
	route(s, op("remove-template", http.MethodDelete, path+"/{id}", "Remove a template"), func(ctx context.Context, by people.Session, in *OfPath) (*struct{}, error) {
		return nil, s.Clinic.RemoveTemplate(ctx, by.Actor, in.ID)
	})
}

func (s *Server) addTemplate(ctx context.Context, by people.Session, in *newTemplate) (*answer[template], error) {
	b := in.Body
	t := clinics.Template{ID: b.ID, Owner: by.ID, Name: b.Name, Shortcut: b.Shortcut, Subject: b.Subject, Body: b.Body, Channels: b.Channels}
	if b.Shared {
		t.Owner = uuid.Nil
	}
	if t.ID == uuid.Nil {
		id, err := uuid.NewV7()
		if err != nil {
			return nil, err
		}
		t.ID = id
	}
	made, fresh, err := s.Clinic.AddTemplate(ctx, by.Actor, t)
	return &answer[template]{Status: created(fresh), Body: templateOf(made)}, err
}

func (s *Server) changeTemplate(ctx context.Context, by people.Session, in *changedTemplate) (*answer[template], error) {
	b := in.Body
	t, err := s.Clinic.ChangeTemplate(ctx, by.Actor, in.ID, clinics.TemplateChange{
		Name: b.Name, Shortcut: b.Shortcut, Subject: b.Subject, Body: b.Body, Channels: b.Channels, Shared: b.Shared,
	})
	return &answer[template]{Body: templateOf(t)}, err
}

func (s *Server) listFields(ctx context.Context, by people.Session, in *fieldList) (*answer[page[field]], error) {
	patient := ""
	if in.ConversationID != uuid.Nil && rules.UseTemplates(by.Actor) == nil {
		c, err := s.Inbox.Get(ctx, by.Actor, in.ConversationID)
		if err != nil {
			return nil, err
		}
		patient = c.Patient.Name
	}
	values, err := s.Clinic.FieldValues(ctx, by.Actor, patient)
	shape := func(f rules.Field) field { return field{f.Name, f.Meaning, orNull(values[f.Name])} }
	return &answer[page[field]]{Body: pageOf(rules.Fields, "", shape)}, err
}
