package rules_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

func user(role rules.Role) rules.Actor {
	return rules.Actor{Kind: rules.User, ClinicID: uuid.New(), ID: uuid.New(), Role: role, Permissions: []string{rules.SendMessages}, Active: true}
}

func patient() rules.Actor {
	return rules.Actor{Kind: rules.Patient, ClinicID: uuid.New(), ID: uuid.New(), Active: true}
}

func codeOf(err error) string {
	var refused *refusal.Error
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}

// Who may write first to whom: every pair, so that nothing is allowed by being left out.
func TestInitiate(t *testing.T) {
	t.Parallel()
	const refused, exists = "not_allowed_to_initiate", "conversation_exists"
	everyone := []rules.Recipient{rules.ToReception, rules.ToPatient, rules.ToReceptionist, rules.ToDoctor, rules.ToAdmin}
	type answer struct {
		kind rules.ConversationKind
		code string
	}
	no := answer{code: refused}
	table := []struct {
		by    rules.Actor
		known bool // the two have a conversation
		to    map[rules.Recipient]answer
	}{
		{by: patient(), to: map[rules.Recipient]answer{rules.ToReception: {kind: rules.FrontDesk}}},
		{by: patient(), known: true, to: map[rules.Recipient]answer{rules.ToReception: {kind: rules.FrontDesk}}},
		{by: user(rules.Receptionist), to: map[rules.Recipient]answer{rules.ToPatient: {kind: rules.FrontDesk}}},
		{by: user(rules.Receptionist), known: true, to: map[rules.Recipient]answer{rules.ToPatient: {kind: rules.FrontDesk}}},
		{by: user(rules.Doctor), to: map[rules.Recipient]answer{rules.ToPatient: {kind: rules.DoctorThread}}},
		{by: user(rules.Doctor), known: true, to: map[rules.Recipient]answer{rules.ToPatient: {code: exists}}},
		{by: user(rules.Admin), to: map[rules.Recipient]answer{
			rules.ToPatient: {kind: rules.FrontDesk}, rules.ToReceptionist: {kind: rules.Direct},
			rules.ToDoctor: {kind: rules.Direct}, rules.ToAdmin: {kind: rules.Direct},
		}},
		{by: user(rules.Admin), known: true, to: map[rules.Recipient]answer{
			rules.ToPatient: {kind: rules.FrontDesk}, rules.ToReceptionist: {kind: rules.Direct},
			rules.ToDoctor: {kind: rules.Direct}, rules.ToAdmin: {kind: rules.Direct},
		}},
		{by: rules.Actor{}},
		{by: user("janitor")},
	}
	for _, row := range table {
		for _, to := range everyone {
			want, listed := row.to[to]
			if !listed {
				want = no
			}
			kind, err := rules.Initiate(row.by, to, row.known)
			got := answer{kind, codeOf(err)}
			if row.by.Kind == "" {
				want = answer{code: "hub_not_allowed"}
			}
			if got != want {
				t.Errorf("%s %s to %s (known: %v): %v, want %v", row.by.Kind, row.by.Role, to, row.known, got, want)
			}
		}
	}
}

func TestWithoutThePermissionThereIsNoHub(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]rules.Actor{
		"nobody":                   {},
		"a user without it":        {Kind: rules.User, ClinicID: uuid.New(), ID: uuid.New(), Role: rules.Admin, Active: true},
		"a user who is let go":     {Kind: rules.User, ClinicID: uuid.New(), ID: uuid.New(), Role: rules.Admin, Permissions: []string{rules.SendMessages}},
		"a patient without portal": {Kind: rules.Patient, ClinicID: uuid.New(), ID: uuid.New()},
		"an id of nothing":         {Kind: rules.Patient, ClinicID: uuid.New(), Active: true},
		"no clinic":                {Kind: rules.Patient, ID: uuid.New(), Active: true},
		"an unknown kind":          {Kind: "robot", ClinicID: uuid.New(), ID: uuid.New(), Active: true, Permissions: []string{rules.SendMessages}},
	} {
		if codeOf(rules.UseHub(a)) != "hub_not_allowed" || rules.Sees(a, rules.Parties{Kind: rules.FrontDesk}) {
			t.Errorf("%s is let in", name)
		}
	}
}
