package app

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/testkit"
)

func TestBadAdministrationIsRefused(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	people := map[string]person{"": {node: n}}
	for _, name := range []string{"admin", "reception", "doctor", "ana", "nohub"} {
		people[name] = signIn(t, n, clinic, name)
	}
	const users, links, password = "/api/v1/users", "/api/v1/sessions/links", "/api/v1/me/password"
	doctor, nobody := users+"/"+clinic.Doctor.ID.String(), users+"/"+uuid.NewString()
	newcomer := func(key string, value any) map[string]any {
		in := map[string]any{"name": "Ines", "email": "ines@nova.test", "role": "doctor"}
		if value == nil {
			delete(in, key)
		} else {
			in[key] = value
		}
		return in
	}
	for name, tt := range map[string]struct {
		by, method, path string
		body             any
		status           int
		code, at         string
	}{
		"nobody lists":                 {"", "GET", users, nil, 401, "not_signed_in", ""},
		"a patient lists":              {"ana", "GET", users, nil, 403, "staff_only", ""},
		"without the hub":              {"nohub", "GET", users, nil, 403, "hub_not_allowed", ""},
		"a patient looks":              {"ana", "GET", doctor, nil, 403, "staff_only", ""},
		"looking at nobody":            {"reception", "GET", nobody, nil, 404, "user_not_found", ""},
		"a receptionist invites":       {"reception", "POST", users, newcomer("", nil), 403, "admin_only", ""},
		"inviting nobody":              {"admin", "POST", users, newcomer("name", nil), 422, "invalid", "body.name"},
		"inviting without a name":      {"admin", "POST", users, newcomer("name", " "), 422, "name_invalid", "body.name"},
		"inviting nowhere":             {"admin", "POST", users, newcomer("email", "ines"), 422, "email_invalid", "body.email"},
		"inviting a nurse":             {"admin", "POST", users, newcomer("role", "nurse"), 422, "invalid", "body.role"},
		"inviting a colleague":         {"admin", "POST", users, newcomer("email", clinic.Email("doctor")), 409, "email_taken", "body.email"},
		"a right that is none":         {"admin", "POST", users, newcomer("permissions", []string{"fly"}), 422, "permission_unknown", "body.permissions"},
		"rights that are no list":      {"admin", "POST", users, newcomer("permissions", "all"), 422, "invalid", "body.permissions"},
		"a doctor changes a role":      {"doctor", "PATCH", doctor, map[string]any{"role": "admin"}, 403, "admin_only", ""},
		"changing nobody":              {"admin", "PATCH", nobody, map[string]any{"name": "x"}, 404, "user_not_found", ""},
		"changing what is not there":   {"admin", "PATCH", doctor, map[string]any{"salary": 1}, 422, "invalid", "body.salary"},
		"a number for yes":             {"admin", "PATCH", doctor, map[string]any{"active": 1}, 422, "invalid", "body.active"},
		"oneself":                      {"admin", "PATCH", users + "/" + clinic.Admin.ID.String(), map[string]any{"active": false}, 422, "own_account", "body.active"},
		"handing over to no id":        {"admin", "PATCH", doctor, map[string]any{"active": false, "hand_over_to": "x"}, 422, "invalid", "body.hand_over_to"},
		"handing over to nobody known": {"admin", "PATCH", doctor, map[string]any{"active": false, "hand_over_to": uuid.NewString()}, 422, "assignee_unknown", "body.hand_over_to"},
		"handing over to the mute":     {"admin", "PATCH", doctor, map[string]any{"active": false, "hand_over_to": clinic.NoHub.ID}, 422, "assignee_unreachable", "body.hand_over_to"},
		"inviting who has joined":      {"admin", "POST", doctor + "/invitation", nil, 422, "already_joined", ""},
		"uninviting who has joined":    {"admin", "DELETE", doctor + "/invitation", nil, 422, "already_joined", ""},
		"a doctor signs others out":    {"doctor", "DELETE", doctor + "/sessions", nil, 403, "admin_only", ""},
		"signing nobody out":           {"admin", "DELETE", nobody + "/sessions", nil, 404, "user_not_found", ""},
		"a link for no address":        {"", "POST", links, map[string]any{}, 422, "invalid", "body.email"},
		"a link for a novel":           {"", "POST", links, map[string]any{"email": strings.Repeat("x", 300)}, 422, "invalid", "body.email"},
		"a token that is none":         {"", "POST", links + "/redeem", map[string]any{"token": "abc"}, 404, "link_unknown", "body.token"},
		"no token":                     {"", "POST", links + "/redeem", map[string]any{}, 422, "invalid", "body.token"},
		"looking at no link":           {"", "POST", links + "/look", map[string]any{"token": "abc"}, 404, "link_unknown", "body.token"},
		"nobody's password":            {"", "POST", password, map[string]any{"current": "x", "new": "y"}, 401, "not_signed_in", ""},
		"a wrong password":             {"doctor", "POST", password, map[string]any{"current": "x", "new": "seven tall mountains"}, 422, "password_wrong", "body.current"},
		"a short password":             {"doctor", "POST", password, map[string]any{"current": testkit.Password, "new": "short"}, 422, "password_short", "body.new"},
		"a common password":            {"ana", "POST", password, map[string]any{"current": testkit.Password, "new": "password123"}, 422, "password_common", "body.new"},
		"no name for oneself":          {"doctor", "PATCH", "/api/v1/me", map[string]any{"name": ""}, 422, "name_invalid", "body.name"},
		"a patient's name":             {"ana", "PATCH", "/api/v1/me", map[string]any{"name": "Anna"}, 403, "staff_only", ""},
		"nobody's sessions":            {"", "GET", "/api/v1/me/sessions", nil, 401, "not_signed_in", ""},
		"nobody's sessions end":        {"", "DELETE", "/api/v1/me/sessions", nil, 401, "not_signed_in", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := people[tt.by].do(t, tt.method, tt.path, tt.body)
			if a.status != tt.status || a.code() != tt.code || a.str("location") != tt.at || a.str("detail") == "" {
				t.Errorf("%d %q at %q, want %d %q at %q\n%s", a.status, a.code(), a.str("location"), tt.status, tt.code, tt.at, a.raw)
			}
		})
	}
}

