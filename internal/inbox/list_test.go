package inbox_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"testing"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

// A page of the inbox is what looking at everything gives: for random filters, every role and
// pages of every size. The rule that it is compared with is the one that a page goes by for
// what changes.
func TestAListIsWhatLookingAtEverythingGives(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	rng := rand.New(rand.NewPCG(7, 11))
	busy(t, c, rng)
	found := 0
	for name, by := range map[string]rules.Actor{
		"admin": c.Admin, "admin2": c.Admin2, "reception": c.Reception, "reception2": c.Reception2, "doctor": c.Doctor, "doctor2": c.Doctor2, "ana": c.Ana, "ben": c.Ben,
	} {
		all := walk(t, c, by, inbox.Filter{}, 200)
		for range 120 {
			f := randomFilter(rng, c, all)
			want := slices.DeleteFunc(slices.Clone(all), func(x inbox.Conversation) bool { return !f.Passes(by, x) })
			if f.Longest && by.Kind == rules.User {
				slices.SortFunc(want, func(a, b inbox.Conversation) int {
					return cmp.Or(a.LastWordSince.Compare(b.LastWordSince), bytes.Compare(a.ID[:], b.ID[:]))
				})
			}
			got := walk(t, c, by, f, 1+rng.IntN(7))
			if !slices.Equal(ids(got), ids(want)) {
				t.Errorf("%s, %+v:\n got %v\nwant %v", name, f, ids(got), ids(want))
			}
			found += len(got)
			if n, err := c.Inbox.Count(t.Context(), by, f); err != nil || n != len(want) {
				t.Errorf("%s, %+v: counted %d, want %d (%v)", name, f, n, len(want), err)
			}
		}
	}
	if found < 500 {
		t.Errorf("all filters together found only %d: the clinic is too quiet to tell", found)
	}
}

