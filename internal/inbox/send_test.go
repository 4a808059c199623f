package inbox_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

func codeOf(err error) string {
	var refused *refusal.Error
	switch {
	case errors.As(err, &refused):
		return refused.Code
	case err != nil:
		return "fault: " + err.Error()
	}
	return ""
}

func TestSend(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		by      func(*testkit.Clinic) rules.Actor
		bodies  []string // one draft, sent again with each of these
		code    string   // of the last answer; "" is success
		changes int      // that were announced, besides the first message's
	}{
		"sent":                   {bodies: []string{"Come at ten."}, changes: 1},
		"a retry is no new":      {bodies: []string{"Come at ten.", "Come at ten."}, changes: 1},
		"another content":        {bodies: []string{"Come at ten.", "At nine."}, code: "id_conflict", changes: 1},
		"blank":                  {bodies: []string{" \n"}, code: "body_empty"},
		"at the limit":           {bodies: []string{strings.Repeat("é", 4000)}, changes: 1},
		"over the limit":         {bodies: []string{strings.Repeat("é", 4001)}, code: "body_too_long"},
		"broken UTF-8":           {bodies: []string{"\xff"}, code: "body_invalid"},
		"a doctor, not handed":   {by: func(c *testkit.Clinic) rules.Actor { return c.Doctor }, bodies: []string{"x"}, code: "conversation_not_found"},
		"another patient":        {by: func(c *testkit.Clinic) rules.Actor { return c.Ben }, bodies: []string{"x"}, code: "conversation_not_found"},
		"without the permission": {by: func(c *testkit.Clinic) rules.Actor { return c.NoHub }, bodies: []string{"x"}, code: "hub_not_allowed"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := testkit.NewClinic(t)
			there, by, draft := c.FromAna(t, "Hello"), c.Reception, testkit.Text("")
			if tt.by != nil {
				by = tt.by(c)
			}
			var err error
			for _, draft.Body = range tt.bodies {
				_, _, err = c.Inbox.Send(t.Context(), by, there.ID, draft)
			}
			if got := codeOf(err); got != tt.code {
				t.Errorf("answer %q, want %q", got, tt.code)
			}
			if got := len(c.Changes()) - 1; got != tt.changes {
				t.Errorf("%d changes were announced, want %d", got, tt.changes)
			}
		})
	}
}

// Whoever writes at the same time: every message once, a clinic's numbers without gap or
// double, and one conversation for a patient.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	same := testkit.Text("once")
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 10 {
				by, opening := c.Ana, inbox.Opening{Message: testkit.Text(fmt.Sprint(w, i))}
				if w%2 == 1 {
					by, opening.PatientID = c.Reception, c.Ana.ID
				}
				there, _, _, err := c.Inbox.Start(t.Context(), by, opening)
				if err != nil {
					t.Error(err)
					continue
				}
				if _, _, err := c.Inbox.Send(t.Context(), c.Reception2, there.ID, same); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	all, _, err := c.Inbox.List(t.Context(), c.Reception, inbox.Filter{}, 200, "")
	if err != nil || len(all) != 1 {
		t.Fatalf("%d conversations, %v", len(all), err)
	}
	page, older, err := c.Inbox.Messages(t.Context(), c.Reception, all[0].ID, uuid.Nil, 200)
	if err != nil || len(page) != 81 || older {
		t.Fatalf("%d messages, %v", len(page), err)
	}
	numbers := map[int64]bool{}
	for _, ch := range c.Changes() {
		numbers[ch.Seq] = true
	}
	for n := range 81 {
		if !numbers[int64(n+1)] {
			t.Errorf("number %d is missing of %d", n+1, len(numbers))
		}
	}
	for i := 1; i < len(page); i++ {
		if !page[i].CreatedAt.After(page[i-1].CreatedAt) {
			t.Errorf("message %d is not later than the one before", i)
		}
	}
}

