package wire

import (
	"encoding/json"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
)

// NotificationsTopic is what a change is called that has told somebody something, where the
// notifications themselves do not travel with it.
const NotificationsTopic = "notifications"

// Notification is something that one member of staff is told. What comes again before it is
// read is the same one, with a count.
type Notification struct {
	ID               uuid.UUID              `json:"id"`
	Kind             rules.NoticeKind       `json:"kind" enum:"message,reply,mention,assigned,returned,failed,unsent,woken"`
	ConversationID   uuid.UUID              `json:"conversation_id"`
	ConversationKind rules.ConversationKind `json:"conversation_kind" enum:"front_desk,doctor,direct"`
	Patient          *Person                `json:"patient"`
	MessageID        *uuid.UUID             `json:"message_id" nullable:"true" doc:"The newest that it is about."`
	Excerpt          string                 `json:"excerpt" doc:"The first 160 characters of that message."`
	Actor            Author                 `json:"actor" doc:"Who did it last."`
	Count            int                    `json:"count"`
	CreatedAt        Time                   `json:"created_at"`
	UpdatedAt        Time                   `json:"updated_at" doc:"When the count grew last."`
	ReadAt           *Time                  `json:"read_at" nullable:"true"`
}

// NotificationOf is a notice as the one whose it is sees it.
func NotificationOf(n inbox.Notice) Notification {
	out := Notification{
		ID: n.ID, Kind: n.Kind, ConversationID: n.ConversationID, ConversationKind: n.In, Patient: person(n.Patient),
		Excerpt: n.Excerpt, Actor: author(n.By), Count: n.Count, CreatedAt: Time(n.CreatedAt), UpdatedAt: Time(n.UpdatedAt),
	}
	if n.MessageID != uuid.Nil {
		out.MessageID = &n.MessageID
	}
	if !n.ReadAt.IsZero() {
		at := Time(n.ReadAt)
		out.ReadAt = &at
	}
	return out
}

// noticed is the frame for one person. It holds states, never differences: what it names
// takes the place of what the client had.
type noticed struct {
	Type           string         `json:"type"`
	Position       string         `json:"position"`
	Unread         int            `json:"unread"`
	ConversationID *uuid.UUID     `json:"conversation_id"` // of which the items are all that is unread; null: look anew
	Items          []Notification `json:"items"`
}

// EncodeNoticed makes the frame that tells one person what they are notified of.
func EncodeNoticed(n inbox.Noticed, position string) []byte {
	if n.Unread < 0 {
		return EncodeTopics([]string{NotificationsTopic}, position)
	}
	out := noticed{Type: "notification", Position: position, Unread: n.Unread, Items: make([]Notification, len(n.Of))}
	if n.ConversationID != uuid.Nil {
		out.ConversationID = &n.ConversationID
	}
	for i, one := range n.Of {
		out.Items[i] = NotificationOf(one)
	}
	line, err := json.Marshal(out)
	if err != nil {
		panic("wire: a notification that is no JSON: " + err.Error()) // its types cannot fail
	}
	return line
}
