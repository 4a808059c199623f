package rules_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

func TestWhoMayEntitleWhom(t *testing.T) {
	t.Parallel()
	hub := []string{rules.SendMessages}
	admin := rules.Rights{Role: rules.Admin, Permissions: hub, Active: true}
	doctor := rules.Rights{Role: rules.Doctor, Permissions: hub, Active: true}
	gone := rules.Rights{Role: rules.Doctor, Permissions: hub}
	adminGone := rules.Rights{Role: rules.Admin, Permissions: hub}
	adminMute := rules.Rights{Role: rules.Admin, Active: true}
	clinic, self, other := uuid.New(), uuid.New(), uuid.New()
	actor := func(kind rules.ActorKind, role rules.Role, permissions ...string) rules.Actor {
		return rules.Actor{Kind: kind, ClinicID: clinic, ID: self, Role: role, Permissions: permissions, Active: true}
	}
	boss := actor(rules.User, rules.Admin, hub...)
	off := boss
	off.Active = false
	for name, tt := range map[string]struct {
		by            rules.Actor
		user          uuid.UUID
		before, after rules.Rights
		others        int
		want          string
	}{
		"an admin makes a doctor":            {boss, other, rules.Rights{}, doctor, 1, ""},
		"an admin makes an admin":            {boss, other, doctor, admin, 1, ""},
		"an admin deactivates a doctor":      {boss, other, doctor, gone, 1, ""},
		"an admin brings a doctor back":      {boss, other, gone, doctor, 1, ""},
		"an admin deactivates another":       {boss, other, admin, adminGone, 1, ""},
		"an admin deactivates the last":      {boss, other, admin, adminGone, 0, "last_admin"},
		"an admin mutes the last":            {boss, other, admin, adminMute, 0, "last_admin"},
		"an admin demotes the last":          {boss, other, admin, doctor, 0, "last_admin"},
		"an admin steps down for another":    {boss, self, admin, doctor, 1, ""},
		"an admin steps down for nobody":     {boss, self, admin, doctor, 0, "last_admin"},
		"an admin mutes themselves":          {boss, self, admin, adminMute, 0, "last_admin"},
		"an admin deactivates themselves":    {boss, self, admin, adminGone, 5, "own_account"},
		"the last one stays what they are":   {boss, self, admin, admin, 0, ""},
		"a mute admin does not count":        {boss, other, adminMute, gone, 0, ""},
		"no such role":                       {boss, other, doctor, rules.Rights{Role: "nurse", Active: true}, 1, "role_unknown"},
		"no role":                            {boss, other, doctor, rules.Rights{Active: true}, 1, "role_unknown"},
		"no such permission":                 {boss, other, doctor, rules.Rights{Role: rules.Doctor, Permissions: []string{"fly"}}, 1, "permission_unknown"},
		"all permissions":                    {boss, other, doctor, rules.Rights{Role: rules.Doctor, Permissions: rules.Permissions, Active: true}, 1, ""},
		"a receptionist":                     {actor(rules.User, rules.Receptionist, hub...), other, doctor, gone, 1, "admin_only"},
		"a doctor":                           {actor(rules.User, rules.Doctor, hub...), self, doctor, admin, 1, "admin_only"},
		"an admin without access to the hub": {actor(rules.User, rules.Admin), other, doctor, gone, 1, "hub_not_allowed"},
		"an admin who was deactivated":       {off, other, doctor, gone, 1, "hub_not_allowed"},
		"a patient":                          {actor(rules.Patient, rules.Admin, hub...), other, doctor, gone, 1, "staff_only"},
		"nobody":                             {rules.Actor{}, other, doctor, gone, 1, "staff_only"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := rules.Entitle(tt.by, tt.user, tt.before, tt.after, tt.others)
			var refused *refusal.Error
			if errors.As(err, &refused); (refused == nil) != (tt.want == "") || refused != nil && (refused.Code != tt.want || refused.Detail == "") {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}
