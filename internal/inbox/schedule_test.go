package inbox_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

// earlier is the same inbox an hour ago: what is scheduled there for in half an hour is due.
func earlier(c *testkit.Clinic) *inbox.Service {
	return inbox.New(c.Store.WithClock(func() time.Time { return time.Now().Add(-time.Hour) }), c, c.Queue)
}

func due() time.Time { return time.Now().Add(-30 * time.Minute).UTC().Truncate(time.Microsecond) }

func (w worldOfOne) waits(t *testing.T, by rules.Actor) []inbox.Scheduled {
	t.Helper()
	found, _, err := w.c.Inbox.Upcoming(t.Context(), by, uuid.Nil, 200, "")
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// worldOfOne is Ana's conversation with reception, and one message that is due in it.
type worldOfOne struct {
	c     *testkit.Clinic
	there uuid.UUID
	draft inbox.Draft
	at    time.Time
}

func oneDue(t *testing.T) worldOfOne {
	t.Helper()
	c := testkit.NewClinic(t)
	w := worldOfOne{c: c, there: c.FromAna(t, "Hello").ID, draft: testkit.Text("Please come fasting."), at: due()}
	if _, fresh, err := earlier(c).Schedule(t.Context(), c.Reception, w.there, w.draft, w.at); err != nil || !fresh {
		t.Fatal(fresh, err)
	}
	return w
}

func (w worldOfOne) bodies(t *testing.T) (out []string) {
	t.Helper()
	page, _, err := w.c.Inbox.Messages(t.Context(), w.c.Admin, w.there, uuid.Nil, 200)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range page {
		out = append(out, m.Body)
	}
	return out
}

func (w worldOfOne) job(version int32) inbox.Dispatch {
	return inbox.Dispatch{ClinicID: w.c.ID, MessageID: w.draft.ID, Version: version}
}

func TestSchedule(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := c.FromAna(t, "Hello").ID
	in := func(d time.Duration) time.Time { return time.Now().Add(d) }
	for name, tt := range map[string]struct {
		by     rules.Actor
		at     time.Time
		change func(*inbox.Draft)
		code   string
	}{
		"in an hour":               {at: in(time.Hour)},
		"in a minute":              {at: in(time.Minute)},
		"in a year":                {at: in(365 * 24 * time.Hour)},
		"at once":                  {at: in(30 * time.Second), code: "too_soon"},
		"in the past":              {at: in(-time.Hour), code: "too_soon"},
		"at no time":               {code: "too_soon"},
		"in two years":             {at: in(2 * 366 * 24 * time.Hour), code: "too_late"},
		"by the patient":           {by: c.Ana, at: in(time.Hour), code: "staff_only"},
		"whom it does not concern": {by: c.Doctor, at: in(time.Hour), code: "conversation_not_found"},
		"without the permission":   {by: c.NoHub, at: in(time.Hour), code: "hub_not_allowed"},
		"a note":                   {at: in(time.Hour), change: func(d *inbox.Draft) { d.Channel = rules.Note }, code: "channel_not_schedulable"},
		"a call":                   {at: in(time.Hour), change: func(d *inbox.Draft) { d.Channel = rules.Call }, code: "channel_not_schedulable"},
		"a channel not set up":     {at: in(time.Hour), change: func(d *inbox.Draft) { d.Channel = rules.SMS }, code: "channel_unavailable"},
		"nothing":                  {at: in(time.Hour), change: func(d *inbox.Draft) { d.Body = " " }, code: "body_empty"},
		"a field of a template":    {at: in(time.Hour), change: func(d *inbox.Draft) { d.Body, d.OfTemplate = "At {{time}}", true }, code: "field_missing"},
	} {
		d, by := testkit.Text("Your appointment is tomorrow."), c.Reception
		if tt.change != nil {
			tt.change(&d)
		}
		if tt.by.ID != uuid.Nil {
			by = tt.by
		}
		if _, _, err := c.Inbox.Schedule(t.Context(), by, there, d, tt.at); codeOf(err) != tt.code {
			t.Errorf("%s: %v, want %q", name, err, tt.code)
		}
	}
	if n := len(c.Changes()); n != 4 {
		t.Errorf("%d changes were announced, want 4", n)
	}
	for name, n := range map[*rules.Actor]int{&c.Reception: 3, &c.Reception2: 3, &c.Admin: 3, &c.Doctor: 0} {
		if found, _, err := c.Inbox.Upcoming(t.Context(), *name, there, 50, ""); err != nil || len(found) != n {
			t.Errorf("%s sees %d, %v", name.Name, len(found), err)
		}
	}
	if _, _, err := c.Inbox.Upcoming(t.Context(), c.Ana, there, 50, ""); codeOf(err) != "staff_only" {
		t.Errorf("the patient asks what waits: %v", err)
	}
	page, next, err := c.Inbox.Upcoming(t.Context(), c.Reception, uuid.Nil, 2, "")
	rest, end, err2 := c.Inbox.Upcoming(t.Context(), c.Reception, uuid.Nil, 2, next)
	if err != nil || err2 != nil || len(page) != 2 || len(rest) != 1 || end != "" || !page[0].At.Before(page[1].At) || !page[1].At.Before(rest[0].At) {
		t.Errorf("pages of %d and %d, %v %v", len(page), len(rest), err, err2)
	}
}

// Whom the topic concerns: those who see the conversation, and nobody else.
func TestScheduledIsToldToThoseWhoSeeIt(t *testing.T) {
	t.Parallel()
	w := oneDue(t)
	last := w.c.Changes()[1]
	for _, tt := range []struct {
		who  rules.Actor
		told bool
	}{{w.c.Reception, true}, {w.c.Reception2, true}, {w.c.Admin, true}, {w.c.Doctor, false}, {w.c.NoHub, false}, {w.c.Ana, false}} {
		if slices.Contains(last.Persons, tt.who.ID) != tt.told {
			t.Errorf("%s is told: %v", tt.who.Name, !tt.told)
		}
	}
	if last.ForPatient || last.Conversation != nil || !slices.Equal(last.Topics, []string{"scheduled"}) {
		t.Errorf("the change is %+v", last)
	}
}

func TestOneIDIsScheduledOnce(t *testing.T) {
	t.Parallel()
	w := oneDue(t)
	past := earlier(w.c)
	schedule := func(d inbox.Draft, at time.Time) (bool, string) {
		_, fresh, err := past.Schedule(t.Context(), w.c.Reception, w.there, d, at)
		return fresh, codeOf(err)
	}
	if fresh, code := schedule(w.draft, w.at); fresh || code != "" {
		t.Errorf("again: %v %s", fresh, code)
	}
	other := w.draft
	other.Body = "Other words"
	if _, code := schedule(other, w.at); code != "id_conflict" {
		t.Errorf("other words: %s", code)
	}
	if _, code := schedule(w.draft, w.at.Add(time.Minute)); code != "id_conflict" {
		t.Errorf("another time: %s", code)
	}
	if err := w.c.Inbox.Dispatch(t.Context(), w.job(1)); err != nil {
		t.Fatal(err)
	}
	again, fresh, err := w.c.Inbox.Schedule(t.Context(), w.c.Reception, w.there, w.draft, w.at)
	if fresh || err != nil || again.State != inbox.Sent {
		t.Errorf("after it was sent: %+v %v", again, err)
	}
	sent := testkit.Text("Sent at once")
	if _, _, err := w.c.Inbox.Send(t.Context(), w.c.Reception, w.there, sent); err != nil {
		t.Fatal(err)
	}
	if _, code := schedule(sent, w.at); code != "id_conflict" {
		t.Errorf("the id of a message: %s", code)
	}
}

// Another time makes another job: the one before sends nothing. Words are the author's.
func TestReschedule(t *testing.T) {
	t.Parallel()
	w := oneDue(t)
	later, soon, words, sms := time.Now().Add(2*time.Hour).UTC().Truncate(time.Microsecond), time.Now(), "At nine.", rules.SMS
	for _, tt := range []struct {
		name string
		by   rules.Actor
		what inbox.Rescheduling
		code string
	}{
		{"a colleague's words", w.c.Reception2, inbox.Rescheduling{Body: &words}, "not_yours_to_edit"},
		{"a doctor who does not see it", w.c.Doctor, inbox.Rescheduling{At: &later}, "scheduled_not_found"},
		{"the patient", w.c.Ana, inbox.Rescheduling{At: &later}, "staff_only"},
		{"a time that is past", w.c.Reception, inbox.Rescheduling{At: &soon}, "too_soon"},
		{"a channel not set up", w.c.Reception, inbox.Rescheduling{Channel: &sms}, "channel_unavailable"},
		{"the author's words, in the last minute", w.c.Reception, inbox.Rescheduling{Body: &words}, ""},
		{"a colleague's time", w.c.Reception2, inbox.Rescheduling{At: &later}, ""},
		{"the same again", w.c.Reception2, inbox.Rescheduling{At: &later}, ""},
	} {
		if _, err := w.c.Inbox.Reschedule(t.Context(), tt.by, w.draft.ID, tt.what); codeOf(err) != tt.code {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.code)
		}
	}
	if err := w.c.Inbox.Dispatch(t.Context(), w.job(1)); err != nil {
		t.Fatal(err)
	}
	if got := w.bodies(t); len(got) != 1 {
		t.Errorf("the job of the old time has sent: %q", got)
	}
	if left := w.waits(t, w.c.Reception2); len(left) != 1 || left[0].Body != words || !left[0].At.Equal(later) || left[0].Author.ID != w.c.Reception.ID {
		t.Errorf("waiting: %+v", left)
	}
	if n := len(w.c.Changes()); n != 4 {
		t.Errorf("%d changes were announced, want 4", n)
	}
}

