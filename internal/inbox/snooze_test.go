package inbox_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

func snoozing(until time.Time) inbox.Filing {
	return inbox.Filing{Snooze: &inbox.Snoozing{On: true, Until: until}}
}

var waking = inbox.Filing{Snooze: &inbox.Snoozing{}}

func get(t *testing.T, c *testkit.Clinic, id uuid.UUID) inbox.Conversation {
	t.Helper()
	now, err := c.Inbox.Get(t.Context(), c.Admin, id)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

// A snooze ends at its time, with the patient's answer, by hand, or with archiving; a job that
// was left by another snooze ends nothing.
func TestWhatEndsASnooze(t *testing.T) {
	t.Parallel()
	soon := time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
	file := func(in inbox.Filing) func(*testing.T, *testkit.Clinic, uuid.UUID) error {
		return func(t *testing.T, c *testkit.Clinic, id uuid.UUID) error {
			return second(c.Inbox.File(t.Context(), c.Reception2, id, in))
		}
	}
	wakeAt := func(at time.Time) func(*testing.T, *testkit.Clinic, uuid.UUID) error {
		return func(t *testing.T, c *testkit.Clinic, id uuid.UUID) error {
			return c.Inbox.Wake(t.Context(), inbox.Waking{ClinicID: c.ID, ConversationID: id, Until: at})
		}
	}
	say := func(by func(*testkit.Clinic) rules.Actor, draft inbox.Draft) func(*testing.T, *testkit.Clinic, uuid.UUID) error {
		return func(t *testing.T, c *testkit.Clinic, id uuid.UUID) error {
			draft.ID = uuid.Must(uuid.NewV7())
			_, _, err := c.Inbox.Send(t.Context(), by(c), id, draft)
			return err
		}
	}
	reception := func(c *testkit.Clinic) rules.Actor { return c.Reception }
	ana := func(c *testkit.Clinic) rules.Actor { return c.Ana }
	for name, tt := range map[string]struct {
		until  time.Time // zero: until she answers
		do     func(*testing.T, *testkit.Clinic, uuid.UUID) error
		sleeps bool
		silent bool // nothing was told
	}{
		"its time comes":                        {until: soon, do: wakeAt(soon)},
		"the time of another snooze":            {until: soon, do: wakeAt(soon.Add(time.Microsecond)), sleeps: true, silent: true},
		"a time, though it waits for an answer": {do: wakeAt(soon), sleeps: true, silent: true},
		"she answers before its time":           {until: soon, do: say(ana, testkit.Text("x"))},
		"she answers":                           {do: say(ana, testkit.Text("x"))},
		"staff write":                           {until: soon, do: say(reception, testkit.Text("x")), sleeps: true},
		"staff leave a note":                    {do: say(reception, testkit.Note("x")), sleeps: true},
		"brought back by hand":                  {until: soon, do: file(waking)},
		"archived":                              {until: soon, do: file(inbox.Filing{Archived: ptr(true)})},
		"labelled":                              {until: soon, do: file(inbox.Filing{AddLabels: []string{"lab"}}), sleeps: true},
		"snoozed to the same time again":        {until: soon, do: file(snoozing(soon)), sleeps: true, silent: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := testkit.NewClinic(t)
			there := c.FromAna(t, "Hello").ID
			before, err := c.Inbox.File(t.Context(), c.Reception, there, snoozing(tt.until))
			if err != nil || before.Snooze == nil || before.Snooze.By.ID != c.Reception.ID || !before.Snooze.Until.Equal(tt.until) {
				t.Fatalf("snoozed as %+v, %v", before.Snooze, err)
			}
			told := len(c.Changes())
			if err := tt.do(t, c, there); err != nil {
				t.Fatal(err)
			}
			now := get(t, c, there)
			if sleeps := now.Snooze != nil; sleeps != tt.sleeps {
				t.Errorf("it sleeps: %v, want %v", sleeps, tt.sleeps)
			}
			if tt.sleeps && now.Snooze.By.ID != c.Reception.ID {
				t.Errorf("it is %s who has snoozed it", now.Snooze.By.Name)
			}
			if silent := len(c.Changes()) == told; silent != tt.silent {
				t.Errorf("nothing was told: %v, want %v", silent, tt.silent)
			}
		})
	}
}

