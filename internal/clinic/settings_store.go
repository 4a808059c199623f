package clinic

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

var q = db.New() // stateless: each query is handed its connection

// Settings answers what a clinic has set up.
func (s *Service) Settings(ctx context.Context, clinic uuid.UUID) (Settings, error) {
	return read(ctx, s.store.View(clinic), clinic)
}

// SettingsIn is Settings within a transaction.
func SettingsIn(ctx context.Context, tx *store.Tx, clinic uuid.UUID) (Settings, error) {
	return read(ctx, tx, clinic)
}

func read(ctx context.Context, in db.DBTX, clinic uuid.UUID) (Settings, error) {
	row, err := q.ClinicGet(ctx, in, clinic)
	if err != nil {
		return Settings{}, fmt.Errorf("read the settings of %s: %w", clinic, err)
	}
	return settingsOf(row)
}

// lock reads the settings, which nobody else changes until the commit.
func lock(ctx context.Context, tx *store.Tx, clinic uuid.UUID) (Settings, error) {
	row, err := q.ClinicLock(ctx, tx, clinic)
	if err != nil {
		return Settings{}, fmt.Errorf("lock the settings of %s: %w", clinic, err)
	}
	return settingsOf(row)
}

func settingsOf(row db.Clinic) (Settings, error) {
	s := defaults()
	if err := json.Unmarshal(row.Settings, &s); err != nil {
		return Settings{}, fmt.Errorf("read the settings of %s: %w", row.ClinicID, err)
	}
	s.Name, s.Timezone = row.Name, row.Timezone
	return s, nil
}

func write(ctx context.Context, tx *store.Tx, clinic uuid.UUID, s Settings) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return q.ClinicSet(ctx, tx, db.ClinicSetParams{ClinicID: clinic, Name: s.Name, Timezone: s.Timezone, Settings: raw})
}
