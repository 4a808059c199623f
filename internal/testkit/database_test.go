package testkit_test

import (
	"testing"

	"frontdesk/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func TestDatabasesAreApart(t *testing.T) {
	t.Parallel()
	one, other := testkit.DB(t), testkit.DB(t)
	if _, err := one.Owner.Exec(t.Context(), `INSERT INTO clinic (clinic_id, name) VALUES (gen_random_uuid(), 'Elm Street')`); err != nil {
		t.Fatal(err)
	}
	for db, want := range map[testkit.Database]int{one: 1, other: 0} {
		var got int
		if err := db.Owner.QueryRow(t.Context(), `SELECT count(*) FROM clinic`).Scan(&got); err != nil || got != want {
			t.Errorf("%d clinics, want %d: %v", got, want, err)
		}
	}
}

func BenchmarkDB(b *testing.B) {
	for b.Loop() {
		testkit.DB(b)
	}
}
