package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// badInput asks each with what is no good, and wants to be told what and where.
type badInput struct {
	by           person
	method, path string
	body         any
	status       int
	code, at     string
}

func refused(t *testing.T, tests map[string]badInput) {
	t.Helper()
	for name, tt := range tests {
		a := tt.by.do(t, tt.method, tt.path, tt.body)
		if a.status != tt.status || a.code() != tt.code || a.str("location") != tt.at || a.str("detail") == "" {
			t.Errorf("%s: %d %q at %q, want %d %q at %q\n%s", name, a.status, a.code(), a.str("location"), tt.status, tt.code, tt.at, a.raw)
		}
	}
}

func TestBadCallsAreRefused(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	reception, other, ana := signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "reception2"), signIn(t, n, clinic, "ana")
	send := "/api/v1/conversations/" + c.ID.String() + "/messages"
	logged := reception.must(t, "POST", send, callDraft("She asks for her results."))
	edit := "/api/v1/messages/" + logged.str("id")
	with := func(key string, value any) map[string]any {
		d := callDraft("x")
		d["call"].(map[string]any)[key] = value //nolint:forcetypeassert // made above
		return d
	}
	without := func(key string) map[string]any {
		d := with(key, nil)
		delete(d["call"].(map[string]any), key) //nolint:forcetypeassert // made above
		return d
	}
	seconds := func(n any) map[string]any { return map[string]any{"call": map[string]any{"duration_seconds": n}} }
	before := reception.load(t)
	refused(t, map[string]badInput{
		"no call in it":            {reception, "POST", send, draft("call", "x"), 422, "call_missing", "body.call"},
		"no outcome":               {reception, "POST", send, without("outcome"), 422, "invalid", "body.call.outcome"},
		"no time":                  {reception, "POST", send, without("started_at"), 422, "invalid", "body.call.started_at"},
		"a time that is none":      {reception, "POST", send, with("started_at", "yesterday"), 422, "invalid", "body.call.started_at"},
		"in the future":            {reception, "POST", send, with("started_at", time.Now().Add(time.Hour)), 422, "call_in_the_future", "body.call.started_at"},
		"a negative duration":      {reception, "POST", send, with("duration_seconds", -1), 422, "duration_out_of_range", "body.call.duration_seconds"},
		"too long":                 {reception, "POST", send, with("duration_seconds", 86401), 422, "duration_out_of_range", "body.call.duration_seconds"},
		"a duration in words":      {reception, "POST", send, with("duration_seconds", "five"), 422, "invalid", "body.call.duration_seconds"},
		"an outcome that is none":  {reception, "POST", send, with("outcome", "engaged"), 422, "invalid", "body.call.outcome"},
		"a direction that is none": {reception, "POST", send, with("direction", "up"), 422, "invalid", "body.call.direction"},
		"no summary":               {reception, "POST", send, callDraft(""), 422, "body_empty", "body.body"},
		"to start a conversation":  {reception, "POST", "/api/v1/conversations", map[string]any{"patient_id": clinic.Ben.ID, "message": with("duration_seconds", -1)}, 422, "duration_out_of_range", "body.message.call.duration_seconds"},
		"a patient logs a call":    {ana, "POST", send, callDraft("x"), 422, "channel_unavailable", "body.channel"},
		"a call to be sent later":  {reception, "POST", send, func() map[string]any { d := callDraft("x"); d["scheduled_at"] = time.Now().Add(time.Hour); return d }(), 422, "channel_not_schedulable", "body.channel"},
		"a colleague edits":        {other, "PATCH", edit, seconds(5), 403, "not_yours_to_edit", ""},
		"the patient edits":        {ana, "PATCH", edit, seconds(5), 404, "message_not_found", ""},
		"an edit out of range":     {reception, "PATCH", edit, seconds(-5), 422, "duration_out_of_range", "body.call.duration_seconds"},
		"an edit of nothing":       {reception, "PATCH", "/api/v1/messages/" + uuid.NewString(), seconds(5), 404, "message_not_found", ""},
		"an edit of a message":     {reception, "PATCH", "/api/v1/messages/" + c.Last.ID.String(), seconds(5), 422, "not_editable", ""},
		"the patient reads it":     {ana, "GET", edit + "/revisions", nil, 403, "staff_only", ""},
		"revisions of nothing":     {reception, "GET", "/api/v1/messages/" + uuid.NewString() + "/revisions", nil, 404, "message_not_found", ""},
	})
	if d := difference(before, reception.load(t)); d != "" {
		t.Errorf("something was half done: %s", d)
	}
	// The summary may stand within the call, as well as in the body.
	inside := with("summary", "From within")
	delete(inside, "body")
	if a := reception.must(t, "POST", send, inside); a.str("body") != "From within" || a.str("direction") != "inbound" {
		t.Errorf("the summary is %s", a.raw)
	}
	reception.must(t, "PATCH", edit, map[string]any{"body": "She wants a copy."})
	if a := other.must(t, "GET", edit+"/revisions", nil); !strings.Contains(string(a.raw), "She asks for her results.") || !strings.Contains(string(a.raw), "Rita Reception") {
		t.Errorf("revisions: %s", a.raw)
	}
}

