package app

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
)

func TestWhatTheCarrierGaveUpIsSentAgain(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	c.carrier.Do("POST", "/control/faults", map[string]any{"mute": true})
	message := c.send(t, "sms", "Come tomorrow")
	eventually(t, func() bool { return len(c.carrier.Taken("sms")) == 1 }, func() string { return "it is not sent" })
	gone := c.carrier.Taken("sms")[0].ID
	status := func(round int, sid, state string) {
		path := fmt.Sprintf("/webhooks/twilio?mark=%s.%s.%d.0.0", c.ID, message, round)
		form := url.Values{"AccountSid": {"AC00000000000000000000000000000001"}, "MessageSid": {sid}, "MessageStatus": {state}, "ErrorCode": {"30003"}, "From": {"+15550001000"}, "To": {c.phone(t, c.Ana)}, "Try": {fmt.Sprint(round, state)}}
		if got := c.post(t, path, form.Encode(), c.byTwilio(path, form, localSecret)); got != http.StatusOK {
			t.Fatalf("%s: %d", state, got)
		}
		c.understands(t)
	}
	status(0, gone, "undelivered")
	c.becomes(t, message, "failed")
	c.reception.must(t, "POST", "/api/v1/messages/"+message+"/retry", nil)
	eventually(t, func() bool { return len(c.carrier.Taken("sms")) == 2 }, func() string { return "it is not sent again" })
	status(0, gone, "failed") // late: of the try before
	if state, reason := c.delivery(t, message); state == "failed" {
		t.Errorf("an old failure ends a new try: %s", reason)
	}
	status(1, c.carrier.Taken("sms")[1].ID, "delivered")
	c.becomes(t, message, "delivered")
}

// picky is a Meta that turns every second message away once.
type picky struct {
	sync.Mutex
	asked int
	taken []string
}

func (p *picky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.Lock()
	defer p.Unlock()
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "application/json")
	if strings.HasSuffix(r.URL.Path, "/media") {
		_, _ = fmt.Fprintf(w, `{"id":"%d"}`, 1000+len(p.taken))
		return
	}
	if p.asked++; p.asked == 2 {
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = fmt.Fprint(w, `{"error":{"code":130429,"message":"slow"}}`)
		return
	}
	p.taken = append(p.taken, string(body))
	_, _ = fmt.Fprintf(w, `{"messages":[{"id":"wamid.%d","message_status":"accepted"}]}`, p.asked)
}

func TestEachPictureIsSentOnce(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	c.inbound(t, map[string]any{"channel": "whatsapp", "from": c.phone(t, c.Ana), "body": "It is me"})
	c.hears(t, "It is me")
	meta := &picky{}
	server := httptest.NewServer(meta)
	t.Cleanup(server.Close)
	account := c.accounts(t)[rules.WhatsApp]
	account.Settings.BaseURL = server.URL
	setChannel(t, c, rules.WhatsApp, account)
	var ids []string
	for i := range 3 {
		id := uuid.New()
		if a := c.reception.upload(t, id, fmt.Sprintf("p%d.png", i), aPicture(t, 30+i)); a.status != http.StatusCreated {
			t.Fatalf("%s", a.raw)
		}
		ids = append(ids, id.String())
	}
	d := draft("whatsapp", "three pictures")
	d["attachment_ids"] = ids
	message := c.reception.must(t, "POST", "/api/v1/conversations/"+c.thread+"/messages", d).str("id")
	eventually(t, func() bool {
		return c.count(t, `SELECT cardinality(carrier_ids) FROM delivery WHERE message_id = $1`, message) == 3
	}, func() string { return "they are not all sent" })
	meta.Lock()
	defer meta.Unlock()
	if len(meta.taken) != 3 {
		t.Errorf("three pictures are %d messages", len(meta.taken))
	}
}

// mumbling is a Twilio that takes a message and breaks off, and does not want to say at first
// whether it has it.
type mumbling struct {
	sync.Mutex
	taken, asked int
	body         string
}

func (m *mumbling) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.Lock()
	defer m.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if r.Method == http.MethodPost {
		m.taken++
		m.body = r.FormValue("Body")
		panic(http.ErrAbortHandler)
	}
	if m.taken > 0 && r.FormValue("To") != "+15550001000" { // else it is asked for what came in
		m.asked++
	}
	if m.asked == 1 {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	_, _ = fmt.Fprintf(w, `{"messages":[{"sid":"SM1","to":"+1","from":"+15550001000","body":%q,"status":"delivered","direction":"outbound-api","num_segments":"1","date_created":%q}],"next_page_uri":null}`,
		m.body, time.Now().UTC().Format(time.RFC1123Z))
}

func TestAQuestionThatIsNotAnsweredIsNoNo(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	twilio := &mumbling{}
	server := httptest.NewServer(twilio)
	t.Cleanup(server.Close)
	account := c.accounts(t)[rules.SMS]
	account.Settings.BaseURL = server.URL
	setChannel(t, c, rules.SMS, account)
	c.becomes(t, c.send(t, "sms", "Do you have it?"), "delivered")
	twilio.Lock()
	defer twilio.Unlock()
	if twilio.taken != 1 || twilio.asked < 2 {
		t.Errorf("it was sent %d times, and asked for %d times", twilio.taken, twilio.asked)
	}
}