func TestCancelAndSendNow(t *testing.T) {
	t.Parallel()
	w := oneDue(t)
	if err := w.c.Inbox.Cancel(t.Context(), w.c.Doctor, w.draft.ID); codeOf(err) != "scheduled_not_found" {
		t.Errorf("by whom it does not concern: %v", err)
	}
	for range 2 {
		if err := w.c.Inbox.Cancel(t.Context(), w.c.Reception2, w.draft.ID); err != nil {
			t.Errorf("cancelled: %v", err)
		}
	}
	if err := w.c.Inbox.Dispatch(t.Context(), w.job(1)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.c.Inbox.SendNow(t.Context(), w.c.Reception, w.draft.ID); codeOf(err) != "cancelled" {
		t.Errorf("sent after it was cancelled: %v", err)
	}
	if got := w.bodies(t); len(got) != 1 {
		t.Errorf("sent: %q", got)
	}
	d := testkit.Text("In an hour")
	if _, _, err := w.c.Inbox.Schedule(t.Context(), w.c.Reception, w.there, d, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if m, err := w.c.Inbox.SendNow(t.Context(), w.c.Reception2, d.ID); err != nil || m.Author.ID != w.c.Reception.ID {
			t.Errorf("sent now: %+v %v", m.Author, err)
		}
	}
	if err := w.c.Inbox.Dispatch(t.Context(), inbox.Dispatch{ClinicID: w.c.ID, MessageID: d.ID, Version: 1}); err != nil {
		t.Fatal(err)
	}
	if err := w.c.Inbox.Cancel(t.Context(), w.c.Reception, d.ID); codeOf(err) != "already_sent" {
		t.Errorf("cancelled after it was sent: %v", err)
	}
	if got := w.bodies(t); len(got) != 2 {
		t.Errorf("the conversation holds %q", got)
	}
}

// What waits in a patient's double is sent in the conversation that the two become.
func TestWhatWaitsIsMerged(t *testing.T) {
	t.Parallel()
	w := oneDue(t)
	kept, _, _, err := w.c.Inbox.Start(t.Context(), w.c.Ben, inbox.Opening{Message: testkit.Text("Hello")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.c.Inbox.Merge(t.Context(), w.c.Admin, w.c.Ben.ID, w.c.Ana.ID, nil); err != nil {
		t.Fatal(err)
	}
	if left := w.waits(t, w.c.Reception2); len(left) != 1 || left[0].ConversationID != kept.ID || left[0].Patient.ID != w.c.Ben.ID {
		t.Fatalf("waiting: %+v", left)
	}
	if err := w.c.Inbox.Dispatch(t.Context(), w.job(1)); err != nil {
		t.Fatal(err)
	}
	w.there = kept.ID
	if got := w.bodies(t); !slices.Equal(got, []string{"Hello", "Hello", "Please come fasting."}) {
		t.Errorf("the conversation holds %q", got)
	}
}
