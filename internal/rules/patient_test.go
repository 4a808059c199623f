package rules_test

import (
	"testing"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
)

func TestTheDirectory(t *testing.T) {
	t.Parallel()
	without := user(rules.Admin)
	without.Permissions = nil
	gone := user(rules.Receptionist)
	gone.Active = false
	patient := rules.Actor{Kind: rules.Patient, ClinicID: uuid.New(), ID: uuid.New(), Active: true}
	for name, tt := range map[string]struct {
		who          rules.Actor
		looks, keeps bool
	}{
		"a receptionist":     {user(rules.Receptionist), true, true},
		"an admin":           {user(rules.Admin), true, true},
		"a doctor":           {user(rules.Doctor), true, false},
		"without permission": {without, false, false},
		"deactivated":        {gone, false, false},
		"a patient":          {patient, false, false},
		"nobody":             {rules.Actor{}, false, false},
	} {
		if got := rules.LookUp(tt.who) == nil; got != tt.looks {
			t.Errorf("%s looks up patients: %v", name, got)
		}
		if got := rules.KeepDirectory(tt.who) == nil; got != tt.keeps {
			t.Errorf("%s keeps the directory: %v", name, got)
		}
	}
}
