package record

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/inbox"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store/db"
)

var q = db.New() // stateless: each query is handed its connection

var errNoPatient = &refusal.Error{Kind: refusal.NotFound, Code: "patient_not_found", Detail: "There is no such patient. Look the patient up in the directory."}

func (s *Service) patient(ctx context.Context, by rules.Actor, id uuid.UUID) (Patient, error) {
	row, err := q.PatientGet(ctx, s.store.View(by.ClinicID), db.PatientGetParams{ClinicID: by.ClinicID, PatientID: id})
	if errors.Is(err, pgx.ErrNoRows) {
		return Patient{}, errNoPatient
	}
	return patientOf(row), err
}

func patientOf(r db.Patient) Patient {
	p := Patient{
		ID: r.PatientID, Name: r.Name, BirthDate: r.BirthDate, Email: orEmpty(r.Email), Phone: orEmpty(r.Phone), PortalAccess: r.PortalAccess,
		Language: r.Language, PreferredChannel: rules.Channel(r.PreferredChannel), Remarks: r.Remarks, MergedInto: r.MergedInto.UUID,
		CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
	}
	for _, c := range r.OptedOut {
		p.OptedOut = append(p.OptedOut, rules.Channel(c))
	}
	return p
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// around answers the clinic, and how many conversations there are with the patient.
func (s *Service) around(ctx context.Context, by rules.Actor, patient uuid.UUID) (Clinic, int, error) {
	view := s.store.View(by.ClinicID)
	c, err := q.ClinicGet(ctx, view, by.ClinicID)
	if err != nil {
		return Clinic{}, 0, err
	}
	there, err := q.RecordConversations(ctx, view, db.RecordConversationsParams{ClinicID: by.ClinicID, PatientID: patient})
	return Clinic{ID: c.ClinicID, Name: c.Name, Timezone: c.Timezone}, int(there), err
}

// sums are asked for only where there are files.
func (s *Service) sums(ctx context.Context, clinic uuid.UUID, of []inbox.Message) (map[uuid.UUID][]byte, error) {
	var ids []uuid.UUID
	for _, m := range of {
		if len(m.Files) > 0 {
			ids = append(ids, m.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := q.RecordSums(ctx, s.store.View(clinic), db.RecordSumsParams{ClinicID: clinic, MessageIds: ids})
	out := make(map[uuid.UUID][]byte, len(rows))
	for _, r := range rows {
		out[r.AttachmentID] = r.Sha256
	}
	return out, err
}
