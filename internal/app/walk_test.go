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
	topics    []string // that all staff are told of
}

// world is what the steps share.
type world struct {
	clinic       *testkit.Clinic
	conversation string            // Ana's with reception
	made         map[string]string // ids of other things, by what the steps call them
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
	return slices.Concat(
		conversationSteps(w),
		clinicSteps(),
		togetherSteps(w),
		callSteps(w),
		userSteps(),
		notifySteps(),
		carrierSteps(w),
		filesSteps(w),
		patientSteps(w),
	)
}

func conversationSteps(w *world) []step {
	doctor := w.clinic.Doctor.ID.String()
	return []step{
		{name: "a patient starts", operation: "start-conversation", by: "ana", do: start(func(*world) map[string]any { return map[string]any{"message": draft("portal", "first")} })},
		{name: "staff read", operation: "read-conversation", by: "reception", do: mark("read")},
		{name: "staff mark as unread", operation: "unread-conversation", by: "reception2", do: mark("unread")},
		{name: "a colleague reads again", operation: "read-conversation", by: "reception2", do: mark("read")},
		{name: "staff reply", operation: "send-message", by: "reception", do: w.say("reply", "portal")},
		{name: "the patient reads", operation: "read-conversation", by: "ana", do: mark("read")},
		{name: "the patient marks as unread", operation: "unread-conversation", by: "ana", do: mark("unread")},
		{name: "the patient answers unread", operation: "send-message", by: "ana", do: w.say("answer", "portal")},
		{name: "staff leave a note", operation: "send-message", by: "reception", do: w.say("note", "note")},
		{name: "staff star", operation: "star-message", by: "reception", do: star("PUT", "answer")},
		{name: "the patient stars the same", operation: "star-message", by: "ana", do: star("PUT", "answer")},
		{name: "staff star a note", operation: "star-message", by: "reception2", do: star("PUT", "note")},
		{name: "staff take a star away", operation: "unstar-message", by: "admin", do: star("DELETE", "answer")},
		{name: "the patient takes the star away", operation: "unstar-message", by: "ana", do: star("DELETE", "answer")},
		{name: "handed to a doctor", operation: "file-conversation", by: "reception", do: file(map[string]any{"assignee_id": doctor})},
		{name: "the doctor reads", operation: "read-conversation", by: "doctor", do: mark("read")},
		{name: "the doctor answers", operation: "send-message", by: "doctor", do: w.say("from the doctor", "portal")},
		{name: "the doctor notes", operation: "send-message", by: "doctor", do: w.say("doctor's note", "note")},
		{name: "taken back", operation: "file-conversation", by: "admin", do: file(map[string]any{"assignee_id": nil})},
		{name: "handed again", operation: "file-conversation", by: "reception", do: file(map[string]any{"assignee_id": doctor})},
		{name: "given back by the doctor", operation: "file-conversation", by: "doctor", do: file(map[string]any{"assignee_id": nil})},
		{name: "labelled", operation: "file-conversation", by: "reception", do: file(map[string]any{"labels": []string{"urgent", "lab"}})},
		{name: "archived", operation: "file-conversation", by: "reception", do: file(map[string]any{"archived": true})},
		{name: "a note in an archived one", operation: "send-message", by: "reception2", do: w.say("late note", "note")},
		{name: "reopened", operation: "file-conversation", by: "reception", do: file(map[string]any{"archived": false})},
		{name: "archived again", operation: "file-conversation", by: "reception", do: file(map[string]any{"archived": true})},
		{name: "an inbound message reopens", operation: "send-message", by: "ana", do: w.say("once more", "portal")},
		{name: "a receptionist starts where there is one", operation: "start-conversation", by: "reception", do: start(func(w *world) map[string]any {
			return map[string]any{"patient_id": w.clinic.Ana.ID, "message": draft("portal", "about your visit")}
		})},
		{name: "a doctor starts", operation: "start-conversation", by: "doctor", do: start(func(w *world) map[string]any {
			return map[string]any{"patient_id": w.clinic.Ana.ID, "message": draft("portal", "your results")}
		})},
		{name: "an admin starts with a doctor", operation: "start-conversation", by: "admin", do: start(func(w *world) map[string]any {
			return map[string]any{"user_id": w.clinic.Doctor2.ID, "message": draft("portal", "a word")}
		})},
		{name: "an admin starts with a receptionist", operation: "start-conversation", by: "admin", do: start(func(w *world) map[string]any {
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
	w := &world{clinic: clinic, messages: map[string]string{}, made: map[string]string{}}
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
			m.heardOf(t, s)
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
	// A session concerns nobody else; its end is tested on its own. A preview writes nothing.
	covered := []string{"sign-in", "sign-out", "ask-for-link", "look-at-link", "change-password", "sign-out-elsewhere", "preview-import"}
	// Saved views are their owner's alone; TestViewsAreToldToTheirOwner looks at them.
	covered = append(covered, "save-view", "change-view", "delete-view")
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
