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
	account, found := twilioAccount(accounts, uri, form)
	if !found {
		p.Log.WarnContext(ctx, "Twilio has posted something about a number that no clinic has set up")
		return nil // another try would not help
	}
	return p.keepWebhook(ctx, account, string(Twilio), append([]byte(uri+"\n"), body...), nil)
}

// twilioAccount is the one, among those of an account with Twilio, that a form is about: what
// our own mark says, or else whose number or service it names. Of several clinics none is
// guessed.
func twilioAccount(accounts []Account, uri string, form url.Values) (Account, bool) {
	from, to := form.Get("From"), form.Get("To")
	channel := rules.SMS
	if strings.HasPrefix(from, "whatsapp:") || strings.HasPrefix(to, "whatsapp:") {
		channel = rules.WhatsApp
	}
	from, to = strings.TrimPrefix(from, "whatsapp:"), strings.TrimPrefix(to, "whatsapp:")
	if u, err := url.Parse(uri); err == nil {
		if m, ok := markOf(u.Query().Get("mark")); ok {
			at := slices.IndexFunc(accounts, func(a Account) bool { return a.ClinicID == m.clinic && a.Channel == channel })
			if at >= 0 {
				return accounts[at], true
			}
		}
	}
	fits := slices.DeleteFunc(slices.Clone(accounts), func(a Account) bool {
		s := a.Settings
		number := s.Number != "" && (s.Number == to || s.Number == from)
		service := s.Service != "" && s.Service == form.Get("MessagingServiceSid")
		return a.Channel != channel || !number && !service
	})
	if len(fits) == 0 { // Twilio leaves the service out of some; where there is one clinic, it is meant
		fits = slices.DeleteFunc(slices.Clone(accounts), func(a Account) bool { return a.Channel != channel || a.Settings.Service == "" })
	}
	if len(fits) == 0 || slices.ContainsFunc(fits, func(a Account) bool { return a.ClinicID != fits[0].ClinicID }) {
		return Account{}, false
	}
	return fits[0], true
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
	for _, route := range routesIn(body) {
		accounts, err := p.called(ctx, route)
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

// maxRoutes is for how many accounts one body may be.
const maxRoutes = 20

// routesIn looks for whom a body is about, without believing anything else of it: whose
// signature is to be checked cannot be known otherwise. News of templates name no number, but
// the business.
func routesIn(body []byte) []string {
	var out []string
	for _, number := range valuesOf(body, `"phone_number_id"`) {
		out = append(out, routeMeta(number))
	}
	if len(out) == 0 {
		for _, id := range valuesOf(body, `"id"`) {
			out = append(out, routeBusiness(id))
		}
	}
	return out
}

// valuesOf are the texts that follow a name.
func valuesOf(body []byte, name string) []string {
	var out []string
	for rest := string(body); len(out) < maxRoutes; {
		_, after, found := strings.Cut(rest, name)
		if !found {
			return out
		}
		rest = after
		value := strings.TrimLeft(after, ": \t\r\n")
		if !strings.HasPrefix(value, `"`) {
			continue
		}
		if text, _, closed := strings.Cut(value[1:], `"`); closed && len(text) <= 64 && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// Mailbox finds whose webhook for letters a key opens; whoever posts is not listened to before.
func (p *Post) Mailbox(ctx context.Context, key string) (Account, error) {
	if key == "" {
		return Account{}, errForged
	}
	accounts, err := p.called(ctx, routeMail(key))
	if err != nil {
		return Account{}, err
	}
	for _, a := range accounts {
		if subtle.ConstantTimeCompare([]byte(a.Secrets.WebhookKey), []byte(key)) == 1 {
			return a, nil
		}
	}
	return Account{}, errForged
}

// HearMail keeps a letter that a mail server has posted, as it stands.
func (p *Post) HearMail(ctx context.Context, a Account, raw []byte) error {
	if len(raw) == 0 {
		return refusal.Field("body", "letter_empty", "Post the letter as it stands, with its headers.")
	}
	return p.keepWebhook(ctx, a, string(Mail), raw, nil)
}