func TestBadSchedulesAreRefused(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	reception, other, doctor, ana := signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "reception2"), signIn(t, n, clinic, "doctor"), signIn(t, n, clinic, "ana")
	send := "/api/v1/conversations/" + c.ID.String() + "/messages"
	d := laterDraft("Please come fasting.")
	first, again := reception.must(t, "POST", send, d), reception.must(t, "POST", send, d)
	if first.status != 202 || again.status != 202 || first.str("state") != "waiting" || string(first.raw) != string(again.raw) {
		t.Errorf("%d %s\n%d %s", first.status, first.raw, again.status, again.raw)
	}
	one := "/api/v1/scheduled/" + first.str("id")
	at := func(when any) map[string]any { return map[string]any{"scheduled_at": when} }
	later := func(when any) map[string]any { d := draft("portal", "x"); d["scheduled_at"] = when; return d }
	conflict := draft("portal", "other words")
	conflict["id"], conflict["scheduled_at"] = d["id"], d["scheduled_at"]
	refused(t, map[string]badInput{
		"at once":                {reception, "POST", send, later(time.Now()), 422, "too_soon", "body.scheduled_at"},
		"in ten years":           {reception, "POST", send, later(time.Now().AddDate(10, 0, 0)), 422, "too_late", "body.scheduled_at"},
		"at no time":             {reception, "POST", send, later("soon"), 422, "invalid", "body.scheduled_at"},
		"other content":          {reception, "POST", send, conflict, 409, "id_conflict", "body.id"},
		"a patient's":            {ana, "POST", send, later(time.Now().Add(time.Hour)), 403, "staff_only", ""},
		"a first message":        {reception, "POST", "/api/v1/conversations", map[string]any{"patient_id": clinic.Ben.ID, "message": later(time.Now().Add(time.Hour))}, 422, "invalid", "body.message.scheduled_at"},
		"a patient asks":         {ana, "GET", "/api/v1/scheduled", nil, 403, "staff_only", ""},
		"a patient asks in hers": {ana, "GET", "/api/v1/scheduled?conversation_id=" + c.ID.String(), nil, 403, "staff_only", ""},
		"a cursor that is none":  {reception, "GET", "/api/v1/scheduled?cursor=zz", nil, 422, "cursor_invalid", "query.cursor"},
		"a colleague's words":    {other, "PATCH", one, map[string]any{"body": "x"}, 403, "not_yours_to_edit", ""},
		"a time that is past":    {reception, "PATCH", one, at(time.Now().Add(-time.Hour)), 422, "too_soon", "body.scheduled_at"},
		"no words":               {reception, "PATCH", one, map[string]any{"body": ""}, 422, "body_empty", "body.body"},
		"a note":                 {reception, "PATCH", one, map[string]any{"channel": "note"}, 422, "invalid", "body.channel"},
		"a doctor who is not in": {doctor, "PATCH", one, at(time.Now().Add(time.Hour)), 404, "scheduled_not_found", ""},
		"a doctor cancels":       {doctor, "DELETE", one, nil, 404, "scheduled_not_found", ""},
		"a doctor sends":         {doctor, "POST", one + "/send", nil, 404, "scheduled_not_found", ""},
		"the patient cancels":    {ana, "DELETE", one, nil, 403, "staff_only", ""},
		"the patient sends":      {ana, "POST", one + "/send", nil, 403, "staff_only", ""},
		"nothing is changed":     {reception, "PATCH", "/api/v1/scheduled/" + uuid.NewString(), at(time.Now().Add(time.Hour)), 404, "scheduled_not_found", ""},
		"nothing is cancelled":   {reception, "DELETE", "/api/v1/scheduled/" + uuid.NewString(), nil, 404, "scheduled_not_found", ""},
		"nothing is sent":        {reception, "POST", "/api/v1/scheduled/" + uuid.NewString() + "/send", nil, 404, "scheduled_not_found", ""},
		"a field is left": {reception, "POST", send, func() map[string]any {
			d := draft("portal", "At {{time of visit}}")
			d["template"] = uuid.NewString()
			return d
		}(), 422, "field_missing", "body.body"},
		"a template that is none": {reception, "POST", send, func() map[string]any { d := draft("portal", "x"); d["template"] = "fasting"; return d }(), 422, "invalid", "body.template"},
	})
	if a := doctor.must(t, "GET", "/api/v1/scheduled?conversation_id="+c.ID.String(), nil); strings.Contains(string(a.raw), "fasting") {
		t.Errorf("a doctor who does not see it reads %s", a.raw)
	}
}

