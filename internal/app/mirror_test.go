package app

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// mirror is a client as the contract describes it: it holds what it loaded, and applies what
// it is pushed.
type mirror struct {
	person
	socket   *socket
	held     state
	position string
	topics   map[string]bool // that were told since the step before
}

// state is conversations and messages by id, each as JSON.
type state struct{ conversations, messages map[string]string }

// watch signs in, becomes live, and loads.
func watch(t testing.TB, p person) *mirror {
	t.Helper()
	m := &mirror{person: p, socket: p.open(t, "")}
	m.position, _ = m.socket.next(t, "hello")["position"].(string)
	m.held = m.load(t)
	return m
}

// load is what a page that is opened now would show.
func (p person) load(t testing.TB) state {
	t.Helper()
	s := state{map[string]string{}, map[string]string{}}
	list := p.must(t, "GET", "/api/v1/conversations?archived=any&limit=200", nil)
	for id, c := range byID(list.body["items"]) {
		s.conversations[id] = c
		p.loadThread(t, id, s)
	}
	return s
}

func (p person) loadThread(t testing.TB, id string, into state) {
	t.Helper()
	a := p.do(t, "GET", "/api/v1/conversations/"+id+"/messages", nil)
	if a.status == 404 {
		return // taken away between the list and now
	}
	maps.Copy(into.messages, byID(a.body["items"]))
}

func byID(items any) map[string]string {
	out := map[string]string{}
	all, _ := items.([]any)
	for _, item := range all {
		object, _ := item.(map[string]any)
		raw, _ := json.Marshal(object) //nolint:errchkjson // came as JSON
		id, _ := object["id"].(string)
		out[id] = string(raw)
	}
	return out
}

// apply takes in what has come until now.
func (m *mirror) apply(t testing.TB) {
	t.Helper()
	for {
		select {
		case frame, open := <-m.socket.frames:
			if !open {
				t.Fatalf("%s: the socket ended: %v", m.name, <-m.socket.closed)
			}
			if position, moved := frame["position"].(string); moved {
				m.position = position
			}
			if frame["type"] == "change" {
				m.take(t, frame)
			}
		default:
			return
		}
	}
}

func (m *mirror) take(t testing.TB, frame map[string]any) {
	t.Helper()
	for id, c := range byID(frame["conversations"]) {
		if _, known := m.held.conversations[id]; !known {
			m.loadThread(t, id, m.held) // a page does so when somebody opens it
		}
		m.held.conversations[id] = c
	}
	maps.Copy(m.held.messages, byID(frame["messages"]))
	topics, _ := frame["topics"].([]any)
	for _, topic := range topics {
		if m.topics == nil {
			m.topics = map[string]bool{}
		}
		m.topics[fmt.Sprint(topic)] = true
		if topic == "labels" || topic == "channels" { // conversations carry them: a page loads its lists anew
			m.held.conversations = m.load(t).conversations
		}
	}
	gone, _ := frame["removed"].([]any)
	for _, id := range gone {
		delete(m.held.conversations, fmt.Sprint(id))
		maps.DeleteFunc(m.held.messages, func(_, message string) bool {
			return strings.Contains(message, fmt.Sprintf(`"conversation_id":"%s"`, id))
		})
	}
}

// settles waits until what the client holds is what a fresh load gives, and says what is
// not.
func (m *mirror) settles(t testing.TB, after string) {
	t.Helper()
	var fresh state
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		fresh = m.load(t)
		m.apply(t)
		if reflect.DeepEqual(m.held, fresh) {
			return
		}
		time.Sleep(5 * time.Millisecond) //nolint:forbidigo // between two looks at a real server
	}
	t.Errorf("%s, after %s:\n%s", m.name, after, difference(m.held, fresh))
}

// heardOf waits until the person was told of all that the step touches beside conversations;
// a patient is told of nothing.
func (m *mirror) heardOf(t testing.TB, s step) {
	t.Helper()
	patient := m.name == "ana" || m.name == "ben"
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		m.apply(t)
		missing := slices.IndexFunc(s.topics, func(topic string) bool { return !m.topics[topic] })
		if missing < 0 || patient {
			break
		}
		time.Sleep(5 * time.Millisecond) //nolint:forbidigo // between two looks at a real server
	}
	for _, topic := range s.topics {
		if m.topics[topic] == patient {
			t.Errorf("%s, after %s: told of %s is %v", m.name, s.name, topic, m.topics[topic])
		}
	}
	m.topics = nil
}

func difference(held, fresh state) string {
	var out strings.Builder
	for what, pair := range map[string][2]map[string]string{
		"conversation": {held.conversations, fresh.conversations}, "message": {held.messages, fresh.messages},
	} {
		for _, id := range slices.Sorted(maps.Keys(pair[0])) {
			if pair[0][id] != pair[1][id] {
				fmt.Fprintf(&out, "%s holds %s\n  but a load gives %s\n", what, pair[0][id], pair[1][id])
			}
		}
		for id, c := range pair[1] {
			if pair[0][id] == "" {
				fmt.Fprintf(&out, "%s was never pushed: %s\n", what, c)
			}
		}
	}
	return out.String()
}