func TestWhatWakesComesToTheTop(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there, until := c.FromAna(t, "Hello").ID, time.Now().Add(time.Hour)
	if _, err := c.Inbox.File(t.Context(), c.Reception, there, snoozing(until)); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := c.Inbox.Start(t.Context(), c.Ben, inbox.Opening{Message: testkit.Text("Later")}); err != nil {
		t.Fatal(err)
	}
	seen := get(t, c, there)
	for range 2 { // the second does nothing
		if err := c.Inbox.Wake(t.Context(), inbox.Waking{ClinicID: c.ID, ConversationID: there, Until: seen.Snooze.Until}); err != nil {
			t.Fatal(err)
		}
	}
	all, _, err := c.Inbox.List(t.Context(), c.Reception, inbox.Filter{}, 10, "")
	if err != nil || len(all) != 2 || all[0].ID != there || all[0].LastWordSince != seen.LastWordSince {
		t.Errorf("the list begins with %v, %v", all, err)
	}
	// The next message still comes after it, and the thread is in order.
	m, _, err := c.Inbox.Send(t.Context(), c.Reception, there, testkit.Text("Still here?"))
	if err != nil || !m.CreatedAt.After(all[0].LastAt) {
		t.Errorf("a message at %s after waking at %s, %v", m.CreatedAt, all[0].LastAt, err)
	}
}

// Whatever is done in whatever order: after its time or an answer a conversation is in the
// list that everybody works from, unless somebody has archived it.
func TestNoSnoozeLosesAConversation(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := c.FromAna(t, "Hello").ID
	random := rand.New(rand.NewPCG(1, 2))
	var jobs []inbox.Waking
	for range 120 {
		by := []rules.Actor{c.Reception, c.Reception2, c.Admin}[random.IntN(3)]
		var err error
		switch random.IntN(6) {
		case 0:
			until := time.Now().Add(time.Duration(1+random.IntN(3)) * time.Hour).UTC().Truncate(time.Hour)
			if err = second(c.Inbox.File(t.Context(), by, there, snoozing(until))); err == nil {
				jobs = append(jobs, inbox.Waking{ClinicID: c.ID, ConversationID: there, Until: until})
			}
		case 1:
			err = second(c.Inbox.File(t.Context(), by, there, snoozing(time.Time{})))
		case 2:
			err = second(c.Inbox.File(t.Context(), by, there, waking))
		case 3:
			err = second(c.Inbox.File(t.Context(), by, there, inbox.Filing{Archived: ptr(random.IntN(2) == 0)}))
		case 4:
			_, _, err = c.Inbox.Send(t.Context(), by, there, testkit.Text("x"))
		case 5:
			if len(jobs) > 0 {
				err = c.Inbox.Wake(t.Context(), jobs[random.IntN(len(jobs))])
			}
		}
		if code := codeOf(err); code != "" && code != "archived" && code != "snooze_past" {
			t.Fatal(err)
		}
	}
	if archived := get(t, c, there).Archived; !archived {
		for _, job := range jobs {
			if err := c.Inbox.Wake(t.Context(), job); err != nil {
				t.Fatal(err)
			}
		}
		if now := get(t, c, there); now.Snooze != nil && !now.Snooze.Until.IsZero() {
			t.Errorf("all jobs are done and it sleeps until %s", now.Snooze.Until)
		}
	}
	if _, _, err := c.Inbox.Send(t.Context(), c.Ana, there, testkit.Text("Hello?")); err != nil {
		t.Fatal(err)
	}
	list, _, err := c.Inbox.List(t.Context(), c.Reception, inbox.Filter{Archived: ptr(false)}, 10, "")
	if err != nil || len(list) != 1 || list[0].Snooze != nil {
		t.Errorf("after her answer the list is %v, %v", list, err)
	}
}
