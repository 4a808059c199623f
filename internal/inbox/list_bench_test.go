package inbox_test

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

// large is a clinic as it is after years, unless the environment says how large:
// LARGE_CONVERSATIONS=100000 make bench BENCH='List|Search'. Each conversation has ten messages.
func large(b *testing.B) *testkit.Clinic {
	b.Helper()
	n := 2000
	if given, err := strconv.Atoi(os.Getenv("LARGE_CONVERSATIONS")); err == nil {
		n = given
	}
	c := testkit.NewClinic(b)
	for _, sql := range fill {
		if _, err := c.DB.Owner.Exec(b.Context(), fmt.Sprintf(sql, "'"+c.ID.String()+"'::uuid", n, "'"+c.Doctor.ID.String()+"'::uuid", "'"+c.Reception.ID.String()+"'::uuid")); err != nil {
			b.Fatalf("%.60s…: %v", sql, err)
		}
	}
	return c
}

// fill makes rows as fast as Postgres can: the triggers' work is done for all rows at once.
var fill = []string{
	`/* %[1]s %[2]d %[3]s %[4]s */ ALTER TABLE message DISABLE TRIGGER USER`,
	`/* %[1]s %[2]d %[3]s %[4]s */ ALTER TABLE conversation DISABLE TRIGGER USER`,
	`/* %[1]s %[2]d %[3]s %[4]s */ DROP INDEX message_words_found`,
	`/* %[3]s %[4]s */ INSERT INTO patient (clinic_id, patient_id, name, phone, portal_access)
	 SELECT %[1]s, md5('patient' || i)::uuid, 'First' || i %% 997 || ' Last' || i %% 7919, '+3519' || lpad(i::text, 8, '0'), true FROM generate_series(1, %[2]d) i`,
	`SELECT setseed(0.42); INSERT INTO conversation (clinic_id, conversation_id, kind, patient_id, doctor_id, assignee_id, labels, archived, unread_0, stars,
	 last_word, last_word_since, last_id, last_at, shown_id, shown_at, created_at, last_channel, last_inbound, snoozed)
	 SELECT %[1]s, md5('conversation' || i)::uuid, CASE WHEN i %% 5 = 0 THEN 'doctor' ELSE 'front_desk' END, md5('patient' || i)::uuid,
	 CASE WHEN i %% 5 = 0 THEN %[3]s END, CASE WHEN i %% 5 > 0 AND random() < 0.05 THEN CASE WHEN random() < 0.5 THEN %[3]s ELSE %[4]s END END,
	 CASE WHEN random() < 0.1 THEN ARRAY['common' || i %% 4] WHEN random() < 0.05 THEN ARRAY['rare' || i %% 300, 'common1'] ELSE '{}' END,
	 i > %[2]d * 0.3, CASE WHEN random() < 0.06 THEN 1 ELSE 0 END, CASE WHEN random() < 0.02 THEN 1 ELSE 0 END,
	 (random() < 0.15)::int, now() - i * interval '3 minutes', md5(md5('conversation' || i) || 0)::uuid, now() - i * interval '3 minutes',
	 md5(md5('conversation' || i) || 0)::uuid, now() - i * interval '3 minutes', now() - interval '3 years',
	 (ARRAY['sms','email','portal','portal','whatsapp','call'])[1 + (random() * 5)::int], random() < 0.5, random() < 0.01
	 FROM generate_series(1, %[2]d) i`,
	`/* %[3]s %[4]s */ SELECT setseed(0.17); INSERT INTO message (clinic_id, message_id, conversation_id, channel, side, author_user_id, body, status, starred_at, starred_by, created_at)
	 SELECT %[1]s, md5(md5('conversation' || i) || k)::uuid, md5('conversation' || i)::uuid, 'portal', k %% 2, CASE WHEN k %% 2 = 0 THEN %[4]s END,
	 (SELECT string_agg('w' || (20000 * power(random(), 4))::int, ' ') FROM generate_series(1, 14 + i %% 2 + k %% 2)), 'read', CASE WHEN random() < 0.002 THEN now() - i * interval '1 minute' END, NULL,
	 now() - i * interval '3 minutes' - k * interval '8 hours'
	 FROM generate_series(1, %[2]d) i, generate_series(0, 9) k`,
	`/* %[1]s %[2]d %[3]s %[4]s */ INSERT INTO message_words SELECT clinic_id, message_id, conversation_id, created_at, channel, side = 1, words_of(body) FROM message ON CONFLICT DO NOTHING`,
	`/* %[1]s %[2]d %[3]s %[4]s */ INSERT INTO conversation_label SELECT clinic_id, unnest(labels), conversation_id FROM conversation ON CONFLICT DO NOTHING`,
	`/* %[1]s %[2]d %[3]s %[4]s */ CREATE INDEX message_words_found ON message_words USING gin (clinic_id, words) WITH (gin_pending_list_limit = 256)`,
	`/* %[1]s %[2]d %[3]s %[4]s */ VACUUM ANALYZE`,
}

