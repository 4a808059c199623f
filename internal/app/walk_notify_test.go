package app

import (
	"strings"
	"testing"
)

// notifySteps concern whoever does them: everybody else holds what they held.
func notifySteps() []step {
	endpoint := "https://push.test/of-a-browser"
	do := func(method, path string, body any) func(testing.TB, person, *world) {
		return func(t testing.TB, p person, _ *world) {
			t.Helper()
			p.must(t, method, path, body)
		}
	}
	return []step{
		{name: "preferences", operation: "set-preferences", by: "reception", do: do("PATCH", "/api/v1/me/preferences", map[string]any{"names": true})},
		{name: "a browser subscribes", operation: "subscribe", by: "reception", do: do("POST", "/api/v1/push-subscriptions", map[string]any{
			"endpoint": endpoint, "keys": map[string]any{"p256dh": publicKey, "auth": strings.Repeat("A", 22)},
		})},
		{name: "a message while it is subscribed", operation: "send-message", by: "ana", do: func(t testing.TB, p person, w *world) { w.say("while subscribed", "portal")(t, p, w) }},
		{name: "what was told is read", operation: "read-notifications", by: "reception", do: func(t testing.TB, p person, _ *world) {
			t.Helper()
			p.must(t, "POST", "/api/v1/notifications/read", map[string]any{"up_to": p.notices(t)[0]["id"]})
		}},
		{name: "the browser ends it", operation: "unsubscribe", by: "reception", do: do("DELETE", "/api/v1/push-subscriptions", map[string]any{"endpoint": endpoint})},
	}
}

// publicKey is a browser's, of nobody.
const publicKey = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"

// notices are what somebody was told, newest first.
func (p person) notices(t testing.TB) (all []map[string]any) {
	t.Helper()
	items, _ := p.must(t, "GET", "/api/v1/notifications", nil).body["items"].([]any)
	for _, item := range items {
		n, _ := item.(map[string]any)
		all = append(all, n)
	}
	return all
}
