package inbox_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/files"
	"frontdesk/internal/inbox"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

func upload(t testing.TB, c *testkit.Clinic, by rules.Actor, words string) uuid.UUID {
	t.Helper()
	a, _, err := c.Files.Upload(t.Context(), by, files.Incoming{ID: uuid.Must(uuid.NewV7()), Filename: words + ".txt", Bytes: strings.NewReader(words)})
	if err != nil {
		t.Fatal(err)
	}
	return a.ID
}

func carrying(d inbox.Draft, ids ...uuid.UUID) inbox.Draft {
	d.Files = ids
	return d
}

func names(of []inbox.File) (out []string) {
	for _, f := range of {
		out = append(out, f.Filename)
	}
	return out
}

// fieldOf is where a refusal says that the fault is.
func fieldOf(err error) string {
	var refused *refusal.Error
	if errors.As(err, &refused) {
		return refused.Field
	}
	return ""
}

// sweep removes what is forgotten, so long from now.
func sweep(t testing.TB, c *testkit.Clinic, from time.Duration) {
	t.Helper()
	// What was uploaded and let go of counts; the clock of the sweep itself is the machine's.
	_, err := c.DB.Owner.Exec(t.Context(), `UPDATE attachment SET created_at = created_at - $2::interval, freed_at = freed_at - $2::interval WHERE clinic_id = $1`,
		c.ID, from.String())
	if err == nil {
		err = c.Files.Sweep(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestFilesThatCannotWait(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := c.FromAna(t, "Hello").ID
	mine, colleagues, hers := upload(t, c, c.Reception, "mine"), upload(t, c, c.Reception2, "colleague's"), upload(t, c, c.Ana, "hers")
	sent, waits, gone := upload(t, c, c.Reception, "sent"), upload(t, c, c.Reception, "waits"), upload(t, c, c.Reception, "gone")
	large := upload(t, c, c.Reception, "large")
	if _, err := c.DB.Owner.Exec(t.Context(), `UPDATE attachment SET size = $1 WHERE attachment_id = $2`, inbox.MaxFileBytes, large); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Inbox.Send(t.Context(), c.Reception, there, carrying(testkit.Text(""), sent)); err != nil {
		t.Fatal(err)
	}
	in := time.Now().Add(time.Hour)
	if _, _, err := c.Inbox.Schedule(t.Context(), c.Reception, there, carrying(testkit.Text(""), waits), in); err != nil {
		t.Fatal(err)
	}
	if err := c.Files.Remove(t.Context(), c.Reception, gone); err != nil {
		t.Fatal(err)
	}
	eleven := make([]uuid.UUID, 11)
	for i := range eleven {
		eleven[i] = uuid.New()
	}
	told := len(c.Changes())
	for name, tt := range map[string]struct {
		channel  rules.Channel
		files    []uuid.UUID
		code, at string
	}{
		"a colleague's":              {files: []uuid.UUID{mine, colleagues}, code: "attachment_unknown", at: "attachment_ids[1]"},
		"the patient's":              {files: []uuid.UUID{hers}, code: "attachment_unknown", at: "attachment_ids[0]"},
		"nobody's":                   {files: []uuid.UUID{uuid.New()}, code: "attachment_unknown", at: "attachment_ids[0]"},
		"one that was taken back":    {files: []uuid.UUID{gone}, code: "attachment_unknown", at: "attachment_ids[0]"},
		"one that was sent":          {files: []uuid.UUID{mine, sent}, code: "attachment_sent", at: "attachment_ids[1]"},
		"one that waits with others": {files: []uuid.UUID{waits}, code: "attachment_scheduled", at: "attachment_ids[0]"},
		"one twice":                  {files: []uuid.UUID{mine, mine}, code: "attachment_twice", at: "attachment_ids[1]"},
		"more than ten":              {files: eleven, code: "files_too_many", at: "attachment_ids"},
		"too much together":          {files: []uuid.UUID{mine, large}, code: "files_too_large", at: "attachment_ids"},
		"by SMS":                     {channel: rules.SMS, files: []uuid.UUID{mine}, code: "channel_without_files", at: "channel"},
	} {
		d := carrying(testkit.Text("Your papers."), tt.files...)
		if tt.channel != "" {
			d.Channel = tt.channel
		}
		if _, _, err := c.Inbox.Schedule(t.Context(), c.Reception, there, d, in); codeOf(err) != tt.code || fieldOf(err) != tt.at {
			t.Errorf("%s: %q at %q, want %q at %q", name, codeOf(err), fieldOf(err), tt.code, tt.at)
		}
	}
	if n := len(c.Changes()); n != told {
		t.Errorf("%d changes were announced for what was refused", n-told)
	}
}

// From the upload to the message: the file is seen by those who see the message that waits, is
// taken by nobody else and by no clean-up, and goes out once.
func TestFilesWaitAndAreSentOnce(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := c.FromAna(t, "Hello").ID
	one, two := upload(t, c, c.Reception, "one"), upload(t, c, c.Reception, "two")
	draft := carrying(testkit.Text(""), two, one)
	when := due()
	for n := range 2 { // again is the same
		w, fresh, err := earlier(c).Schedule(t.Context(), c.Reception, there, draft, when)
		if err != nil || fresh != (n == 0) || !slices.Equal(names(w.Files), []string{"two.txt", "one.txt"}) {
			t.Fatalf("scheduled with %v, fresh %v, %v", names(w.Files), fresh, err)
		}
	}
	if _, _, err := earlier(c).Schedule(t.Context(), c.Reception, there, carrying(draft, one, two), when); codeOf(err) != "id_conflict" {
		t.Errorf("the same id with other files: %v", err)
	}
	last := c.Changes()[len(c.Changes())-1]
	if !slices.Contains(last.Topics, inbox.TopicScheduled) || !slices.Contains(last.Persons, c.Reception2.ID) {
		t.Errorf("it was told as %+v", last)
	}
	for who, want := range map[*rules.Actor]bool{&c.Reception: true, &c.Reception2: true, &c.Admin: true, &c.Doctor: false, &c.NoHub: false, &c.Ana: false, &c.Ben: false} {
		if _, err := c.Files.Fetch(t.Context(), *who, one); (err == nil) != want {
			t.Errorf("%s may fetch it before it is sent: %v", who.Name, err)
		}
	}
	for name, try := range map[string]func() error{
		"sent with another message": func() error {
			_, _, err := c.Inbox.Send(t.Context(), c.Reception, there, carrying(testkit.Text("Now"), one))
			return err
		},
		"sent under the id of the one that waits": func() error {
			_, _, err := c.Inbox.Send(t.Context(), c.Reception, there, draft)
			return err
		},
		"scheduled with another one": func() error {
			_, _, err := c.Inbox.Schedule(t.Context(), c.Reception, there, carrying(testkit.Text("Then"), two), time.Now().Add(time.Hour))
			return err
		},
		"removed": func() error { return c.Files.Remove(t.Context(), c.Reception, one) },
	} {
		if err := try(); codeOf(err) != "attachment_scheduled" || name != "removed" && fieldOf(err) != "attachment_ids[0]" {
			t.Errorf("%s: %v at %q", name, err, fieldOf(err))
		}
	}
	sweep(t, c, 72*time.Hour)
	var wg sync.WaitGroup
	for range 2 { // workers
		wg.Go(func() {
			if err := c.Inbox.Dispatch(t.Context(), inbox.Dispatch{ClinicID: c.ID, MessageID: draft.ID, Version: 1}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	sweep(t, c, 72*time.Hour)
	page, _, err := c.Inbox.Messages(t.Context(), c.Ana, there, uuid.Nil, 10)
	if err != nil || len(page) != 2 || !slices.Equal(names(page[1].Files), []string{"two.txt", "one.txt"}) {
		t.Fatalf("she reads %+v, %v", page, err)
	}
	for _, id := range draft.Files {
		content, err := c.Files.Fetch(t.Context(), c.Ana, id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := content.ReadAll(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// The author takes files off and adds others; nobody else does.
func TestFilesOfWhatWaitsAreChanged(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := c.FromAna(t, "Hello").ID
	one, two, three := upload(t, c, c.Reception, "one"), upload(t, c, c.Reception, "two"), upload(t, c, c.Reception, "three")
	foreign, empty, sms, blank := upload(t, c, c.Reception2, "foreign"), []uuid.UUID{}, rules.SMS, " "
	d := carrying(testkit.Text("Your papers."), one, two)
	if _, _, err := c.Inbox.Schedule(t.Context(), c.Reception, there, d, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(2 * time.Hour).UTC().Truncate(time.Microsecond)
	for _, tt := range []struct {
		name string
		by   rules.Actor
		what inbox.Rescheduling
		code string
		now  []string
	}{
		{"a colleague's file", c.Reception2, inbox.Rescheduling{Files: &[]uuid.UUID{one, two, foreign}}, "not_yours_to_edit", []string{"one.txt", "two.txt"}},
		{"a colleague takes one off", c.Reception2, inbox.Rescheduling{Files: &[]uuid.UUID{one}}, "not_yours_to_edit", []string{"one.txt", "two.txt"}},
		{"a foreign file", c.Reception, inbox.Rescheduling{Files: &[]uuid.UUID{one, foreign}}, "attachment_unknown", []string{"one.txt", "two.txt"}},
		{"one twice", c.Reception, inbox.Rescheduling{Files: &[]uuid.UUID{one, one}}, "attachment_twice", []string{"one.txt", "two.txt"}},
		{"a channel that takes none", c.Reception, inbox.Rescheduling{Channel: &sms}, "channel_without_files", []string{"one.txt", "two.txt"}},
		{"a colleague changes the time", c.Reception2, inbox.Rescheduling{At: &later}, "", []string{"one.txt", "two.txt"}},
		{"in another order", c.Reception, inbox.Rescheduling{Files: &[]uuid.UUID{two, one}}, "", []string{"two.txt", "one.txt"}},
		{"one for another", c.Reception, inbox.Rescheduling{Files: &[]uuid.UUID{three, two}}, "", []string{"three.txt", "two.txt"}},
		{"without words", c.Reception, inbox.Rescheduling{Body: &blank}, "", []string{"three.txt", "two.txt"}},
		{"without words and files", c.Reception, inbox.Rescheduling{Files: &empty}, "body_empty", []string{"three.txt", "two.txt"}},
	} {
		_, err := c.Inbox.Reschedule(t.Context(), tt.by, d.ID, tt.what)
		found, _, err2 := c.Inbox.Upcoming(t.Context(), c.Reception2, there, 10, "")
		if codeOf(err) != tt.code || err2 != nil || len(found) != 1 || !slices.Equal(names(found[0].Files), tt.now) {
			t.Errorf("%s: %q, and %+v wait (%v)", tt.name, codeOf(err), found, err2)
		}
	}
	if n := len(c.Changes()); n != 6 {
		t.Errorf("%d changes were announced, want 6", n)
	}
	// What was taken off is its uploader's again, for a day.
	if _, err := c.Files.Fetch(t.Context(), c.Reception2, one); codeOf(err) != "attachment_not_found" {
		t.Errorf("a colleague fetches what was taken off: %v", err)
	}
	if _, _, err := c.Inbox.Send(t.Context(), c.Reception, there, carrying(testkit.Text(""), one)); err != nil {
		t.Errorf("what was taken off is sent: %v", err)
	}
	if m, err := c.Inbox.SendNow(t.Context(), c.Reception2, d.ID); err != nil || !slices.Equal(names(m.Files), []string{"three.txt", "two.txt"}) {
		t.Errorf("sent now with %v, %v", names(m.Files), err)
	}
}

// What was cancelled lets go of its files: they have a day from then on, however old they are.
func TestFilesOfWhatIsCancelled(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := c.FromAna(t, "Hello").ID
	again, forgotten := upload(t, c, c.Reception, "again"), upload(t, c, c.Reception, "forgotten")
	d := carrying(testkit.Text("Your papers."), again, forgotten)
	if _, _, err := c.Inbox.Schedule(t.Context(), c.Reception, there, d, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	sweep(t, c, 72*time.Hour)
	if err := c.Inbox.Cancel(t.Context(), c.Reception2, d.ID); err != nil {
		t.Fatal(err)
	}
	sweep(t, c, 23*time.Hour)
	if _, err := c.Files.Fetch(t.Context(), c.Reception2, again); codeOf(err) != "attachment_not_found" {
		t.Errorf("a colleague fetches it: %v", err)
	}
	if _, _, err := c.Inbox.Send(t.Context(), c.Reception, there, carrying(testkit.Text("After all"), again)); err != nil {
		t.Errorf("sent after all: %v", err)
	}
	sweep(t, c, 2*time.Hour)
	for id, want := range map[uuid.UUID]string{again: "", forgotten: "attachment_not_found"} {
		if _, err := c.Files.Fetch(t.Context(), c.Reception, id); codeOf(err) != want {
			t.Errorf("a day later: %v, want %q", err, want)
		}
	}
}

// What a channel takes is asked once more at its time; what it does not is kept with the reason,
// and goes out when it is put right.
func TestFilesAreCheckedAgainWhenSent(t *testing.T) {
	t.Parallel()
	w := oneDue(t)
	file, portal := upload(t, w.c, w.c.Reception, "papers"), rules.Portal
	if _, err := w.c.Inbox.Reschedule(t.Context(), w.c.Reception, w.draft.ID, inbox.Rescheduling{Files: &[]uuid.UUID{file}}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.c.DB.Owner.Exec(t.Context(), `UPDATE scheduled_message SET channel = 'sms' WHERE message_id = $1`, w.draft.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.c.Inbox.Dispatch(t.Context(), w.job(1)); err != nil {
		t.Fatal(err)
	}
	left := w.waits(t, w.c.Reception2)
	if len(left) != 1 || left[0].State != inbox.Failed || !strings.Contains(left[0].Reason, "SMS carries no files") || len(left[0].Files) != 1 {
		t.Fatalf("kept as %+v", left)
	}
	sweep(t, w.c, 72*time.Hour)
	soon := time.Now().Add(time.Hour)
	if _, err := w.c.Inbox.Reschedule(t.Context(), w.c.Reception, w.draft.ID, inbox.Rescheduling{Channel: &portal, At: &soon}); err != nil {
		t.Fatal(err)
	}
	if m, err := w.c.Inbox.SendNow(t.Context(), w.c.Reception2, w.draft.ID); err != nil || len(m.Files) != 1 {
		t.Errorf("sent with %v, %v", names(m.Files), err)
	}
}

// One file, named by many at the same time: it goes with one of them, and the others are told.
func TestManyWantOneFile(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	var threads []uuid.UUID
	for n := range 8 {
		p := c.Patient(t, fmt.Sprint("Patient ", n), fmt.Sprint("p", n), true)
		there, _, _, err := c.Inbox.Start(t.Context(), p, inbox.Opening{Message: testkit.Text("Hello")})
		if err != nil {
			t.Fatal(err)
		}
		threads = append(threads, there.ID)
	}
	for name, now := range map[string]bool{"all of them later": false, "every other one now": true} {
		file, codes := upload(t, c, c.Reception, name), make([]string, len(threads))
		var wg sync.WaitGroup
		for i, there := range threads {
			wg.Go(func() {
				var err error
				if d := carrying(testkit.Text(""), file); now && i%2 == 0 {
					_, _, err = c.Inbox.Send(t.Context(), c.Reception, there, d)
				} else {
					_, _, err = c.Inbox.Schedule(t.Context(), c.Reception, there, d, time.Now().Add(time.Hour))
				}
				codes[i] = codeOf(err)
			})
		}
		wg.Wait()
		slices.Sort(codes)
		if codes[0] != "" || codes[1] != "attachment_scheduled" && codes[1] != "attachment_sent" || codes[1] != codes[7] {
			t.Errorf("%s: they were answered %q", name, codes)
		}
	}
}

// A small picture that is drawn while the message waits is told to those who see it wait.
func TestDepictedWhileItWaits(t *testing.T) {
	t.Parallel()
	w := oneDue(t)
	file := upload(t, w.c, w.c.Reception, "papers")
	if _, err := w.c.Inbox.Reschedule(t.Context(), w.c.Reception, w.draft.ID, inbox.Rescheduling{Files: &[]uuid.UUID{file}}); err != nil {
		t.Fatal(err)
	}
	if err := w.c.Inbox.Depicted(t.Context(), w.c.ID, file); err != nil {
		t.Fatal(err)
	}
	last := w.c.Changes()[len(w.c.Changes())-1]
	if len(w.c.Changes()) != 4 || !slices.Equal(last.Topics, []string{inbox.TopicScheduled}) || !slices.Contains(last.Persons, w.c.Reception2.ID) || slices.Contains(last.Persons, w.c.Doctor.ID) {
		t.Errorf("it was told as %+v", last)
	}
}
