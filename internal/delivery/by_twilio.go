package delivery

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk/internal/delivery/twilio"
	"frontdesk/internal/rules"
)

// byTwilio is the way of text messages, and the second one of WhatsApp.
type byTwilio struct {
	client  twilio.Client
	account Account
	post    *Post
}

func (p *Post) twilio(a Account) byTwilio {
	return byTwilio{twilio.Client{BaseURL: a.Settings.BaseURL, AccountSID: a.Settings.AccountSID, AuthToken: a.Secrets.AuthToken, HTTP: p.http}, a, p}
}

// at writes a number as Twilio wants it for the account's channel.
func (w byTwilio) at(number string) string {
	if w.account.Channel == rules.WhatsApp && number != "" {
		return "whatsapp:" + number
	}
	return number
}

func (w byTwilio) send(ctx context.Context, p parcel) (receipt, error) {
	file, text := p.next()
	m := twilio.Message{
		To: w.at(p.address), From: w.at(w.account.Settings.Number), Service: w.account.Settings.Service, Body: text,
		StatusCallback: w.post.URL + twilioPath + "?mark=" + url.QueryEscape(p.mark(w.account).String()),
	}
	if m.Service != "" {
		m.From = ""
	}
	if file != nil {
		m.MediaURLs = []string{w.post.lend(p.ClinicID, file.ID)}
	}
	if t := p.template; t != nil { // Twilio knows a template by its own id, and its fields by number
		m.Body, m.ContentSID, m.ContentVariables = "", t.Name, map[string]string{}
		for i, v := range t.Parameters {
			m.ContentVariables[strconv.Itoa(i+1)] = v
		}
	}
	sent, err := w.client.Send(ctx, m)
	return receipt{sent.SID, sent.Status}, err
}

// clocks is by how much Twilio's may differ from ours.
const clocks = 2 * time.Minute

// find looks for the same words to the same number that no other message of ours has been
// found to be. Twilio keeps no name of ours to look for.
func (w byTwilio) find(ctx context.Context, p parcel) (receipt, bool, error) {
	list, err := w.client.Find(ctx, w.at(p.address), p.askedBefore.Add(-clocks))
	if err != nil {
		return receipt{}, false, err
	}
	_, text := p.next()
	same := map[string]twilio.Sent{}
	var names []string
	for _, s := range slices.Backward(list) { // the oldest first
		ours := w.account.Settings.Service != "" || s.From == w.at(w.account.Settings.Number)
		if ours && s.Status != rules.Undone && (strings.TrimSpace(s.Body) == strings.TrimSpace(text) || p.template != nil) {
			same[s.SID], names = s, append(names, s.SID)
		}
	}
	free, err := w.post.unclaimed(ctx, p, names)
	if err != nil || len(free) == 0 {
		return receipt{}, false, err
	}
	got := same[free[0]]
	return receipt{got.SID, got.Status}, true, nil
}

func (byTwilio) patience(pace Pace) time.Duration { return pace.Call }

func (w byTwilio) check(ctx context.Context) error { return w.client.Check(ctx) }

// errNotOfThisWay is a fault of ours: an account with a carrier that its channel has not.
var errNotOfThisWay = errors.New("delivery: no such carrier for this channel")

// way is how an account's messages go.
func (p *Post) way(a Account) (way, error) {
	switch a.Carrier {
	case Twilio:
		return p.twilio(a), nil
	case Meta:
		return p.meta(a), nil
	case Mail:
		return p.mail(a), nil
	}
	return nil, errNotOfThisWay
}
