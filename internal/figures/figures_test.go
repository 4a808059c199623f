package figures_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/figures"
	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

func channelOf(w word) rules.Channel { return rules.Channel(w.channel) }

// What is counted in SQL equals the naive computation, over histories that nobody thought of,
// also where clocks change: at night, at midnight, by half an hour.
func TestFiguresEqualTheNaiveComputation(t *testing.T) {
	t.Parallel()
	tests := []struct{ zone, around string }{
		{"Europe/Lisbon", "2026-03-29"},
		{"Europe/Lisbon", "2026-10-25"},
		{"America/Havana", "2025-11-02"},   // from 1:00 back to midnight
		{"America/Santiago", "2025-04-06"}, // from midnight back to 23:00
		{"America/Santiago", "2025-09-07"}, // midnight is left out
		{"Australia/Lord_Howe", "2026-04-05"},
		{"Asia/Kathmandu", "2026-02-01"},
	}
	for _, tt := range tests {
		t.Run(tt.zone+" "+tt.around, func(t *testing.T) {
			t.Parallel()
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			h := newHistory(t, tt.zone, tt.around, rand.New(rand.NewPCG(seed, 1)))
			h.live(300)
			all := append(words(t, h.clinic), h.archived...)
			slices.SortStableFunc(all, func(a, b word) int { return a.at.Compare(b.at) })
			around, _ := time.Parse(time.DateOnly, tt.around)
			for range 4 {
				from := figures.Day{Time: around.AddDate(0, 0, -h.random.IntN(6))}
				to := figures.Day{Time: from.AddDate(0, 0, h.random.IntN(9))}
				h.compare(compute(all, from, to, h.zone), figures.Asked{From: from.String(), To: to.String()})
			}
		})
	}
}

// history makes a clinic live through random days.
type history struct {
	t      *testing.T
	clinic *testkit.Clinic
	zone   *time.Location
	random *rand.Rand
	clock  time.Time
	inbox  *inbox.Service
	staff  []rules.Actor
	at     map[uuid.UUID]uuid.UUID // patients and their front-desk conversations

	archived []word
}

func newHistory(t *testing.T, zone, around string, random *rand.Rand) *history {
	t.Helper()
	c := testkit.NewClinic(t)
	h := &history{t: t, clinic: c, random: random, at: map[uuid.UUID]uuid.UUID{}, staff: []rules.Actor{c.Reception, c.Reception2, c.Admin}}
	var err error
	if h.zone, err = time.LoadLocation(zone); err != nil {
		t.Fatal(err)
	}
	day, err := time.ParseInLocation(time.DateOnly, around, h.zone)
	if err != nil {
		t.Fatal(err)
	}
	h.clock = day.AddDate(0, 0, -6)
	h.exec(`UPDATE clinic SET timezone = $2 WHERE clinic_id = $1`, c.ID, zone)
	h.inbox = inbox.New(c.Store.WithClock(func() time.Time { return h.clock }), c, c.Queue)
	return h
}

func (h *history) exec(sql string, args ...any) {
	h.t.Helper()
	if _, err := h.clinic.DB.Owner.Exec(context.Background(), sql, args...); err != nil {
		h.t.Fatal(err)
	}
}

// live lets so many things happen, over some twelve days.
func (h *history) live(events int) {
	h.t.Helper()
	direct, _, _, err := h.inbox.Start(h.t.Context(), h.clinic.Admin, inbox.Opening{UserID: h.clinic.Reception.ID, Message: testkit.Text("a word")})
	if err != nil {
		h.t.Fatal(err)
	}
	patients := []rules.Actor{h.clinic.Ana, h.clinic.Ben}
	for range events {
		h.clock = h.clock.Add(time.Duration(h.random.Int64N(int64(12 * 24 * time.Hour / time.Duration(events) * 2))))
		patient := patients[h.random.IntN(2)]
		conversation, begun := h.at[patient.ID]
		user := h.staff[h.random.IntN(3)]
		switch n := h.random.IntN(20); {
		case !begun:
			c, _, _, err := h.inbox.Start(h.t.Context(), patient, inbox.Opening{Message: testkit.Text("Hello")})
			h.check(err)
			h.at[patient.ID] = c.ID
		case n < 7:
			h.send(patient, conversation, testkit.Text("A question"))
		case n < 13:
			h.send(user, conversation, testkit.Text("An answer"))
		case n < 15:
			h.send(user, conversation, testkit.Note("among us"))
		case n < 17:
			h.insert(conversation, "call", user.ID)
		case n < 18: // an automatic message
			h.insert(conversation, "portal", uuid.Nil)
		case n < 19:
			archived := true
			_, err := h.inbox.File(h.t.Context(), user, conversation, inbox.Filing{Archived: &archived})
			h.check(err)
			h.archived = append(h.archived, word{archived: true, conversation: conversation, at: h.clock})
		default:
			h.send([]rules.Actor{h.clinic.Admin, h.clinic.Reception}[h.random.IntN(2)], direct.ID, testkit.Text("between us"))
		}
	}
}

