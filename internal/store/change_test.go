package store_test

import (
	"errors"
	"testing"

	"frontdesk/internal/store"
	"frontdesk/internal/testkit"
)

func TestAChangeIsWholeOrNothing(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	refusal := errors.New("refused")
	rename := func(tx *store.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE clinic SET name = 'x' WHERE clinic_id = $1`, c.ID)
		return err
	}
	for name, decide := range map[string]func(*store.Tx) error{
		"refused": func(tx *store.Tx) error { return errors.Join(rename(tx), refusal) },
		"a bad write": func(tx *store.Tx) error {
			tx.Log(store.Entry{ForStaff: true})
			_, err := tx.Exec(t.Context(), `SELECT 1/0`)
			return errors.Join(rename(tx), err)
		},
		"written but not logged": rename,
		"nothing to do":          func(*store.Tx) error { return nil },
	} {
		seq, err := c.Store.Change(t.Context(), c.ID, decide)
		if seq != 0 || (err == nil) != (name == "nothing to do") {
			t.Errorf("%s: number %d, %v", name, seq, err)
		}
		var clinic string
		var at, logged int64
		row := c.DB.Owner.QueryRow(t.Context(), `SELECT name, seq, (SELECT count(*) FROM change) FROM clinic JOIN history USING (clinic_id)`)
		if err := row.Scan(&clinic, &at, &logged); err != nil || clinic != "Elm Street" || at != 0 || logged != 0 {
			t.Errorf("%s: left %q at %d with %d logged (%v)", name, clinic, at, logged, err)
		}
	}
	if c.Store.Stat().AcquiredConns() != 0 {
		t.Error("a connection was not given back")
	}
}

func TestPruningIsRemembered(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	c.FromAna(t, "Hello")
	if err := c.Store.Prune(t.Context(), -1); err != nil { // all of it is older than that
		t.Fatal(err)
	}
	missed, err := c.Inbox.Since(t.Context(), c.Reception, 0)
	if err != nil || !missed.Reset || missed.Seq != 1 {
		t.Errorf("%+v, %v", missed, err)
	}
	if missed, err = c.Inbox.Since(t.Context(), c.Reception, 1); err != nil || missed.Reset {
		t.Errorf("up to date: %+v, %v", missed, err)
	}
}

func TestMigratingTwiceIsMigratingOnce(t *testing.T) {
	t.Parallel()
	db := testkit.DB(t)
	if err := store.Migrate(t.Context(), db.URL); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Owner.Exec(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`); err != nil {
		t.Fatal(err)
	}
	if err := store.Migrate(t.Context(), db.URL); !errors.Is(err, store.ErrNewer) {
		t.Errorf("a newer database: %v", err)
	}
}
