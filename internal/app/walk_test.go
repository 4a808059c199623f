package app

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/uuid"

	"frontdesk/internal/testkit"
)

// step is one mutation, by somebody, through the API.
type step struct {
	name      string
	operation string // of the API's description
	by        string
	do        func(t testing.TB, p person, w *world)
}

// world is what the steps share.
type world struct {
	clinic       *testkit.Clinic
	conversation string // Ana's with reception
	messages     map[string]string
}

func draft(channel, body string) map[string]any {
	return map[string]any{"id": uuid.Must(uuid.NewV7()).String(), "channel": channel, "body": body}
}

func (w *world) say(name, channel string) func(testing.TB, person, *world) {
	return func(t testing.TB, p person, w *world) {
		t.Helper()
		a := p.must(t, "POST", "/api/v1/conversations/"+w.conversation+"/messages", draft(channel, name))
		w.messages[name] = a.str("id")
	}
}

func file(change map[string]any) func(testing.TB, person, *world) {
	return func(t testing.TB, p person, w *world) {
		t.Helper()
		p.must(t, "PATCH", "/api/v1/conversations/"+w.conversation, change)
	}
}

func mark(what string) func(testing.TB, person, *world) {
	return func(t testing.TB, p person, w *world) {
		t.Helper()
		p.must(t, "POST", "/api/v1/conversations/"+w.conversation+"/"+what, map[string]any{})
	}
}

func star(method, message string) func(testing.TB, person, *world) {
	return func(t testing.TB, p person, w *world) {
		t.Helper()
		p.must(t, method, "/api/v1/messages/"+w.messages[message]+"/star", nil)
	}
}

func start(body func(w *world) map[string]any) func(testing.TB, person, *world) {
	return func(t testing.TB, p person, w *world) {
		t.Helper()
		a := p.must(t, "POST", "/api/v1/conversations", body(w))
		if p.name == "ana" {
			w.conversation = a.str("id")
			message, _ := a.body["message"].(map[string]any)
			w.messages["first"], _ = message["id"].(string)
		}
	}
}

// steps are all mutations, in an order in which each has something to change.
func steps(w *world) []step {
	doctor := w.clinic.Doctor.ID.String()
	return []step{
		{"a patient starts", "start-conversation", "ana", start(func(*world) map[string]any { return map[string]any{"message": draft("portal", "first")} })},
		{"staff read", "read-conversation", "reception", mark("read")},
		{"staff mark as unread", "unread-conversation", "reception2", mark("unread")},
		{"a colleague reads again", "read-conversation", "reception2", mark("read")},
		{"staff reply", "send-message", "reception", w.say("reply", "portal")},
		{"the patient reads", "read-conversation", "ana", mark("read")},
		{"the patient marks as unread", "unread-conversation", "ana", mark("unread")},
		{"the patient answers unread", "send-message", "ana", w.say("answer", "portal")},
		{"staff leave a note", "send-message", "reception", w.say("note", "note")},
		{"staff star", "star-message", "reception", star("PUT", "answer")},
		{"the patient stars the same", "star-message", "ana", star("PUT", "answer")},
		{"staff star a note", "star-message", "reception2", star("PUT", "note")},
		{"staff take a star away", "unstar-message", "admin", star("DELETE", "answer")},
		{"the patient takes the star away", "unstar-message", "ana", star("DELETE", "answer")},
		{"handed to a doctor", "file-conversation", "reception", file(map[string]any{"assignee_id": doctor})},
		{"the doctor reads", "read-conversation", "doctor", mark("read")},
		{"the doctor answers", "send-message", "doctor", w.say("from the doctor", "portal")},
		{"the doctor notes", "send-message", "doctor", w.say("doctor's note", "note")},
		{"taken back", "file-conversation", "admin", file(map[string]any{"assignee_id": nil})},
		{"handed again", "file-conversation", "reception", file(map[string]any{"assignee_id": doctor})},
		{"given back by the doctor", "file-conversation", "doctor", file(map[string]any{"assignee_id": nil})},
		{"labelled", "file-conversation", "reception", file(map[string]any{"labels": []string{"urgent", "lab"}})},
		{"archived", "file-conversation", "reception", file(map[string]any{"archived": true})},
		{"a note in an archived one", "send-message", "reception2", w.say("late note", "note")},
		{"reopened", "file-conversation", "reception", file(map[string]any{"archived": false})},
		{"archived again", "file-conversation", "reception", file(map[string]any{"archived": true})},
		{"an inbound message reopens", "send-message", "ana", w.say("once more", "portal")},
		{"a receptionist starts where there is one", "start-conversation", "reception", start(func(w *world) map[string]any {
			return map[string]any{"patient_id": w.clinic.Ana.ID, "message": draft("portal", "about your visit")}
		})},
		{"a doctor starts", "start-conversation", "doctor", start(func(w *world) map[string]any {
			return map[string]any{"patient_id": w.clinic.Ana.ID, "message": draft("portal", "your results")}
		})},
		{"an admin starts with a doctor", "start-conversation", "admin", start(func(w *world) map[string]any {
			return map[string]any{"user_id": w.clinic.Doctor2.ID, "message": draft("portal", "a word")}
		})},
		{"an admin starts with a receptionist", "start-conversation", "admin", start(func(w *world) map[string]any {
			return map[string]any{"user_id": w.clinic.Reception.ID, "message": draft("portal", "a word")}
		})},
	}
}