func (h *history) check(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *history) send(by rules.Actor, conversation uuid.UUID, d inbox.Draft) {
	h.t.Helper()
	_, _, err := h.inbox.Send(h.t.Context(), by, conversation, d)
	h.check(err)
}

// insert stands for what comes from elsewhere: a logged call, or an automatic message.
func (h *history) insert(conversation uuid.UUID, channel string, author uuid.UUID) {
	h.t.Helper()
	h.exec(`INSERT INTO message (clinic_id, message_id, conversation_id, channel, side, author_user_id, body, status, created_at,
			call_started_at, call_seconds, call_direction, call_outcome)
		VALUES ($1, $2, $3, $4, 0, nullif($5, '00000000-0000-0000-0000-000000000000'::uuid), 'x', 'read', $6,
			CASE WHEN $4 = 'call' THEN $6::timestamptz END, CASE WHEN $4 = 'call' THEN 60 END,
			CASE WHEN $4 = 'call' THEN $7 END, CASE WHEN $4 = 'call' THEN 'reached' END)`,
		h.clinic.ID, uuid.New(), conversation, channel, author, h.clock.Add(time.Microsecond).Truncate(time.Microsecond), []string{"inbound", "outbound"}[h.random.IntN(2)])
	h.exec(`UPDATE conversation SET last_at = $3 WHERE clinic_id = $1 AND conversation_id = $2`, h.clinic.ID, conversation, h.clock.Add(time.Millisecond))
	h.clock = h.clock.Add(time.Millisecond)
}

func (h *history) compare(want model, asked figures.Asked) {
	h.t.Helper()
	s := figures.New(h.clinic.Store)
	ctx, admin := h.t.Context(), h.clinic.Admin
	_, volume, err := s.Volume(ctx, admin, asked)
	h.check(err)
	got := map[figures.Volume]int64{}
	for _, v := range volume {
		n := v.Messages
		v.Messages = 0
		got[v] = n
	}
	h.same(asked, "volume", got, want.volume)

	_, load, err := s.Load(ctx, admin, asked)
	h.check(err)
	slots := map[[2]int][2]int64{}
	for _, l := range load {
		slots[[2]int{l.Weekday, l.Hour}] = [2]int64{l.Inbound, l.Outbound}
	}
	h.same(asked, "load", slots, want.load)

	_, overall, days, err := s.Responses(ctx, admin, asked)
	h.check(err)
	gotWaits, wantWaits := map[figures.Day]figures.Wait{{}: overall}, map[figures.Day]figures.Wait{{}: wait(want.all)}
	for _, d := range days {
		gotWaits[d.Day] = d.Wait
	}
	for day, waits := range want.waits {
		wantWaits[day] = wait(waits)
	}
	for day, w := range wantWaits {
		g := gotWaits[day]
		wantWaits[day] = figures.Wait{Answers: w.Answers, Median: near(w.Median, g.Median), Ninetieth: near(w.Ninetieth, g.Ninetieth)}
	}
	h.same(asked, "responses", gotWaits, wantWaits)

	_, people, err := s.People(ctx, admin, asked)
	h.check(err)
	gotWork, wantWork := map[uuid.UUID]figures.Work{}, map[uuid.UUID]figures.Work{}
	for _, w := range people {
		gotWork[w.ID] = figures.Work{Messages: w.Messages, Calls: w.Calls, Notes: w.Notes, Conversations: w.Conversations, Answers: w.Answers, Median: w.Median}
		wantWork[w.ID] = figures.Work{}
	}
	for id, w := range want.work {
		w.Median = near(percentile(want.workWaits[id], 0.5), gotWork[id].Median)
		wantWork[id] = w
	}
	h.same(asked, "people", gotWork, wantWork)
}

func wait(of []time.Duration) figures.Wait {
	return figures.Wait{Answers: int64(len(of)), Median: percentile(of, 0.5), Ninetieth: percentile(of, 0.9)}
}

func (h *history) same(asked figures.Asked, what string, got, want any) {
	h.t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		h.t.Errorf("%s of %v:\n got %s\nwant %s", what, asked, g, w)
	}
}

// near is what was counted where it differs by no more than rounding: a median is a fraction
// in Postgres and whole nanoseconds here.
func near(want, got time.Duration) time.Duration {
	if (want - got).Abs() <= 2*time.Microsecond {
		return got
	}
	return want
}
