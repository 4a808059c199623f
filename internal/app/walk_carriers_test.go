package app

import (
	"testing"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
)

// carrierSteps set a channel up, and follow messages on it: what the carrier says is told to
// the inbox, as nothing here talks to one.
func carrierSteps(w *world) []step {
	const accounts = "/api/v1/settings/channels/"
	twilio := map[string]any{
		"carrier": "twilio", "enabled": true, "secrets": map[string]string{"auth_token": "a token"},
		"settings": map[string]any{"account_sid": "AC00000000000000000000000000000001", "number": "+15550001000"},
	}
	return []step{
		{name: "a channel is set up", operation: "set-channel-account", by: "admin", topics: []string{"channels"}, do: func(t testing.TB, p person, _ *world) {
			t.Helper()
			p.must(t, "PUT", accounts+"sms", twilio)
		}},
		{name: "a text", operation: "send-message", by: "reception", do: func(t testing.TB, p person, w *world) {
			t.Helper()
			p.must(t, "PATCH", "/api/v1/patients/"+w.clinic.Ana.ID.String(), map[string]any{"phone": "+351910000001"})
			w.say("text", "sms")(t, p, w)
		}},
		{name: "the carrier gives it up", operation: "retry-message", by: "reception", do: w.carrier("text", inbox.Progress{State: rules.Undone, Reason: "The number is not in service."})},
		{name: "tried again", operation: "retry-message", by: "reception", do: func(t testing.TB, p person, w *world) {
			t.Helper()
			p.must(t, "POST", "/api/v1/messages/"+w.messages["text"]+"/retry", nil)
		}},
		{name: "it is read", operation: "retry-message", by: "reception", do: w.carrier("text", inbox.Progress{State: rules.Seen})},
		{name: "an answer", operation: "send-message", by: "reception", do: w.heard("+351910000001", "thanks")},
		{name: "a stray is given to a patient", operation: "adopt-stray", by: "reception", topics: []string{"strays"}, do: func(t testing.TB, p person, w *world) {
			t.Helper()
			id := w.hear(t, p, "+4915100000001", "whose am I?")
			p.must(t, "POST", "/api/v1/strays/"+id.String()+"/adopt", map[string]any{"patient_id": w.clinic.Ana.ID})
		}},
		{name: "a stray is put away", operation: "dismiss-stray", by: "reception", topics: []string{"strays"}, do: func(t testing.TB, p person, w *world) {
			t.Helper()
			id := w.hear(t, p, "+4915100000002", "buy now")
			p.must(t, "DELETE", "/api/v1/strays/"+id.String(), nil)
		}},
		{name: "a channel is tried", operation: "test-channel-account", by: "admin", topics: []string{"channels"}, do: func(t testing.TB, p person, _ *world) {
			t.Helper()
			p.must(t, "POST", accounts+"sms/test", nil) // it is on no network: that is noted
		}},
		{name: "a channel is forgotten", operation: "remove-channel-account", by: "admin", topics: []string{"channels"}, do: func(t testing.TB, p person, _ *world) {
			t.Helper()
			p.must(t, "DELETE", accounts+"sms", nil)
		}},
	}
}

func (w *world) carrier(message string, says inbox.Progress) func(testing.TB, person, *world) {
	return func(t testing.TB, p person, w *world) {
		t.Helper()
		if err := p.node.server.inbox.Progress(t.Context(), w.clinic.ID, uuid.MustParse(w.messages[message]), says); err != nil {
			t.Fatal(err)
		}
	}
}

func (w *world) heard(from, body string) func(testing.TB, person, *world) {
	return func(t testing.TB, p person, w *world) {
		t.Helper()
		w.hear(t, p, from, body)
	}
}

func (w *world) hear(t testing.TB, p person, from, body string) uuid.UUID {
	t.Helper()
	in := inbox.Incoming{Channel: rules.SMS, CarrierID: body, Address: from, Body: body}
	if err := p.node.server.inbox.Receive(t.Context(), w.clinic.ID, in); err != nil {
		t.Fatal(err)
	}
	return in.ID(w.clinic.ID)
}
