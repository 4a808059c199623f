// Package whatsapp speaks with WhatsApp's Cloud API: it sends messages, templates and files,
// and reads what Meta posts to us. It knows nothing of the inbox.
package whatsapp

import (
	"context"
	"io"
	"net/http"
)

// Home is where Meta's API is, and Version which one is spoken, unless a Client says otherwise.
const (
	Home    = "https://graph.facebook.com"
	Version = "v23.0"
)

// Client is one business number with WhatsApp. It is safe for use by several goroutines. How
// long an answer may take is for the context to say. Each error that it returns is a
// *rules.Failure, which holds no secret, no number and no text.
type Client struct {
	BaseURL       string // empty: Home
	Version       string // empty: Version
	PhoneNumberID string
	BusinessID    string // the WhatsApp Business Account, whose templates are listed
	AccessToken   string
	HTTP          *http.Client // nil: one that all clients share
}

// Send hands a message over and answers its id. A failure of kind rules.Unclear says that
// WhatsApp may have taken it all the same; a status with its Callback would tell.
func (c Client) Send(ctx context.Context, m Message) (id string, err error) { panic("soon") }

// Read marks a message of a patient's, and those before it, as read.
func (c Client) Read(ctx context.Context, id string) error { panic("soon") }

// Upload hands a file over that a message is to carry, and answers its id. It lasts 30 days.
func (c Client) Upload(ctx context.Context, filename, mediaType string, r io.Reader) (id string, err error) {
	panic("soon")
}

// Media fetches a file that came with a message, of at most limit bytes.
func (c Client) Media(ctx context.Context, id string, limit int64) (content []byte, mediaType string, err error) {
	panic("soon")
}

// Templates lists those of the business, approved or not.
func (c Client) Templates(ctx context.Context) ([]TemplateInfo, error) { panic("soon") }

// Check tells whether the number can be used.
func (c Client) Check(ctx context.Context) error { panic("soon") }
