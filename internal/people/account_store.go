package people

import (
	"context"
	"errors"
	"time"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// Devices answers where the actor is signed in, the last used first.
func (s *Service) Devices(ctx context.Context, by rules.Actor) ([]Device, error) {
	now, idle := time.Now(), StaffIdle
	if by.Kind == rules.Patient {
		idle = patientIdle
	}
	arg := db.SessionsOfParams{ClinicID: by.ClinicID, Now: now, IdleSince: now.Add(-idle)}
	arg.UserID, arg.PatientID = either(by.Kind, by.ID)
	rows, err := q.SessionsOf(ctx, s.store.View(by.ClinicID), arg)
	out := make([]Device, len(rows))
	for i, r := range rows {
		out[i] = Device{ID: r.SessionID, Agent: r.Agent, CreatedAt: r.CreatedAt.UTC(), SeenAt: r.SeenAt.UTC(), Current: r.SessionID == by.SessionID}
	}
	return out, err
}

func (s *Service) password(ctx context.Context, by rules.Actor) (kept, error) {
	view := s.store.View(by.ClinicID)
	if by.Kind == rules.Patient {
		row, err := q.PatientPasswordOf(ctx, view, db.PatientPasswordOfParams{ClinicID: by.ClinicID, PatientID: by.ID})
		return kept{row.PasswordHash, row.Email, row.Name}, err
	}
	row, err := q.PasswordOf(ctx, view, db.PasswordOfParams{ClinicID: by.ClinicID, UserID: by.ID})
	return kept{row.PasswordHash, row.Email, row.Name}, err
}

func ownPassword(ctx context.Context, tx *store.Tx, by rules.Actor, hash string) error {
	own := account{clinic: by.ClinicID, kind: by.Kind, person: by.ID}
	return errors.Join(writePassword(ctx, tx, own, hash), endOthers(ctx, tx, by))
}

func endOthers(ctx context.Context, tx *store.Tx, by rules.Actor) error {
	arg := db.SessionDeleteOthersParams{ClinicID: by.ClinicID, SessionID: by.SessionID}
	arg.UserID, arg.PatientID = either(by.Kind, by.ID)
	return q.SessionDeleteOthers(ctx, tx, arg)
}
