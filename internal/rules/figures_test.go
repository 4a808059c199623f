package rules_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

// Who sees which figures, and who may take a history out.
func TestFiguresAndExport(t *testing.T) {
	t.Parallel()
	const all, own, none = "everybody's", "the own", "nobody's"
	hub, export := rules.SendMessages, rules.ExportData
	tests := map[string]struct {
		kind        rules.ActorKind
		role        rules.Role
		permissions []string
		inactive    bool
		figures     string // "" or the code of the refusal
		whose       string
		export      string
	}{
		"an admin":                       {kind: rules.User, role: rules.Admin, permissions: []string{hub}, whose: all},
		"an admin with the permission":   {kind: rules.User, role: rules.Admin, permissions: []string{hub, export}, whose: all},
		"an admin without the hub":       {kind: rules.User, role: rules.Admin, permissions: []string{export}, figures: "hub_not_allowed", whose: none, export: "hub_not_allowed"},
		"a receptionist":                 {kind: rules.User, role: rules.Receptionist, permissions: []string{hub}, whose: own, export: "export_not_allowed"},
		"a receptionist who may export":  {kind: rules.User, role: rules.Receptionist, permissions: []string{hub, export}, whose: own},
		"a receptionist who may only so": {kind: rules.User, role: rules.Receptionist, permissions: []string{export}, figures: "hub_not_allowed", whose: none, export: "hub_not_allowed"},
		"a doctor":                       {kind: rules.User, role: rules.Doctor, permissions: []string{hub}, whose: own, export: "export_not_allowed"},
		"a doctor who may export":        {kind: rules.User, role: rules.Doctor, permissions: []string{hub, export}, whose: own},
		"somebody who is deactivated":    {kind: rules.User, role: rules.Admin, permissions: []string{hub, export}, inactive: true, figures: "hub_not_allowed", whose: none, export: "hub_not_allowed"},
		"a patient":                      {kind: rules.Patient, figures: "staff_only", whose: none, export: "staff_only"},
		"a patient with made-up rights":  {kind: rules.Patient, role: rules.Admin, permissions: []string{hub, export}, figures: "staff_only", whose: none, export: "staff_only"},
		"nobody":                         {figures: "hub_not_allowed", whose: none, export: "hub_not_allowed"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := rules.Actor{Kind: tt.kind, ClinicID: uuid.New(), ID: uuid.New(), Role: tt.role, Permissions: tt.permissions, Active: !tt.inactive}
			if got := refused(rules.SeeFigures(a)); got != tt.figures {
				t.Errorf("figures: %q, want %q", got, tt.figures)
			}
			if got := refused(rules.Export(a)); got != tt.export {
				t.Errorf("export: %q, want %q", got, tt.export)
			}
			whose, err := rules.WhoseFigures(a)
			got := map[bool]string{true: all, false: own}[whose == uuid.Nil]
			if err != nil {
				got = none
			}
			if got != tt.whose || err == nil && whose != uuid.Nil && whose != a.ID {
				t.Errorf("of whose work: %q (%v), want %q", got, whose, tt.whose)
			}
		})
	}
}

func refused(err error) string {
	var e *refusal.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
