package twilio

import (
	"strconv"
	"strings"
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
	return told(Failure(s.ErrorCode, 0))
}

// message is how Twilio writes one.
type message struct {
	SID       string `json:"sid"`
	To        string `json:"to"`
	From      string `json:"from"`
	Body      string `json:"body"`
	Status    string `json:"status"`
	ErrorCode number `json:"error_code"`
	Segments  number `json:"num_segments"`
	Created   string `json:"date_created"`
}

func (m message) sent() Sent {
	state, known := stateOf(m.Status)
	if !known {
		state = rules.Queued // Twilio has it, and that is all we can say
	}
	created, err := time.Parse(time.RFC1123Z, m.Created)
	if err != nil {
		created = time.Time{}
	}
	return Sent{
		SID: clean(m.SID), To: clean(m.To), From: clean(m.From), Body: clean(m.Body), Status: state, Raw: clean(m.Status),
		ErrorCode: int(m.ErrorCode), Segments: int(m.Segments), CreatedAt: created.UTC(),
	}
}

// number is one that Twilio writes as such, as text, or as null.
type number int

func (n *number) UnmarshalJSON(text []byte) error {
	*n = 0
	if value, err := strconv.Atoi(strings.Trim(string(text), `"`)); err == nil {
		*n = number(value)
	}
	return nil
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

// clean makes a text fit for the database, which holds neither a NUL nor half a character.
func clean(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
}