var watchers = []string{"admin", "admin2", "reception", "reception2", "doctor", "doctor2", "ana", "ben"}

// What a client held before, plus what it was pushed, equals what a fresh load gives: for
// every mutation and every role, on the node that did it and on another one.
func TestEveryMutationReachesEverybodyItConcerns(t *testing.T) {
	t.Parallel()
	clinic := testkit.NewClinic(t)
	redis := testkit.Redis(t)
	nodes := []node{startNode(t, clinic.DB.URL, redis.URL), startNode(t, clinic.DB.URL, redis.URL)}
	w := &world{clinic: clinic, messages: map[string]string{}}
	all := steps(w)
	everyWriteHasAStep(t, nodes[0], all)

	people, mirrors := map[string]person{}, []*mirror{}
	for i, name := range watchers {
		people[name] = signIn(t, nodes[0], clinic, name)
		elsewhere := people[name]
		elsewhere.node = nodes[i%2]
		mirrors = append(mirrors, watch(t, elsewhere))
	}
	for _, s := range all {
		s.do(t, people[s.by], w)
		for _, m := range mirrors {
			m.settles(t, s.name)
		}
	}
	// The same from the history alone: somebody who was away for all of it.
	for _, m := range mirrors {
		m.catchesUp(t)
	}
}

// catchesUp compares what the history tells since the beginning with a fresh load.
func (m *mirror) catchesUp(t *testing.T) {
	t.Helper()
	away := &mirror{person: m.person, held: state{map[string]string{}, map[string]string{}}}
	var frame map[string]any
	if err := json.Unmarshal(m.must(t, "GET", "/api/v1/changes?since="+beginning(t, m.person), nil).raw, &frame); err != nil {
		t.Fatal(err)
	}
	if frame["reset"] != false {
		t.Fatalf("%s: reset is %v", m.name, frame["reset"])
	}
	away.take(t, frame)
	if fresh := m.load(t); difference(away.held, fresh) != "" {
		t.Errorf("%s, who was away: %s", m.name, difference(away.held, fresh))
	}
}

// everyWriteHasAStep fails for a mutation that somebody adds without a row above.
func everyWriteHasAStep(t *testing.T, n node, all []step) {
	t.Helper()
	// A session concerns nobody else; its end is tested on its own.
	covered := []string{"sign-in", "sign-out"}
	for _, s := range all {
		covered = append(covered, s.operation)
	}
	paths, _ := call(t, n, "", "GET", "/openapi.json", nil).body["paths"].(map[string]any)
	if len(paths) == 0 {
		t.Fatal("the description names no path")
	}
	for path, methods := range paths {
		for method, operation := range methods.(map[string]any) { //nolint:forcetypeassert // OpenAPI's shape
			id, _ := operation.(map[string]any)["operationId"].(string) //nolint:forcetypeassert // OpenAPI's shape
			if method != "get" && !slices.Contains(covered, id) {
				t.Errorf("%s %s (%s) has no step in this test", method, path, id)
			}
		}
	}
}
