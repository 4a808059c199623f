package figures_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/figures"
	"frontdesk/internal/testkit"
)

// word is a message as the model sees it, or that a conversation was archived.
type word struct {
	archived             bool
	conversation, author uuid.UUID // author: of staff, or nobody
	channel, call        string
	side                 int
	byPatient, direct    bool
	at                   time.Time
}

// words are all of a clinic's messages, in the order of time.
func words(t *testing.T, c *testkit.Clinic) (out []word) {
	t.Helper()
	rows, err := c.DB.Owner.Query(t.Context(), `
		SELECT m.conversation_id, m.author_user_id, m.author_patient_id IS NOT NULL, m.channel, coalesce(m.call_direction, ''), m.side, m.created_at, c.kind = 'direct'
		FROM message m JOIN conversation c USING (clinic_id, conversation_id) WHERE m.clinic_id = $1 ORDER BY m.created_at`, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var w word
		var author uuid.NullUUID
		if err := rows.Scan(&w.conversation, &author, &w.byPatient, &w.channel, &w.call, &w.side, &w.at, &w.direct); err != nil {
			t.Fatal(err)
		}
		w.author = author.UUID
		out = append(out, w)
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return out
}

// model is the naive computation: one message after the other, days by the calendar.
type model struct {
	volume    map[figures.Volume]int64 // by all but the number
	load      map[[2]int][2]int64
	waits     map[figures.Day][]time.Duration
	all       []time.Duration
	work      map[uuid.UUID]figures.Work
	workWaits map[uuid.UUID][]time.Duration
	answered  map[[2]uuid.UUID]bool
}

func compute(all []word, from, to figures.Day, zone *time.Location) model {
	m := model{
		volume: map[figures.Volume]int64{}, load: map[[2]int][2]int64{}, waits: map[figures.Day][]time.Duration{},
		work: map[uuid.UUID]figures.Work{}, workWaits: map[uuid.UUID][]time.Duration{}, answered: map[[2]uuid.UUID]bool{},
	}
	waiting := map[uuid.UUID]time.Time{} // conversations, since when
	for _, w := range all {
		if w.archived {
			delete(waiting, w.conversation) // whoever archives says that nothing is to be answered
		}
		if w.direct || w.archived {
			continue
		}
		local := w.at.In(zone)
		day := figures.Day{Time: time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)}
		in := !day.Before(from.Time) && !day.After(to.Time)
		if in {
			m.count(w, day, local)
		}
		since, waits := waiting[w.conversation]
		switch {
		case w.channel == "note" || w.channel == "call":
		case w.byPatient && !waits:
			waiting[w.conversation] = w.at
		case w.author != uuid.Nil && waits:
			delete(waiting, w.conversation)
			if in {
				m.answer(w, day, w.at.Sub(since))
			}
		}
	}
	return m
}

func (m model) count(w word, day figures.Day, local time.Time) {
	direction := figures.Outbound
	switch {
	case w.channel == "note":
		direction = figures.Internal
	case w.call == "inbound" || w.call == "" && w.side == 1:
		direction = figures.Inbound
	}
	m.volume[figures.Volume{Day: day, Channel: channelOf(w), Direction: direction}]++
	if direction != figures.Internal {
		slot := [2]int{(int(local.Weekday())+6)%7 + 1, local.Hour()}
		n := m.load[slot]
		n[map[figures.Direction]int{figures.Inbound: 0, figures.Outbound: 1}[direction]]++
		m.load[slot] = n
	}
	if w.author == uuid.Nil {
		return
	}
	work := m.work[w.author]
	switch w.channel {
	case "note":
		work.Notes++
	case "call":
		work.Calls++
	default:
		work.Messages++
	}
	m.work[w.author] = work
}

func (m *model) answer(w word, day figures.Day, wait time.Duration) {
	m.waits[day] = append(m.waits[day], wait)
	m.all = append(m.all, wait)
	m.workWaits[w.author] = append(m.workWaits[w.author], wait)
	work := m.work[w.author]
	if pair := [2]uuid.UUID{w.author, w.conversation}; !m.answered[pair] {
		m.answered[pair] = true
		work.Conversations++
	}
	work.Answers++
	m.work[w.author] = work
}

// percentile interpolates between the two nearest, as percentile_cont does.
func percentile(of []time.Duration, p float64) time.Duration {
	if len(of) == 0 {
		return 0
	}
	sorted := slices.Clone(of)
	slices.Sort(sorted)
	at := p * float64(len(sorted)-1)
	low := int(at)
	if low+1 == len(sorted) {
		return sorted[low]
	}
	return sorted[low] + time.Duration((at-float64(low))*float64(sorted[low+1]-sorted[low]))
}
