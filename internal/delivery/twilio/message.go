package twilio

import (
	"time"

	"frontdesk/internal/rules"
)

// Message is what is to be sent. To and From are E.164 numbers, each with "whatsapp:" before
// it where WhatsApp is to carry it.
type Message struct {
	To               string
	From             string
	Service          string // a Messaging Service's SID, in place of From
	Body             string // at most 1600 characters
	MediaURLs        []string
	ContentSID       string // of a template, in place of Body
	ContentVariables map[string]string
	StatusCallback   string // where Twilio tells how it goes on
}

// Sent is a message that Twilio has.
type Sent struct {
	SID       string
	To, From  string // as Twilio writes them, "whatsapp:" and all
	Body      string
	Status    rules.Delivery
	Raw       string // the status in Twilio's own word
	ErrorCode int    // 0: none
	Segments  int    // 0: not known yet, as with a Messaging Service
	CreatedAt time.Time
}

// Failure is why Twilio gave the message up, or nil where it did not.
func (s Sent) Failure() *rules.Failure {
	if s.Status != rules.Undone {
		return nil
	}
	why := Failure(s.ErrorCode, 0)
	return &why
}

// stateOf reads Twilio's words for how far a message has come.
func stateOf(word string) (state rules.Delivery, known bool) {
	switch word {
	case "queued", "accepted", "scheduled", "sending":
		return rules.Queued, true
	case "sent", "partially_delivered": // of several parts or people: not all
		return rules.Sent, true
	case "delivered":
		return rules.Delivered, true
	case "read":
		return rules.Seen, true
	case "failed", "undelivered", "canceled":
		return rules.Undone, true
	}
	return "", false
}
