package inbox_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

// A hand-over and its note are one step: both or neither, and once, however often it is sent.
func TestHandOverWithANote(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := c.FromAna(t, "Hello").ID
	note := testkit.Note("@Dora Doctor please look at this.")
	note.Mentions = []uuid.UUID{c.Doctor.ID} // who does not see it before this
	over := inbox.Filing{Assignee: &c.Doctor.ID, Note: &note}
	told := len(c.Changes())
	for range 2 {
		now, err := c.Inbox.File(t.Context(), c.Reception, there, over)
		if err != nil || now.Assignee.ID != c.Doctor.ID || now.Last.ID != note.ID {
			t.Fatalf("%+v, %v", now, err)
		}
	}
	if got := c.Changes()[told:]; len(got) != 1 || len(got[0].Messages) != 1 || got[0].ForPatient {
		t.Errorf("it was told as %+v", got)
	}
	page, _, err := c.Inbox.Messages(t.Context(), c.Doctor, there, uuid.Nil, 10)
	if err != nil || len(page) != 2 || !slices.Equal(page[1].Mentions, note.Mentions) || page[1].Status != rules.Read {
		t.Errorf("the doctor reads %+v, %v", page, err)
	}

	back := testkit.Note("All is well.")
	if _, err := c.Inbox.File(t.Context(), c.Doctor, there, inbox.Filing{Assignee: &uuid.Nil, Note: &back}); err != nil {
		t.Errorf("giving back with a note: %v", err)
	}
	if now := get(t, c, there); now.Assignee.ID != uuid.Nil || now.Last.ID != back.ID {
		t.Errorf("given back: %+v", now)
	}
}

func TestAHandOverThatIsRefusedLeavesNoNote(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := c.FromAna(t, "Hello").ID
	gone := c.Doctor2.ID
	if _, err := c.DB.Owner.Exec(t.Context(), `UPDATE clinic_user SET active = false WHERE user_id = $1`, gone); err != nil {
		t.Fatal(err)
	}
	unseen := testkit.Note("@Dan")
	unseen.Mentions = []uuid.UUID{c.Doctor2.ID}
	empty := testkit.Note(" ")
	for name, tt := range map[string]struct {
		by   rules.Actor
		in   inbox.Filing
		code string
	}{
		"to one without the hub":       {c.Reception, inbox.Filing{Assignee: &c.NoHub.ID, Note: ptr(testkit.Note("x"))}, "assignee_unreachable"},
		"to one who has left":          {c.Reception, inbox.Filing{Assignee: &gone, Note: ptr(testkit.Note("x"))}, "assignee_unreachable"},
		"to a patient":                 {c.Reception, inbox.Filing{Assignee: &c.Ben.ID, Note: ptr(testkit.Note("x"))}, "assignee_unknown"},
		"by one who does not see it":   {c.Doctor, inbox.Filing{Assignee: &c.Doctor.ID, Note: ptr(testkit.Note("x"))}, "conversation_not_found"},
		"mentioning another doctor":    {c.Reception, inbox.Filing{Assignee: &c.Doctor.ID, Note: &unseen}, "mention_unreachable"},
		"an empty note":                {c.Reception, inbox.Filing{Assignee: &c.Doctor.ID, Note: &empty}, "body_empty"},
		"a note without a hand-over":   {c.Reception, inbox.Filing{Note: ptr(testkit.Note("x"))}, "note_alone"},
		"a patient":                    {c.Ana, inbox.Filing{Assignee: &c.Doctor.ID}, "staff_only"},
		"labels both ways":             {c.Reception, inbox.Filing{Labels: &[]string{"lab"}, AddLabels: []string{"urgent"}}, "labels_both_ways"},
		"a label that is none":         {c.Reception, inbox.Filing{AddLabels: []string{"vip"}}, "label_unknown"},
		"archived and snoozed at once": {c.Reception, inbox.Filing{Archived: ptr(true), Snooze: &inbox.Snoozing{On: true}}, "archived"},
		"snoozed into the past":        {c.Reception, snoozing(time.Now().Add(-time.Minute)), "snooze_past"},
	} {
		if got := codeOf(second(c.Inbox.File(t.Context(), tt.by, there, tt.in))); got != tt.code {
			t.Errorf("%s: %q, want %q", name, got, tt.code)
		}
	}
	if now := get(t, c, there); now.Assignee.ID != uuid.Nil || now.Archived || now.Snooze != nil || len(now.Labels) > 0 || now.Last.Channel == rules.Note {
		t.Errorf("something was half done: %+v", now)
	}
	// Somebody of reception may own it as well.
	for _, to := range []uuid.UUID{c.Reception.ID, c.Reception2.ID, c.Admin.ID} {
		if now, err := c.Inbox.File(t.Context(), c.Reception, there, inbox.Filing{Assignee: &to}); err != nil || now.Assignee.ID != to {
			t.Errorf("assigned to %v, %v", now.Assignee, err)
		}
	}
}

