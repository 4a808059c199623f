package inbox_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/clinic"
	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

// workdays are from eight to six.
func workdays(t *testing.T, c *testkit.Clinic, on bool) {
	t.Helper()
	var week clinic.Hours
	for day := time.Monday; day <= time.Friday; day++ {
		week[day] = []clinic.Span{{From: 8 * 60, To: 18 * 60}}
	}
	reply := clinic.AutoReply{On: on, Text: "We are closed until the morning."}
	if _, err := c.Setup.Set(t.Context(), c.Admin, clinic.Change{Hours: &week, AutoReply: &reply}); err != nil {
		t.Fatal(err)
	}
}

// at is the clinic's inbox at a time of its own, in the first week of March 2027; the 1st is
// a Monday.
func at(t *testing.T, c *testkit.Clinic, day, hour int) *inbox.Service {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Lisbon")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 3, day, hour, 0, 0, 0, zone)
	return inbox.New(c.Store.WithClock(func() time.Time { return now }), c, c.Queue)
}

func automatic(t *testing.T, c *testkit.Clinic, id uuid.UUID) (replies []inbox.Message) {
	t.Helper()
	page, _, err := c.Inbox.Messages(t.Context(), c.Reception, id, uuid.Nil, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range page {
		if m.Author.Kind == inbox.System {
			replies = append(replies, m)
		}
	}
	return replies
}

func TestTheClinicAnswersOnceWhileItIsClosed(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	workdays(t, c, true)
	started, _, _, err := at(t, c, 5, 17).Start(t.Context(), c.Ana, inbox.Opening{Message: testkit.Text("Friday, open")})
	if err != nil {
		t.Fatal(err)
	}
	machine := testkit.Text("I am away")
	machine.Automatic = true
	for _, s := range []struct {
		name      string
		day, hour int
		by        rules.Actor
		draft     inbox.Draft
		replies   int // in all
	}{
		{"staff write on Friday evening", 5, 19, c.Reception, testkit.Text("One more thing"), 0},
		{"a machine answers on Friday evening", 5, 20, c.Ana, machine, 0},
		{"a patient writes on Friday evening", 5, 21, c.Ana, testkit.Text("Hello?"), 1},
		{"and on Saturday", 6, 10, c.Ana, testkit.Text("Hello again?"), 1},
		{"and before it opens on Monday", 8, 7, c.Ana, testkit.Text("Are you there?"), 1},
		{"and on Monday at ten", 8, 10, c.Ana, testkit.Text("Now?"), 1},
		{"and on Monday evening", 8, 19, c.Ana, testkit.Text("Good night"), 2},
	} {
		for range 2 { // sent again, it is the same
			if _, _, err := at(t, c, s.day, s.hour).Send(t.Context(), s.by, started.ID, s.draft); err != nil {
				t.Fatal(s.name, err)
			}
		}
		if got := automatic(t, c, started.ID); len(got) != s.replies {
			t.Errorf("%s: %d replies, want %d", s.name, len(got), s.replies)
		}
	}
}

// It is no answer: the patient keeps waiting, and who answers has not been overtaken.
func TestTheClinicsOwnReplyAnswersNothing(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	workdays(t, c, true)
	night := at(t, c, 3, 22)
	started, asked, _, err := night.Start(t.Context(), c.Ben, inbox.Opening{Message: testkit.Text("My knee hurts")})
	if err != nil {
		t.Fatal(err)
	}
	replies := automatic(t, c, started.ID)
	if len(replies) != 1 {
		t.Fatalf("%d replies", len(replies))
	}
	reply, now := replies[0], get(t, c, started.ID)
	if reply.Body != "We are closed until the morning." || reply.Status != rules.Unread || reply.Side != rules.First || !reply.CreatedAt.After(asked.CreatedAt) {
		t.Errorf("the reply is %+v", reply)
	}
	if now.LastWord == nil || *now.LastWord != rules.Second || now.Unread != [2]int{1, 1} || now.Last.ID != asked.ID || now.Shown.ID != reply.ID {
		t.Errorf("the conversation is %+v", now)
	}
	if now.Last.Status != rules.Unread {
		t.Errorf("what was asked is %s", now.Last.Status)
	}
	seenBefore := testkit.Text("Come at nine")
	seenBefore.LastSeenID = asked.ID
	if _, _, err := at(t, c, 4, 8).Send(t.Context(), c.Reception, started.ID, seenBefore); err != nil {
		t.Errorf("reception is overtaken by a machine: %v", err)
	}
}

func TestManyWritesAtNightGetOneReply(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	workdays(t, c, true)
	conversation := c.FromAna(t, "Hello").ID
	before := len(automatic(t, c, conversation)) // whether it is open now or not
	night := at(t, c, 2, 23)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if _, _, err := night.Send(t.Context(), c.Ana, conversation, testkit.Text("Hello?")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := len(automatic(t, c, conversation)) - before; got != 1 {
		t.Errorf("%d replies", got)
	}
}

func TestNobodyIsAnsweredWhereItIsOff(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	workdays(t, c, false)
	started, _, _, err := at(t, c, 3, 23).Start(t.Context(), c.Ana, inbox.Opening{Message: testkit.Text("Hello")})
	if err != nil {
		t.Fatal(err)
	}
	if got := automatic(t, c, started.ID); len(got) != 0 {
		t.Errorf("%d replies", len(got))
	}
}
