package figures_test

import (
	"testing"
	"time"

	"frontdesk/internal/figures"
	"frontdesk/internal/testkit"
)

// benched is how many messages the clinic has, over a year up to the end of 2025.
const benched = 100_000

// BenchmarkFigures counts a month and a year of one clinic.
func BenchmarkFigures(b *testing.B) {
	c := testkit.NewClinic(b)
	fill(b, c, benched)
	s := figures.New(c.Store)
	for name, asked := range map[string]figures.Asked{"month": {From: "2025-11-01", To: "2025-11-30"}, "year": {From: "2025-01-01", To: "2025-12-31"}} {
		for figure, count := range map[string]func() error{
			"volume":    func() error { _, _, err := s.Volume(b.Context(), c.Admin, asked); return err },
			"load":      func() error { _, _, err := s.Load(b.Context(), c.Admin, asked); return err },
			"responses": func() error { _, _, _, err := s.Responses(b.Context(), c.Admin, asked); return err },
			"people":    func() error { _, _, err := s.People(b.Context(), c.Admin, asked); return err },
			"now":       func() error { _, err := s.Now(b.Context(), c.Admin); return err },
		} {
			b.Run(name+"/"+figure, func(b *testing.B) {
				for b.Loop() {
					if err := count(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// fill writes so many messages, twenty to a patient; every third is an answer.
func fill(b *testing.B, c *testkit.Clinic, messages int) {
	b.Helper()
	start := time.Now()
	for _, sql := range []string{
		`INSERT INTO patient (clinic_id, patient_id, name) SELECT $1, gen_random_uuid(), 'Patient ' || n FROM generate_series(1, $2::int / 20) n`,
		`INSERT INTO conversation (clinic_id, conversation_id, kind, patient_id, archived, last_word, last_word_since, last_at, shown_at, created_at)
			SELECT $1, gen_random_uuid(), 'front_desk', patient_id, random() < 0.9, CASE WHEN random() < 0.3 THEN 1 ELSE 0 END, '2025-12-30', '2025-12-30', '2025-12-30', '2025-01-01'
			FROM patient WHERE clinic_id = $1 AND name LIKE 'Patient %' AND $2::int > 0`,
		`INSERT INTO message (clinic_id, message_id, conversation_id, channel, side, author_user_id, author_patient_id, body, status, created_at, waited_since)
			SELECT $1, gen_random_uuid(), conversation_id, 'portal', side, CASE WHEN side = 0 THEN (SELECT user_id FROM clinic_user WHERE clinic_id = $1 AND role = 'receptionist' LIMIT 1) END,
				CASE WHEN side = 1 THEN patient_id END, repeat('A usual message of a patient. ', 6), 'replied', at,
				CASE WHEN side = 0 THEN at - random() * interval '6 hours' END
			FROM (SELECT conversation_id, patient_id, CASE WHEN n % 3 = 2 THEN 0 ELSE 1 END AS side,
					'2025-01-01'::timestamptz + (n + random()) * interval '18 days' AS at
				FROM conversation CROSS JOIN generate_series(0, 19) n WHERE clinic_id = $1 AND $2::int > 0 AND patient_id IS NOT NULL) x
			ORDER BY at`,
	} {
		if _, err := c.DB.Owner.Exec(b.Context(), sql, c.ID, messages); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := c.DB.Owner.Exec(b.Context(), `VACUUM ANALYZE`); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d messages in %v", messages, time.Since(start))
}
