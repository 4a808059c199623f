package people_test

import (
	"sync"
	"testing"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

func TestWhatAnAdministratorChanges(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	long := make([]byte, 201)
	for i := range long {
		long[i] = 'x'
	}
	foreign := testkit.NewClinicIn(t, c.DB)
	for name, tt := range map[string]struct {
		by     rules.Actor
		user   uuid.UUID
		change people.UserChange
		want   string
	}{
		"a name":                      {c.Admin, c.Doctor.ID, people.UserChange{Name: to(" Dora Costa ")}, ""},
		"an address":                  {c.Admin, c.Doctor2.ID, people.UserChange{Email: to("Dan@New.test")}, ""},
		"a role":                      {c.Admin, c.Reception2.ID, people.UserChange{Role: to(rules.Doctor)}, ""},
		"a permission":                {c.Admin, c.NoHub.ID, people.UserChange{Permissions: &[]string{rules.SendMessages, rules.ExportData, rules.SendMessages}}, ""},
		"nothing":                     {c.Admin, c.Reception.ID, people.UserChange{}, ""},
		"no name":                     {c.Admin, c.Doctor.ID, people.UserChange{Name: to(" ")}, "name_invalid"},
		"a long name":                 {c.Admin, c.Doctor.ID, people.UserChange{Name: to(string(long))}, "name_invalid"},
		"a name of two lines":         {c.Admin, c.Doctor.ID, people.UserChange{Name: to("Dora\nX")}, "name_invalid"},
		"an address that is none":     {c.Admin, c.Doctor.ID, people.UserChange{Email: to("dora")}, "email_invalid"},
		"an address without a dot":    {c.Admin, c.Doctor.ID, people.UserChange{Email: to("dora@elm")}, "email_invalid"},
		"an address with a name":      {c.Admin, c.Doctor.ID, people.UserChange{Email: to("Dora <dora@elm.test>")}, "email_invalid"},
		"an address with a header":    {c.Admin, c.Doctor.ID, people.UserChange{Email: to("dora@elm.test\r\nBcc: x@y.z")}, "email_invalid"},
		"a colleague's address":       {c.Admin, c.Doctor.ID, people.UserChange{Email: to(c.Email("reception"))}, "email_taken"},
		"another clinic's address":    {c.Admin, c.Doctor.ID, people.UserChange{Email: to(foreign.Email("reception"))}, ""},
		"no such role":                {c.Admin, c.Doctor.ID, people.UserChange{Role: to(rules.Role("nurse"))}, "role_unknown"},
		"no such permission":          {c.Admin, c.Doctor.ID, people.UserChange{Permissions: &[]string{"fly"}}, "permission_unknown"},
		"themselves away":             {c.Admin, c.Admin.ID, people.UserChange{Active: to(false)}, "own_account"},
		"nobody":                      {c.Admin, uuid.New(), people.UserChange{Name: to("x")}, "user_not_found"},
		"a patient":                   {c.Admin, c.Ana.ID, people.UserChange{Name: to("x")}, "user_not_found"},
		"somebody of another clinic":  {c.Admin, foreign.Doctor.ID, people.UserChange{Name: to("x")}, "user_not_found"},
		"by a receptionist":           {c.Reception, c.Doctor.ID, people.UserChange{Name: to("x")}, "admin_only"},
		"by a doctor, for themselves": {c.Doctor, c.Doctor.ID, people.UserChange{Role: to(rules.Admin)}, "admin_only"},
		"by a patient":                {c.Ana, c.Doctor.ID, people.UserChange{Name: to("x")}, "staff_only"},
		"by another clinic's admin":   {foreign.Admin, c.Doctor.ID, people.UserChange{Name: to("x")}, "user_not_found"},
		"handed to nobody's id":       {c.Admin, c.Doctor.ID, people.UserChange{Active: to(false), HandTo: to(uuid.New())}, "assignee_unknown"},
		"handed to themselves":        {c.Admin, c.Doctor.ID, people.UserChange{Active: to(false), HandTo: &c.Doctor.ID}, "assignee_unreachable"},
		"handed to a patient":         {c.Admin, c.Doctor.ID, people.UserChange{Active: to(false), HandTo: &c.Ana.ID}, "assignee_unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := c.People.SetUser(t.Context(), tt.by, tt.user, tt.change); codeOf(err) != tt.want {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
	u, err := c.People.User(t.Context(), c.Reception, c.Doctor.ID)
	if err != nil || u.Name != "Dora Costa" || !u.Active || u.Role != rules.Doctor {
		t.Errorf("%+v, %v", u, err)
	}
	if u, err = c.People.User(t.Context(), c.Admin, c.NoHub.ID); err != nil || len(u.Permissions) != 2 {
		t.Errorf("%+v, %v", u, err)
	}
	if u, err = c.People.User(t.Context(), c.Admin, c.Doctor2.ID); err != nil || u.Email != "dan@new.test" {
		t.Errorf("%+v, %v", u, err)
	}
}

// Two administrators who take each other's rights away at the same moment: one of them is
// first, and somebody can always administrate.
func TestTwoAdministratorsRace(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]people.UserChange{
		"deactivate": {Active: to(false)}, "demote": {Role: to(rules.Receptionist)}, "mute": {Permissions: &[]string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := testkit.NewClinic(t)
			var both sync.WaitGroup
			codes := make([]string, 2)
			for i, pair := range [][2]rules.Actor{{c.Admin, c.Admin2}, {c.Admin2, c.Admin}} {
				both.Go(func() {
					_, err := c.People.SetUser(t.Context(), pair[0], pair[1].ID, change)
					codes[i] = codeOf(err)
				})
			}
			both.Wait()
			if (codes[0] == "") == (codes[1] == "") || codes[0]+codes[1] != "admin_only" {
				t.Errorf("%q", codes)
			}
		})
	}
}

func TestTheLastAdministratorStays(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	if _, err := c.People.SetUser(t.Context(), c.Admin, c.Admin2.ID, people.UserChange{Active: to(false)}); err != nil {
		t.Fatal(err)
	}
	for _, change := range []people.UserChange{{Role: to(rules.Doctor)}, {Permissions: &[]string{rules.ExportData}}} {
		if _, err := c.People.SetUser(t.Context(), c.Admin, c.Admin.ID, change); codeOf(err) != "last_admin" {
			t.Errorf("%v", err)
		}
	}
	// Two admins who step down at once: one must stay.
	if _, err := c.People.SetUser(t.Context(), c.Admin, c.Admin2.ID, people.UserChange{Active: to(true)}); err != nil {
		t.Fatal(err)
	}
	var both sync.WaitGroup
	codes := make([]string, 2)
	for i, by := range []rules.Actor{c.Admin, c.Admin2} {
		both.Go(func() {
			_, err := c.People.SetUser(t.Context(), by, by.ID, people.UserChange{Role: to(rules.Doctor)})
			codes[i] = codeOf(err)
		})
	}
	both.Wait()
	if codes[0]+codes[1] != "last_admin" {
		t.Errorf("%q", codes)
	}
}

func TestWhoLeavesHandsOver(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	mine := c.FromAna(t, "Hello").ID
	assign := func(to uuid.UUID) {
		t.Helper()
		if _, err := c.Inbox.File(t.Context(), c.Reception, mine, inbox.Filing{Assignee: &to}); err != nil {
			t.Fatal(err)
		}
	}
	holder := func() uuid.UUID {
		t.Helper()
		found, err := c.Inbox.Get(t.Context(), c.Admin, mine)
		if err != nil {
			t.Fatal(err)
		}
		return found.Assignee.ID
	}
	for name, tt := range map[string]struct{ to, want uuid.UUID }{
		"to another":                     {c.Doctor2.ID, c.Doctor2.ID},
		"to nobody":                      {uuid.Nil, uuid.Nil},
		"to one who has left by then":    {c.NoHub.ID, uuid.Nil},
		"to one who is of no use at all": {uuid.New(), uuid.Nil},
	} {
		assign(c.Doctor.ID)
		for range 2 { // a job may run twice
			if err := c.Inbox.HandOver(t.Context(), c.Admin, c.Doctor.ID, tt.to); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := holder(); got != tt.want {
			t.Errorf("%s: %s has it", name, got)
		}
	}
	assign(c.Reception2.ID)
	if err := c.Inbox.HandOver(t.Context(), c.Admin, c.Doctor.ID, c.Doctor2.ID); err != nil || holder() != c.Reception2.ID {
		t.Errorf("what another one has was taken: %v", err)
	}
}

func TestRenaming(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	for name, want := range map[string]string{" Rita Reis ": "", "": "name_invalid"} {
		if err := c.People.Rename(t.Context(), c.Reception, name); codeOf(err) != want {
			t.Errorf("%q: %v", name, err)
		}
	}
	if err := c.People.Rename(t.Context(), c.Ana, "Anna"); codeOf(err) != "staff_only" {
		t.Errorf("a patient: %v", err)
	}
	if u, err := c.People.User(t.Context(), c.Doctor, c.Reception.ID); err != nil || u.Name != "Rita Reis" {
		t.Errorf("%+v, %v", u, err)
	}
}
