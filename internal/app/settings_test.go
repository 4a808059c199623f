package app

import (
	"maps"
	"strings"
	"testing"
	"time"
)

func TestSettingsThroughTheAPI(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	admin, reception := signIn(t, n, clinic, "admin"), signIn(t, n, clinic, "reception")
	const path = "/api/v1/settings"
	first := reception.must(t, "GET", path, nil)
	if first.str("name") != "Elm Street" || first.body["revision"] != float64(0) || first.body["open"] != true || first.body["changed_at"] != nil {
		t.Errorf("a new clinic has %s", first.raw)
	}
	tomorrow := time.Now().AddDate(0, 0, 1).Format(time.DateOnly)
	yesterday := time.Now().AddDate(0, 0, -1).Format(time.DateOnly)
	set := admin.must(t, "PATCH", path, map[string]any{
		"hours": week("08:00", "24:00"), "closures": []any{map[string]string{"from": yesterday, "to": tomorrow, "reason": "Moving house"}}, "revision": 0,
	})
	if set.body["open"] != false || set.body["open_until"] == nil || set.body["revision"] != float64(1) || set.str("changed_by") != "Ada Admin" {
		t.Errorf("set: %s", set.raw)
	}
	if again := reception.must(t, "GET", path, nil); string(again.raw) != string(set.raw) {
		t.Errorf("read %s\nset  %s", again.raw, set.raw)
	}
}

func TestBadSettingsAreRefused(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	admin := signIn(t, n, clinic, "admin")
	hours := func(monday any) map[string]any {
		h := maps.Clone(week("08:00", "18:00"))
		h["monday"] = monday
		return map[string]any{"hours": h}
	}
	const path = "/api/v1/settings"
	for name, tt := range map[string]struct {
		by     string
		method string
		body   any
		status int
		code   string
		at     string
	}{
		"a patient looks":        {"ana", "GET", nil, 403, "staff_only", ""},
		"without the hub":        {"nohub", "GET", nil, 403, "hub_not_allowed", ""},
		"a receptionist changes": {"reception", "PATCH", map[string]any{"name": "x"}, 403, "admin_only", ""},
		"a doctor changes":       {"doctor", "PATCH", map[string]any{"name": "x"}, 403, "admin_only", ""},
		"a patient changes":      {"ana", "PATCH", map[string]any{"name": "x"}, 403, "staff_only", ""},
		"no name":                {"admin", "PATCH", map[string]any{"name": ""}, 422, "name_invalid", "body.name"},
		"a number for a name":    {"admin", "PATCH", map[string]any{"name": 7}, 422, "invalid", "body.name"},
		"an unknown field":       {"admin", "PATCH", map[string]any{"colour": "red"}, 422, "invalid", "body.colour"},
		"null hours":             {"admin", "PATCH", hours(nil), 422, "invalid", "body.hours.monday"},
		"no hours for a day":     {"admin", "PATCH", map[string]any{"hours": map[string]any{"monday": []any{}}}, 422, "invalid", "body.hours.friday"},
		"half past twenty-five":  {"admin", "PATCH", hours([]any{map[string]string{"from": "08:00", "to": "25:30"}}), 422, "time_invalid", "body.hours.monday[0].to"},
		"a time without a zero":  {"admin", "PATCH", hours([]any{map[string]string{"from": "8:00", "to": "12:30"}}), 422, "time_invalid", "body.hours.monday[0].from"},
		"seven spans":            {"admin", "PATCH", hours([]any{1, 2, 3, 4, 5, 6, 7}), 422, "invalid", "body.hours.monday"},
		"no list of closures":    {"admin", "PATCH", map[string]any{"closures": 7}, 422, "invalid", "body.closures"},
		"a closure without end":  {"admin", "PATCH", map[string]any{"closures": []any{map[string]string{"from": "2026-01-01", "reason": ""}}}, 422, "invalid", "body.closures[0].to"},
		"a text too long":        {"admin", "PATCH", map[string]any{"emergency_text": strings.Repeat("x", 1001)}, 422, "text_too_long", "body.emergency_text"},
		"on an old revision":     {"admin", "PATCH", map[string]any{"name": "x", "revision": 12}, 409, "settings_changed", "body.revision"},
	} {
		t.Run(name, func(t *testing.T) {
			a := signIn(t, n, clinic, tt.by).do(t, tt.method, path, tt.body)
			if a.status != tt.status || a.code() != tt.code || a.str("location") != tt.at || a.str("detail") == "" {
				t.Errorf("%d %q at %q, want %d %q at %q\n%s", a.status, a.code(), a.str("location"), tt.status, tt.code, tt.at, a.raw)
			}
		})
	}
	admin.must(t, "PATCH", path, map[string]any{"name": "Elm Street", "closures": nil}) // as it is: no change
	if now := admin.must(t, "GET", path, nil); now.body["revision"] != float64(0) {
		t.Errorf("something was changed: %s", now.raw)
	}
}