// Whoever archives says that nothing is to be answered: what is written later waits for itself.
func TestWhatWasArchivedWaitsNoMore(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := c.FromAna(t, "Thank you!").ID
	archived := true
	file := func() {
		if _, err := c.Inbox.File(t.Context(), c.Reception, there, inbox.Filing{Archived: &archived}); err != nil {
			t.Fatal(err)
		}
	}
	send := func(by rules.Actor, words string) inbox.Message {
		m, _, err := c.Inbox.Send(t.Context(), by, there, testkit.Text(words))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	waited := func(m inbox.Message) (since *time.Time) {
		if err := c.DB.Owner.QueryRow(t.Context(), `SELECT waited_since FROM message WHERE message_id = $1`, m.ID).Scan(&since); err != nil {
			t.Fatal(err)
		}
		return since
	}
	file()
	if since := waited(send(c.Reception, "Your new card is here.")); since != nil {
		t.Errorf("answers what waited since %v", since)
	}
	send(c.Ana, "Thank you again!")
	file()
	asked := send(c.Ana, "May I come on Monday?")
	if got, err := c.Inbox.Get(t.Context(), c.Reception, there); err != nil || !got.LastWordSince.Equal(asked.CreatedAt) {
		t.Errorf("waits since %v, not since it was asked at %v; %v", got.LastWordSince, asked.CreatedAt, err)
	}
	if since := waited(send(c.Reception, "You may.")); since == nil || !since.Equal(asked.CreatedAt) {
		t.Errorf("answers what waited since %v, not since %v", since, asked.CreatedAt)
	}
}

// The counts in the conversation's row are what counting would give, whatever happened.
func TestCountsAreWhatCountingGives(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := c.FromAna(t, "Hello").ID
	var wg sync.WaitGroup
	act := func(do func() error) {
		wg.Go(func() {
			for range 12 {
				if err := do(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	send := func(by rules.Actor, make func(string) inbox.Draft) func() error {
		return func() error {
			_, _, err := c.Inbox.Send(t.Context(), by, there, make("x"))
			return err
		}
	}
	act(send(c.Ana, testkit.Text))
	act(send(c.Reception, testkit.Text))
	act(send(c.Reception2, testkit.Note))
	act(func() error { _, err := c.Inbox.Read(t.Context(), c.Reception, there, uuid.Nil); return err })
	act(func() error { _, err := c.Inbox.Read(t.Context(), c.Ana, there, uuid.Nil); return err })
	act(func() error { _, err := c.Inbox.Unread(t.Context(), c.Reception2, there); return err })
	on := false
	act(func() error {
		on = !on
		page, _, err := c.Inbox.Messages(t.Context(), c.Reception, there, uuid.Nil, 1)
		if err == nil {
			_, err = c.Inbox.Star(t.Context(), c.Reception, page[0].ID, on)
		}
		return err
	})
	wg.Wait()
	var row, counted [3]int
	err := c.DB.Owner.QueryRow(t.Context(), `
		SELECT c.unread_0, c.unread_1, c.stars,
		       count(*) FILTER (WHERE m.side = 1 AND m.status = 'unread' AND m.channel <> 'note'),
		       count(*) FILTER (WHERE m.side = 0 AND m.status = 'unread' AND m.channel <> 'note'),
		       count(*) FILTER (WHERE m.starred_at IS NOT NULL)
		FROM conversation c JOIN message m USING (clinic_id, conversation_id)
		GROUP BY 1, 2, 3`).Scan(&row[0], &row[1], &row[2], &counted[0], &counted[1], &counted[2])
	if err != nil || row != counted {
		t.Errorf("unread and stars %v, counted %v: %v", row, counted, err)
	}
}

func BenchmarkSend(b *testing.B) {
	c := testkit.NewClinic(b)
	there, _, _, err := c.Inbox.Start(b.Context(), c.Ana, inbox.Opening{Message: testkit.Text("Hello")})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := c.Inbox.Send(b.Context(), c.Reception, there.ID, testkit.Text("Come at ten.")); err != nil {
			b.Fatal(err)
		}
	}
}
