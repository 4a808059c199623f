package inbox_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
	sqlfiles "frontdesk/sql"
)

func ptr[T any](v T) *T { return &v }

func labelNames(all []inbox.Label) string {
	names := make([]string, len(all))
	for i, l := range all {
		names[i] = fmt.Sprint(l.Position, " ", l.Name)
	}
	return strings.Join(names, ", ")
}

func catalogue(t *testing.T, c *testkit.Clinic) []inbox.Label {
	t.Helper()
	all, err := c.Inbox.Labels(t.Context(), c.Doctor)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func named(t *testing.T, c *testkit.Clinic, name string) inbox.Label {
	t.Helper()
	all := catalogue(t, c)
	at := slices.IndexFunc(all, func(l inbox.Label) bool { return l.Name == name })
	if at < 0 {
		t.Fatalf("there is no label %q", name)
	}
	return all[at]
}

func label(t *testing.T, c *testkit.Clinic, conversation uuid.UUID, labels ...string) {
	t.Helper()
	if _, err := c.Inbox.File(t.Context(), c.Reception, conversation, inbox.Filing{Labels: &labels}); err != nil {
		t.Fatal(err)
	}
}

func TestLabels(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		by   func(*testkit.Clinic) rules.Actor
		do   func(*testing.T, *testkit.Clinic, rules.Actor) error
		code string
		want string // the catalogue afterwards; empty: as before
		on   string // the labels of a conversation that had urgent and lab
	}{
		"added at the end": {do: add("Prescription", "blue"), want: "0 urgent, 1 lab, 2 billing, 3 Prescription"},
		"renamed everywhere": {
			do:   edit("urgent", inbox.LabelEdit{Name: ptr("today")}),
			want: "0 today, 1 lab, 2 billing", on: "today lab",
		},
		"another case of itself": {do: edit("urgent", inbox.LabelEdit{Name: ptr("Urgent")}), want: "0 Urgent, 1 lab, 2 billing", on: "Urgent lab"},
		"moved to the end":       {do: edit("urgent", inbox.LabelEdit{Position: ptr(99)}), want: "0 lab, 1 billing, 2 urgent"},
		"moved to the front":     {do: edit("billing", inbox.LabelEdit{Position: ptr(0)}), want: "0 billing, 1 urgent, 2 lab"},
		"removed everywhere":     {do: remove("urgent"), want: "0 lab, 1 billing", on: "lab"},
		"the same name":          {do: add("urgent", "red"), code: "label_exists"},
		"spelled alike":          {do: add("ÚRGENT", "red"), code: "label_exists"},
		"renamed to another's":   {do: edit("lab", inbox.LabelEdit{Name: ptr("Billing")}), code: "label_exists"},
		"a colour that is none":  {do: add("x", "mauve"), code: "colour_unknown"},
		"no name":                {do: add("", "red"), code: "label_invalid"},
		"space around it":        {do: add(" x", "red"), code: "label_invalid"},
		"a line's end":           {do: add("a\nb", "red"), code: "label_invalid"},
		"too long":               {do: add(strings.Repeat("é", 41), "red"), code: "label_invalid"},
		"as long as may be":      {do: add(strings.Repeat("é", 40), "red"), want: "0 urgent, 1 lab, 2 billing, 3 " + strings.Repeat("é", 40)},
		"one that is not there": {do: func(t *testing.T, c *testkit.Clinic, by rules.Actor) error {
			return second(c.Inbox.RemoveLabel(t.Context(), by, uuid.New()))
		}, code: "label_not_found"},
		"by a receptionist": {by: func(c *testkit.Clinic) rules.Actor { return c.Reception }, do: add("x", "red"), code: "admins_only"},
		"by a doctor":       {by: func(c *testkit.Clinic) rules.Actor { return c.Doctor }, do: remove("urgent"), code: "admins_only"},
		"by a patient":      {by: func(c *testkit.Clinic) rules.Actor { return c.Ana }, do: edit("urgent", inbox.LabelEdit{Name: ptr("x")}), code: "admins_only"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := testkit.NewClinic(t)
			there, by := c.FromAna(t, "Hello").ID, c.Admin
			label(t, c, there, "urgent", "lab")
			before := len(c.Changes())
			if tt.by != nil {
				by = tt.by(c)
			}
			if got := codeOf(tt.do(t, c, by)); got != tt.code {
				t.Errorf("answer %q, want %q", got, tt.code)
			}
			want, on, told := tt.want, tt.on, 1
			if want == "" {
				want, told = "0 urgent, 1 lab, 2 billing", 0
			}
			if on == "" {
				on = "urgent lab"
			}
			if got := labelNames(catalogue(t, c)); got != want {
				t.Errorf("the catalogue is %s, want %s", got, want)
			}
			if now, err := c.Inbox.Get(t.Context(), c.Reception, there); err != nil || strings.Join(now.Labels, " ") != on {
				t.Errorf("the conversation has %v, want %s (%v)", now.Labels, on, err)
			}
			changes := c.Changes()[before:]
			if len(changes) != told || told == 1 && !slices.Equal(changes[0].Topics, []string{"labels"}) {
				t.Errorf("%d changes were told, want %d: %v", len(changes), told, changes)
			}
		})
	}
}

