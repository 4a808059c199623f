package inbox

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

func star(ctx context.Context, tx *store.Tx, by rules.Actor, c locked, message uuid.UUID, on bool) (*store.Entry, error) {
	row, err := q.MessageGet(ctx, tx, db.MessageGetParams{ClinicID: by.ClinicID, MessageID: message})
	if err != nil {
		return nil, err
	}
	m, patient := messageOf(row), by.Kind == rules.Patient
	if on == (patient && m.PatientStarred || !patient && m.Star != nil) {
		return nil, nil // it is so already
	}
	var at *time.Time
	step := int32(-1)
	if on {
		at, step = &tx.Now, 1
	}
	stars := db.ConversationSetStarsParams{ClinicID: by.ClinicID, ConversationID: c.row.ConversationID, Stars: c.row.Stars, PatientStars: c.row.PatientStars}
	entry := c.entry(message)
	entry.ForStaff, entry.ForPatient = !patient, patient
	if patient {
		stars.PatientStars += step
		return entry, errors.Join(
			q.MessageStarPatient(ctx, tx, db.MessageStarPatientParams{ClinicID: by.ClinicID, MessageID: message, StarredAt: at}),
			q.ConversationSetStars(ctx, tx, stars),
		)
	}
	stars.Stars += step
	return entry, errors.Join(
		q.MessageStar(ctx, tx, db.MessageStarParams{ClinicID: by.ClinicID, MessageID: message, StarredAt: at, StarredBy: uuid.NullUUID{UUID: by.ID, Valid: on}}),
		q.ConversationSetStars(ctx, tx, stars),
	)
}
