package store_test

import (
	"strings"
	"testing"

	"frontdesk/internal/store"
	"frontdesk/internal/testkit"
)

// Every key begins with the clinic, every table has row-level security, and the application
// owns nothing: read from the catalogue, so that a new table cannot forget it.
func TestEveryKeyBeginsWithTheClinic(t *testing.T) {
	t.Parallel()
	db := testkit.DB(t)
	rows, err := db.Owner.Query(t.Context(), `
		SELECT c.conrelid::regclass::text, c.conname, c.contype::text,
		       (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = c.conkey[1])
		FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
		WHERE c.contype IN ('p', 'u', 'f') AND r.relnamespace = 'public'::regnamespace AND r.relname <> 'goose_db_version'
		UNION ALL
		SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, 'unique index',
		       (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[0])
		FROM pg_index i JOIN pg_class r ON r.oid = i.indrelid
		WHERE i.indisunique AND r.relnamespace = 'public'::regnamespace AND r.relname <> 'goose_db_version'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	seen := 0
	for rows.Next() {
		var table, name, kind, first string
		if err := rows.Scan(&table, &name, &kind, &first); err != nil {
			t.Fatal(err)
		}
		seen++
		if first != "clinic_id" {
			t.Errorf("%s: %s (%s) begins with %s", table, name, kind, first)
		}
	}
	if seen < 20 {
		t.Errorf("only %d keys were found: does the query look at the right place?", seen)
	}
}

func TestEveryTableIsGuarded(t *testing.T) {
	t.Parallel()
	db := testkit.DB(t)
	rows, err := db.Owner.Query(t.Context(), `
		SELECT r.relname, r.relrowsecurity, r.relowner = 'frontdesk_app'::regrole,
		       coalesce((SELECT string_agg(p.qual, ' ') FROM pg_policies p WHERE p.tablename = r.relname), '')
		FROM pg_class r
		WHERE r.relkind IN ('r', 'p') AND r.relnamespace = 'public'::regnamespace AND r.relname <> 'goose_db_version'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var table, policy string
		var guarded, owned bool
		if err := rows.Scan(&table, &guarded, &owned, &policy); err != nil {
			t.Fatal(err)
		}
		if !guarded || owned || !strings.Contains(policy, "app.clinic") {
			t.Errorf("%s: row-level security %v, owned by the application %v, policy %q", table, guarded, owned, policy)
		}
	}
	var above bool
	if err := db.Owner.QueryRow(t.Context(), `SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = 'frontdesk_app'`).Scan(&above); err != nil || above {
		t.Errorf("the application's role is above row-level security: %v %v", above, err)
	}
}

// Even a query that forgets the clinic sees one clinic alone, and none where none is set.
func TestRowLevelSecurityHoldsClinicsApart(t *testing.T) {
	t.Parallel()
	a := testkit.NewClinic(t)
	b := testkit.NewClinicIn(t, a.DB)
	a.FromAna(t, "of a")
	b.FromAna(t, "of b")
	var bodies []string
	err := a.Store.Write(t.Context(), a.ID, func(tx *store.Tx) error {
		rows, err := tx.Query(t.Context(), `SELECT body FROM message`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var body string
			if err := rows.Scan(&body); err != nil {
				return err
			}
			bodies = append(bodies, body)
		}
		return rows.Err()
	})
	if err != nil || len(bodies) != 1 || bodies[0] != "of a" {
		t.Errorf("read %v, %v", bodies, err)
	}
	err = a.Store.Write(t.Context(), a.ID, func(tx *store.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO history (clinic_id) VALUES ($1)`, b.ID)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "row-level security") {
		t.Errorf("writing into another clinic: %v", err)
	}
	if _, err := a.Store.View(a.ID).Exec(t.Context(), `DELETE FROM message`); err == nil {
		t.Error("a view has written")
	}
}
