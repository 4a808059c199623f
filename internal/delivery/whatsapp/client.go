// Package whatsapp speaks with WhatsApp's Cloud API: it sends messages, templates and files,
// and reads what Meta posts to us. It knows nothing of the inbox.
package whatsapp

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"

	"frontdesk/internal/outward"
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
	HTTP          *http.Client
}

// Send hands a message over and answers its id. A failure of kind rules.Unclear says that
// WhatsApp may have taken it all the same; a status with its Callback would tell.
func (c Client) Send(ctx context.Context, m Message) (id string, err error) {
	var answer struct {
		Messages []struct {
			ID string `json:"id"`
		} `json:"messages"`
	}
	if err := c.post(ctx, outward.Once, m.wire(), &answer); err != nil {
		return "", err
	}
	if len(answer.Messages) == 0 || answer.Messages[0].ID == "" {
		return "", c.unreadable(outward.Once)
	}
	return clean(answer.Messages[0].ID), nil
}

// Read marks a message of a patient's, and those before it, as read.
func (c Client) Read(ctx context.Context, id string) error {
	var answer struct{}
	return c.post(ctx, outward.Repeatable, map[string]any{"messaging_product": "whatsapp", "status": "read", "message_id": id}, &answer)
}

// Upload hands a file over that a message is to carry, and answers its id. It lasts 30 days.
func (c Client) Upload(ctx context.Context, filename, mediaType string, r io.Reader) (id string, err error) {
	mediaType = named(mediaType)
	var frame bytes.Buffer
	form := multipart.NewWriter(&frame)
	for name, value := range map[string]string{"messaging_product": "whatsapp", "type": mediaType} {
		_ = form.WriteField(name, value) // a buffer takes all
	}
	_, _ = form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition("file", filename)}, "Content-Type": {mediaType},
	})
	head := bytes.Clone(frame.Bytes())
	frame.Reset()
	_ = form.Close()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.of(c.PhoneNumberID)+"/media", io.MultiReader(bytes.NewReader(head), r, &frame))
	if err != nil {
		return "", told(misplaced)
	}
	if known, ok := r.(interface{ Len() int }); ok {
		request.ContentLength = int64(len(head) + known.Len() + frame.Len())
	}
	request.Header.Set("Content-Type", form.FormDataContentType())
	var answer struct {
		ID string `json:"id"`
	}
	if err := c.call(request, outward.Repeatable, &answer); err != nil {
		return "", err
	}
	if answer.ID == "" {
		return "", c.unreadable(outward.Repeatable)
	}
	return clean(answer.ID), nil
}

// Check tells whether the number can be used, and the business account where one is set.
func (c Client) Check(ctx context.Context) error {
	for _, id := range []string{c.PhoneNumberID, c.BusinessID} {
		if id == "" && id != c.PhoneNumberID {
			continue
		}
		var answer struct {
			ID string `json:"id"`
		}
		if err := c.get(ctx, c.of(id)+"?fields=id", &answer); err != nil {
			return err
		}
		if answer.ID != id {
			return c.unreadable(outward.Repeatable)
		}
	}
	return nil
}

func (c Client) base() string {
	if c.BaseURL == "" {
		return Home
	}
	return strings.TrimSuffix(c.BaseURL, "/")
}

// of is the address of something that Meta knows by an id.
func (c Client) of(id string) string {
	version := c.Version
	if version == "" {
		version = Version
	}
	return c.base() + "/" + url.PathEscape(version) + "/" + url.PathEscape(id)
}

func (c Client) get(ctx context.Context, address string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return told(misplaced) // without the library's words, which hold the address
	}
	return c.call(request, outward.Repeatable, into)
}

func (c Client) post(ctx context.Context, how outward.Manner, what, into any) error {
	body, err := json.Marshal(what)
	if err != nil {
		return told(misplaced)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.of(c.PhoneNumberID)+"/messages", bytes.NewReader(body))
	if err != nil {
		return told(misplaced)
	}
	request.Header.Set("Content-Type", "application/json")
	return c.call(request, how, into)
}
