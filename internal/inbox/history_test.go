package inbox_test

import (
	"testing"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/testkit"
)

// Statuses go the way of a message's life, and archiving only hides what they were.
func TestTheLifeOfAMessage(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := c.FromAna(t, "Hello").ID
	status := func() string {
		t.Helper()
		page, _, err := c.Inbox.Messages(t.Context(), c.Reception, there, uuid.Nil, 50)
		if err != nil {
			t.Fatal(err)
		}
		first := page[0]
		if first.Archived {
			return "archived over " + string(first.Status)
		}
		return string(first.Status)
	}
	file := func(archived bool) error {
		_, err := c.Inbox.File(t.Context(), c.Reception, there, inbox.Filing{Archived: &archived})
		return err
	}
	for _, step := range []struct {
		what string
		do   func() error
		want string
	}{
		{"written", func() error { return nil }, "unread"},
		{"noted", func() error {
			_, _, err := c.Inbox.Send(t.Context(), c.Reception, there, testkit.Note("x"))
			return err
		}, "unread"},
		{"an admin reads", func() error { _, err := c.Inbox.Read(t.Context(), c.Admin, there, uuid.Nil); return err }, "read"},
		{"marked as unread", func() error { _, err := c.Inbox.Unread(t.Context(), c.Reception, there); return err }, "unread"},
		{"answered unread", func() error {
			_, _, err := c.Inbox.Send(t.Context(), c.Reception, there, testkit.Text("x"))
			return err
		}, "replied"},
		{"read later", func() error { _, err := c.Inbox.Read(t.Context(), c.Reception, there, uuid.Nil); return err }, "replied"},
		{"archived", func() error { return file(true) }, "archived over replied"},
		{"reopened", func() error { return file(false) }, "replied"},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.what, err)
		}
		if got := status(); got != step.want {
			t.Errorf("%s: %s, want %s", step.what, got, step.want)
		}
	}
}

// An admin sees a doctor's conversation, but opening it is not the doctor's having read it.
func TestAnOnlookerLeavesNoMark(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	opening := inbox.Opening{PatientID: c.Ana.ID, Message: testkit.Text("Your results")}
	there, _, _, err := c.Inbox.Start(t.Context(), c.Doctor, opening)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Inbox.Send(t.Context(), c.Ana, there.ID, testkit.Text("Thank you")); err != nil {
		t.Fatal(err)
	}
	before := len(c.Changes())
	after, err := c.Inbox.Read(t.Context(), c.Admin, there.ID, uuid.Nil)
	if err != nil || after.Unread[0] != 1 || len(c.Changes()) != before {
		t.Errorf("unread %v, %d changes: %v", after.Unread, len(c.Changes())-before, err)
	}
	if _, _, err := c.Inbox.Send(t.Context(), c.Admin, there.ID, testkit.Text("x")); codeOf(err) != "not_a_participant" {
		t.Errorf("an onlooker writes: %v", err)
	}
}

// What a patient is told of the history holds nothing of the staff's own.
func TestAPatientHearsNothingOfTheStaffs(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := c.FromAna(t, "Hello")
	note, _, err := c.Inbox.Send(t.Context(), c.Reception, there.ID, testkit.Note("difficult"))
	if err != nil {
		t.Fatal(err)
	}
	archived, labels := true, []string{"urgent"}
	if _, err := c.Inbox.File(t.Context(), c.Reception, there.ID, inbox.Filing{Archived: &archived, Labels: &labels, Assignee: &c.Doctor.ID}); err != nil {
		t.Fatal(err)
	}
	missed, err := c.Inbox.Since(t.Context(), c.Ana, 1)
	if err != nil || len(missed.Messages) != 0 || len(missed.Conversations) != 0 {
		t.Errorf("she is told %+v, %v", missed, err)
	}
	page, _, err := c.Inbox.Messages(t.Context(), c.Ana, there.ID, uuid.Nil, 50)
	if err != nil || len(page) != 1 {
		t.Errorf("she reads %d messages, %v", len(page), err)
	}
	for what, err := range map[string]error{
		"stars": second(c.Inbox.Star(t.Context(), c.Ana, note.ID, true)),
		"reads": second(c.Inbox.Read(t.Context(), c.Ana, there.ID, note.ID)),
	} {
		if codeOf(err) != "message_not_found" {
			t.Errorf("she %s a note: %v", what, err)
		}
	}
	if list, _, err := c.Inbox.List(t.Context(), c.Ana, inbox.Filter{}, 10, ""); err != nil || len(list) != 1 {
		t.Errorf("archiving is the clinic's filing, but she has %d conversations (%v)", len(list), err)
	}
}

func second[T any](_ T, err error) error { return err }

// Pages follow each other without gap or double, whatever is written in between.
func TestPaging(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := c.FromAna(t, "0").ID
	for range 24 {
		if _, _, err := c.Inbox.Send(t.Context(), c.Ana, there, testkit.Text("x")); err != nil {
			t.Fatal(err)
		}
	}
	seen, before := map[uuid.UUID]bool{}, uuid.Nil
	for {
		page, older, err := c.Inbox.Messages(t.Context(), c.Reception, there, before, 7)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page {
			if seen[m.ID] {
				t.Error("a message came twice")
			}
			seen[m.ID] = true
		}
		if before = page[0].ID; !older {
			break
		}
		if _, _, err := c.Inbox.Send(t.Context(), c.Ana, there, testkit.Text("in between")); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen) != 25 {
		t.Errorf("%d messages", len(seen))
	}
	conversations, cursor := 0, ""
	for i := range 5 {
		p := c.Patient(t, "Patient", string(rune('a'+i)), true)
		if _, _, _, err := c.Inbox.Start(t.Context(), p, inbox.Opening{Message: testkit.Text("x")}); err != nil {
			t.Fatal(err)
		}
	}
	for {
		page, next, err := c.Inbox.List(t.Context(), c.Reception, inbox.Filter{}, 2, cursor)
		if err != nil {
			t.Fatal(err)
		}
		if conversations += len(page); next == "" {
			break
		}
		cursor = next
	}
	if conversations != 6 {
		t.Errorf("%d conversations", conversations)
	}
}