// standing is what filing decides of a conversation, without what differs from run to run.
func standing(c inbox.Conversation) string {
	asleep := "awake"
	if c.Snooze != nil {
		asleep = fmt.Sprint(c.Snooze.Until, c.Snooze.By.Name)
	}
	return fmt.Sprint(c.Archived, c.Assignee.Name, c.Labels, asleep, c.Unread)
}

// The same done to many at once and to each by itself ends the same, refusals included.
func TestManyAtOnceIsTheSameAsOneByOne(t *testing.T) {
	t.Parallel()
	db := testkit.DB(t)
	many, single := testkit.NewClinicIn(t, db), testkit.NewClinicIn(t, db)
	ids := map[*testkit.Clinic][]uuid.UUID{}
	for _, c := range []*testkit.Clinic{many, single} {
		ids[c] = []uuid.UUID{
			c.FromAna(t, "Hello").ID, start(t, c, c.Ben, inbox.Opening{}), start(t, c, c.Doctor, inbox.Opening{PatientID: c.Ana.ID}),
			start(t, c, c.Admin, inbox.Opening{UserID: c.Reception.ID}), uuid.New(),
		}
	}
	random := rand.New(rand.NewPCG(3, 4))
	later := time.Now().Add(5 * time.Hour).UTC().Truncate(time.Second)
	for range 60 {
		what, who := random.IntN(9), random.IntN(4)
		yes := random.IntN(2) == 0
		change := func(c *testkit.Clinic) inbox.Sweep {
			return []inbox.Sweep{
				{Filing: inbox.Filing{Archived: &yes}},
				{Filing: inbox.Filing{AddLabels: []string{"lab"}}},
				{Filing: inbox.Filing{RemoveLabels: []string{"lab"}}},
				{Filing: inbox.Filing{Labels: &[]string{"urgent", "billing"}}},
				{Filing: snoozing(later)},
				{Filing: waking},
				{Read: &yes},
				{Filing: inbox.Filing{Assignee: &c.Doctor.ID}},
				{Filing: inbox.Filing{Assignee: &uuid.Nil}, Read: &yes},
			}[what]
		}
		by := func(c *testkit.Clinic) rules.Actor {
			return []rules.Actor{c.Reception, c.Admin, c.Doctor, c.Doctor2}[who]
		}
		swept, err := many.Inbox.FileAll(t.Context(), by(many), ids[many], change(many))
		if err != nil {
			t.Fatal(err)
		}
		for i, id := range ids[single] {
			one, err := single.Inbox.FileAll(t.Context(), by(single), []uuid.UUID{id}, change(single))
			if err != nil || len(one) != 1 || (one[0].Refused == nil) != (swept[i].Refused == nil) || one[0].Refused != nil && one[0].Refused.Code != swept[i].Refused.Code {
				t.Fatalf("alone %+v (%v), among others %+v", one, err, swept[i])
			}
			if i == 4 {
				continue // it does not exist
			}
			if a, b := standing(get(t, many, ids[many][i])), standing(get(t, single, id)); a != b {
				t.Errorf("change %d of conversation %d: among others %s, alone %s", what, i, a, b)
			}
		}
		told := len(many.Changes())
		if _, err := many.Inbox.FileAll(t.Context(), by(many), ids[many], change(many)); err != nil || what != 6 && what != 8 && len(many.Changes()) != told {
			t.Errorf("done again, %d changes more (%v)", len(many.Changes())-told, err)
		}
		if _, err := single.Inbox.FileAll(t.Context(), by(single), ids[single], change(single)); err != nil {
			t.Error(err)
		}
	}
}

func start(t testing.TB, c *testkit.Clinic, by rules.Actor, in inbox.Opening) uuid.UUID {
	t.Helper()
	in.Message = testkit.Text("Hello")
	there, _, _, err := c.Inbox.Start(t.Context(), by, in)
	if err != nil {
		t.Fatal(err)
	}
	return there.ID
}

// BenchmarkFileAll archives and reopens 200 conversations in turn.
func BenchmarkFileAll(b *testing.B) {
	c := testkit.NewClinic(b)
	ids := make([]uuid.UUID, 200)
	for i := range ids {
		p := c.Patient(b, fmt.Sprint("Patient ", i), fmt.Sprint("p", i), true)
		ids[i] = start(b, c, p, inbox.Opening{})
	}
	archived := false
	for b.Loop() {
		archived = !archived
		if _, err := c.Inbox.FileAll(b.Context(), c.Reception, ids, inbox.Sweep{Filing: inbox.Filing{Archived: &archived}}); err != nil {
			b.Fatal(err)
		}
	}
}
