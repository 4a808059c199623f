package inbox

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Snoozing puts a conversation out of the way, or, where On is false, brings it back.
type Snoozing struct {
	On    bool
	Until time.Time // zero: until the patient answers
}

// Waking is the job that brings a snoozed conversation back at its time. Until tells whether
// it is still the same snooze: who has snoozed anew in the meantime has left another job.
type Waking struct {
	ClinicID       uuid.UUID `json:"clinic_id"`
	ConversationID uuid.UUID `json:"conversation_id"`
	Until          time.Time `json:"until"`
}

// Kind names it in the database.
func (Waking) Kind() string { return "wake" }

// Wake does the job. Once it is done, or the snooze is another one or over, it does nothing,
// however often and by how many it is asked.
func (s *Service) Wake(ctx context.Context, job Waking) error {
	_, err := s.commit(ctx, job.ClinicID, func(tx *store.Tx) (*store.Entry, error) {
		c, err := lock(ctx, tx, job.ClinicID, job.ConversationID)
		if errors.Is(err, rules.ErrNotFound) {
			return nil, nil
		}
		if err != nil || !c.snoozedUntil(job.Until) {
			return nil, err
		}
		entry := c.entry()
		return entry, errors.Join(wake(ctx, tx, c), tellOfWaking(ctx, tx, c, entry))
	})
	return err
}