func add(name, colour string) func(*testing.T, *testkit.Clinic, rules.Actor) error {
	return func(t *testing.T, c *testkit.Clinic, by rules.Actor) error {
		return second(c.Inbox.AddLabel(t.Context(), by, inbox.Label{Name: name, Colour: colour}))
	}
}

func edit(name string, in inbox.LabelEdit) func(*testing.T, *testkit.Clinic, rules.Actor) error {
	return func(t *testing.T, c *testkit.Clinic, by rules.Actor) error {
		return second(c.Inbox.EditLabel(t.Context(), by, named(t, c, name).ID, in))
	}
}

func remove(name string) func(*testing.T, *testkit.Clinic, rules.Actor) error {
	return func(t *testing.T, c *testkit.Clinic, by rules.Actor) error {
		n, err := c.Inbox.RemoveLabel(t.Context(), by, named(t, c, name).ID)
		if err == nil && n != 1 {
			t.Errorf("it was on %d conversations, want 1", n)
		}
		return err
	}
}

// Whoever puts labels on while others rename and remove them: no conversation is left with a
// name that the catalogue does not have.
func TestNoLabelOutlivesTheCatalogue(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := []uuid.UUID{c.FromAna(t, "Hello").ID}
	other, _, _, err := c.Inbox.Start(t.Context(), c.Ben, inbox.Opening{Message: testkit.Text("Hello")})
	if err != nil {
		t.Fatal(err)
	}
	there = append(there, other.ID)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 15 {
				in := inbox.Filing{AddLabels: []string{fmt.Sprint("l", (i+w)%3)}}
				if i%4 == 3 {
					in = inbox.Filing{Labels: &[]string{}}
				}
				err := second(c.Inbox.File(t.Context(), c.Reception, there[(i+w)%2], in))
				if code := codeOf(err); code != "" && code != "label_unknown" {
					t.Error(err)
				}
			}
		})
	}
	wg.Go(func() {
		for i := range 12 {
			l, err := c.Inbox.AddLabel(t.Context(), c.Admin, inbox.Label{Name: fmt.Sprint("l", i%3), Colour: "red"})
			if err != nil {
				t.Error(err)
				continue
			}
			if i%2 == 0 {
				_, err = c.Inbox.EditLabel(t.Context(), c.Admin, l.ID, inbox.LabelEdit{Name: ptr(fmt.Sprint("l", (i+1)%3))})
			}
			if err == nil {
				_, err = c.Inbox.RemoveLabel(t.Context(), c.Admin, l.ID)
			}
			if err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	known := labelNames(catalogue(t, c))
	for _, id := range there {
		now, err := c.Inbox.Get(t.Context(), c.Reception, id)
		if err != nil || slices.ContainsFunc(now.Labels, func(l string) bool { return !strings.Contains(known, " "+l) }) {
			t.Errorf("a conversation has %v, the catalogue is %s (%v)", now.Labels, known, err)
		}
	}
}

// Two who add a label each at the same time both get their way.
func TestLabelsAddUp(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := c.FromAna(t, "Hello").ID
	var wg sync.WaitGroup
	for _, l := range []string{"urgent", "LAB", "Billing"} {
		wg.Go(func() {
			if _, err := c.Inbox.File(t.Context(), c.Reception, there, inbox.Filing{AddLabels: []string{l}}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	now, err := c.Inbox.Get(t.Context(), c.Reception, there)
	slices.Sort(now.Labels)
	if err != nil || strings.Join(now.Labels, " ") != "billing lab urgent" {
		t.Errorf("it has %v, %v", now.Labels, err)
	}
}

// What conversations carried before there was a catalogue is what the catalogue begins with.
func TestLabelsInUseBecomeTheCatalogue(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	raw, err := fs.ReadFile(sqlfiles.Migrations, "migrations/00007_together.sql")
	if err != nil {
		t.Fatal(err)
	}
	up, _, _ := strings.Cut(string(raw), "-- +goose Down")
	ana := c.FromAna(t, "Hello").ID
	other, _, _, err := c.Inbox.Start(t.Context(), c.Ben, inbox.Opening{Message: testkit.Text("Hello")})
	if err != nil {
		t.Fatal(err)
	}
	ben := other.ID
	for _, step := range []string{
		`DROP TABLE label`,
		`UPDATE conversation SET labels = '{Séen,urgent,seen}' WHERE conversation_id = '` + ana.String() + `'`,
		`UPDATE conversation SET labels = '{seen,Urgent,urgent}' WHERE conversation_id = '` + ben.String() + `'`,
		up,
	} {
		if _, err := c.DB.Owner.Exec(t.Context(), step); err != nil {
			t.Fatal(err)
		}
	}
	if got := labelNames(catalogue(t, c)); got != "0 seen, 1 urgent" {
		t.Errorf("the catalogue is %s", got)
	}
	for id, want := range map[uuid.UUID]string{ana: "seen urgent", ben: "seen urgent"} {
		if now, err := c.Inbox.Get(t.Context(), c.Reception, id); err != nil || strings.Join(now.Labels, " ") != want {
			t.Errorf("a conversation has %v, want %s (%v)", now.Labels, want, err)
		}
	}
	for _, l := range catalogue(t, c) {
		if l.ID.Version() != 7 || l.ID.Variant() != uuid.RFC4122 {
			t.Errorf("%s is no UUIDv7", l.ID)
		}
	}
}
