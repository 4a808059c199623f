package inbox_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

func view(name, filter string) inbox.SavedView {
	return inbox.SavedView{ID: uuid.Must(uuid.NewV7()), Name: name, Filter: filter}
}

func TestSavedViews(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	names := func() string {
		all, err := c.Inbox.SavedViews(t.Context(), c.Reception)
		if err != nil {
			t.Fatal(err)
		}
		out := make([]string, len(all))
		for i, v := range all {
			out[i] = v.Name
		}
		return strings.Join(out, " ")
	}
	made := map[string]inbox.SavedView{}
	for _, name := range []string{"a", "b", "c"} {
		made[name] = view(name, "view=all&label="+name)
		if _, err := c.Inbox.SaveView(t.Context(), c.Reception, made[name]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Inbox.SaveView(t.Context(), c.Reception, made["a"]); err != nil || names() != "a b c" {
		t.Errorf("a retry: %v, %s", err, names())
	}
	zero, other := 0, "d"
	if _, err := c.Inbox.ChangeView(t.Context(), c.Reception, made["c"].ID, inbox.Saving{Place: &zero, Name: &other}); err != nil || names() != "d a b" {
		t.Errorf("moved and renamed: %v, %s", err, names())
	}
	if err := c.Inbox.DropView(t.Context(), c.Reception, made["a"].ID); err != nil || names() != "d b" {
		t.Errorf("dropped: %v, %s", err, names())
	}
	last := c.Changes()[len(c.Changes())-1]
	if fmt.Sprint(last.Topics, last.Persons) != fmt.Sprint([]string{"views"}, []uuid.UUID{c.Reception.ID}) {
		t.Errorf("told %v to %v", last.Topics, last.Persons)
	}
	if all, err := c.Inbox.SavedViews(t.Context(), c.Reception2); err != nil || len(all) != 0 {
		t.Errorf("a colleague has %v, %v", all, err)
	}
}

func TestViewsThatAreRefused(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	first := view("Mine", "view=mine")
	if _, err := c.Inbox.SaveView(t.Context(), c.Reception, first); err != nil {
		t.Fatal(err)
	}
	changed := first
	changed.Filter = "view=all"
	for name, tt := range map[string]struct {
		by   rules.Actor
		in   inbox.SavedView
		code string
	}{
		"no name":          {c.Reception, view("", "view=all"), "view_name_invalid"},
		"a long name":      {c.Reception, view(strings.Repeat("x", 41), "view=all"), "view_name_invalid"},
		"a NUL":            {c.Reception, view("a\x00", "view=all"), "view_name_invalid"},
		"the same name":    {c.Reception, view("Mine", "view=all"), "view_name_taken"},
		"the same id":      {c.Reception, inbox.SavedView{ID: first.ID, Name: "Other", Filter: "view=all"}, "id_conflict"},
		"no id":            {c.Reception, inbox.SavedView{Name: "x"}, "id_missing"},
		"a strange filter": {c.Reception, view("x", "colour=red"), "view_filter_invalid"},
		"no query":         {c.Reception, view("x", "a=%zz"), "view_filter_invalid"},
		"a long filter":    {c.Reception, view("x", "q="+strings.Repeat("x", 1000)), "view_filter_invalid"},
		"a patient":        {c.Ana, view("x", "view=all"), "staff_only"},
		"without the hub":  {c.NoHub, view("x", "view=all"), "hub_not_allowed"},
		"a colleague's id": {c.Reception2, first, ""},
	} {
		if _, err := c.Inbox.SaveView(t.Context(), tt.by, tt.in); codeOf(err) != tt.code {
			t.Errorf("%s: %v, want %q", name, err, tt.code)
		}
	}
	if err := c.Inbox.DropView(t.Context(), c.Admin, first.ID); codeOf(err) != "view_not_found" {
		t.Errorf("another's view: %v", err)
	}
	for i := range 19 {
		if _, err := c.Inbox.SaveView(t.Context(), c.Reception, view(fmt.Sprint("v", i), "view=all")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Inbox.SaveView(t.Context(), c.Reception, view("one more", "view=all")); codeOf(err) != "views_too_many" {
		t.Errorf("the 21st: %v", err)
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	there := c.FromAna(t, "Hello").ID
	lab := view("Lab", "view=all&label=lab")
	if _, err := c.Inbox.SaveView(t.Context(), c.Reception, lab); err != nil {
		t.Fatal(err)
	}
	counts := func() string {
		n, err := c.Inbox.Counts(t.Context(), c.Reception)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(n.Waiting, n.Unread, n.Mine, n.Views[lab.ID])
	}
	if got := counts(); got != "1 1 0 0" {
		t.Error("at first", got)
	}
	labels := []string{"lab"}
	if _, err := c.Inbox.File(t.Context(), c.Reception2, there, inbox.Filing{Labels: &labels, Assignee: &c.Reception.ID}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Inbox.Read(t.Context(), c.Reception2, there, uuid.Nil); err != nil {
		t.Fatal(err)
	}
	if got := counts(); got != "1 0 1 1" {
		t.Error("read, labelled, assigned:", got)
	}
	if _, err := c.Inbox.Counts(t.Context(), c.Ana); codeOf(err) != "staff_only" {
		t.Errorf("a patient counts: %v", err)
	}
}
