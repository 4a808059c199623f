package app

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"frontdesk/internal/delivery"
	"frontdesk/internal/rules"
)

// post sends a body as a carrier does.
func (c *carried) post(t testing.TB, path, body string, header http.Header) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.node.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(req.Header, header)
	res, err := plainClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// byTwilio signs a form as Twilio does: the URL, then each name with its value, by name.
func (c *carried) byTwilio(path string, form url.Values, token string) http.Header {
	text := c.node.url + path
	for _, name := range slices.Sorted(maps.Keys(form)) {
		text += name + form.Get(name)
	}
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(text))
	return http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "X-Twilio-Signature": {base64.StdEncoding.EncodeToString(mac.Sum(nil))}}
}

func byMeta(body, secret string) http.Header {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return http.Header{"Content-Type": {"application/json"}, "X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(mac.Sum(nil))}}
}

func (c *carried) count(t testing.TB, query string, args ...any) (n int) {
	t.Helper()
	if err := c.DB.Owner.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestForgedWebhooksAreRefused(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	form := url.Values{"AccountSid": {"AC00000000000000000000000000000001"}, "MessageSid": {"SM1"}, "From": {c.phone(t, c.Ana)}, "To": {"+15550001000"}, "Body": {"hi"}, "SmsStatus": {"received"}}
	foreign := url.Values{"AccountSid": {"AC99"}, "Body": {"hi"}}
	meta := `{"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"100000000000001"}}}]}]}`
	for name, got := range map[string]int{
		"Twilio, another token":         c.post(t, "/webhooks/twilio", form.Encode(), c.byTwilio("/webhooks/twilio", form, "guessed")),
		"Twilio, another address":       c.post(t, "/webhooks/twilio?mark=x", form.Encode(), c.byTwilio("/webhooks/twilio", form, localSecret)),
		"Twilio, unsigned":              c.post(t, "/webhooks/twilio", form.Encode(), nil),
		"Twilio, an account not ours":   c.post(t, "/webhooks/twilio", foreign.Encode(), c.byTwilio("/webhooks/twilio", foreign, "")),
		"Twilio, no form":               c.post(t, "/webhooks/twilio", "%%%", nil),
		"Meta, another secret":          c.post(t, "/webhooks/whatsapp", meta, byMeta(meta, "guessed")),
		"Meta, a body that was changed": c.post(t, "/webhooks/whatsapp", meta+" ", byMeta(meta, localSecret)),
		"Meta, unsigned":                c.post(t, "/webhooks/whatsapp", meta, nil),
		"Meta, no number":               c.post(t, "/webhooks/whatsapp", "{}", byMeta("{}", localSecret)),
		"email, no key":                 c.post(t, "/webhooks/email", "Subject: hi\r\n\r\nhi", nil),
		"email, a key guessed":          c.post(t, "/webhooks/email?key=0123", "Subject: hi\r\n\r\nhi", nil),
	} {
		if got != http.StatusForbidden {
			t.Errorf("%s: %d", name, got)
		}
	}
	if got := c.post(t, "/webhooks/twilio", strings.Repeat("x", 2<<20), nil); got != http.StatusRequestEntityTooLarge {
		t.Errorf("2 MB of Twilio's: %d", got)
	}
	if n := c.count(t, `SELECT count(*) FROM webhook`); n != 0 {
		t.Errorf("%d of them were kept", n)
	}
}

func TestWebhooksTwiceLateAndOutOfOrder(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	c.carrier.Do("POST", "/control/faults", map[string]any{"mute": true})
	message := c.send(t, "sms", "hello")
	eventually(t, func() bool { return len(c.carrier.Taken("sms")) == 1 }, func() string { return "it is not sent" })
	path := "/webhooks/twilio?mark=" + c.ID.String() + "." + message + ".0.0.0"
	for _, status := range []string{"delivered", "sent", "delivered", "undelivered", "sent"} {
		form := url.Values{"AccountSid": {"AC00000000000000000000000000000001"}, "MessageSid": {c.carrier.Taken("sms")[0].ID}, "MessageStatus": {status}, "From": {"+15550001000"}, "To": {c.phone(t, c.Ana)}}
		if got := c.post(t, path, form.Encode(), c.byTwilio(path, form, localSecret)); got != http.StatusOK {
			t.Errorf("%s: %d", status, got)
		}
	}
	c.understands(t)
	if state, _ := c.delivery(t, message); state != "delivered" {
		t.Errorf("in the end it is %s", state)
	}
	in := url.Values{"AccountSid": {"AC00000000000000000000000000000001"}, "MessageSid": {"SM77"}, "From": {c.phone(t, c.Ana)}, "To": {"+15550001000"}, "Body": {"once"}, "SmsStatus": {"received"}, "NumMedia": {"0"}}
	for range 3 {
		c.post(t, "/webhooks/twilio", in.Encode(), c.byTwilio("/webhooks/twilio", in, localSecret))
	}
	in.Set("SomethingNew", "that Twilio adds without notice")
	c.post(t, "/webhooks/twilio", in.Encode(), c.byTwilio("/webhooks/twilio", in, localSecret))
	c.understands(t)
	if n := c.count(t, `SELECT count(*) FROM message WHERE body = 'once'`); n != 1 {
		t.Errorf("four times the same is %d messages", n)
	}
}

// understands waits until all that was kept is understood.
func (c *carried) understands(t testing.TB) {
	t.Helper()
	eventually(t, func() bool { return c.count(t, `SELECT count(*) FROM webhook WHERE done_at IS NULL`) == 0 }, func() string { return "webhooks wait for ever" })
}

func TestMetaAsksWhoWeAre(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, false)
	ask := func(query string) answer { return call(t, c.node, "", "GET", "/webhooks/whatsapp?"+query, nil) }
	if a := ask("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=" + localSecret); a.status != http.StatusOK || string(a.raw) != "1158201444" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	for _, query := range []string{"", "hub.mode=subscribe&hub.challenge=1&hub.verify_token=", "hub.mode=subscribe&hub.challenge=1&hub.verify_token=x", "hub.mode=other&hub.challenge=1&hub.verify_token=" + localSecret} {
		if a := ask(query); a.status != http.StatusForbidden {
			t.Errorf("%s: %d", query, a.status)
		}
	}
}

func TestLettersByWebhookAndTheirBounces(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	var ana string
	if err := c.DB.Owner.QueryRow(t.Context(), `SELECT email FROM patient WHERE patient_id = $1`, c.Ana.ID).Scan(&ana); err != nil {
		t.Fatal(err)
	}
	account, err := c.node.server.post.Channels(t.Context(), c.Admin)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(account, func(a delivery.Account) bool { return a.Channel == rules.Email })
	path := strings.TrimPrefix(c.node.server.post.ReachedAt(account[at]), c.node.url)
	letter := "From: Ana <" + ana + ">\r\nTo: clinic@mail.test\r\nSubject: A question\r\nMessage-ID: <q1@example.org>\r\n\r\nMay I come at nine?\r\n"
	for range 2 {
		if got := c.post(t, path, letter, nil); got != http.StatusOK {
			t.Fatalf("a letter: %d", got)
		}
	}
	c.hears(t, "May I come at nine?")
	c.understands(t)
	if n := c.count(t, `SELECT count(*) FROM message WHERE channel = 'email' AND side = 1`); n != 1 {
		t.Errorf("the same letter twice is %d messages", n)
	}
	message := c.send(t, "email", "You may.")
	c.becomes(t, message, "sent")
	if got := c.carrier.Taken("email"); !strings.HasPrefix(got[0].Subject, "Re: A question") {
		t.Errorf("an answer has the subject %q", got[0].Subject)
	}
	c.carrier.Do("POST", "/control/bounce", map[string]any{"id": c.carrier.Taken("email")[0].ID})
	if reason := c.becomes(t, message, "failed"); reason == "" {
		t.Error("nobody says why it bounced")
	}
	away := fmt.Sprintf("From: Ana <%s>\r\nTo: clinic@mail.test\r\nSubject: Away\r\nAuto-Submitted: auto-replied\r\nMessage-ID: <q2@example.org>\r\n\r\nI am away.\r\n", ana)
	c.post(t, path, away, nil)
	c.understands(t)
	if n := c.count(t, `SELECT count(*) FROM message WHERE automatic AND side = 1`); n != 1 {
		t.Errorf("an absence notice is known as one: %d", n)
	}
}
