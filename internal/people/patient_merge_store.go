package people

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// LockPair holds two records until the end of the transaction, always in the same order.
func LockPair(ctx context.Context, tx *store.Tx, clinic, kept, double uuid.UUID) (a, b Patient, err error) {
	first, second := &a, &b
	ids := [2]uuid.UUID{kept, double}
	if bytes.Compare(kept[:], double[:]) > 0 {
		first, second, ids = &b, &a, [2]uuid.UUID{double, kept}
	}
	if *first, err = lockPatient(ctx, tx, clinic, ids[0]); err != nil {
		return a, b, err
	}
	*second, err = lockPatient(ctx, tx, clinic, ids[1])
	return a, b, err
}

// Pair answers two records, to look at what merging them would do.
func Pair(ctx context.Context, from db.DBTX, clinic, kept, double uuid.UUID) (a, b Patient, err error) {
	if kept == double {
		return a, b, errOwnDouble
	}
	for id, to := range map[uuid.UUID]*Patient{kept: &a, double: &b} {
		row, err := q.PatientGet(ctx, from, db.PatientGetParams{ClinicID: clinic, PatientID: id})
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return a, b, ErrNoPatient
		case err != nil:
			return a, b, err
		case row.MergedInto.Valid:
			return a, b, ErrMerged
		}
		*to = patientOf(row)
	}
	return a, b, nil
}

// Merge makes one record of two in a transaction that holds both: the double is marked, its
// sessions end, its addresses are remembered, and what refers to it refers to the other one.
// Conversations are the caller's.
func Merge(ctx context.Context, tx *store.Tx, clinic uuid.UUID, kept, double, result Patient) error {
	opted, err := optedOut(ctx, tx, clinic, result)
	if err != nil {
		return err
	}
	result.OptedOut = opted
	writes := []error{
		q.PatientSetMerged(ctx, tx, db.PatientSetMergedParams{ClinicID: clinic, PatientID: double.ID, MergedInto: kept.ID, UpdatedAt: tx.Now}),
		endPatientSessions(ctx, tx, clinic, double.ID),
		forgetLinks(ctx, tx, clinic, double.ID),
		updatePatient(ctx, tx, clinic, result),
		setPortal(ctx, tx, clinic, result.ID, result.PortalAccess, result.PortalEmail, result.hash),
		q.PatientHandOver(ctx, tx, db.PatientHandOverParams{DoubleID: double.ID, KeptID: kept.ID}),
		q.AddressesHandOver(ctx, tx, db.AddressesHandOverParams{ClinicID: clinic, DoubleID: double.ID, KeptID: kept.ID}),
	}
	for _, a := range former(kept, double, result) {
		writes = append(writes, q.AddressRemember(ctx, tx, db.AddressRememberParams{ClinicID: clinic, Address: strings.ToLower(a), PatientID: kept.ID, CreatedAt: tx.Now}))
	}
	return errors.Join(writes...)
}
