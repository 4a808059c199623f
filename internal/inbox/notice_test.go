package inbox_test

import (
	"maps"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

// told is what somebody has unread, by kind, with its count.
func told(t *testing.T, c *testkit.Clinic, who rules.Actor) map[rules.NoticeKind]int {
	t.Helper()
	page, _, unread, err := c.Inbox.Notices(t.Context(), who, true, 50, "")
	if err != nil || unread != len(page) {
		t.Fatalf("%s: %d are listed, %d are counted, %v", who.Name, len(page), unread, err)
	}
	all := map[rules.NoticeKind]int{}
	for _, n := range page {
		all[n.Kind] += n.Count
	}
	return all
}

func say(t *testing.T, c *testkit.Clinic, by rules.Actor, to uuid.UUID, d inbox.Draft) inbox.Message {
	t.Helper()
	m, _, err := c.Inbox.Send(t.Context(), by, to, d)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func assign(t *testing.T, c *testkit.Clinic, by rules.Actor, id, to uuid.UUID) {
	t.Helper()
	if _, err := c.Inbox.File(t.Context(), by, id, inbox.Filing{Assignee: &to}); err != nil {
		t.Fatal(err)
	}
}

type counts = map[rules.NoticeKind]int

// A whole day at the desk: who is told of what, and what ends it.
func TestWhoIsToldOfWhat(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	conversation := c.FromAna(t, "Hello").ID
	for _, s := range []struct {
		name string
		do   func()
		want map[uuid.UUID]counts // what is left out has nothing
	}{
		{"a patient writes", func() {}, map[uuid.UUID]counts{c.Reception.ID: {"message": 1}, c.Reception2.ID: {"message": 1}}},
		{"and again", func() { say(t, c, c.Ana, conversation, testkit.Text("Are you there?")) }, map[uuid.UUID]counts{c.Reception.ID: {"message": 2}, c.Reception2.ID: {"message": 2}}},
		{"one opens it", func() { done(t, second(c.Inbox.Read(t.Context(), c.Reception, conversation, uuid.Nil))) }, map[uuid.UUID]counts{c.Reception2.ID: {"message": 2}}},
		{"and answers: it is settled for all", func() { say(t, c, c.Reception, conversation, testkit.Text("Yes")) }, nil},
		{"a note calls a colleague, the writer and one who sees nothing of it", func() {
			d := testkit.Note("please look")
			d.Mentions = []uuid.UUID{c.Reception2.ID, c.Reception.ID}
			say(t, c, c.Reception, conversation, d)
		}, map[uuid.UUID]counts{c.Reception2.ID: {"mention": 1}}},
		{"who opens it has seen it, though nothing was unread", func() { done(t, second(c.Inbox.Read(t.Context(), c.Reception2, conversation, uuid.Nil))) }, nil},
		{"handed to a doctor", func() { assign(t, c, c.Reception, conversation, c.Doctor.ID) }, map[uuid.UUID]counts{c.Doctor.ID: {"assigned": 1}}},
		{"the patient writes on: it is the doctor's", func() { say(t, c, c.Ana, conversation, testkit.Text("Doctor?")) }, map[uuid.UUID]counts{c.Doctor.ID: {"assigned": 1, "message": 1}}},
		{"reception answers instead", func() { say(t, c, c.Reception, conversation, testkit.Text("In a minute")) }, map[uuid.UUID]counts{c.Doctor.ID: {"assigned": 1, "reply": 1}}},
		{"the doctor answers, and has seen it all", func() { say(t, c, c.Doctor, conversation, testkit.Text("Here")) }, nil},
		{"the doctor gives it back", func() { assign(t, c, c.Doctor, conversation, uuid.Nil) }, map[uuid.UUID]counts{c.Reception.ID: {"returned": 1}, c.Reception2.ID: {"returned": 1}}},
		{"taken on: nobody else has to", func() { assign(t, c, c.Reception2, conversation, c.Reception2.ID) }, nil},
		{"handed to another doctor", func() { assign(t, c, c.Admin, conversation, c.Doctor2.ID) }, map[uuid.UUID]counts{c.Doctor2.ID: {"assigned": 1}}},
		{"and taken away: what was told is gone with it", func() { assign(t, c, c.Reception, conversation, uuid.Nil) }, nil},
		{"snoozed until she answers, which she does", func() {
			done(t, second(c.Inbox.File(t.Context(), c.Admin, conversation, snoozing(time.Time{}))))
			say(t, c, c.Ana, conversation, testkit.Text("Back"))
		}, map[uuid.UUID]counts{c.Reception.ID: {"message": 1}, c.Reception2.ID: {"message": 1}, c.Admin.ID: {"woken": 1}}},
		{"archived: nobody needs to look", func() {
			yes := true
			done(t, second(c.Inbox.File(t.Context(), c.Reception, conversation, inbox.Filing{Archived: &yes})))
		}, nil},
		{"a message was not delivered", func() {
			if err := c.Inbox.TellSender(t.Context(), c.ID, conversation, uuid.Nil, c.Reception.ID, rules.NoticeFailed); err != nil {
				t.Fatal(err)
			}
		}, map[uuid.UUID]counts{c.Reception.ID: {"failed": 1}}},
	} {
		s.do()
		for _, who := range []rules.Actor{c.Admin, c.Admin2, c.Reception, c.Reception2, c.Doctor, c.Doctor2} {
			if got := told(t, c, who); !maps.Equal(got, s.want[who.ID]) {
				t.Errorf("%s: %s is told %v, want %v", s.name, who.Name, got, s.want[who.ID])
			}
		}
	}
}

// What is announced are states: how much is unread in all, and what of the conversation.
func TestNoticesAreAnnouncedWhole(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	conversation := c.FromAna(t, "Hello").ID
	m := say(t, c, c.Ana, conversation, testkit.Text("Are you there?"))
	changes := c.Changes()
	last := changes[len(changes)-1]
	if len(last.Noticed) != 2 {
		t.Fatalf("%d people are told, not 2", len(last.Noticed))
	}
	for _, n := range last.Noticed {
		if n.Unread != 1 || n.ConversationID != conversation || len(n.Of) != 1 || n.Of[0].Count != 2 || n.Of[0].MessageID != m.ID || n.Of[0].Excerpt != "Are you there?" || n.Of[0].By.Name != "Ana Silva" {
			t.Errorf("announced %+v", n)
		}
	}
	done(t, second(c.Inbox.Read(t.Context(), c.Reception, conversation, uuid.Nil)))
	changes = c.Changes()
	if n := changes[len(changes)-1].Noticed; len(n) != 1 || n[0].UserID != c.Reception.ID || n[0].Unread != 0 || len(n[0].Of) != 0 {
		t.Errorf("after reading, announced %+v", n)
	}
	// Who was away hears of it by name, and fetches what there is.
	for who, want := range map[*rules.Actor]bool{&c.Reception: true, &c.Doctor: false} {
		missed, err := c.Inbox.Since(t.Context(), *who, 0)
		if err != nil || (len(missed.Topics) > 0) != want {
			t.Errorf("%s missed %v, %v", who.Name, missed.Topics, err)
		}
	}
}

func TestDoctorsAndColleaguesAreTold(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	thread, _, _, err := c.Inbox.Start(t.Context(), c.Doctor, inbox.Opening{PatientID: c.Ana.ID, Message: testkit.Text("Your results")})
	if err != nil {
		t.Fatal(err)
	}
	direct, _, _, err := c.Inbox.Start(t.Context(), c.Admin, inbox.Opening{UserID: c.Reception.ID, Message: testkit.Text("A word")})
	if err != nil {
		t.Fatal(err)
	}
	say(t, c, c.Ana, thread.ID, testkit.Text("Thank you"))
	say(t, c, c.Reception, direct.ID, testkit.Text("Yes?"))
	for _, want := range []struct {
		who    rules.Actor
		counts counts
	}{{c.Doctor, counts{"message": 1}}, {c.Admin, counts{"message": 1}}, {c.Reception, nil}, {c.Reception2, nil}, {c.Doctor2, nil}} {
		if got := told(t, c, want.who); !maps.Equal(got, want.counts) {
			t.Errorf("%s is told %v, want %v", want.who.Name, got, want.counts)
		}
	}
	if _, _, _, err := c.Inbox.Notices(t.Context(), c.Ana, false, 50, ""); codeOf(err) != "staff_only" {
		t.Errorf("a patient asks: %v", err)
	}
	if _, _, _, err := c.Inbox.Notices(t.Context(), c.NoHub, false, 50, ""); codeOf(err) != "hub_not_allowed" {
		t.Errorf("without access: %v", err)
	}
}

func TestReadingNotices(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	c.FromAna(t, "one")
	if _, _, _, err := c.Inbox.Start(t.Context(), c.Ben, inbox.Opening{Message: testkit.Text("two")}); err != nil {
		t.Fatal(err)
	}
	page, _, _, err := c.Inbox.Notices(t.Context(), c.Reception, true, 50, "")
	if err != nil || len(page) != 2 {
		t.Fatal(page, err)
	}
	others, _, _, err := c.Inbox.Notices(t.Context(), c.Reception2, true, 50, "")
	if err != nil {
		t.Fatal(err)
	}
	if left, err := c.Inbox.ReadNotices(t.Context(), c.Reception, []uuid.UUID{others[0].ID, page[1].ID}, uuid.Nil); err != nil || left != 1 {
		t.Errorf("one of the own and one of a colleague's: %d are left, %v", left, err)
	}
	if len(told(t, c, c.Reception2)) != 1 || told(t, c, c.Reception2)["message"] != 2 {
		t.Error("a colleague's are read")
	}
	first, cursor, _, err := c.Inbox.Notices(t.Context(), c.Reception, false, 1, "")
	if err != nil || cursor == "" || first[0].ID != page[0].ID {
		t.Errorf("the first page: %v, %q, %v", first, cursor, err)
	}
	rest, cursor, _, err := c.Inbox.Notices(t.Context(), c.Reception, false, 1, cursor)
	if err != nil || cursor != "" || len(rest) != 1 || rest[0].ReadAt.IsZero() {
		t.Errorf("the second page: %v, %q, %v", rest, cursor, err)
	}
	for range 2 {
		if left, err := c.Inbox.ReadNotices(t.Context(), c.Reception, nil, page[0].ID); err != nil || left != 0 {
			t.Errorf("all up to the newest: %d are left, %v", left, err)
		}
	}
	if _, err := c.Inbox.ReadNotices(t.Context(), c.Reception, nil, others[0].ID); codeOf(err) != "notification_unknown" {
		t.Errorf("up to a colleague's: %v", err)
	}
	if _, err := c.Inbox.ReadNotices(t.Context(), c.Reception, nil, uuid.Nil); codeOf(err) != "ids_missing" {
		t.Errorf("nothing named: %v", err)
	}
}

// However often a draft comes, and however many send at once, each message counts once.
func TestEachMessageCountsOnce(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	conversation := c.FromAna(t, "0").ID
	var all sync.WaitGroup
	for range 8 {
		draft := testkit.Text("again and again")
		for range 3 {
			all.Go(func() {
				if _, _, err := c.Inbox.Send(t.Context(), c.Ana, conversation, draft); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	for _, who := range []rules.Actor{c.Reception, c.Reception2} {
		if got := told(t, c, who); got["message"] != 9 {
			t.Errorf("%s is told of %v", who.Name, got)
		}
	}
}

// Whatever is done, in whatever order: nobody is told of what they do not see, nobody of what
// they did themselves, and one kind of thing in one conversation is one unread notice.
func TestNoticesStayWithinSight(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	staff := []rules.Actor{c.Admin, c.Reception, c.Reception2, c.Doctor, c.Doctor2}
	conversations := []uuid.UUID{c.FromAna(t, "Hello").ID}
	for _, opening := range []struct {
		by rules.Actor
		in inbox.Opening
	}{{c.Ben, inbox.Opening{}}, {c.Doctor, inbox.Opening{PatientID: c.Ana.ID}}, {c.Admin, inbox.Opening{UserID: c.Doctor2.ID}}} {
		opening.in.Message = testkit.Text("Hello")
		made, _, _, err := c.Inbox.Start(t.Context(), opening.by, opening.in)
		if err != nil {
			t.Fatal(err)
		}
		conversations = append(conversations, made.ID)
	}
	random := rand.New(rand.NewPCG(7, 8))
	pick := func(from []rules.Actor) rules.Actor { return from[random.IntN(len(from))] }
	everybody := append([]rules.Actor{c.Ana, c.Ben}, staff...)
	for range 150 {
		at, by, to := conversations[random.IntN(len(conversations))], pick(everybody), pick(staff).ID
		switch random.IntN(5) { // much of it is refused, as it should be
		case 0:
			if random.IntN(3) == 0 {
				to = uuid.Nil
			}
			_ = second(c.Inbox.File(t.Context(), by, at, inbox.Filing{Assignee: &to}))
		case 1:
			_ = second(c.Inbox.Read(t.Context(), by, at, uuid.Nil))
		case 2:
			d := testkit.Note("look")
			d.Mentions = []uuid.UUID{to}
			c.Inbox.Send(t.Context(), by, at, d) //nolint:errcheck // see above
		default:
			c.Inbox.Send(t.Context(), by, at, testkit.Text("word")) //nolint:errcheck // see above
		}
	}
	for _, who := range staff {
		page, _, unread, err := c.Inbox.Notices(t.Context(), who, true, 200, "")
		if err != nil || unread != len(page) {
			t.Fatalf("%s: %d are listed, %d are counted, %v", who.Name, len(page), unread, err)
		}
		seen := map[[2]string]bool{}
		for _, n := range page {
			if _, err := c.Inbox.Get(t.Context(), who, n.ConversationID); err != nil {
				t.Errorf("%s is told of %s in what they do not see", who.Name, n.Kind)
			}
			if n.By.ID == who.ID {
				t.Errorf("%s is told of their own %s", who.Name, n.Kind)
			}
			key := [2]string{string(n.Kind), n.ConversationID.String()}
			if seen[key] {
				t.Errorf("%s is told of %s twice", who.Name, n.Kind)
			}
			seen[key] = true
		}
	}
}

func TestAnotherRoleForgets(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	c.FromAna(t, "Hello")
	if _, err := c.DB.Owner.Exec(t.Context(), `UPDATE clinic_user SET role = 'doctor' WHERE user_id = $1`, c.Reception2.ID); err != nil {
		t.Fatal(err)
	}
	c.Reception2.Role = rules.Doctor
	if got := told(t, c, c.Reception2); len(got) != 0 {
		t.Errorf("a receptionist who has become a doctor is still told of %v", got)
	}
}

func done(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}
