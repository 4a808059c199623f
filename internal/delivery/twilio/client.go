// Package twilio speaks with Twilio: it sends text messages and WhatsApp messages, asks what
// became of them, and reads what Twilio posts to us. It knows nothing of the inbox.
package twilio

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk/internal/outward"
	"frontdesk/internal/rules"
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
	HTTP       *http.Client
}

// Send hands a message over. A failure of kind rules.Unclear says that Twilio may have taken
// it all the same: look for it with Find before it is sent again.
func (c Client) Send(ctx context.Context, m Message) (Sent, error) {
	form, err := m.form()
	if err != nil {
		return Sent{}, err
	}
	var answer message
	if err := c.call(ctx, http.MethodPost, c.under("/Messages.json"), form, &answer); err != nil {
		return Sent{}, err
	}
	if answer.SID == "" {
		return Sent{}, c.unreadable(outward.Once)
	}
	return answer.sent(), nil
}

func (m Message) form() (url.Values, error) {
	form := url.Values{"To": {m.To}}
	for name, value := range map[string]string{
		"From": m.From, "MessagingServiceSid": m.Service, "Body": m.Body, "ContentSid": m.ContentSID, "StatusCallback": m.StatusCallback,
	} {
		if value != "" {
			form.Set(name, value)
		}
	}
	if len(m.MediaURLs) > 0 {
		form["MediaUrl"] = m.MediaURLs
	}
	if len(m.ContentVariables) > 0 {
		all, err := json.Marshal(m.ContentVariables)
		if err != nil {
			return nil, told(Failure(badVariables, 0))
		}
		form.Set("ContentVariables", string(all))
	}
	return form, nil
}

// A number that gets more than this within the time that is asked for is no patient's.
const (
	pageSize = 300 // of them fit into an answer, however long they are
	maxPages = 5
)

// Find lists the messages to a number that were made since then, the newest first. To is
// written as in Message. Twilio's clock counts whole seconds and is not ours: allow for that.
//
// Twilio could leave out what is older by itself, but goes by when a message was sent, and
// so might leave out one that is still queued.
func (c Client) Find(ctx context.Context, to string, since time.Time) ([]Sent, error) {
	address := c.under("/Messages.json?" + url.Values{"To": {to}, "PageSize": {strconv.Itoa(pageSize)}}.Encode())
	since = since.Truncate(time.Second)
	var found []Sent
	for range maxPages {
		var page struct {
			Messages []message `json:"messages"`
			Next     string    `json:"next_page_uri"`
		}
		if err := c.turn(ctx, address, &page); err != nil {
			return nil, err
		}
		older := 0
		for _, m := range page.Messages {
			if one := m.sent(); !one.CreatedAt.IsZero() && one.CreatedAt.Before(since) {
				older++
			} else {
				found = append(found, one)
			}
		}
		if page.Next == "" || older == len(page.Messages) {
			slices.SortStableFunc(found, func(a, b Sent) int { return b.CreatedAt.Compare(a.CreatedAt) })
			return found, nil
		}
		var ours bool
		if address, ours = c.beside(page.Next); !ours {
			return nil, c.unreadable(outward.Repeatable)
		}
	}
	return nil, &rules.Failure{Kind: rules.Unclear, Code: "too_many", Reason: "Twilio holds too many messages to this number to tell whether this one went out. Ask the patient before you send it again."}
}

// Fetch reads one message.
func (c Client) Fetch(ctx context.Context, sid string) (Sent, error) {
	var answer message
	if err := c.call(ctx, http.MethodGet, c.under("/Messages/"+url.PathEscape(sid)+".json"), nil, &answer); err != nil {
		return Sent{}, err
	}
	if answer.SID == "" {
		return Sent{}, c.unreadable(outward.Repeatable)
	}
	return answer.sent(), nil
}

// Check tells whether the account can be used.
func (c Client) Check(ctx context.Context) error {
	var account struct {
		Status string `json:"status"`
	}
	if err := c.call(ctx, http.MethodGet, c.base()+c.path()+".json", nil, &account); err != nil {
		return err
	}
	switch account.Status {
	case "active":
		return nil
	case "suspended", "closed":
		return told(Failure(suspended, 0))
	}
	return c.unreadable(outward.Repeatable)
}

func (c Client) base() string {
	if c.BaseURL == "" {
		return Home
	}
	return strings.TrimSuffix(c.BaseURL, "/")
}

func (c Client) path() string { return "/2010-04-01/Accounts/" + url.PathEscape(c.AccountSID) }

func (c Client) under(path string) string { return c.base() + c.path() + path }

// beside resolves an address that Twilio names, and tells whether it is Twilio's own.
func (c Client) beside(reference string) (address string, ours bool) {
	base, err := url.Parse(c.base())
	if err != nil {
		return "", false
	}
	to, err := base.Parse(reference)
	if err != nil || !sameOrigin(base, to) {
		return "", false
	}
	return to.String(), true
}
