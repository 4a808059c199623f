package inbox_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

// sight is what somebody sees: messages in their order, whatever conversation they are in.
type sight struct {
	messages []inbox.Message
	unread   int
	stars    int
}

func seen(t *testing.T, c *testkit.Clinic, by rules.Actor) (s sight) {
	t.Helper()
	found, _, err := c.Inbox.List(t.Context(), by, inbox.Filter{}, 100, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, conversation := range found {
		page, older, err := c.Inbox.Messages(t.Context(), by, conversation.ID, uuid.Nil, 200)
		if err != nil || older {
			t.Fatal(older, err)
		}
		if !slices.IsSortedFunc(page, func(a, b inbox.Message) int { return a.CreatedAt.Compare(b.CreatedAt) }) {
			t.Errorf("messages out of order")
		}
		s.messages = append(s.messages, page...)
		s.unread += conversation.Unread[0]
		s.stars += conversation.Stars
	}
	slices.SortStableFunc(s.messages, func(a, b inbox.Message) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return s
}

func bodies(s sight) (out []string) {
	for _, m := range s.messages {
		out = append(out, m.Body)
	}
	return out
}

// converse makes some random history between two patients, reception and doctors.
func converse(t *testing.T, c *testkit.Clinic, r *rand.Rand, a, b rules.Actor) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	pick := func(of ...rules.Actor) rules.Actor { return of[r.IntN(len(of))] }
	there := map[uuid.UUID]uuid.UUID{}
	for i := range 30 {
		p := pick(a, b)
		words := fmt.Sprintf("%02d of %s", i, p.Name)
		if there[p.ID] == uuid.Nil {
			conversation, _, _, err := c.Inbox.Start(t.Context(), p, inbox.Opening{Message: testkit.Text(words)})
			must(err)
			there[p.ID] = conversation.ID
			continue
		}
		switch r.IntN(8) {
		case 0, 1, 2:
			_, _, err := c.Inbox.Send(t.Context(), pick(p, c.Reception), there[p.ID], testkit.Text(words))
			must(err)
		case 3:
			_, _, err := c.Inbox.Send(t.Context(), c.Reception, there[p.ID], testkit.Note(words))
			must(err)
		case 4:
			_, err := c.Inbox.Read(t.Context(), pick(p, c.Reception), there[p.ID], uuid.Nil)
			must(err)
		case 5:
			_, m, _, err := c.Inbox.Start(t.Context(), c.Reception, inbox.Opening{PatientID: p.ID, Message: testkit.Text(words)})
			must(err)
			_, err = c.Inbox.Star(t.Context(), pick(p, c.Reception), m.ID, true)
			must(err)
		case 6:
			to := pick(c.Doctor, c.Doctor2, c.Reception2).ID
			_, err := c.Inbox.File(t.Context(), c.Admin, there[p.ID], inbox.Filing{Assignee: &to})
			must(err)
		case 7: // only the first of each pair begins
			_, _, _, _ = c.Inbox.Start(t.Context(), pick(c.Doctor, c.Doctor2), inbox.Opening{PatientID: p.ID, Message: testkit.Text(words)})
		}
	}
}

// Merging two records keeps every message, its order, what is unread and starred; and nobody
// on the staff sees what they did not see before.
func TestMergingKeepsAllAndShowsNoMore(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			c := testkit.NewClinic(t)
			r := rand.New(rand.NewPCG(seed, 2))
			converse(t, c, r, c.Ana, c.Ben)
			staff := []rules.Actor{c.Admin, c.Reception, c.Reception2, c.Doctor, c.Doctor2}
			before := map[uuid.UUID]sight{}
			for _, s := range append(staff, c.Ana, c.Ben) {
				before[s.ID] = seen(t, c, s)
			}
			plan, err := c.Inbox.PlanMerge(t.Context(), c.Reception, c.Ana.ID, c.Ben.ID, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Inbox.Merge(t.Context(), c.Reception, c.Ana.ID, c.Ben.ID, nil); err != nil {
				t.Fatal(err)
			}
			for _, s := range staff {
				after := seen(t, c, s)
				for _, words := range bodies(after) {
					if !slices.Contains(bodies(before[s.ID]), words) {
						t.Errorf("%s sees %q, which was not theirs to see", s.Name, words)
					}
				}
				if s.Role == rules.Doctor {
					continue
				}
				if !slices.Equal(bodies(before[s.ID]), bodies(after)) {
					t.Errorf("%s saw\n%v\nand sees\n%v", s.Name, bodies(before[s.ID]), bodies(after))
				}
				if before[s.ID].unread != after.unread || before[s.ID].stars != after.stars {
					t.Errorf("%s: %d unread and %d starred became %d and %d", s.Name, before[s.ID].unread, before[s.ID].stars, after.unread, after.stars)
				}
			}
			ana := seen(t, c, c.Ana)
			if len(ana.messages) != len(before[c.Ana.ID].messages)+len(before[c.Ben.ID].messages) {
				t.Errorf("the patient sees %d messages of %d and %d", len(ana.messages), len(before[c.Ana.ID].messages), len(before[c.Ben.ID].messages))
			}
			told := 0
			for _, thread := range plan.Threads {
				told += thread.Kept + thread.Double
			}
			if all := len(seen(t, c, c.Admin).messages); told != all {
				t.Errorf("the preview tells of %d messages, and there are %d", told, all)
			}
			summariesAreTrue(t, c, plan)
		})
	}
}

