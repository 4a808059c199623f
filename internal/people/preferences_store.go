package people

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

func (s *Service) preferences(ctx context.Context, clinic, user uuid.UUID) (Preferences, error) {
	raw, err := q.UserPreferences(ctx, s.store.View(clinic), db.UserPreferencesParams{ClinicID: clinic, UserID: user})
	if err != nil {
		return Preferences{}, err
	}
	return ParsePreferences(raw)
}

func lockPreferences(ctx context.Context, tx *store.Tx, by rules.Actor) (Preferences, error) {
	raw, err := q.UserPreferencesLock(ctx, tx, db.UserPreferencesLockParams{ClinicID: by.ClinicID, UserID: by.ID})
	if err != nil {
		return Preferences{}, err
	}
	return ParsePreferences(raw)
}

func writePreferences(ctx context.Context, tx *store.Tx, by rules.Actor, p Preferences) error {
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return q.UserSetPreferences(ctx, tx, db.UserSetPreferencesParams{ClinicID: by.ClinicID, UserID: by.ID, Preferences: raw})
}
