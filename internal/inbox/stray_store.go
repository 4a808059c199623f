package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

func (s *Reader) strays(ctx context.Context, clinic uuid.UUID, most int, from *place) ([]Stray, int, error) {
	view := s.store.View(clinic)
	total, err := q.StraysCount(ctx, view, clinic)
	if err != nil {
		return nil, 0, err
	}
	params := db.StraysWaitingParams{ClinicID: clinic, MaxRows: int32(most)} //nolint:gosec // a page is at most some hundred
	if from != nil {
		params.BeforeAt, params.BeforeID = &from.at, store.Maybe(from.id)
	}
	rows, err := q.StraysWaiting(ctx, view, params)
	if err != nil {
		return nil, 0, err
	}
	out := make([]Stray, len(rows))
	for i, r := range rows {
		out[i] = Stray{
			ID: r.StrayID, Channel: rules.Channel(r.Channel), Address: r.Address, Sender: r.Sender, Subject: r.Subject, Body: r.Body,
			Files: filesOf(r.Files), At: r.ReceivedAt.UTC(),
		}
		if r.BodyHtml != nil {
			out[i].HTML = *r.BodyHtml
		}
		if err := json.Unmarshal(r.Candidates, &out[i].Candidates); err != nil {
			return nil, 0, fmt.Errorf("read whose a stray may be: %w", err)
		}
	}
	return out, int(total), nil
}

// lockStray holds one that nobody has dealt with, as the message that it is.
func lockStray(ctx context.Context, tx *store.Tx, clinic, id uuid.UUID) (Incoming, error) {
	r, err := q.StrayLock(ctx, tx, db.StrayLockParams{ClinicID: clinic, StrayID: id})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Incoming{}, errStrayNotFound
	case err != nil:
		return Incoming{}, err
	case r.SettledAt != nil:
		return Incoming{}, errStraySettled
	}
	files, err := q.StrayFiles(ctx, tx, db.StrayFilesParams{ClinicID: clinic, StrayID: id})
	in := Incoming{
		Channel: rules.Channel(r.Channel), CarrierID: r.CarrierID, Address: r.Address, Sender: r.Sender, Subject: r.Subject, Body: r.Body,
		Files: files, Automatic: true, At: r.ReceivedAt, // it waited for a person: nothing answers it by itself
	}
	if r.BodyHtml != nil {
		in.HTML = *r.BodyHtml
	}
	return in, err
}

// straysBeside are what waits from the address of one that was settled.
func (s *Reader) straysBeside(ctx context.Context, clinic, stray uuid.UUID) ([]uuid.UUID, error) {
	return q.StraysFrom(ctx, s.store.View(clinic), db.StraysFromParams{ClinicID: clinic, StrayID: stray})
}

func adopted(ctx context.Context, tx *store.Tx, by rules.Actor, stray, patient uuid.UUID, address string) error {
	return errors.Join(
		settleStray(ctx, tx, by, stray, patient),
		q.AddressOwnerSet(ctx, tx, db.AddressOwnerSetParams{ClinicID: by.ClinicID, Address: address, PatientID: patient, UserID: by.ID, Now: tx.Now}),
	)
}

func settleStray(ctx context.Context, tx *store.Tx, by rules.Actor, stray, patient uuid.UUID) error {
	return q.StraySettle(ctx, tx, db.StraySettleParams{ClinicID: by.ClinicID, StrayID: stray, SettledBy: by.ID, PatientID: store.Maybe(patient), Now: tx.Now})
}
