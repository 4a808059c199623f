package wire_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

func change() inbox.Change {
	ana := inbox.Person{ID: uuid.New(), Name: "Ana"}
	rita := inbox.Author{Kind: rules.User, Person: inbox.Person{ID: uuid.New(), Name: "Rita"}}
	side := rules.Second
	word := inbox.Message{ID: uuid.New(), Channel: rules.Portal, Side: rules.First, Author: rita, Body: "Come at ten.", Star: &inbox.Mark{By: rita}}
	note := inbox.Message{ID: uuid.New(), Channel: rules.Note, Author: rita, Body: "SECRET"}
	return inbox.Change{
		ForStaff: true, ForPatient: true, Messages: []inbox.Message{word, note},
		Conversation: &inbox.Conversation{
			ID: uuid.New(), Parties: rules.Parties{Kind: rules.FrontDesk, PatientID: ana.ID}, Patient: ana,
			Assignee: inbox.Person{ID: uuid.New(), Name: "SECRET assignee"}, Labels: []string{"SECRET"}, Archived: true,
			LastWord: &side, Last: &note, Shown: &word, Stars: 1, LastAt: time.Now(), ShownAt: time.Now(),
		},
	}
}

// What patients are not to see is not in what they are sent: not the words, not the names of
// the fields.
func TestThePatientsBytes(t *testing.T) {
	t.Parallel()
	first, second := wire.Encode(change(), "p")
	for _, hidden := range []string{"SECRET", "assignee", "labels", "waiting_since", "starred_by", "read_by", "participants", "archived\":true", "error", "call"} {
		if strings.Contains(string(second), hidden) {
			t.Errorf("the patient is sent %s: %s", hidden, second)
		}
		if !strings.Contains(string(first), hidden) && hidden != "waiting_since" {
			t.Errorf("staff are not sent %s: %s", hidden, first)
		}
	}
	var c wire.Change
	if err := json.Unmarshal(second, &c); err != nil || len(c.Messages) != 1 || c.Messages[0].Starred {
		t.Errorf("the patient is sent %s (%v)", second, err)
	}
	ch := change()
	ch.ForPatient = false
	if _, second := wire.Encode(ch, "p"); second != nil {
		t.Errorf("what is not for patients is sent to one: %s", second)
	}
}

func TestEncodingStaysCheap(t *testing.T) { //nolint:paralleltest // it counts allocations
	ch := change()
	if n := testing.AllocsPerRun(100, func() { wire.Encode(ch, "p") }); n > 100 {
		t.Errorf("%v allocations for one change", n)
	}
}

func TestTimesAreInOrderAsText(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 120_000_000, time.UTC)
	before := ""
	for _, step := range []time.Duration{0, time.Microsecond, time.Millisecond, time.Second} {
		text, err := wire.Time(at.Add(step)).MarshalText()
		if err != nil || string(text) <= before || len(text) != 27 {
			t.Errorf("%s after %s (%v)", text, before, err)
		}
		before = string(text)
	}
}

func TestPositions(t *testing.T) {
	t.Parallel()
	p, err := wire.NewPositions([]byte("a secret"))
	other, err2 := wire.NewPositions([]byte("another"))
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	clinic := uuid.New()
	sealed := p.Seal(clinic, -7, 42)
	if seq, ok := p.Open(clinic, -7, sealed); !ok || seq != 42 || len(sealed) != 22 {
		t.Errorf("%q opens as %d, %v", sealed, seq, ok)
	}
	for name, bad := range map[string]func() (int64, bool){
		"another clinic":  func() (int64, bool) { return p.Open(uuid.New(), -7, sealed) },
		"another epoch":   func() (int64, bool) { return p.Open(clinic, 8, sealed) },
		"another secret":  func() (int64, bool) { return other.Open(clinic, -7, sealed) },
		"nothing":         func() (int64, bool) { return p.Open(clinic, -7, "") },
		"one letter more": func() (int64, bool) { return p.Open(clinic, -7, sealed+"A") },
	} {
		if _, ok := bad(); ok {
			t.Errorf("%s was accepted", name)
		}
	}
}

func FuzzPosition(f *testing.F) {
	p, err := wire.NewPositions([]byte("a secret"))
	if err != nil {
		f.Fatal(err)
	}
	clinic := uuid.New()
	f.Add(p.Seal(clinic, 1, 1))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		if seq, ok := p.Open(clinic, 1, text); ok && p.Seal(clinic, 1, seq) != text {
			t.Errorf("%q opens as %d, which is another position", text, seq)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	ch := change()
	b.ReportAllocs()
	for b.Loop() {
		wire.Encode(ch, "position")
	}
}