// summariesAreTrue compares the summary of each conversation with its messages.
func summariesAreTrue(t *testing.T, c *testkit.Clinic, plan inbox.MergePlan) {
	t.Helper()
	found, _, err := c.Inbox.List(t.Context(), c.Admin, inbox.Filter{PatientID: plan.Kept.ID}, 100, "")
	if err != nil || len(found) != len(plan.Threads) {
		t.Fatalf("%d conversations, and %d were told (%v)", len(found), len(plan.Threads), err)
	}
	for _, conversation := range found {
		page, _, err := c.Inbox.Messages(t.Context(), c.Admin, conversation.ID, uuid.Nil, 200)
		if err != nil {
			t.Fatal(err)
		}
		var shown *inbox.Message
		var since time.Time
		for i, m := range page {
			if m.StaffOnly() {
				continue
			}
			if shown == nil || shown.Side != m.Side {
				since = m.CreatedAt
			}
			shown = &page[i]
			if m.Author.Kind == rules.Patient && m.Author.ID != plan.Kept.ID {
				t.Errorf("%q is still the double's", m.Body)
			}
		}
		last := page[len(page)-1]
		if conversation.Last.ID != last.ID || conversation.Shown.ID != shown.ID || *conversation.LastWord != shown.Side || !conversation.LastWordSince.Equal(since) {
			t.Errorf("the summary says %v, %v since %v", conversation.Last.Body, *conversation.LastWord, conversation.LastWordSince)
		}
	}
}

func TestWhatIsLeftOfADouble(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	kept := c.FromAna(t, "Hello")
	gone, _, _, err := c.Inbox.Start(t.Context(), c.Ben, inbox.Opening{Message: testkit.Text("Hello too")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Inbox.Merge(t.Context(), c.Admin, c.Ana.ID, c.Ben.ID, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Inbox.Get(t.Context(), c.Reception, gone.ID); codeOf(err) != "conversation_not_found" {
		t.Errorf("the double's conversation: %v", err)
	}
	// Who has written there in the meantime has not written in vain.
	m, _, err := c.Inbox.Send(t.Context(), c.Reception, gone.ID, testkit.Text("to the old place"))
	if err != nil || m.ConversationID != kept.ID {
		t.Errorf("sent to %v: %v", m.ConversationID, err)
	}
	if _, err := c.Inbox.Merge(t.Context(), c.Admin, c.Ana.ID, c.Ben.ID, nil); codeOf(err) != "patient_merged" {
		t.Errorf("merged twice: %v", err)
	}
	name := "x"
	if _, err := c.People.EditPatient(t.Context(), c.Reception, c.Ben.ID, people.PatientFields{Name: &name}); codeOf(err) != "patient_merged" {
		t.Errorf("the double is edited: %v", err)
	}
	if _, _, _, err := c.Inbox.Start(t.Context(), c.Reception, inbox.Opening{PatientID: c.Ben.ID, Message: testkit.Text("x")}); codeOf(err) != "patient_merged" {
		t.Errorf("the double is written to: %v", err)
	}
	found, _, err := c.People.Patients(t.Context(), c.Reception, "Ben", 10, "")
	if err != nil || len(found) != 0 {
		t.Errorf("the double is in the directory: %v %v", found, err)
	}
}

// An opt-out is the address's: everybody with the number has it, and another number has not.
func TestAnOptOutBelongsToTheAddress(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	c.FromAna(t, "Hello")
	out := func(id uuid.UUID) string {
		p, err := c.People.Patient(t.Context(), c.Doctor, id)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(p.OptedOut)
	}
	if err := c.People.SetConsent(t.Context(), c.Reception, c.Ana.ID, rules.SMS, false, "asked at the desk"); err != nil {
		t.Fatal(err)
	}
	if out(c.Ana.ID) != "[sms]" || out(c.Ben.ID) != "[sms]" { // everybody here has one number
		t.Errorf("opted out: %s and %s", out(c.Ana.ID), out(c.Ben.ID))
	}
	number := "+351912345678"
	if _, err := c.People.EditPatient(t.Context(), c.Reception, c.Ana.ID, people.PatientFields{Phone: &number}); err != nil {
		t.Fatal(err)
	}
	if out(c.Ana.ID) != "[]" || out(c.Ben.ID) != "[sms]" {
		t.Errorf("with another number: %s and %s", out(c.Ana.ID), out(c.Ben.ID))
	}
	if err := c.People.Heard(t.Context(), c.ID, rules.SMS, "+351910000000", true, people.Keyword, "START"); err != nil {
		t.Fatal(err)
	}
	history, err := c.People.Consents(t.Context(), c.Doctor, c.Ben.ID)
	if err != nil || out(c.Ben.ID) != "[]" || len(history) != 2 || !history[0].Given || history[0].Source != people.Keyword || history[1].User != c.Reception.Name {
		t.Errorf("%s, %+v (%v)", out(c.Ben.ID), history, err)
	}
	if err := c.People.SetConsent(t.Context(), c.Reception, c.Ana.ID, rules.Portal, false, ""); codeOf(err) != "channel_unknown" {
		t.Errorf("the portal is no channel of consents: %v", err)
	}
}
