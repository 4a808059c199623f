package wire

import (
	"encoding/json"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
)

// Change is what somebody gets to know of one step, or of several at once: whole objects,
// to replace by id.
type Change struct {
	Type          string         `json:"type,omitempty" enum:"change" doc:"In a frame of the socket."`
	Position      string         `json:"position"`
	Reset         *bool          `json:"reset,omitempty" doc:"In an answer over HTTP: load anew."`
	Conversations []Conversation `json:"conversations"`
	Messages      []Message      `json:"messages"`
	Removed       []uuid.UUID    `json:"removed" doc:"Conversations that are no longer the caller's to see."`
	Topics        []string       `json:"topics,omitempty" doc:"What else has changed, as users, labels or patient:ID: fetch anew what you show of it."`
}

// Encode makes a change's frame for each side, one line of JSON without its end; nil for a
// side that sees no difference. The first is for staff, or for the first user of a direct
// conversation and whoever looks on; the second for the patient, or for the second user.
func Encode(ch inbox.Change, position string) (first, second []byte) {
	if ch.Conversation == nil {
		return nil, nil
	}
	if ch.ForStaff {
		first = frame(position, staffConversation(*ch.Conversation, rules.First), ch.Messages, staffMessage)
	}
	switch {
	case ch.Conversation.Parties.Kind == rules.Direct && ch.ForStaff:
		second = frame(position, staffConversation(*ch.Conversation, rules.Second), ch.Messages, staffMessage)
	case ch.ForPatient && ch.Conversation.Parties.Kind != rules.Direct:
		second = frame(position, patientConversation(*ch.Conversation), forPatient(ch.Messages), patientMessage)
	}
	return first, second
}

// EncodeTopics makes the frame that tells what else has changed.
func EncodeTopics(topics []string, position string) []byte {
	return encode(Change{
		Type: "change", Position: position, Topics: topics,
		Conversations: []Conversation{}, Messages: []Message{}, Removed: []uuid.UUID{},
	})
}

// EncodeMissed makes the frame with all that one person has missed.
func EncodeMissed(by rules.Actor, m inbox.Missed, position string) []byte {
	out := MissedFor(by, m, position)
	out.Type = "change"
	return encode(out)
}

// EncodeRemoved makes the frame that tells somebody to drop a conversation.
func EncodeRemoved(conversation uuid.UUID, position string) []byte {
	return encode(Change{
		Type: "change", Position: position,
		Conversations: []Conversation{}, Messages: []Message{}, Removed: []uuid.UUID{conversation},
	})
}

// MissedFor is all that one person has missed.
func MissedFor(by rules.Actor, m inbox.Missed, position string) Change {
	out := Change{
		Position: position, Conversations: make([]Conversation, len(m.Conversations)),
		Messages: make([]Message, len(m.Messages)), Removed: m.Removed, Topics: m.Topics,
	}
	for i, c := range m.Conversations {
		out.Conversations[i] = ConversationFor(by, c)
	}
	for i, msg := range m.Messages {
		out.Messages[i] = MessageFor(by, msg)
	}
	if out.Removed == nil {
		out.Removed = []uuid.UUID{}
	}
	return out
}

func frame(position string, c Conversation, messages []inbox.Message, shape func(inbox.Message) Message) []byte {
	out := Change{
		Type: "change", Position: position,
		Conversations: []Conversation{c}, Messages: make([]Message, len(messages)), Removed: []uuid.UUID{},
	}
	for i, m := range messages {
		out.Messages[i] = shape(m)
	}
	return encode(out)
}

func forPatient(messages []inbox.Message) []inbox.Message {
	out := make([]inbox.Message, 0, len(messages))
	for _, m := range messages {
		if !m.StaffOnly() {
			out = append(out, m)
		}
	}
	return out
}

func encode(c Change) []byte {
	line, err := json.Marshal(c)
	if err != nil {
		panic("wire: a change that is no JSON: " + err.Error()) // its types cannot fail
	}
	return line
}
