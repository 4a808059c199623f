package people

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// Patient answers one patient of the directory.
func (s *Service) Patient(ctx context.Context, by rules.Actor, id uuid.UUID) (Patient, error) {
	if err := staff(by); err != nil {
		return Patient{}, err
	}
	row, err := q.PatientGet(ctx, s.store.View(by.ClinicID), db.PatientGetParams{ClinicID: by.ClinicID, PatientID: id})
	if errors.Is(err, pgx.ErrNoRows) {
		return Patient{}, &refusal.Error{Kind: refusal.NotFound, Code: "patient_not_found", Detail: "There is no such patient. Look the patient up in the directory."}
	}
	return patientOf(row), err
}

// likeEscaper makes a fragment mean itself.
var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func (s *Service) patientPage(ctx context.Context, clinic uuid.UUID, fragment string, limit int, from *place) ([]Patient, error) {
	arg := db.PatientPageParams{
		ClinicID: clinic, MaxRows: int32(limit), //nolint:gosec // a page is at most some hundred
		Fragment: likeEscaper.Replace(strings.ToLower(strings.TrimSpace(fragment))),
	}
	if from != nil {
		arg.AfterName, arg.AfterID = &from.name, store.Maybe(from.id)
	}
	rows, err := q.PatientPage(ctx, s.store.View(clinic), arg)
	out := make([]Patient, len(rows))
	for i, r := range rows {
		out[i] = patientOf(r)
	}
	return out, err
}

func patientOf(r db.Patient) Patient {
	return Patient{
		ID: r.PatientID, Name: r.Name, BirthDate: r.BirthDate, Email: orEmpty(r.Email), Phone: orEmpty(r.Phone),
		PortalAccess: r.PortalAccess, CreatedAt: r.CreatedAt.UTC(),
	}
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