// Colleagues see names and roles of each other; administrators and oneself see the rest.
func TestWhoSeesWhatOfUsers(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	for by, private := range map[string]int{"admin": 7, "reception": 1, "doctor": 1} {
		a := signIn(t, n, clinic, by).must(t, "GET", "/api/v1/users", nil)
		if got := strings.Count(string(a.raw), `"email"`); got != private {
			t.Errorf("%s sees %d addresses", by, got)
		}
		if got := strings.Count(string(a.raw), `"permissions"`); got != private {
			t.Errorf("%s sees the permissions of %d", by, got)
		}
	}
}

func TestAskingForALinkIsAlwaysAccepted(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	for _, email := range []string{clinic.Email("ana"), clinic.Email("doctor"), "nobody@elm.test"} {
		a := call(t, n, "", "POST", "/api/v1/sessions/links", map[string]string{"email": email})
		if a.status != 202 || len(a.raw) != 0 {
			t.Errorf("%s: %d %s", email, a.status, a.raw)
		}
	}
}

// Deactivating somebody ends what they have open at once; what they had is handed over by the
// job that was queued with it.
func TestWhoIsDeactivatedIsOutAtOnce(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	admin, reception, doctor := signIn(t, n, clinic, "admin"), signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "doctor")
	reception.must(t, "PATCH", "/api/v1/conversations/"+c.ID.String(), map[string]any{"assignee_id": clinic.Doctor.ID})
	open := doctor.open(t, "")
	open.next(t, "hello")
	a := admin.must(t, "PATCH", "/api/v1/users/"+clinic.Doctor.ID.String(), map[string]any{"active": false, "hand_over_to": clinic.Doctor2.ID})
	if a.body["active"] != false {
		t.Errorf("%s", a.raw)
	}
	if code := open.ends(t); code != 4501 {
		t.Errorf("the socket ended with %d", code)
	}
	if a := doctor.do(t, "GET", "/api/v1/me", nil); a.status != 401 {
		t.Errorf("still in: %d", a.status)
	}
	var raw []byte
	if err := clinic.Store.Pool().QueryRow(t.Context(), `SELECT args FROM river.river_job WHERE kind = 'hand_over'`).Scan(&raw); err != nil {
		t.Fatal(err)
	}
	var job struct {
		From uuid.UUID `json:"from"`
		To   uuid.UUID `json:"to"`
	}
	if err := json.Unmarshal(raw, &job); err != nil || job.From != clinic.Doctor.ID || job.To != clinic.Doctor2.ID {
		t.Errorf("%s, %v", raw, err)
	}
}

// A new password ends the sockets of other sessions, and leaves the own one open.
func TestANewPasswordEndsOtherSockets(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	here, there := signIn(t, n, clinic, "doctor"), signIn(t, n, clinic, "doctor")
	mine, other := here.open(t, ""), there.open(t, "")
	mine.next(t, "hello")
	other.next(t, "hello")
	if a := here.must(t, "GET", "/api/v1/me/sessions", nil); len(a.body["items"].([]any)) != 2 { //nolint:forcetypeassert // a list
		t.Errorf("%s", a.raw)
	}
	here.must(t, "POST", "/api/v1/me/password", map[string]string{"current": testkit.Password, "new": "seven tall mountains"})
	if code := other.ends(t); code != 4501 {
		t.Errorf("ended with %d", code)
	}
	here.must(t, "GET", "/api/v1/me", nil)
	signIn(t, n, clinic, "admin").must(t, "PATCH", "/api/v1/settings", map[string]string{"phone": "+351 21 000 0000"})
	for deadline := time.Now().Add(patience); ; {
		if frame := mine.next(t, "change"); strings.Contains(string(mustJSON(t, frame)), `"clinic"`) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the own socket hears nothing")
		}
	}
}

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// A link that was followed signs the browser out of what it had.
func TestALinkReplacesTheSession(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	admin, reception := signIn(t, n, clinic, "admin"), signIn(t, n, clinic, "reception")
	a := admin.must(t, "POST", "/api/v1/users", map[string]any{"name": "Ines Nova", "email": clinic.Email("ines"), "role": "admin"})
	_, token, _ := strings.Cut(a.str("link"), "/signin#")
	in := map[string]string{"token": token, "password": "seven tall mountains"}
	if a := reception.must(t, "POST", "/api/v1/sessions/links/look", map[string]string{"token": token}); a.str("purpose") != "invitation" || a.str("email") != clinic.Email("ines") {
		t.Errorf("%s", a.raw)
	}
	joined := reception.must(t, "POST", "/api/v1/sessions/links/redeem", in)
	if joined.status != 201 || joined.str("name") != "Ines Nova" || joined.str("role") != "admin" || joined.header.Get("Set-Cookie") == "" {
		t.Errorf("%d %s", joined.status, joined.raw)
	}
	if a := reception.do(t, "GET", "/api/v1/me", nil); a.status != 401 {
		t.Errorf("the session before is still good: %d", a.status)
	}
	if a := call(t, n, "", "POST", "/api/v1/sessions/links/redeem", in); a.status != 409 || a.code() != "link_used" {
		t.Errorf("again: %d %s", a.status, a.raw)
	}
}
