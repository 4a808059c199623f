package twilio

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

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

// maxMedia is more than Twilio lets a message carry.
const maxMedia = 32

const whatsApp = "whatsapp:"

// ParseWebhook reads a form that Twilio posted, whose signature was checked. Whatever it does
// not know it leaves out, as Twilio adds to its forms without notice.
func ParseWebhook(form url.Values) (Event, error) {
	field := func(name string) string { return clean(form.Get(name)) }
	sid := first(field("MessageSid"), field("SmsSid"), field("SmsMessageSid"))
	if sid == "" {
		return Event{}, errors.New("the form names no message")
	}
	word := first(field("MessageStatus"), field("SmsStatus"))
	if word == "" && strings.EqualFold(field("EventType"), "READ") {
		word = "read"
	}
	if word == "received" || word == "receiving" || word == "" && form.Has("From") {
		if field("From") == "" {
			return Event{}, errors.New("the message names no sender")
		}
		return Event{Message: inbound(sid, field)}, nil
	}
	state, known := stateOf(word)
	if !known {
		return Event{}, nil
	}
	status := &StatusEvent{SID: sid, AccountSID: field("AccountSid"), State: state}
	if state == rules.Undone {
		code, err := strconv.Atoi(field("ErrorCode"))
		if err != nil {
			code = 0 // a failure whose reason was not told
		}
		status.Failure = told(Failure(code, 0))
	}
	return Event{Status: status}, nil
}

func inbound(sid string, field func(string) string) *Inbound {
	from, whatsapp := strings.CutPrefix(field("From"), whatsApp)
	m := &Inbound{
		SID: sid, AccountSID: field("AccountSid"), Service: field("MessagingServiceSid"), From: from, To: strings.TrimPrefix(field("To"), whatsApp), WhatsApp: whatsapp,
		Profile: field("ProfileName"), Button: field("ButtonText"), OptOut: strings.ToUpper(field("OptOutType")), RepliedTo: field("OriginalRepliedMessageSid"),
	}
	m.Body = first(field("Body"), m.Button)
	if where := place(field); where != "" {
		m.Body = strings.TrimPrefix(m.Body+"\n"+where, "\n")
	}
	count, err := strconv.Atoi(field("NumMedia"))
	if err != nil {
		count = 0
	}
	for i := range min(count, maxMedia) {
		n := strconv.Itoa(i)
		if address := field("MediaUrl" + n); address != "" {
			m.Media = append(m.Media, Media{URL: address, Type: field("MediaContentType" + n)})
		}
	}
	return m
}

// place puts a location that was shared into words.
func place(field func(string) string) string {
	latitude, longitude := field("Latitude"), field("Longitude")
	if latitude == "" || longitude == "" {
		return ""
	}
	words := "Location: "
	for _, part := range []string{field("Label"), field("Address")} {
		if part != "" {
			words += part + ", "
		}
	}
	return words + latitude + " " + longitude
}

func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}
