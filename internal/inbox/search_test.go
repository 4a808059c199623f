package inbox_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

// library is a clinic with one of each thing that can be found.
func library(t *testing.T) (*testkit.Clinic, inbox.Conversation) {
	t.Helper()
	c := testkit.NewClinic(t)
	ana := c.FromAna(t, "Der Rücken schmerzt seit Montag")
	say := func(by rules.Actor, there uuid.UUID, d inbox.Draft) inbox.Message {
		m, _, err := c.Inbox.Send(t.Context(), by, there, d)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	say(c.Reception, ana.ID, testkit.Note("She sounds worried about the prescription"))
	call := say(c.Reception, ana.ID, testkit.Text("Réglé au téléphone: nouvelle ordonnance"))
	filed := say(c.Reception, ana.ID, testkit.Text("See the file"))
	say(c.Reception, ana.ID, testkit.Text("blood pressure is fine; the pressure cooker is not"))
	for _, sql := range []string{
		`UPDATE message SET channel = 'call', call_started_at = now(), call_seconds = 60, call_direction = 'inbound', call_outcome = 'reached' WHERE message_id = '` + call.ID.String() + `'`,
		`INSERT INTO attachment (clinic_id, attachment_id, uploader_user_id, message_id, filename, media_type, size, sha256, blob_key, created_at)
		 VALUES ('` + c.ID.String() + `', gen_random_uuid(), '` + c.Reception.ID.String() + `', NULL, 'Röntgen-Befund_2026.pdf', 'application/pdf', 1, decode(repeat('00', 32), 'hex'), 'k', now())`,
		`UPDATE attachment SET message_id = '` + filed.ID.String() + `', place = 0`,
		`UPDATE message SET attachments = 1 WHERE message_id = '` + filed.ID.String() + `'`,
	} {
		if _, err := c.DB.Owner.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, _, err := c.Inbox.Start(t.Context(), c.Doctor, inbox.Opening{PatientID: c.Ben.ID, Message: testkit.Text("Your biopsy is benign")}); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := c.Inbox.Start(t.Context(), c.Admin, inbox.Opening{UserID: c.Doctor2.ID, Message: testkit.Text("Salary review on Friday")}); err != nil {
		t.Fatal(err)
	}
	yes := true
	if _, err := c.Inbox.File(t.Context(), c.Reception, ana.ID, inbox.Filing{Archived: &yes}); err != nil {
		t.Fatal(err)
	}
	return c, ana
}

// Who finds what: nobody more than they may see, and archived ones too.
func TestWhoFindsWhat(t *testing.T) {
	t.Parallel()
	c, _ := library(t)
	everybody := map[string]rules.Actor{"admin": c.Admin, "admin2": c.Admin2, "reception": c.Reception, "doctor": c.Doctor, "doctor2": c.Doctor2, "ana": c.Ana, "ben": c.Ben}
	tests := map[string]struct {
		words string
		finds string // who
	}{
		"a word":                      {"montag", "admin admin2 ana reception"},
		"without its accent":          {"RUCKEN", "admin admin2 ana reception"},
		"with its accent":             {"rücken", "admin admin2 ana reception"},
		"in two pieces":               {"ru\u0308cken", "admin admin2 ana reception"},
		"the beginning of one":        {"schmer", "admin admin2 ana reception"},
		"only the last may begin":     {"schmer montag", ""},
		"a finished word":             {"schmer ", ""},
		"words in any order":          {"montag der", "admin admin2 ana reception"},
		"a phrase":                    {`"seit montag"`, "admin admin2 ana reception"},
		"not this phrase":             {`"montag seit"`, ""},
		"a phrase and a word":         {`"blood pressure" cooker`, "admin admin2 ana reception"},
		"a note is for staff":         {"worried", "admin admin2 reception"},
		"a call's summary too":        {"ordonnance", "admin admin2 reception"},
		"the name of a file":          {"rontgen", "admin admin2 ana reception"},
		"within the name of a file":   {"befund 2026", "admin admin2 ana reception"},
		"a doctor's own":              {"biopsy", "admin admin2 ben doctor"},
		"between colleagues":          {"salary", "admin admin2 doctor2"},
		"operators are letters":       {"biopsy | salary", ""},
		"wildcards are nothing":       {"(benign) biop*", "admin admin2 ben doctor"},
		"an open quote":               {`"is benign`, "admin admin2 ben doctor"},
		"quotes and backslashes":      {`'biopsy' \ & ! <->`, "admin admin2 ben doctor"},
		"typographic quotes":          {"“is benign”", "admin admin2 ben doctor"},
		"what unaccent makes a quote": {"biopsy ŉ", ""},
		"nothing like it":             {"zebra", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var who []string
			for short, by := range everybody {
				found, err := c.Inbox.Search(t.Context(), by, inbox.Question{Words: tt.words}, 20, "")
				if err != nil {
					t.Fatalf("%s: %v", short, err)
				}
				if len(found.Hits) > 0 {
					who = append(who, short)
				}
			}
			slices.Sort(who)
			if got := strings.Join(who, " "); got != tt.finds {
				t.Errorf("%q is found by %q, want %q", tt.words, got, tt.finds)
			}
		})
	}
}

func TestWhatCannotBeSearchedFor(t *testing.T) {
	t.Parallel()
	c, _ := library(t)
	tests := map[string]struct {
		by          rules.Actor
		words, code string
	}{
		"nothing":         {c.Reception, "", "search_empty"},
		"punctuation":     {c.Reception, `"'!?* & | :*`, "search_empty"},
		"10 kB":           {c.Reception, strings.Repeat("x", 10_000), "search_too_long"},
		"a NUL":           {c.Reception, "a\x00b", "search_invalid"},
		"broken UTF-8":    {c.Reception, "a\xff", "search_invalid"},
		"without the hub": {c.NoHub, "word", "hub_not_allowed"},
		"at the limit":    {c.Reception, strings.Repeat("é", 200), ""},
		"many words":      {c.Reception, strings.Repeat("a ", 100), ""},
		"emoji":           {c.Reception, "😀 montag", ""},
		"another script":  {c.Reception, "Привет 你好 йод", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := c.Inbox.Search(t.Context(), tt.by, inbox.Question{Words: tt.words}, 20, ""); codeOf(err) != tt.code {
				t.Errorf("answer %v, want %q", err, tt.code)
			}
			if _, _, err := c.Inbox.List(t.Context(), tt.by, inbox.Filter{Words: tt.words + "\x00"}, 20, ""); tt.code == "" && codeOf(err) != "search_invalid" {
				t.Errorf("as a filter of the list: %v", err)
			}
		})
	}
}

