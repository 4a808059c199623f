package delivery

import (
	"context"
	"crypto/subtle"
	"net/url"
	"slices"
	"strings"

	"frontdesk/internal/delivery/twilio"
	"frontdesk/internal/delivery/whatsapp"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

// Where carriers call us, below the public URL.
const (
	twilioPath   = "/webhooks/twilio"
	whatsappPath = "/webhooks/whatsapp"
	emailPath    = "/webhooks/email"
)

// errForged is the answer to whoever is not the carrier of an account that we have.
var errForged = &refusal.Error{Kind: refusal.Refused, Code: "signature_wrong", Detail: "The signature does not fit. Check the webhook’s address and the account’s secrets."}

// HearTwilio keeps what Twilio has posted. uri is the path with its query as it was called,
// signature the header X-Twilio-Signature. What is not signed by the account that it names is
// refused.
func (p *Post) HearTwilio(ctx context.Context, uri string, body []byte, signature string) error {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return errForged
	}
	accounts, err := p.called(ctx, routeTwilio(form.Get("AccountSid")))
	if err != nil {
		return err
	}
	accounts = slices.DeleteFunc(accounts, func(a Account) bool {
		return !twilio.Signed(a.Secrets.AuthToken, p.URL+uri, form, signature)
	})
	if len(accounts) == 0 {
		return errForged
	}
	return p.keepWebhook(ctx, twilioAccount(accounts, form), string(Twilio), append([]byte(uri+"\n"), body...), nil)
}

// twilioAccount is the one among those of an account with Twilio whose number or service the
// form is about.
func twilioAccount(accounts []Account, form url.Values) Account {
	from, to := form.Get("From"), form.Get("To")
	channel := rules.SMS
	if strings.HasPrefix(from, "whatsapp:") || strings.HasPrefix(to, "whatsapp:") {
		channel = rules.WhatsApp
	}
	from, to = strings.TrimPrefix(from, "whatsapp:"), strings.TrimPrefix(to, "whatsapp:")
	fits := func(a Account) int {
		n := 0
		if a.Channel == channel {
			n = 2
		}
		if s := a.Settings; s.Number != "" && (s.Number == to || s.Number == from) || s.Service != "" && s.Service == form.Get("MessagingServiceSid") {
			n++
		}
		return n
	}
	return slices.MaxFunc(accounts, func(a, b Account) int { return fits(a) - fits(b) })
}

// Subscribed answers Meta's question whether we are who it means, with its challenge.
func (p *Post) Subscribed(ctx context.Context, mode, token, challenge string) (string, error) {
	if mode != "subscribe" || token == "" {
		return "", errForged
	}
	accounts, err := p.called(ctx, routeVerify(token))
	if err != nil {
		return "", err
	}
	for _, a := range accounts {
		if subtle.ConstantTimeCompare([]byte(a.Secrets.VerifyToken), []byte(token)) == 1 {
			return challenge, nil
		}
	}
	return "", errForged
}

// HearMeta keeps what Meta has posted: one body may be about several numbers, and is kept for
// each whose app has signed it. signature is the header X-Hub-Signature-256.
func (p *Post) HearMeta(ctx context.Context, body []byte, signature string) error {
	heard := false
	for _, number := range numbersIn(body) {
		accounts, err := p.called(ctx, routeMeta(number))
		if err != nil {
			return err
		}
		for _, a := range accounts {
			if !whatsapp.Signed(a.Secrets.AppSecret, body, signature) {
				continue
			}
			heard = true
			if err := p.keepWebhook(ctx, a, string(Meta), body, nil); err != nil {
				return err
			}
		}
	}
	if !heard {
		return errForged
	}
	return nil
}

// maxNumbers is how many numbers one body may be about.
const maxNumbers = 20

// numbersIn looks for whom a body is about, without believing anything else of it: whose
// signature is to be checked cannot be known otherwise.
func numbersIn(body []byte) []string {
	const name = `"phone_number_id"`
	var out []string
	for rest := string(body); len(out) < maxNumbers; {
		_, after, found := strings.Cut(rest, name)
		if !found {
			return out
		}
		rest = after
		value := strings.TrimLeft(after, ": \t\r\n")
		if !strings.HasPrefix(value, `"`) {
			continue
		}
		if number, _, closed := strings.Cut(value[1:], `"`); closed && len(number) <= 64 && !slices.Contains(out, number) {
			out = append(out, number)
		}
	}
	return out
}

// HearMail keeps a letter that a mail server has posted, as it stands. key is in the
// webhook's address.
func (p *Post) HearMail(ctx context.Context, key string, raw []byte) error {
	if key == "" || len(raw) == 0 {
		return errForged
	}
	accounts, err := p.called(ctx, routeMail(key))
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if subtle.ConstantTimeCompare([]byte(a.Secrets.WebhookKey), []byte(key)) == 1 {
			return p.keepWebhook(ctx, a, string(Mail), raw, nil)
		}
	}
	return errForged
}
