package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk/internal/people"
	"frontdesk/internal/record"
)

type exporting struct {
	OfPath
	Format string `query:"format" enum:"pdf,json" default:"pdf"`
	Notes  bool   `query:"notes" doc:"With what only staff see: internal notes, logged calls, remarks, filing. Not for the patient's eyes."`
}

func (s *Server) export() {
	route(s, huma.Operation{
		OperationID: "export-patient", Method: http.MethodGet, Path: "/api/v1/patients/{id}/export", Tags: []string{"Directory"},
		Summary:     "A patient's whole history, to read, to hand over or to take elsewhere",
		Description: "For admins and whoever has the permission export_data. It holds what the caller may see; what is left out is counted.",
		Responses:   answers[record.History](s, pdfType, jsonType),
	}, s.exportPatient)
}

func (s *Server) exportPatient(ctx context.Context, by people.Session, in *exporting) (*document, error) {
	write, as := s.Record.PDF, pdfType
	if in.Format == "json" {
		write, as = s.Record.JSON, jsonType
	}
	raw, err := write(ctx, by.Actor, in.ID, in.Notes)
	if err != nil {
		return nil, err
	}
	s.took(ctx, by, "export", "patient", in.ID.String(), "format", in.Format, "notes", in.Notes)
	name := strings.Join([]string{"history", in.ID.String()[:8], time.Now().UTC().Format(time.DateOnly)}, "-")
	return (&document{ContentType: as, Body: raw}).named(name + "." + in.Format), nil
}

// took writes down that something left Frontdesk: who, what and when, ids alone.
func (s *Server) took(ctx context.Context, by people.Session, how string, what ...any) {
	s.Log.With("clinic", by.ClinicID, "user", by.ID, "session", by.SessionID, "request", requestOf(ctx)).
		InfoContext(ctx, "taken out", append([]any{"how", how}, what...)...)
}
