package app

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/delivery"
	"frontdesk/internal/rules"
)

// files answers the names of a message's attachments.
func filesOf(m map[string]any) (names []string) {
	all, _ := m["attachments"].([]any)
	for _, f := range all {
		o, _ := f.(map[string]any)
		names = append(names, fmt.Sprint(o["filename"]))
	}
	return names
}

func media(t testing.TB) map[string]any {
	t.Helper()
	return map[string]any{"filename": "rash.png", "media_type": "image/png", "base64": base64.StdEncoding.EncodeToString(aPicture(t, 40))}
}

// attached sends words with a picture on a channel.
func (c *carried) attached(t testing.TB, channel, body string) string {
	t.Helper()
	id := uuid.New()
	if a := c.reception.upload(t, id, "plan.png", aPicture(t, 40)); a.status != http.StatusCreated {
		t.Fatalf("upload: %d %s", a.status, a.raw)
	}
	d := draft(channel, body)
	d["attachment_ids"] = []string{id.String()}
	return c.reception.must(t, "POST", "/api/v1/conversations/"+c.thread+"/messages", d).str("id")
}

func TestPicturesGoBothWays(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	ana := c.phone(t, c.Ana)
	for _, via := range []string{"meta", "twilio"} {
		if via == "twilio" {
			account := c.accounts(t)[rules.SMS]
			account.Settings.Number = "+15550002000"
			if _, err := c.node.server.post.SetChannel(t.Context(), c.Admin, rules.WhatsApp, account); err != nil {
				t.Fatal(err)
			}
		}
		body := "look at this, " + via
		c.inbound(t, map[string]any{"channel": "whatsapp", "via": via, "from": ana, "body": body, "media": media(t)})
		if names := filesOf(c.hears(t, body)); len(names) != 1 || !strings.HasSuffix(names[0], ".png") && !strings.HasSuffix(names[0], ".jpg") {
			t.Errorf("by %s there came %v", via, names)
		}
		c.becomes(t, c.attached(t, "whatsapp", "the plan, "+via), "delivered")
	}
	for _, name := range []string{"whatsapp"} {
		for _, m := range c.carrier.Taken(name) {
			if len(m.Media) != 1 {
				t.Errorf("%q was taken with %d files", m.Body, len(m.Media))
			}
		}
	}
	c.inbound(t, map[string]any{"channel": "email", "from": "ana@demo.test", "body": "my papers", "subject": "Papers", "media": media(t)})
}

func TestWhatIsNotWordsIsToldInWords(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	ana := c.phone(t, c.Ana)
	for _, in := range []map[string]any{
		{"kind": "location", "location": map[string]any{"latitude": 38.72, "longitude": -9.14, "name": "Home"}},
		{"kind": "contacts", "contact": map[string]any{"name": "Dr. Other", "phone": "+351219999999"}},
		{"kind": "button", "button": map[string]any{"payload": "YES", "text": "Yes, I will come"}},
		{"kind": "unsupported"},
	} {
		in["channel"], in["from"], in["via"] = "whatsapp", ana, "meta"
		c.inbound(t, in)
	}
	var said []string
	eventually(t, func() bool {
		said = nil
		items, _ := c.reception.must(t, "GET", "/api/v1/conversations/"+c.thread+"/messages", nil).body["items"].([]any)
		for _, item := range items {
			if m, _ := item.(map[string]any); m["channel"] == "whatsapp" {
				said = append(said, fmt.Sprint(m["body"]))
			}
		}
		return len(said) == 4
	}, func() string { return fmt.Sprintf("four came, and these are there: %q", said) })
	all := strings.Join(said, "\n")
	for _, word := range []string{"Home", "Dr. Other", "+351219999999", "Yes, I will come"} {
		if !strings.Contains(all, word) {
			t.Errorf("%s is nowhere: %s", word, all)
		}
	}
}

func TestOnlyANoticeGoesOut(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	account := c.accounts(t)[rules.SMS]
	account.Settings.Private = true
	setChannel(t, c, rules.SMS, account)
	c.becomes(t, c.send(t, "sms", "Your HIV test is negative."), "delivered")
	if got := c.carrier.Taken("sms")[0].Body; strings.Contains(got, "HIV") || !strings.Contains(got, c.node.url) {
		t.Errorf("the carrier was given %q", got)
	}
}

func TestAClosedClinicAnswersOnTheSameChannel(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	admin := signIn(t, c.node, c.Clinic, "admin")
	day := func(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly) }
	admin.must(t, "PATCH", "/api/v1/settings", map[string]any{
		"hours": week("08:00", "18:00"), "closures": []any{map[string]string{"from": day(-2), "to": day(2), "reason": "Moving house"}},
		"auto_reply": map[string]any{"on": true, "text": "We are closed."},
	})
	ana := c.phone(t, c.Ana)
	for _, body := range []string{"anybody there?", "hello?"} {
		c.inbound(t, map[string]any{"channel": "sms", "from": ana, "body": body})
		c.hears(t, body)
	}
	eventually(t, func() bool { return len(c.carrier.Taken("sms")) > 0 }, func() string { return "nobody answers" })
	c.understands(t)
	if got := c.carrier.Taken("sms"); len(got) != 1 || got[0].Body != "We are closed." {
		t.Errorf("it answers %v", got)
	}
}

func setChannel(t testing.TB, c *carried, channel rules.Channel, account delivery.AccountEdit) {
	t.Helper()
	if _, err := c.node.server.post.SetChannel(t.Context(), c.Admin, channel, account); err != nil {
		t.Fatal(err)
	}
}
