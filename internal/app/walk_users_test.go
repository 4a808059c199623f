package app

import (
	"strings"
	"testing"

	"frontdesk/internal/testkit"
)

// userSteps concern somebody new: whoever watches must stay who they are.
func userSteps() []step {
	users := []string{"users"}
	path := func(w *world, rest string) string { return "/api/v1/users/" + w.made["newcomer"] + rest }
	do := func(method, rest string, body any) func(testing.TB, person, *world) {
		return func(t testing.TB, p person, w *world) {
			t.Helper()
			p.must(t, method, path(w, rest), body)
		}
	}
	return []step{
		{name: "a colleague is invited", operation: "invite-user", by: "admin", topics: users, do: func(t testing.TB, p person, w *world) {
			t.Helper()
			a := p.must(t, "POST", "/api/v1/users", map[string]any{"name": "Ines Nova", "email": w.clinic.Email("ines"), "role": "doctor"})
			w.made["newcomer"] = a.str("id")
		}},
		{name: "the invitation is revoked", operation: "revoke-invitation", by: "admin2", topics: users, do: do("DELETE", "/invitation", nil)},
		{name: "invited again", operation: "invite-user-again", by: "admin2", topics: users, do: func(t testing.TB, p person, w *world) {
			t.Helper()
			w.made["link"] = p.must(t, "POST", path(w, "/invitation"), nil).str("link")
		}},
		{name: "the newcomer joins", operation: "redeem-link", by: "admin", topics: users, do: func(t testing.TB, p person, w *world) {
			t.Helper()
			_, token, _ := strings.Cut(w.made["link"], "#")
			a := call(t, p.node, "", "POST", "/api/v1/sessions/links/redeem", map[string]string{"token": token, "password": testkit.Password})
			if a.status != 201 || a.str("id") != w.made["newcomer"] {
				t.Fatalf("%d %s", a.status, a.raw)
			}
		}},
		{name: "signed out everywhere", operation: "sign-out-user", by: "admin", topics: users, do: do("DELETE", "/sessions", nil)},
		{name: "made a receptionist", operation: "change-user", by: "admin", topics: users, do: do("PATCH", "", map[string]any{"role": "receptionist"})},
		{name: "deactivated", operation: "change-user", by: "admin2", topics: users, do: do("PATCH", "", map[string]any{"active": false, "hand_over_to": nil})},
		{name: "somebody changes their name and back", operation: "rename-me", by: "reception2", topics: users, do: func(t testing.TB, p person, _ *world) {
			t.Helper()
			p.must(t, "PATCH", "/api/v1/me", map[string]string{"name": "Rui R."})
			p.must(t, "PATCH", "/api/v1/me", map[string]string{"name": "Rui Reception"})
		}},
	}
}