func TestAHitShowsTheWords(t *testing.T) {
	t.Parallel()
	c, _ := library(t)
	found, err := c.Inbox.Search(t.Context(), c.Reception, inbox.Question{Words: "rucken schm"}, 20, "")
	if err != nil || len(found.Hits) != 1 {
		t.Fatalf("%+v, %v", found, err)
	}
	if got := fmt.Sprint(found.Hits[0].Snippet); got != "[{Der  false} {Rücken true} {  false} {schmerzt true} { seit Montag false}]" {
		t.Errorf("snippet %s", got)
	}
	found, err = c.Inbox.Search(t.Context(), c.Reception, inbox.Question{Words: "befund"}, 20, "")
	if err != nil || len(found.Hits) != 1 || fmt.Sprint(found.Hits[0].Files) != "[[{Röntgen- false} {Befund true} {_2026.pdf false}]]" {
		t.Errorf("files %+v, %v", found.Hits, err)
	}
}

func TestPeopleAreFoundByNameAndNumber(t *testing.T) {
	t.Parallel()
	c, ana := library(t)
	for words, want := range map[string]string{"silv": "Ana Silva", "ana sil": "Ana Silva", "351 910": "Ana Silva, Ben Weber, Otto Offline", "910000000": "Ana Silva, Ben Weber, Otto Offline", "weber ana": ""} {
		found, err := c.Inbox.Search(t.Context(), c.Reception, inbox.Question{Words: words}, 20, "")
		var names []string
		for _, p := range found.People {
			names = append(names, p.Name)
		}
		if got := strings.Join(names, ", "); err != nil || got != want {
			t.Errorf("%q finds %q, want %q (%v)", words, got, want, err)
		}
	}
	found, err := c.Inbox.Search(t.Context(), c.Reception, inbox.Question{Words: "silva"}, 20, "")
	if err != nil || len(found.People) != 1 || found.People[0].Conversation != ana.ID {
		t.Errorf("%+v, %v", found.People, err)
	}
	if found, err = c.Inbox.Search(t.Context(), c.Ana, inbox.Question{Words: "weber"}, 20, ""); err != nil || len(found.People) > 0 {
		t.Errorf("a patient finds %+v, %v", found.People, err)
	}
}

