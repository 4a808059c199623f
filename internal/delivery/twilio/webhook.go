package twilio

import (
	"net/url"

	"frontdesk/internal/rules"
)

// Event is what Twilio posts: how a message of ours goes on, or one that came in. Neither is
// set for an event that is of no interest.
type Event struct {
	Status  *StatusEvent
	Message *Inbound
}

// StatusEvent says how far a message of ours has come. They come late and out of order.
type StatusEvent struct {
	SID        string
	AccountSID string
	State      rules.Delivery
	Failure    *rules.Failure // only where State is rules.Undone
}

// Inbound is a message that came in.
type Inbound struct {
	SID        string
	AccountSID string
	Service    string // a Messaging Service's SID, or nothing
	From, To   string // without "whatsapp:"
	WhatsApp   bool
	Body       string // what was written, or a place or a button in words
	Media      []Media
	Profile    string // the name that the sender goes by on WhatsApp
	Button     string // the words of the button that was pressed
	OptOut     string // STOP, START or HELP, where Twilio has understood it so; or nothing
	RepliedTo  string // the SID of the message that this one answers
}

// Media is a file at Twilio, which Client.Media fetches.
type Media struct{ URL, Type string }

// ParseWebhook reads a form that Twilio posted, whose signature was checked.
func ParseWebhook(form url.Values) (Event, error) { panic("soon") }
