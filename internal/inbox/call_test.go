package inbox_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

func aCall(summary string) inbox.Draft {
	started := time.Now().Add(-time.Hour).UTC().Truncate(time.Microsecond)
	return inbox.Draft{
		ID: uuid.Must(uuid.NewV7()), Channel: rules.Call, Body: summary,
		Call: &inbox.Call{StartedAt: started, Seconds: 270, Inbound: true, Outcome: inbox.Reached},
	}
}

func TestLogACall(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := c.FromAna(t, "Hello").ID
	doctors, _, _, err := c.Inbox.Start(t.Context(), c.Doctor, inbox.Opening{PatientID: c.Ana.ID, Message: testkit.Text("x")})
	if err != nil {
		t.Fatal(err)
	}
	direct, _, _, err := c.Inbox.Start(t.Context(), c.Admin, inbox.Opening{UserID: c.Reception.ID, Message: testkit.Text("x")})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		by     rules.Actor
		where  uuid.UUID
		change func(*inbox.Draft)
		code   string
	}{
		"logged":                      {},
		"nobody answered":             {change: func(d *inbox.Draft) { d.Call.Outcome, d.Body, d.Call.Seconds = inbox.NoAnswer, "", 0 }},
		"a day long":                  {change: func(d *inbox.Draft) { d.Call.Seconds = 86400 }},
		"a clock that is ahead":       {change: func(d *inbox.Draft) { d.Call.StartedAt = time.Now().Add(4 * time.Minute) }},
		"by a doctor":                 {by: c.Doctor, where: doctors.ID},
		"a voicemail without words":   {change: func(d *inbox.Draft) { d.Call.Outcome, d.Body = inbox.Voicemail, " " }, code: "body_empty"},
		"a talk without words":        {change: func(d *inbox.Draft) { d.Body = "" }, code: "body_empty"},
		"in the future":               {change: func(d *inbox.Draft) { d.Call.StartedAt = time.Now().Add(6 * time.Minute) }, code: "call_in_the_future"},
		"long ago":                    {change: func(d *inbox.Draft) { d.Call.StartedAt = time.Now().AddDate(-11, 0, 0) }, code: "call_too_old"},
		"longer than a day":           {change: func(d *inbox.Draft) { d.Call.Seconds = 86401 }, code: "duration_out_of_range"},
		"less than nothing":           {change: func(d *inbox.Draft) { d.Call.Seconds = -1 }, code: "duration_out_of_range"},
		"an outcome that is none":     {change: func(d *inbox.Draft) { d.Call.Outcome = "engaged" }, code: "outcome_unknown"},
		"no call in it":               {change: func(d *inbox.Draft) { d.Call = nil }, code: "call_missing"},
		"a call on another channel":   {change: func(d *inbox.Draft) { d.Channel = rules.Portal }, code: "call_not_expected"},
		"a subject":                   {change: func(d *inbox.Draft) { d.Subject = "x" }, code: "subject_not_expected"},
		"by the patient":              {by: c.Ana, code: "channel_unavailable"},
		"between colleagues":          {where: direct.ID, code: "channel_unavailable"},
		"by an onlooker":              {by: c.Admin, where: doctors.ID, code: "not_a_participant"},
		"by whom it does not concern": {by: c.Doctor2, code: "conversation_not_found"},
		"without the permission":      {by: c.NoHub, code: "hub_not_allowed"},
	} {
		d, by, where := aCall("She asks for her results."), c.Reception, there
		if tt.change != nil {
			tt.change(&d)
		}
		if tt.by.ID != uuid.Nil {
			by = tt.by
		}
		if tt.where != uuid.Nil {
			where = tt.where
		}
		m, _, err := c.Inbox.Send(t.Context(), by, where, d)
		if got := codeOf(err); got != tt.code {
			t.Errorf("%s: %q, want %q", name, got, tt.code)
		}
		if err == nil && (m.Call == nil || m.Call.Seconds != d.Call.Seconds || !m.Call.Inbound || m.Status != rules.Read || m.Body != d.Body) {
			t.Errorf("%s: %+v of %+v", name, m.Call, m)
		}
	}
}