// Page by page everything comes once, the best first among the newest, whatever is written in
// the meantime.
func TestSearchIsPaged(t *testing.T) {
	t.Parallel()
	c, ana := library(t)
	for i := range 130 {
		if _, _, err := c.Inbox.Send(t.Context(), c.Reception, ana.ID, testkit.Text(fmt.Sprint("zebra ", strings.Repeat("zebra ", i%3)))); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[uuid.UUID]bool{}
	for cursor, first := "", true; first || cursor != ""; first = false {
		found, err := c.Inbox.Search(t.Context(), c.Reception, inbox.Question{Words: "zebra"}, 30, cursor)
		if err != nil {
			t.Fatal(err)
		}
		if first && strings.Count(found.Hits[0].Message.Body, "zebra") != 3 {
			t.Errorf("the best is %q", found.Hits[0].Message.Body)
		}
		for _, h := range found.Hits {
			if seen[h.Message.ID] {
				t.Errorf("%s came twice", h.Message.ID)
			}
			seen[h.Message.ID] = true
		}
		if _, _, err := c.Inbox.Send(t.Context(), c.Reception, ana.ID, testkit.Text("a zebra that has just come")); err != nil {
			t.Fatal(err)
		}
		cursor = found.Next
	}
	if len(seen) != 130 {
		t.Errorf("%d were found", len(seen))
	}
}

func TestSearchIsNarrowed(t *testing.T) {
	t.Parallel()
	c, ana := library(t)
	for name, tt := range map[string]struct {
		in   inbox.Question
		want int
	}{
		"by channel":      {inbox.Question{Words: "p", Channel: rules.Note}, 1},
		"by direction":    {inbox.Question{Words: "ordonnance", Direction: "inbound"}, 1},
		"by patient":      {inbox.Question{Words: "benign", PatientID: c.Ana.ID}, 0},
		"by conversation": {inbox.Question{Words: "pressure", Conversation: ana.ID}, 1},
		"since":           {inbox.Question{Words: "pressure", Since: time.Now().Add(time.Hour)}, 0},
		"until":           {inbox.Question{Words: "pressure", Until: time.Now().Add(-time.Hour)}, 0},
	} {
		found, err := c.Inbox.Search(t.Context(), c.Reception, tt.in, 20, "")
		if err != nil || len(found.Hits) != tt.want {
			t.Errorf("%s: %d found, want %d (%v)", name, len(found.Hits), tt.want, err)
		}
	}
}

// Words in a list's filter name conversations by people, labels and messages alike.
func TestAListOfWords(t *testing.T) {
	t.Parallel()
	c, ana := library(t)
	labels := []string{"billing"}
	if _, err := c.Inbox.File(t.Context(), c.Reception, ana.ID, inbox.Filing{Labels: &labels}); err != nil {
		t.Fatal(err)
	}
	for words, want := range map[string]int{"silva": 1, "BILL": 1, "worried": 1, "biopsy": 0, "weber": 0} {
		got, _, err := c.Inbox.List(t.Context(), c.Reception, inbox.Filter{Words: words}, 20, "")
		if err != nil || len(got) != want {
			t.Errorf("%q: %d, want %d (%v)", words, len(got), want, err)
		}
	}
	if got, _, err := c.Inbox.List(t.Context(), c.Ana, inbox.Filter{Words: "worried"}, 20, ""); err != nil || len(got) != 0 {
		t.Errorf("the patient finds a note: %v, %v", got, err)
	}
}

func TestAroundAMessage(t *testing.T) {
	t.Parallel()
	c, ana := library(t)
	var all []uuid.UUID
	for i := range 40 {
		m, _, err := c.Inbox.Send(t.Context(), c.Reception, ana.ID, testkit.Text(fmt.Sprint(i)))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m.ID)
	}
	got, err := c.Inbox.Around(t.Context(), c.Ana, ana.ID, all[20], 10)
	if err != nil || len(got.Messages) != 10 || got.Messages[5].ID != all[20] || !got.Older || !got.Newer {
		t.Fatalf("%d messages, %v %v, %v", len(got.Messages), got.Older, got.Newer, err)
	}
	next, err := c.Inbox.After(t.Context(), c.Ana, ana.ID, got.Messages[9].ID, 50)
	if err != nil || len(next.Messages) != 15 || next.Newer || next.Messages[0].ID != all[25] {
		t.Errorf("%d messages after, more %v, %v", len(next.Messages), next.Newer, err)
	}
	page, _, err := c.Inbox.Messages(t.Context(), c.Reception, ana.ID, all[0], 5)
	if err != nil {
		t.Fatal(err)
	}
	call := page[slices.IndexFunc(page, func(m inbox.Message) bool { return m.Channel == rules.Call })]
	if _, err := c.Inbox.Around(t.Context(), c.Ana, ana.ID, call.ID, 10); codeOf(err) != "message_unknown" {
		t.Errorf("a patient looks around a call: %v", err)
	}
	if _, err := c.Inbox.Around(t.Context(), c.Doctor, ana.ID, all[3], 10); codeOf(err) != "conversation_not_found" {
		t.Errorf("a doctor looks around in another's: %v", err)
	}
}

func TestStarredMessages(t *testing.T) {
	t.Parallel()
	c, ana := library(t)
	page, _, err := c.Inbox.Messages(t.Context(), c.Reception, ana.ID, uuid.Nil, 5)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range page {
		if _, err := c.Inbox.Star(t.Context(), c.Reception, m.ID, true); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Inbox.Star(t.Context(), c.Ana, page[0].ID, true); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		by   rules.Actor
		want int
	}{"reception2": {c.Reception2, 5}, "admin": {c.Admin, 5}, "doctor": {c.Doctor, 0}, "ana": {c.Ana, 1}, "ben": {c.Ben, 0}} {
		n, cursor := 0, ""
		for first := true; first || cursor != ""; first = false {
			hits, next, err := c.Inbox.Starred(t.Context(), tt.by, 2, cursor)
			if err != nil {
				t.Fatal(err)
			}
			n, cursor = n+len(hits), next
			if tt.by.Kind == rules.User && len(hits) > 0 && hits[0].Message.Star.By.Name != "Rita Reception" {
				t.Errorf("%s: starred by %+v", name, hits[0].Message.Star)
			}
		}
		if n != tt.want {
			t.Errorf("%s has %d starred, want %d", name, n, tt.want)
		}
	}
}
