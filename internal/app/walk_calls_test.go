package app

import (
	"testing"
	"time"
)

func callDraft(summary string) map[string]any {
	d := draft("call", summary)
	d["call"] = map[string]any{
		"started_at": time.Now().Add(-10 * time.Minute).UTC().Format(time.RFC3339), "duration_seconds": 240, "direction": "inbound", "outcome": "reached",
	}
	return d
}

func laterDraft(body string) map[string]any {
	d := draft("portal", body)
	d["scheduled_at"] = time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	return d
}

// callSteps log calls, keep templates, and send later. The topic scheduled concerns those
// who see the conversation alone: TestScheduledIsHeard.
func callSteps(w *world) []step {
	to := func(name, method, path string, body func() map[string]any) func(testing.TB, person, *world) {
		return func(t testing.TB, p person, w *world) {
			t.Helper()
			var in any
			if body != nil {
				in = body()
			}
			a := p.must(t, method, path+w.made[name], in)
			if id := a.str("id"); id != "" {
				w.made[name] = "/" + id
			}
		}
	}
	say := func(name string, body func() map[string]any) func(testing.TB, person, *world) {
		return func(t testing.TB, p person, w *world) {
			t.Helper()
			w.made[name] = "/" + p.must(t, "POST", "/api/v1/conversations/"+w.conversation+"/messages", body()).str("id")
		}
	}
	text := func(key, value string) func() map[string]any {
		return func() map[string]any { return map[string]any{key: value} }
	}
	templates := []string{"templates"}
	return []step{
		{name: "a call is logged", operation: "send-message", by: "reception", do: say("call", func() map[string]any { return callDraft("She asks for her results.") })},
		{name: "a call is set right", operation: "edit-message", by: "reception", do: to("call", "PATCH", "/api/v1/messages", text("body", "She wants a copy."))},
		{name: "an admin sets a call right", operation: "edit-message", by: "admin", do: to("call", "PATCH", "/api/v1/messages", func() map[string]any {
			return map[string]any{"call": map[string]any{"duration_seconds": 300, "outcome": "voicemail"}}
		})},
		{name: "staff star a call", operation: "star-message", by: "reception2", do: func(t testing.TB, p person, w *world) {
			t.Helper()
			p.must(t, "PUT", "/api/v1/messages"+w.made["call"]+"/star", nil)
		}},
		{name: "the patient writes after the call", operation: "send-message", by: "ana", do: w.say("after the call", "portal")},
		{name: "a conversation that begins with a call", operation: "start-conversation", by: "reception", do: func(t testing.TB, p person, w *world) {
			t.Helper()
			p.must(t, "POST", "/api/v1/conversations", map[string]any{"patient_id": w.clinic.Offline.ID, "message": callDraft("A new patient.")})
		}},
		{name: "a conversation that begins with a call, of somebody who watches", operation: "start-conversation", by: "reception", do: func(t testing.TB, p person, w *world) {
			t.Helper()
			p.must(t, "POST", "/api/v1/conversations", map[string]any{"patient_id": w.clinic.Ben.ID, "message": callDraft("He will write.")})
		}},
		{name: "his first word", operation: "start-conversation", by: "ben", do: func(t testing.TB, p person, _ *world) {
			t.Helper()
			p.must(t, "POST", "/api/v1/conversations", map[string]any{"message": draft("portal", "Hello")})
		}},
		{name: "a message is to be sent later", operation: "send-message", by: "reception", do: say("later", func() map[string]any { return laterDraft("Please come fasting.") })},
		{name: "it is put off", operation: "change-scheduled", by: "reception2", do: to("later", "PATCH", "/api/v1/scheduled", func() map[string]any {
			return map[string]any{"scheduled_at": time.Now().Add(3 * time.Hour).UTC().Format(time.RFC3339)}
		})},
		{name: "it is sent now", operation: "send-scheduled", by: "reception2", do: func(t testing.TB, p person, w *world) {
			t.Helper()
			p.must(t, "POST", "/api/v1/scheduled"+w.made["later"]+"/send", nil)
		}},
		{name: "another one is to be sent later", operation: "send-message", by: "reception", do: say("never", func() map[string]any { return laterDraft("Bring your card.") })},
		{name: "it is taken back", operation: "cancel-scheduled", by: "admin", do: to("never", "DELETE", "/api/v1/scheduled", nil)},
		{name: "a shared template", operation: "add-template", by: "reception", topics: templates, do: to("template", "POST", "/api/v1/templates", func() map[string]any {
			return map[string]any{"name": "Fasting", "shortcut": "fasting", "body": "Dear {{patient.name}}, please come fasting.", "shared": true}
		})},
		{name: "a template is changed", operation: "change-template", by: "admin", topics: templates, do: to("template", "PATCH", "/api/v1/templates", text("body", "Please come fasting."))},
		{name: "a template is removed", operation: "remove-template", by: "reception2", topics: templates, do: to("template", "DELETE", "/api/v1/templates", nil)},
	}
}
