package app

import (
	"testing"
	"time"

	"github.com/google/uuid"
)

// labelling does something to a label that the steps know by a name of their own.
func labelling(method, name string, body map[string]any) func(testing.TB, person, *world) {
	return func(t testing.TB, p person, w *world) {
		t.Helper()
		path := "/api/v1/labels"
		if method != "POST" {
			path += "/" + w.made[name]
		}
		if id := p.must(t, method, path, body).str("id"); id != "" {
			w.made[name] = id
		}
	}
}

func sweepAll(change map[string]any) func(testing.TB, person, *world) {
	return func(t testing.TB, p person, w *world) {
		t.Helper()
		p.must(t, "POST", "/api/v1/conversations/bulk", map[string]any{"ids": []string{w.conversation}, "change": change})
	}
}

// togetherSteps are what colleagues do with conversations, and with labels, as a team.
func togetherSteps(w *world) []step {
	told := []string{"labels"}
	tomorrow := time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)
	doctor := w.clinic.Doctor.ID.String()
	note := func(body string, mentions ...string) map[string]any {
		return map[string]any{"id": uuid.Must(uuid.NewV7()).String(), "body": body, "mentions": mentions}
	}
	return []step{
		{name: "a label is made", operation: "add-label", by: "admin", do: labelling("POST", "label", map[string]any{"name": "callback", "colour": "blue"}), topics: told},
		{name: "put on", operation: "file-conversation", by: "reception", do: file(map[string]any{"add_labels": []string{"callback"}})},
		{name: "a label is renamed", operation: "edit-label", by: "admin2", do: labelling("PATCH", "label", map[string]any{"name": "call back"}), topics: told},
		{name: "a label is removed", operation: "remove-label", by: "admin", do: labelling("DELETE", "label", nil), topics: told},
		{name: "snoozed", operation: "file-conversation", by: "reception", do: file(map[string]any{"snoozed_until": tomorrow})},
		{name: "brought back", operation: "file-conversation", by: "reception2", do: file(map[string]any{"snoozed_until": nil})},
		{name: "snoozed until she answers", operation: "file-conversation", by: "reception", do: file(map[string]any{"snoozed_until": "answer"})},
		{name: "she answers", operation: "send-message", by: "ana", do: w.say("an answer that wakes", "portal")},
		{name: "handed over with a note", operation: "file-conversation", by: "reception", do: file(map[string]any{"assignee_id": doctor, "note": note("for you", doctor)})},
		{name: "given back with a note", operation: "file-conversation", by: "doctor", do: file(map[string]any{"assignee_id": nil, "note": note("done")})},
		{name: "many are filed", operation: "file-conversations", by: "reception", do: sweepAll(map[string]any{"add_labels": []string{"lab"}, "read": true, "snoozed_until": "answer"})},
		{name: "many are handed over", operation: "file-conversations", by: "admin", do: sweepAll(map[string]any{"assignee_id": doctor, "snoozed_until": nil})},
		{name: "many are taken back", operation: "file-conversations", by: "admin", do: sweepAll(map[string]any{"assignee_id": nil, "read": false})},
	}
}