// Whoever sees the conversation is told that something waits in it, and nobody else; for the
// patient there is nothing until it is sent.
func TestScheduledIsHeard(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	reception := signIn(t, n, clinic, "reception")
	mirrors := map[string]*mirror{}
	for _, name := range []string{"reception2", "admin", "doctor", "ana"} {
		mirrors[name] = watch(t, signIn(t, n, clinic, name))
	}
	position := mirrors["doctor"].position
	reception.must(t, "POST", "/api/v1/conversations/"+c.ID.String()+"/messages", laterDraft("Please come fasting."))
	for _, name := range []string{"reception2", "admin"} {
		if frame := mirrors[name].socket.next(t, "change"); fmt.Sprint(frame["topics"]) != "[scheduled]" {
			t.Errorf("%s hears %v", name, frame)
		}
	}
	reception.must(t, "PATCH", "/api/v1/conversations/"+c.ID.String(), map[string]any{"assignee_id": clinic.Doctor.ID})
	if frame := mirrors["doctor"].socket.next(t, "change"); frame["topics"] != nil {
		t.Errorf("a doctor who did not see it hears %v", frame)
	}
	missed := mirrors["doctor"].must(t, "GET", "/api/v1/changes?since="+position, nil)
	if strings.Contains(string(missed.raw), "scheduled") {
		t.Errorf("a doctor who was away is told %s", missed.raw)
	}
	if a := mirrors["doctor"].must(t, "GET", "/api/v1/scheduled?conversation_id="+c.ID.String(), nil); !strings.Contains(string(a.raw), "fasting") {
		t.Errorf("to whom it is handed over does not find what waits: %s", a.raw)
	}
	reception.must(t, "POST", "/api/v1/conversations/"+c.ID.String()+"/messages", draft("portal", "Hello"))
	if frame := mirrors["ana"].socket.next(t, "change"); strings.Contains(fmt.Sprint(frame), "fasting") || frame["topics"] != nil {
		t.Errorf("the patient hears %v", frame)
	}
}

// Nothing that a patient is answered or pushed holds a call, a template, or what waits.
func TestAPatientSeesNothingOfCallsTemplatesOrSchedules(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	reception, ana := signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "ana")
	thread := "/api/v1/conversations/" + c.ID.String()
	const secret = "XYZZY"
	live := ana.open(t, "")
	since, _ := live.next(t, "hello")["position"].(string)
	before := ana.must(t, "GET", thread, nil)

	logged := reception.must(t, "POST", thread+"/messages", callDraft(secret+" summary"))
	reception.must(t, "PATCH", "/api/v1/messages/"+logged.str("id"), map[string]any{"body": secret + " again"})
	reception.must(t, "PUT", "/api/v1/messages/"+logged.str("id")+"/star", nil)
	waiting := reception.must(t, "POST", thread+"/messages", laterDraft(secret+" later"))
	reception.must(t, "POST", "/api/v1/templates", map[string]any{"name": secret, "body": secret, "shared": true})
	if after := ana.must(t, "GET", thread, nil); string(before.raw) != string(after.raw) {
		t.Errorf("the conversation was %s and is %s", before.raw, after.raw)
	}
	reception.must(t, "POST", thread+"/messages", draft("portal", "the last word"))

	for _, path := range []string{
		"/api/v1/me", "/api/v1/conversations", "/api/v1/conversations?channel=call", "/api/v1/conversations?direction=inbound", "/api/v1/conversations?archived=any",
		thread, thread + "/messages", thread + "/messages?before=" + logged.str("id"), thread + "/messages?before=" + waiting.str("id"), "/api/v1/changes?since=" + since,
		"/api/v1/messages/" + logged.str("id") + "/revisions", "/api/v1/scheduled", "/api/v1/scheduled?conversation_id=" + c.ID.String(), "/api/v1/templates",
		"/api/v1/templates/fields?conversation_id=" + c.ID.String(),
	} {
		a := ana.do(t, "GET", path, nil)
		for _, hidden := range []string{secret, logged.str("id"), waiting.str("id"), `"call"`, "scheduled_at"} {
			if strings.Contains(string(a.raw), hidden) {
				t.Errorf("%s answers %s: %s", path, hidden, a.raw)
			}
		}
	}
	for {
		frame := fmt.Sprint(live.next(t, "change"))
		if strings.Contains(frame, secret) || strings.Contains(frame, logged.str("id")) || strings.Contains(frame, waiting.str("id")) || strings.Contains(frame, "scheduled") || strings.Contains(frame, "templates") {
			t.Errorf("a frame holds %s", frame)
		}
		if strings.Contains(frame, "the last word") {
			break
		}
	}
	for _, a := range []answer{
		ana.do(t, "POST", thread+"/read", map[string]any{"message_id": logged.str("id")}),
		ana.do(t, "PUT", "/api/v1/messages/"+logged.str("id")+"/star", nil),
		ana.do(t, "PUT", "/api/v1/messages/"+waiting.str("id")+"/star", nil),
	} {
		if a.status != 404 {
			t.Errorf("%d %s", a.status, a.raw)
		}
	}
}