const clients = 8

// measure runs a question by eight at once, and reports what 99 of 100 wait at most.
func measure(b *testing.B, ask func(i int) error) {
	b.Helper()
	for i := range 64 { // every connection knows the statements
		if err := ask(i); err != nil {
			b.Fatal(err)
		}
	}
	took := make([]time.Duration, b.N)
	var wg sync.WaitGroup
	b.ResetTimer()
	for w := range clients {
		wg.Go(func() {
			for i := w; i < b.N; i += clients {
				start := time.Now()
				if err := ask(i); err != nil {
					b.Error(err)
				}
				took[i] = time.Since(start)
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

func BenchmarkList(b *testing.B) {
	c := large(b)
	people := map[string]rules.Actor{"reception": c.Reception, "doctor": c.Doctor, "admin": c.Admin}
	for _, words := range []string{
		"view=waiting", "view=all", "view=unread", "view=mine", "view=starred", "view=archived", "archived=any", "sort=waiting", "waiting=false&status=replied",
		"channel=whatsapp", "channel=sms&direction=inbound&archived=any", "label=common1", "label=rare7&archived=any", "label=common1&label=rare7&archived=any",
		"assignee_id=nobody", "assignee_id=me", "snoozed=true", "status=read&starred=true&channel=email", "status=unread&starred=true&label=common2&channel=call&direction=outbound",
		"status=unread&assignee_id=me&starred=true", "q=last77&archived=any", "q=w15000&archived=any", "patient_id=" + uuid.NewString(),
	} {
		for _, who := range []string{"reception", "doctor", "admin"} {
			b.Run(words+"/"+who, func(b *testing.B) {
				asked, err := url.ParseQuery(words)
				if err != nil {
					b.Fatal(err)
				}
				f, err := inbox.FilterOf(asked, people[who])
				if err != nil {
					b.Fatal(err)
				}
				measure(b, func(int) error {
					_, _, err := c.Inbox.List(b.Context(), people[who], f, 50, "")
					return err
				})
			})
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	c := large(b)
	for name, words := range map[string]func(i int) string{
		"everywhere":   func(int) string { return "w0 " },
		"common":       func(i int) string { return fmt.Sprintf("w%d ", 1+i%50) },
		"middling":     func(i int) string { return fmt.Sprintf("w%d ", 500+i%500) },
		"rare":         func(i int) string { return fmt.Sprintf("w%d ", 12000+i%5000) },
		"two":          func(i int) string { return fmt.Sprintf("w%d w%d ", i%50, 100+i%500) },
		"three rare":   func(i int) string { return fmt.Sprintf("w%d w%d w%d ", 3000+i%50, 9000+i%500, i) },
		"a beginning":  func(i int) string { return fmt.Sprintf("w%d", 10+i%80) },
		"any word":     func(int) string { return "w" },
		"a phrase":     func(i int) string { return fmt.Sprintf(`"w%d w%d"`, i%30, i%41) },
		"not a word":   func(int) string { return "zebra" },
		"a first name": func(i int) string { return fmt.Sprintf("first%d", i%997) },
	} {
		for who, by := range map[string]rules.Actor{"reception": c.Reception, "doctor": c.Doctor} {
			b.Run(name+"/"+who, func(b *testing.B) {
				measure(b, func(i int) error {
					_, err := c.Inbox.Search(b.Context(), by, inbox.Question{Words: words(i)}, 20, "")
					return err
				})
			})
		}
	}
}
