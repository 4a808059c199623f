package app

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/config"
	"frontdesk/internal/delivery"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

// carried is a clinic whose channels go to a local carrier, served by a node.
type carried struct {
	*testkit.Clinic
	node      node
	carrier   *testkit.CarrierServer
	reception person
	thread    string // Ana's with reception
}

// withCarrier sets one up; work tells whether the node does its jobs itself.
func withCarrier(t testing.TB, work bool) *carried {
	t.Helper()
	c := &carried{Clinic: testkit.NewClinic(t)}
	c.node = startNodeWith(t, c.DB.URL, testkit.Redis(t).URL, work, func(cfg *config.Config) {
		cfg.PublicURL, cfg.LocalCarriers, cfg.DatabaseConns = "its own", true, 24
	})
	c.carrier = testkit.Carrier(t, c.node.url)
	for channel, account := range c.accounts(t) {
		if _, err := c.node.server.post.SetChannel(t.Context(), c.Admin, channel, account); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.DB.Owner.Exec(t.Context(), `UPDATE patient SET phone = '+3519100' || (10000 + row) FROM (
		SELECT patient_id AS id, row_number() OVER () AS row FROM patient) n WHERE patient_id = id`); err != nil {
		t.Fatal(err)
	}
	c.reception = signIn(t, c.node, c.Clinic, "reception")
	c.thread = c.FromAna(t, "Hello").ID.String()
	return c
}

func (c *carried) accounts(t testing.TB) map[rules.Channel]delivery.AccountEdit {
	t.Helper()
	host, port, err := net.SplitHostPort(c.carrier.HTTP)
	if err != nil {
		t.Fatal(err)
	}
	http, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	all := localAccounts(host, http)
	mail := all[rules.Email]
	_, smtp, _ := net.SplitHostPort(c.carrier.SMTP)
	_, imap, _ := net.SplitHostPort(c.carrier.IMAP)
	mail.Settings.SMTPPort, _ = strconv.Atoi(smtp)
	mail.Settings.IMAPPort, _ = strconv.Atoi(imap)
	all[rules.Email] = mail
	return all
}

func (c *carried) send(t testing.TB, channel, body string) string {
	t.Helper()
	return c.reception.must(t, "POST", "/api/v1/conversations/"+c.thread+"/messages", draft(channel, body)).str("id")
}

// delivery is what staff are shown of a message's.
func (c *carried) delivery(t testing.TB, message string) (state, reason string) {
	t.Helper()
	err := c.DB.Owner.QueryRow(t.Context(), `SELECT state, reason FROM delivery WHERE message_id = $1`, message).Scan(&state, &reason)
	if err != nil {
		t.Fatal(err)
	}
	return state, reason
}

// becomes waits until a message's delivery is in a state.
func (c *carried) becomes(t testing.TB, message, want string) (reason string) {
	t.Helper()
	var state string
	eventually(t, func() bool { state, reason = c.delivery(t, message); return state == want }, func() string {
		return fmt.Sprintf("the delivery is %s (%s), not %s", state, reason, want)
	})
	return reason
}

// eventually waits for what must come.
func eventually(t testing.TB, done func() bool, otherwise func() string) {
	t.Helper()
	await(t, 3*patience, done, otherwise)
}

// atLast waits longer: for many, or for what a dead worker has left.
func atLast(t testing.TB, done func() bool, otherwise func() string) {
	t.Helper()
	await(t, 4*time.Minute, done, otherwise)
}

func await(t testing.TB, most time.Duration, done func() bool, otherwise func() string) {
	t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for end := time.After(most); !done(); {
		select {
		case <-look.C:
		case <-end:
			t.Fatal(otherwise())
		}
	}
}

func (c *carried) inbound(t testing.TB, message map[string]any) {
	t.Helper()
	c.carrier.Do("POST", "/control/inbound", message)
}

// hears waits for a message of the thread.
func (c *carried) hears(t testing.TB, body string) map[string]any {
	t.Helper()
	var found map[string]any
	eventually(t, func() bool {
		items, _ := c.reception.must(t, "GET", "/api/v1/conversations/"+c.thread+"/messages", nil).body["items"].([]any)
		for _, item := range items {
			if m, _ := item.(map[string]any); m["body"] == body {
				found = m
			}
		}
		return found != nil
	}, func() string { return "nobody heard: " + body })
	return found
}

func (c *carried) phone(t testing.TB, who rules.Actor) (phone string) {
	t.Helper()
	if err := c.DB.Owner.QueryRow(t.Context(), `SELECT phone FROM patient WHERE patient_id = $1`, who.ID).Scan(&phone); err != nil {
		t.Fatal(err)
	}
	return phone
}

func TestEachChannelThereAndBack(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	watcher := watch(t, signIn(t, c.node, c.Clinic, "reception2"))
	ana := c.phone(t, c.Ana)

	sms := c.send(t, "sms", "Your results are there.")
	c.becomes(t, sms, "delivered")
	c.inbound(t, map[string]any{"channel": "sms", "from": ana, "body": "Thank you!"})
	if m := c.hears(t, "Thank you!"); m["channel"] != "sms" || m["direction"] != "inbound" {
		t.Errorf("the answer came as %v, %v", m["channel"], m["direction"])
	}

	refused := c.reception.do(t, "POST", "/api/v1/conversations/"+c.thread+"/messages", draft("whatsapp", "Hello"))
	if refused.status != http.StatusUnprocessableEntity || refused.code() != "template_needed" {
		t.Errorf("free text outside of the window: %d %s", refused.status, refused.code())
	}
	c.inbound(t, map[string]any{"channel": "whatsapp", "from": ana, "body": "It is me"})
	c.hears(t, "It is me")
	whatsapp := c.send(t, "whatsapp", "Hello on WhatsApp")
	c.becomes(t, whatsapp, "delivered")
	c.carrier.Do("POST", "/control/read", map[string]any{"channel": "whatsapp", "from": ana})
	c.becomes(t, whatsapp, "read")
	var status string
	if err := c.DB.Owner.QueryRow(t.Context(), `SELECT status FROM message WHERE message_id = $1`, whatsapp).Scan(&status); err != nil || status != "read" {
		t.Errorf("what the carrier has seen opened is %s (%v)", status, err)
	}

	email := c.send(t, "email", "A letter\n\nwith two paragraphs.")
	c.becomes(t, email, "sent")
	letter := c.carrier.Taken("email")[0]
	c.inbound(t, map[string]any{"channel": "email", "from": letter.To, "body": "And an answer.", "subject": "Re: " + letter.Subject, "in_reply_to": letter.MessageID})
	c.hears(t, "And an answer.")
	watcher.settles(t, "all channels there and back")
}

func TestAFailureIsTriedAgainByHand(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	c.carrier.Do("POST", "/control/faults", map[string]any{"refuse": true})
	message := c.send(t, "sms", "Are you there?")
	if reason := c.becomes(t, message, "failed"); reason == "" {
		t.Error("nobody says why")
	}
	notices, _ := c.reception.must(t, "GET", "/api/v1/notifications", nil).body["items"].([]any)
	if !slices.ContainsFunc(notices, func(n any) bool { o, _ := n.(map[string]any); return o["kind"] == string(rules.NoticeFailed) }) {
		t.Errorf("whoever wrote it is not told: %v", notices)
	}
	c.carrier.Do("POST", "/control/faults", map[string]any{})
	c.reception.must(t, "POST", "/api/v1/messages/"+message+"/retry", nil)
	c.becomes(t, message, "delivered")
	if a := c.reception.do(t, "POST", "/api/v1/messages/"+message+"/retry", nil); a.status != http.StatusConflict {
		t.Errorf("what has arrived is tried again: %d", a.status)
	}
	if twice := twiceTaken(t, c.carrier.Taken("sms"), []string{"Are you there?"}); twice > 0 {
		t.Error("it arrived twice")
	}
}

func TestAStrayFindsItsPatient(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	c.inbound(t, map[string]any{"channel": "sms", "from": "+4915112345678", "body": "Who am I?"})
	var stray string
	eventually(t, func() bool {
		items, _ := c.reception.must(t, "GET", "/api/v1/strays", nil).body["items"].([]any)
		if len(items) == 1 {
			first, _ := items[0].(map[string]any)
			stray, _ = first["id"].(string)
		}
		return stray != ""
	}, func() string { return "no stray came" })
	doctor := signIn(t, c.node, c.Clinic, "doctor")
	if a := doctor.do(t, "GET", "/api/v1/strays", nil); a.status != http.StatusForbidden {
		t.Errorf("a doctor is shown strays: %d", a.status)
	}
	given := c.reception.must(t, "POST", "/api/v1/strays/"+stray+"/adopt", map[string]any{"patient_id": c.Ben.ID})
	if a := c.reception.do(t, "POST", "/api/v1/strays/"+stray+"/adopt", map[string]any{"patient_id": c.Ana.ID}); a.code() != "stray_settled" {
		t.Errorf("it is given away twice: %d %s", a.status, a.raw)
	}
	c.thread = given.str("id")
	c.hears(t, "Who am I?")
	c.inbound(t, map[string]any{"channel": "sms", "from": "+4915112345678", "body": "Me again"})
	c.hears(t, "Me again")
	if a := c.reception.do(t, "POST", "/api/v1/strays/"+uuid.NewString()+"/adopt", map[string]any{"patient_id": c.Ben.ID}); a.status != http.StatusNotFound {
		t.Errorf("what is not there is given away: %d", a.status)
	}
}

func TestOptOutsAreHonoured(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	c.inbound(t, map[string]any{"channel": "sms", "from": c.phone(t, c.Ana), "body": "STOP"})
	c.hears(t, "STOP")
	if a := c.reception.do(t, "POST", "/api/v1/conversations/"+c.thread+"/messages", draft("sms", "Hello?")); a.code() != "channel_unavailable" {
		t.Errorf("a text goes to somebody who has said STOP: %d %s", a.status, a.raw)
	}
	if n := len(c.carrier.Taken("sms")); n != 0 {
		t.Errorf("%d texts were sent", n)
	}
	c.inbound(t, map[string]any{"channel": "sms", "from": c.phone(t, c.Ana), "body": "START"})
	c.hears(t, "START")
	c.becomes(t, c.send(t, "sms", "Welcome back"), "delivered")
}

func TestWhoOptsOutWhileAMessageWaitsGetsNone(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	c.carrier.Do("POST", "/control/faults", map[string]any{"rate_limited_percent": 100})
	message := c.send(t, "sms", "See you on Monday")
	eventually(t, func() bool { return c.count(t, `SELECT tries FROM delivery WHERE message_id = $1`, message) > 0 }, func() string { return "it is not tried" })
	c.inbound(t, map[string]any{"channel": "sms", "from": c.phone(t, c.Ana), "body": "STOP"})
	c.hears(t, "STOP")
	c.carrier.Do("POST", "/control/faults", map[string]any{})
	if reason := c.becomes(t, message, "failed"); !strings.Contains(reason, "opted out") {
		t.Errorf("it failed as: %s", reason)
	}
	if n := len(c.carrier.Taken("sms")); n != 0 {
		t.Errorf("%d texts were sent", n)
	}
}