// busy does at random what people do.
func busy(t *testing.T, c *testkit.Clinic, rng *rand.Rand) {
	t.Helper()
	check := func(err error) {
		if code := codeOf(err); len(code) > 5 && code[:5] == "fault" {
			t.Fatal(err)
		}
	}
	patients := []rules.Actor{c.Ana, c.Ben}
	for i := range 22 {
		patients = append(patients, c.Patient(t, fmt.Sprintf("Patient %c", 'A'+i), fmt.Sprint("p", i), true))
	}
	for _, p := range patients {
		_, _, _, err := c.Inbox.Start(t.Context(), p, inbox.Opening{Message: testkit.Text("Hello")})
		check(err)
		if rng.IntN(3) == 0 {
			_, _, _, err := c.Inbox.Start(t.Context(), c.Doctor, inbox.Opening{PatientID: p.ID, Message: testkit.Text("Results")})
			check(err)
		}
	}
	for _, to := range []rules.Actor{c.Doctor, c.Doctor2, c.Reception, c.Reception2} {
		for _, by := range []rules.Actor{c.Admin, c.Admin2} {
			_, _, _, err := c.Inbox.Start(t.Context(), by, inbox.Opening{UserID: to.ID, Message: testkit.Text("A word")})
			check(err)
		}
	}
	everybody := append([]rules.Actor{c.Admin, c.Admin2, c.Reception, c.Reception2, c.Doctor, c.Doctor2}, patients...)
	threads := walk(t, c, c.Admin, inbox.Filter{}, 200)
	yes, no := true, false
	for range 500 {
		by, there := everybody[rng.IntN(len(everybody))], threads[rng.IntN(len(threads))].ID
		if by.Kind == rules.Patient && rng.IntN(3) > 0 { // most of the others' is not theirs
			mine := walk(t, c, by, inbox.Filter{}, 200)
			there = mine[rng.IntN(len(mine))].ID
		}
		var err error
		switch rng.IntN(9) {
		case 0, 1, 2:
			_, _, err = c.Inbox.Send(t.Context(), by, there, testkit.Text("word"))
		case 3:
			_, _, err = c.Inbox.Send(t.Context(), by, there, testkit.Note("note"))
		case 4:
			_, err = c.Inbox.Read(t.Context(), by, there, uuid.Nil)
		case 5:
			_, err = c.Inbox.File(t.Context(), by, there, inbox.Filing{Archived: [2]*bool{&yes, &no}[rng.IntN(2)]})
		case 6:
			labels := []string{"lab", "urgent", "billing"}[:rng.IntN(4)]
			_, err = c.Inbox.File(t.Context(), by, there, inbox.Filing{Labels: &labels})
		case 7:
			to := []uuid.UUID{uuid.Nil, c.Doctor.ID, c.Doctor2.ID, c.Reception.ID}[rng.IntN(4)]
			_, err = c.Inbox.File(t.Context(), by, there, inbox.Filing{Assignee: &to})
		case 8:
			page, _, e := c.Inbox.Messages(t.Context(), by, there, uuid.Nil, 5)
			if err = e; e == nil {
				_, err = c.Inbox.Star(t.Context(), by, page[rng.IntN(len(page))].ID, rng.IntN(3) > 0)
			}
		}
		check(err)
	}
	// What only carriers and colleagues elsewhere do.
	for _, sql := range []string{
		`UPDATE message SET channel = 'sms' WHERE channel = 'portal' AND ascii(right(message_id::text, 1)) % 3 = 0`,
		`UPDATE conversation SET last_id = last_id, snoozed = ascii(right(conversation_id::text, 1)) % 4 = 0`,
	} {
		if _, err := c.DB.Owner.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

func randomFilter(rng *rand.Rand, c *testkit.Clinic, all []inbox.Conversation) (f inbox.Filter) {
	one := func(n int) bool { return rng.IntN(n) == 0 }
	maybe := func() *bool {
		yes := one(2)
		if one(3) {
			return &yes
		}
		return nil
	}
	f.Archived, f.Snoozed, f.Starred, f.Waiting = maybe(), maybe(), maybe(), maybe()
	f.Mine, f.Longest = one(5), one(4)
	if one(4) {
		f.Status = []rules.Status{rules.Unread, rules.Read, rules.Replied, rules.Archived}[rng.IntN(4)]
	}
	if one(4) {
		f.Channel = []rules.Channel{rules.SMS, rules.Portal, rules.Note, rules.Call}[rng.IntN(4)]
	}
	if one(4) {
		f.Direction = []string{"inbound", "outbound"}[rng.IntN(2)]
	}
	if one(5) {
		f.AssigneeID = []uuid.UUID{c.Doctor.ID, c.Doctor2.ID, c.Reception.ID}[rng.IntN(3)]
	} else if one(6) {
		f.Unassigned = true
	}
	if one(4) {
		f.Labels = []string{"lab", "urgent"}[:1+rng.IntN(2)]
	}
	if one(6) && len(all) > 0 {
		f.PatientID = all[rng.IntN(len(all))].Parties.PatientID
	}
	return f
}

// walk reads a list to its end, page by page.
func walk(t *testing.T, c *testkit.Clinic, by rules.Actor, f inbox.Filter, limit int) (all []inbox.Conversation) {
	t.Helper()
	for cursor := ""; ; {
		page, next, err := c.Inbox.List(t.Context(), by, f, limit, cursor)
		if err != nil {
			t.Fatalf("%+v: %v", f, err)
		}
		all = append(all, page...)
		if cursor = next; next == "" {
			return all
		}
		if len(page) != limit {
			t.Fatalf("a page of %d is not the last, but has %d", limit, len(page))
		}
	}
}

func ids(all []inbox.Conversation) []string {
	out := make([]string, len(all))
	for i, c := range all {
		out[i] = c.ID.String()[28:]
	}
	return out
}

func TestFilterOf(t *testing.T) {
	t.Parallel()
	by := rules.Actor{Kind: rules.User, ID: uuid.New()}
	yes, no := true, false
	tests := map[string]struct {
		words string
		want  inbox.Filter
		code  string
	}{
		"nothing":               {"", inbox.Filter{Archived: &no, Snoozed: &no}, ""},
		"archived ones":         {"archived=true", inbox.Filter{Archived: &yes}, ""},
		"any":                   {"archived=any", inbox.Filter{}, ""},
		"any, not the snoozed":  {"archived=any&snoozed=false", inbox.Filter{Snoozed: &no}, ""},
		"the status archived":   {"status=archived", inbox.Filter{Status: rules.Archived, Archived: &yes}, ""},
		"a queue":               {"view=waiting", inbox.Filter{Waiting: &yes, Archived: &no, Snoozed: &no}, ""},
		"a queue, but archived": {"view=unread&archived=any", inbox.Filter{Status: rules.Unread}, ""},
		"mine":                  {"assignee_id=me&snoozed=any", inbox.Filter{AssigneeID: by.ID, Archived: &no}, ""},
		"nobody's":              {"assignee_id=nobody&snoozed=any", inbox.Filter{Unassigned: true, Archived: &no}, ""},
		"labels, one twice":     {"label=a&label=b&label=a&archived=any", inbox.Filter{Labels: []string{"a", "b"}}, ""},
		"the longest wait":      {"sort=waiting&archived=any", inbox.Filter{Longest: true}, ""},
		"an unknown queue":      {"view=late", inbox.Filter{}, "filter_invalid"},
		"an unknown filter":     {"colour=red", inbox.Filter{}, "filter_unknown"},
		"an unknown status":     {"status=new", inbox.Filter{}, "filter_invalid"},
		"nobody of this id":     {"assignee_id=7", inbox.Filter{}, "filter_invalid"},
		"the id of nothing":     {"patient_id=" + uuid.Nil.String(), inbox.Filter{}, "filter_invalid"},
		"a NUL in a label":      {"label=a%00b", inbox.Filter{}, "filter_invalid"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked, err := url.ParseQuery(tt.words)
			if err != nil {
				t.Fatal(err)
			}
			got, err := inbox.FilterOf(asked, by)
			if codeOf(err) != tt.code || err == nil && fmt.Sprintf("%+v", deref(got)) != fmt.Sprintf("%+v", deref(tt.want)) {
				t.Errorf("%+v, %v; want %+v, %q", deref(got), err, deref(tt.want), tt.code)
			}
		})
	}
}

// deref shows what pointers point at.
func deref(f inbox.Filter) string {
	show := func(b *bool) string {
		if b == nil {
			return "any"
		}
		return fmt.Sprint(*b)
	}
	a, s, st, w := show(f.Archived), show(f.Snoozed), show(f.Starred), show(f.Waiting)
	f.Archived, f.Snoozed, f.Starred, f.Waiting = nil, nil, nil, nil
	return fmt.Sprintf("%s %s %s %s %+v", a, s, st, w, f)
}

func FuzzFilter(f *testing.F) {
	by := rules.Actor{Kind: rules.User, ID: uuid.New()}
	f.Add("view=all&label=urgent&sort=waiting")
	f.Fuzz(func(t *testing.T, words string) {
		asked, err := url.ParseQuery(words)
		if err != nil {
			return
		}
		if _, err := inbox.FilterOf(asked, by); err != nil && codeOf(err)[:6] != "filter" {
			t.Errorf("%q: %v", words, err)
		}
	})
}
