package inbox

import (
	"context"
	"time"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// snooze changes how the conversation will stand, and queues the job that wakes it.
func (s *Service) snooze(ctx context.Context, tx *store.Tx, by rules.Actor, c locked, in Snoozing, next *db.ConversationFileParams) error {
	if !in.On {
		awake(next)
		return nil
	}
	if err := rules.Snooze(by, c.parties, next.Archived, in.Until, tx.Now); err != nil {
		return err
	}
	var until *time.Time
	if !in.Until.IsZero() {
		at := in.Until.UTC().Truncate(time.Microsecond) // as the database keeps it
		until = &at
	}
	if c.row.Snoozed && sameTime(c.row.SnoozedUntil, until) {
		return nil // it is; whoever did it stays
	}
	next.Snoozed, next.SnoozedUntil, next.SnoozedBy = true, until, asUser(by)
	if until == nil {
		return nil
	}
	return s.queue.Add(ctx, tx, Waking{ClinicID: by.ClinicID, ConversationID: c.row.ConversationID, Until: *until}, *until)
}

func awake(next *db.ConversationFileParams) {
	next.Snoozed, next.SnoozedUntil, next.SnoozedBy = false, nil, store.Maybe([16]byte{})
}

func sameTime(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}

func (c locked) snoozedUntil(at time.Time) bool {
	return c.row.Snoozed && c.row.SnoozedUntil != nil && c.row.SnoozedUntil.Equal(at)
}

// wake puts it at the top of the queues, as if something had been said.
func wake(ctx context.Context, tx *store.Tx, c locked) error {
	at := tx.Now
	if !at.After(c.row.LastAt) {
		at = c.row.LastAt.Add(time.Microsecond)
	}
	return q.ConversationWake(ctx, tx, db.ConversationWakeParams{ClinicID: c.row.ClinicID, ConversationID: c.row.ConversationID, LastAt: at})
}

// awakened ends a snooze when the patient writes, whatever it was to last.
func awakened(ctx context.Context, tx *store.Tx, c locked, side rules.Side) error {
	if !c.row.Snoozed || side != rules.Second {
		return nil
	}
	return q.ConversationAwake(ctx, tx, db.ConversationAwakeParams{ClinicID: c.row.ClinicID, ConversationID: c.row.ConversationID})
}
