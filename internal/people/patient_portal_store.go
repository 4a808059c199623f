package people

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/refusal"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

func setPortal(ctx context.Context, tx *store.Tx, clinic, id uuid.UUID, on bool, email, hash string) error {
	return q.PatientSetPortal(ctx, tx, db.PatientSetPortalParams{
		ClinicID: clinic, PatientID: id, PortalAccess: on, PortalEmail: orNull(email), PasswordHash: orNull(hash), UpdatedAt: tx.Now,
	})
}

func endPatientSessions(ctx context.Context, tx *store.Tx, clinic, patient uuid.UUID) error {
	return q.SessionDeleteOf(ctx, tx, db.SessionDeleteOfParams{ClinicID: clinic, PatientID: store.Maybe(patient)})
}

func forgetLinks(ctx context.Context, tx *store.Tx, clinic, patient uuid.UUID) error {
	return q.SignInLinkDeleteOfPatient(ctx, tx, db.SignInLinkDeleteOfPatientParams{ClinicID: clinic, PatientID: patient})
}

// freeExternalID refuses a number of the clinic's other system that another record has.
func freeExternalID(ctx context.Context, tx *store.Tx, clinic uuid.UUID, p Patient) error {
	if p.ExternalID == "" {
		return nil
	}
	other, err := q.PatientByExternalID(ctx, tx, db.PatientByExternalIDParams{ClinicID: clinic, ExternalID: p.ExternalID})
	if errors.Is(err, pgx.ErrNoRows) || err == nil && other.PatientID == p.ID {
		return nil
	}
	if err != nil {
		return err
	}
	return &refusal.Error{
		Kind: refusal.Conflict, Code: "external_id_taken", Field: "external_id",
		Detail: other.Name + " has this number already. Merge the two records, or correct the number.",
	}
}
