package whatsapp

import (
	"time"

	"frontdesk/internal/rules"
)

// Event is one thing that Meta tells. One of the pointers is set.
type Event struct {
	BusinessID    string // the WhatsApp Business Account
	PhoneNumberID string // ours; empty with a template's news
	Status        *Status
	Message       *Inbound
	Account       *rules.Failure // a fault of the account, of no message in particular
	Template      *TemplateNews
}

// Status says how far a message of ours has come. They come late, out of order and twice.
type Status struct {
	ID       string
	State    rules.Delivery
	At       time.Time // zero: not told
	Callback string    // what went out with the message
	Failure  *rules.Failure
}

// Inbound is a message that came in.
type Inbound struct {
	ID       string
	From     string // E.164; may be empty where UserID is told
	UserID   string // Meta's own id for the sender, where it is told
	Name     string // that the sender goes by
	At       time.Time
	Kind     string // Meta's word: text, image, reaction …
	Body     string // what was written, or what came in words
	Media    *InboundMedia
	ReplyTo  string // the id of the message that this one answers
	Reaction *Reaction
}

// InboundMedia is a file at Meta, which Client.Media fetches within seven days.
type InboundMedia struct {
	ID        string
	Type      string // image, document, audio, video or sticker
	MediaType string
	Filename  string
	Caption   string
	SHA256    string // as Meta writes it, in Base64
}

// Reaction is a sign that was set on a message; an empty Emoji takes it away.
type Reaction struct{ MessageID, Emoji string }

// TemplateNews says that Meta's judgement of a template has changed.
type TemplateNews struct {
	ID, Name, Language string
	Status             string // APPROVED, REJECTED, PAUSED …
	Reason             string // Meta's own words, or nothing
}

// ParseWebhook reads a body that Meta posted, whose signature was checked. What it does not
// know it leaves out.
func ParseWebhook(body []byte) ([]Event, error) { panic("soon") }
