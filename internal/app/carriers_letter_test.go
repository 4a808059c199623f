package app

import (
	"net/http"
	"strings"
	"testing"

	"frontdesk/internal/rules"
)

// letter is a draft with a form; its body is a lie.
func letter(html string) map[string]any {
	d := draft("email", "Something else.")
	d["body_html"] = html
	return d
}

func TestALetterGoesOutAsItWasWritten(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	messages := "/api/v1/conversations/" + c.thread + "/messages"
	watcher := watch(t, signIn(t, c.node, c.Clinic, "reception2"))
	const (
		html = `<p>Please <strong>fast</strong>, and bring:</p><ul><li>your card</li><li><a href="https://clinic.test/form" rel="nofollow noreferrer noopener" target="_blank">the form</a></li></ul>`
		text = "Please fast, and bring:\n\n- your card\n- the form <https://clinic.test/form>"
	)
	sent := c.reception.must(t, "POST", messages, letter(`<p onclick="x()">Please <strong>fast</strong>, and bring:</p><ul><li><p>your card</p></li><li><p><a href="https://clinic.test/form">the form</a></p></li></ul><script>x()</script>`))
	if sent.str("body_html") != html || sent.str("body") != text {
		t.Errorf("it is kept as %q, %q", sent.str("body_html"), sent.str("body"))
	}
	c.becomes(t, sent.str("id"), "sent")
	if got := c.carrier.Taken("email")[0]; got.HTML != html || strings.ReplaceAll(got.Body, "\r\n", "\n") != text {
		t.Errorf("the wire carried %q, %q", got.HTML, got.Body)
	}
	watcher.settles(t, "a letter")

	sms := letter("<p>x</p>")
	sms["channel"] = "sms"
	refused := c.reception.do(t, "POST", messages, sms)
	if problem := refused.body; refused.status != http.StatusUnprocessableEntity || problem["location"] != "body.body_html" {
		t.Errorf("a form on SMS: %d %v", refused.status, problem)
	}
}

func TestALetterTriedAgainHasItsForm(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	c.carrier.Do("POST", "/control/faults", map[string]any{"refuse": true})
	id := c.reception.must(t, "POST", "/api/v1/conversations/"+c.thread+"/messages", letter("<p>Come <em>early</em></p>")).str("id")
	c.becomes(t, id, "failed")
	c.carrier.Do("POST", "/control/faults", map[string]any{})
	c.reception.must(t, "POST", "/api/v1/messages/"+id+"/retry", map[string]any{})
	c.becomes(t, id, "sent")
	if got := c.carrier.Taken("email")[0]; got.HTML != "<p>Come <em>early</em></p>" || got.Body != "Come early" {
		t.Errorf("the wire carried %q, %q", got.HTML, got.Body)
	}
}

func TestOnlyANoticeOfALetterGoesOut(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	account := c.accounts(t)[rules.Email]
	account.Settings.Private = true
	setChannel(t, c, rules.Email, account)
	id := c.reception.must(t, "POST", "/api/v1/conversations/"+c.thread+"/messages", letter("<p>Your HIV test is <b>negative</b></p>")).str("id")
	c.becomes(t, id, "sent")
	got := c.carrier.Taken("email")[0]
	for _, part := range []string{got.HTML, got.Body} {
		if part == "" || strings.Contains(part, "HIV") || strings.Contains(part, "negative") {
			t.Errorf("the wire carried %q", part)
		}
	}
}
