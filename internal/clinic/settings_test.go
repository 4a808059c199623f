package clinic_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/internal/clinic"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/testkit"
)

func to[T any](v T) *T { return &v }

func TestSettingsAreKept(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	before, err := c.Setup.Settings(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if before.Name != "Elm Street" || before.AutoReply.On || before.AutoReply.Text == "" || before.EmergencyText == "" || before.Nudge.AfterMinutes != 10 {
		t.Errorf("a new clinic has %+v", before)
	}
	hours := week(t, map[time.Weekday][]string{time.Monday: {"13:00-18:00", "08:00-12:00"}})
	set, err := c.Setup.Set(t.Context(), c.Admin, clinic.Change{
		Name: to(" Oak Street "), Timezone: to("Europe/Berlin"), Hours: &hours, Phone: to("+49 30 1234567"), Country: to("DE"),
		Closures: &[]clinic.Closure{{From: "2026-12-24", To: "2026-12-26", Reason: "Christmas"}, {From: "2026-05-01", To: "2026-05-01"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	kept, err := c.Setup.Settings(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if kept.Name != "Oak Street" || kept.Timezone != "Europe/Berlin" || kept.Zone().String() != "Europe/Berlin" || kept.Phone != set.Phone || kept.Revision != 1 || kept.ChangedBy != c.Admin.Name {
		t.Errorf("kept %+v", kept)
	}
	if kept.Hours[time.Monday][0].From.String() != "08:00" || kept.Closures[0].From != "2026-05-01" {
		t.Errorf("not in order: %+v, %+v", kept.Hours, kept.Closures)
	}
	if kept.EmergencyText != before.EmergencyText {
		t.Error("what was not named has changed")
	}
	err = c.Store.Write(t.Context(), c.ID, func(tx *store.Tx) error {
		within, err := clinic.SettingsIn(t.Context(), tx, c.ID)
		if within.Name != "Oak Street" {
			t.Errorf("within a transaction: %+v", within)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	foreign := testkit.NewClinicIn(t, c.DB)
	if other, err := foreign.Setup.Settings(t.Context(), foreign.ID); err != nil || other.Name != "Elm Street" {
		t.Errorf("another clinic has %+v, %v", other, err)
	}
}

func TestWhoMayChangeSettings(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	withoutHub := c.Admin
	withoutHub.Permissions = nil
	for code, by := range map[string]rules.Actor{"admin_only": c.Reception, "staff_only": c.Ana, "hub_not_allowed": withoutHub, "": c.Admin2} {
		_, err := c.Setup.Set(t.Context(), by, clinic.Change{Phone: to("+351 21 000 0000")})
		if codeOf(err) != code {
			t.Errorf("%s (%s): %v, want %q", by.Name, by.Role, err, code)
		}
	}
	if _, err := c.Setup.Set(t.Context(), c.Doctor, clinic.Change{}); codeOf(err) != "admin_only" {
		t.Errorf("a doctor: %v", err)
	}
}

func codeOf(err error) string {
	var refused *refusal.Error
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}

func TestSettingsThatAreNone(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	span := func(from, to clinic.Clock) clinic.Hours {
		return clinic.Hours{time.Monday: {{From: from, To: to}}}
	}
	long := strings.Repeat("é", 1001)
	for name, tt := range map[string]struct {
		change clinic.Change
		field  string
	}{
		"no name":              {clinic.Change{Name: to("  ")}, "name"},
		"a name with a NUL":    {clinic.Change{Name: to("a\x00b")}, "name"},
		"no zone":              {clinic.Change{Timezone: to("")}, "timezone"},
		"the machine's zone":   {clinic.Change{Timezone: to("Local")}, "timezone"},
		"a zone that is none":  {clinic.Change{Timezone: to("Europe/Nowhere")}, "timezone"},
		"a path for a zone":    {clinic.Change{Timezone: to("../etc/passwd")}, "timezone"},
		"letters for a phone":  {clinic.Change{Phone: to("call me")}, "phone"},
		"two emails":           {clinic.Change{Email: to("a@b.c, d@e.f")}, "email"},
		"a script for a site":  {clinic.Change{Website: to("javascript:alert(1)")}, "website"},
		"a site with no host":  {clinic.Change{Website: to("https://")}, "website"},
		"a country spelt out":  {clinic.Change{Country: to("Portugal")}, "country"},
		"a long address":       {clinic.Change{Address: &long}, "address"},
		"nothing to answer":    {clinic.Change{AutoReply: &clinic.AutoReply{On: true, Text: " "}}, "auto_reply.text"},
		"too long an answer":   {clinic.Change{AutoReply: &clinic.AutoReply{Text: long}}, "auto_reply.text"},
		"too long a warning":   {clinic.Change{EmergencyText: &long}, "emergency_text"},
		"a nudge at once":      {clinic.Change{Nudge: &clinic.Nudge{AfterMinutes: 1}}, "nudge.after_minutes"},
		"a time past the day":  {clinic.Change{Hours: to(span(0, 1441))}, "hours.monday[0].to"},
		"a time before it":     {clinic.Change{Hours: to(span(-1, 10))}, "hours.monday[0].from"},
		"an empty span":        {clinic.Change{Hours: to(span(60, 60))}, "hours.monday[0].to"},
		"spans that overlap":   {clinic.Change{Hours: to(week(t, map[time.Weekday][]string{time.Friday: {"08:00-12:00", "11:00-13:00"}}))}, "hours.friday[0].to"},
		"a night into the day": {clinic.Change{Hours: to(week(t, map[time.Weekday][]string{time.Saturday: {"22:00-09:00"}, time.Sunday: {"08:00-10:00"}}))}, "hours.saturday[0].to"},
		"seven spans":          {clinic.Change{Hours: to(week(t, map[time.Weekday][]string{time.Sunday: {"01:00-02:00", "03:00-04:00", "05:00-06:00", "07:00-08:00", "09:00-10:00", "11:00-12:00", "13:00-14:00"}}))}, "hours.sunday"},
		"a day that is none":   {clinic.Change{Closures: &[]clinic.Closure{{From: "2026-02-30", To: "2026-03-01"}}}, "closures[0].from"},
		"a closure backwards":  {clinic.Change{Closures: &[]clinic.Closure{{From: "2026-03-02", To: "2026-03-01"}}}, "closures[0].to"},
		"a closure for ever":   {clinic.Change{Closures: &[]clinic.Closure{{From: "2026-03-02", To: "2028-03-01"}}}, "closures[0].to"},
		"a long reason":        {clinic.Change{Closures: &[]clinic.Closure{{From: "2026-03-02", To: "2026-03-02", Reason: long}}}, "closures[0].reason"},
		"too many closures":    {clinic.Change{Closures: to(make([]clinic.Closure, 101))}, "closures"},
		"made on what is gone": {clinic.Change{Revision: to(7)}, "revision"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.Setup.Set(t.Context(), c.Admin, tt.change)
			var refused *refusal.Error
			if !errors.As(err, &refused) || refused.Field != tt.field || refused.Detail == "" {
				t.Errorf("%v, want a refusal of %s", err, tt.field)
			}
		})
	}
	if now, err := c.Setup.Settings(t.Context(), c.ID); err != nil || now.Revision != 0 {
		t.Errorf("something was changed: %+v, %v", now, err)
	}
}

// Two admins who change different things at once both have their way; on the same revision
// only one has.
func TestTwoAdminsChangeSettings(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	both := func(a, b clinic.Change) (failed []error) {
		var mu sync.Mutex
		var all sync.WaitGroup
		for by, change := range map[*rules.Actor]clinic.Change{&c.Admin: a, &c.Admin2: b} {
			all.Go(func() {
				if _, err := c.Setup.Set(t.Context(), *by, change); err != nil {
					mu.Lock()
					defer mu.Unlock()
					failed = append(failed, err)
				}
			})
		}
		all.Wait()
		return failed
	}
	if failed := both(clinic.Change{Phone: to("12345678")}, clinic.Change{Email: to("desk@elm.test")}); len(failed) > 0 {
		t.Fatal(failed)
	}
	now, err := c.Setup.Settings(t.Context(), c.ID)
	if err != nil || now.Phone != "12345678" || now.Email != "desk@elm.test" || now.Revision != 2 {
		t.Errorf("%+v, %v", now, err)
	}
	failed := both(clinic.Change{Phone: to("1111111"), Revision: to(2)}, clinic.Change{Phone: to("2222222"), Revision: to(2)})
	if len(failed) != 1 || codeOf(failed[0]) != "settings_changed" {
		t.Errorf("on one revision: %v", failed)
	}
}
