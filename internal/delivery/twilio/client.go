// Package twilio speaks with Twilio: it sends text messages and WhatsApp messages, asks what
// became of them, and reads what Twilio posts to us. It knows nothing of the inbox.
package twilio

import (
	"context"
	"net/http"
	"time"
)

// Home is where Twilio's API is, unless a Client says otherwise.
const Home = "https://api.twilio.com"

// Client is one account with Twilio. It is safe for use by several goroutines. How long an
// answer may take is for the context to say. Each error that it returns is a *rules.Failure,
// which holds no secret, no number and no text.
type Client struct {
	BaseURL    string // empty: Home
	AccountSID string
	AuthToken  string
	HTTP       *http.Client // nil: one that all clients share
}

// Send hands a message over. A failure of kind rules.Unclear says that Twilio may have taken
// it all the same: look for it with Find before it is sent again.
func (c Client) Send(ctx context.Context, m Message) (Sent, error) { panic("soon") }

// Find lists the messages to a number that were made since then, the newest first.
func (c Client) Find(ctx context.Context, to string, since time.Time) ([]Sent, error) {
	panic("soon")
}

// Fetch reads one message.
func (c Client) Fetch(ctx context.Context, sid string) (Sent, error) { panic("soon") }

// Check tells whether the account can be used.
func (c Client) Check(ctx context.Context) error { panic("soon") }

// Media fetches a file that came with a message, of at most limit bytes, and its media type.
func (c Client) Media(ctx context.Context, address string, limit int64) (content []byte, mediaType string, err error) {
	panic("soon")
}
