package app

import "testing"

// clinicSteps change what the clinic has set up.
func clinicSteps() []step {
	return []step{
		{name: "settings", operation: "change-settings", by: "admin", topics: []string{"clinic"}, do: func(t testing.TB, p person, _ *world) {
			t.Helper()
			p.must(t, "PATCH", "/api/v1/settings", map[string]any{"phone": "+351 21 000 0000", "hours": week("08:00", "18:00")})
		}},
	}
}

// week is open from Monday to Friday.
func week(from, to string) map[string]any {
	open := []map[string]string{{"from": from, "to": to}}
	return map[string]any{
		"monday": open, "tuesday": open, "wednesday": open, "thursday": open, "friday": open, "saturday": []any{}, "sunday": []any{},
	}
}
