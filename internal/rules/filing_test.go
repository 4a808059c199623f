package rules_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
)

func TestWhoChangesTheLabels(t *testing.T) {
	t.Parallel()
	without, gone := user(rules.Admin), user(rules.Admin)
	without.Permissions, gone.Active = nil, false
	for name, tt := range map[string]struct {
		by   rules.Actor
		code string
	}{
		"an admin":                    {user(rules.Admin), ""},
		"a receptionist":              {user(rules.Receptionist), "admins_only"},
		"a doctor":                    {user(rules.Doctor), "admins_only"},
		"a patient":                   {patient(), "admins_only"},
		"an admin without permission": {without, "hub_not_allowed"},
		"a deactivated admin":         {gone, "hub_not_allowed"},
		"nobody":                      {rules.Actor{}, "hub_not_allowed"},
	} {
		if got := codeOf(rules.EditLabels(tt.by)); got != tt.code {
			t.Errorf("%s: %q, want %q", name, got, tt.code)
		}
	}
}

func TestSnooze(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	reception, admin, doctor, other, ana := user(rules.Receptionist), user(rules.Admin), user(rules.Doctor), user(rules.Doctor), patient()
	front := rules.Parties{Kind: rules.FrontDesk, PatientID: ana.ID, AssigneeID: doctor.ID}
	doctors := rules.Parties{Kind: rules.DoctorThread, PatientID: ana.ID, DoctorID: doctor.ID}
	direct := rules.Parties{Kind: rules.Direct, FirstID: admin.ID, SecondID: reception.ID}
	for name, tt := range map[string]struct {
		by       rules.Actor
		p        rules.Parties
		archived bool
		until    time.Duration // from now; 0: until the patient answers
		code     string
	}{
		"reception for an hour":            {reception, front, false, time.Hour, ""},
		"until the patient answers":        {reception, front, false, 0, ""},
		"the doctor who has it":            {doctor, front, false, time.Hour, ""},
		"another doctor":                   {other, front, false, time.Hour, "conversation_not_found"},
		"a doctor's own":                   {doctor, doctors, false, time.Hour, ""},
		"an admin who only looks on":       {admin, doctors, false, time.Hour, "not_a_participant"},
		"reception in a doctor's":          {reception, doctors, false, time.Hour, "conversation_not_found"},
		"between colleagues":               {admin, direct, false, time.Hour, "not_snoozable"},
		"an archived one":                  {reception, front, true, time.Hour, "archived"},
		"until a moment ago":               {reception, front, false, -time.Second, "snooze_past"},
		"for a year":                       {reception, front, false, 365 * 24 * time.Hour, ""},
		"for two":                          {reception, front, false, 2 * 365 * 24 * time.Hour, "snooze_too_far"},
		"in another's (a patient unknown)": {patient(), front, false, time.Hour, "conversation_not_found"},
	} {
		until := time.Time{}
		if tt.until != 0 {
			until = now.Add(tt.until)
		}
		if got := codeOf(rules.Snooze(tt.by, tt.p, tt.archived, until, now)); got != tt.code {
			t.Errorf("%s: %q, want %q", name, got, tt.code)
		}
	}
}

func TestMention(t *testing.T) {
	t.Parallel()
	reception, admin, doctor, other, ana := user(rules.Receptionist), user(rules.Admin), user(rules.Doctor), user(rules.Doctor), patient()
	without, gone := user(rules.Receptionist), user(rules.Receptionist)
	without.Permissions, gone.Active = nil, false
	front := rules.Parties{Kind: rules.FrontDesk, PatientID: ana.ID}
	handed := rules.Parties{Kind: rules.FrontDesk, PatientID: ana.ID, AssigneeID: doctor.ID}
	doctors := rules.Parties{Kind: rules.DoctorThread, PatientID: ana.ID, DoctorID: doctor.ID}
	for name, tt := range map[string]struct {
		who  rules.Actor
		p    rules.Parties
		code string
	}{
		"reception at the front desk":    {reception, front, ""},
		"an admin":                       {admin, front, ""},
		"a doctor before the hand-over":  {doctor, front, "mention_unseen"},
		"a doctor after it":              {doctor, handed, ""},
		"another doctor":                 {other, handed, "mention_unseen"},
		"the doctor in the own thread":   {doctor, doctors, ""},
		"an admin in a doctor's":         {admin, doctors, ""},
		"reception in a doctor's":        {reception, doctors, "mention_unseen"},
		"somebody without the hub":       {without, front, "mention_unreachable"},
		"somebody who has left":          {gone, front, "mention_unreachable"},
		"nobody (in no clinic, no role)": {rules.Actor{Kind: rules.User, ID: uuid.New()}, front, "mention_unreachable"},
	} {
		if got := codeOf(rules.Mention(tt.who, tt.p)); got != tt.code {
			t.Errorf("%s: %q, want %q", name, got, tt.code)
		}
	}
}