// A call is no answer: what waits goes on waiting, nothing is counted, nothing reopens.
func TestACallIsNoAnswer(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := c.FromAna(t, "Hello")
	archived := true
	if _, err := c.Inbox.File(t.Context(), c.Reception, there.ID, inbox.Filing{Archived: &archived}); err != nil {
		t.Fatal(err)
	}
	before, err := c.Inbox.Get(t.Context(), c.Reception, there.ID)
	if err != nil {
		t.Fatal(err)
	}
	d := aCall("She did not hear us.")
	first, fresh, err := c.Inbox.Send(t.Context(), c.Reception, there.ID, d)
	again, second, err2 := c.Inbox.Send(t.Context(), c.Reception, there.ID, d)
	if err != nil || err2 != nil || !fresh || second || first.ID != again.ID {
		t.Errorf("sent twice: %v %v, fresh %v then %v", err, err2, fresh, second)
	}
	d.Call = &inbox.Call{StartedAt: d.Call.StartedAt, Seconds: 1, Inbound: true, Outcome: inbox.Reached}
	if _, _, err := c.Inbox.Send(t.Context(), c.Reception, there.ID, d); codeOf(err) != "id_conflict" {
		t.Errorf("another call under the same id: %v", err)
	}
	after, err := c.Inbox.Get(t.Context(), c.Reception, there.ID)
	if err != nil || after.Unread != before.Unread || *after.LastWord != *before.LastWord || !after.Archived || after.LastWordSince != before.LastWordSince ||
		after.Last.ID != first.ID || after.Shown.ID != before.Shown.ID || after.ShownAt != before.ShownAt {
		t.Errorf("%+v\nbecame %+v: %v", before, after, err)
	}
	// The patient's next word is answered by none of it, and does not answer it either.
	if _, _, err := c.Inbox.Send(t.Context(), c.Ana, there.ID, testkit.Text("Hello again")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Inbox.Read(t.Context(), c.Ana, there.ID, uuid.Nil); err != nil {
		t.Fatal(err)
	}
	page, _, err := c.Inbox.Messages(t.Context(), c.Reception, there.ID, uuid.Nil, 50)
	if err != nil || len(page) != 3 || page[1].Status != rules.Read || page[1].Reader != nil {
		t.Errorf("the call is now %+v (%v)", page[1], err)
	}
	for _, inbound := range []bool{true, false} {
		direction := map[bool]string{true: "inbound", false: "outbound"}[inbound]
		if _, _, err := c.Inbox.Send(t.Context(), c.Reception, there.ID, aCall("x")); err != nil {
			t.Fatal(err)
		}
		list, _, err := c.Inbox.List(t.Context(), c.Reception, inbox.Filter{Channel: rules.Call, Direction: direction}, 10, "")
		if err != nil || len(list) == 1 != inbound {
			t.Errorf("%d conversations end with a call that is %s (%v)", len(list), direction, err)
		}
	}
}

// A conversation in which there is nothing but a call is none for the patient, until the
// first word.
func TestACallBeforeTheFirstWord(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there, m, fresh, err := c.Inbox.Start(t.Context(), c.Reception, inbox.Opening{PatientID: c.Ben.ID, Message: aCall("A new patient.")})
	if err != nil || !fresh || m.Call == nil || there.Last.ID != m.ID {
		t.Fatalf("%+v, %v", there, err)
	}
	list, _, err := c.Inbox.List(t.Context(), c.Ben, inbox.Filter{}, 10, "")
	_, get := c.Inbox.Get(t.Context(), c.Ben, there.ID)
	missed, err2 := c.Inbox.Since(t.Context(), c.Ben, 0)
	if err != nil || err2 != nil || len(list) != 0 || codeOf(get) != "conversation_not_found" || len(missed.Conversations)+len(missed.Messages) != 0 {
		t.Errorf("he has %d, gets %v, has missed %+v", len(list), get, missed)
	}
	word, _, _, err := c.Inbox.Start(t.Context(), c.Ben, inbox.Opening{Message: testkit.Text("Hello")})
	if err != nil || word.ID != there.ID {
		t.Fatalf("his first word begins %s beside %s: %v", word.ID, there.ID, err)
	}
	list, _, err = c.Inbox.List(t.Context(), c.Ben, inbox.Filter{}, 10, "")
	if err != nil || len(list) != 1 || list[0].Shown == nil {
		t.Errorf("then he has %+v, %v", list, err)
	}
}

func TestEditACall(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := c.FromAna(t, "Hello").ID
	d := aCall("She asks for her results.")
	m, _, err := c.Inbox.Send(t.Context(), c.Reception, there, d)
	if err != nil {
		t.Fatal(err)
	}
	steps := len(c.Changes())
	to, seconds, negative, future, outcome := "She wants a copy of her results.", 300, -1, time.Now().Add(time.Hour), inbox.Voicemail
	words := func(s string) inbox.Edit { return inbox.Edit{Summary: &s} }
	for _, tt := range []struct {
		name string
		by   rules.Actor
		what inbox.Edit
		code string
	}{
		{"nothing is changed", c.Reception, inbox.Edit{}, ""},
		{"the same is written", c.Reception, inbox.Edit{Summary: &d.Body}, ""},
		{"a colleague", c.Reception2, words(to), "not_yours_to_edit"},
		{"the patient", c.Ana, words(to), "message_not_found"},
		{"a doctor who does not see it", c.Doctor, words(to), "message_not_found"},
		{"no summary", c.Reception, words(" "), "body_empty"},
		{"a bad duration", c.Reception, inbox.Edit{Seconds: &negative}, "duration_out_of_range"},
		{"the future", c.Reception, inbox.Edit{StartedAt: &future}, "call_in_the_future"},
		{"set right", c.Reception, inbox.Edit{Summary: &to, Seconds: &seconds}, ""},
		{"set right by an admin", c.Admin, inbox.Edit{Outcome: &outcome}, ""},
	} {
		if _, err := c.Inbox.Edit(t.Context(), tt.by, m.ID, tt.what); codeOf(err) != tt.code {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.code)
		}
	}
	if n := len(c.Changes()) - steps; n != 2 {
		t.Errorf("%d changes were announced, want 2", n)
	}
	page, _, err := c.Inbox.Messages(t.Context(), c.Reception2, there, uuid.Nil, 50)
	if now := page[1]; err != nil || now.Body != to || now.Call.Seconds != 300 || now.Call.Outcome != inbox.Voicemail || now.EditedAt.IsZero() {
		t.Errorf("it is now %+v (%v)", now, err)
	}
	revisions, err := c.Inbox.Revisions(t.Context(), c.Reception2, m.ID)
	if err != nil || len(revisions) != 2 || revisions[0].Body != d.Body || revisions[0].Call.Seconds != 270 || revisions[0].By.ID != c.Reception.ID ||
		revisions[1].Body != to || revisions[1].Call.Outcome != inbox.Reached || revisions[1].By.Name != "Ada Admin" {
		t.Errorf("before it was %+v (%v)", revisions, err)
	}
	for _, by := range []rules.Actor{c.Ana, c.Doctor2, c.NoHub} {
		if _, err := c.Inbox.Revisions(t.Context(), by, m.ID); err == nil {
			t.Errorf("%s reads what it was", by.Name)
		}
	}
	if _, _, err := c.Inbox.Send(t.Context(), c.Reception, there, d); err != nil { // its answer was lost
		t.Errorf("the same request after the edit: %v", err)
	}
	if _, err := c.Inbox.Edit(t.Context(), c.Reception, page[0].ID, words("x")); codeOf(err) != "not_editable" {
		t.Errorf("a message is edited: %v", err)
	}
	late := inbox.New(c.Store.WithClock(func() time.Time { return time.Now().Add(25 * time.Hour) }), c, c.Queue)
	if _, err := late.Edit(t.Context(), c.Reception, m.ID, words("x")); codeOf(err) != "edit_too_late" {
		t.Errorf("a day later: %v", err)
	}
}
