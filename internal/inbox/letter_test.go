package inbox_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"frontdesk/internal/inbox"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

func formatted(html string) inbox.Draft {
	d := on(rules.Email, "This is not what it says.")
	d.Written = html
	return d
}

func TestWhatAFormattedLetterIsKeptAs(t *testing.T) {
	t.Parallel()
	c := reached(t)
	there := c.FromAna(t, "Hello").ID
	for name, tt := range map[string]struct{ written, html, body, code, field string }{
		"words and a list": {written: "<p>Bring <strong>both</strong>:</p><ul><li><p>card</p></li><li><p>form</p></li></ul>", html: "<p>Bring <strong>both</strong>:</p><ul><li>card</li><li>form</li></ul>", body: "Bring both:\n\n- card\n- form"},
		"what acts":        {written: `<p onclick="x()">Hi<script>x()</script><a href="javascript:x()"> there</a></p><img src="https://track.test/x.png">`, html: "<p>Hi there</p>", body: "Hi there"},
		"nothing at all":   {written: "<p></p>", code: "body_empty", field: "body"},
		"only a picture":   {written: `<img src="https://track.test/x.png">`, code: "body_empty", field: "body"},
		"too much HTML":    {written: strings.Repeat("<b></b>", 10_000), code: "body_html_too_long", field: "body_html"},
		"too many words":   {written: "<p>" + strings.Repeat("é", 4001) + "</p>", code: "body_too_long", field: "body"},
		"too deep":         {written: strings.Repeat("<blockquote>", 40) + "a", code: "body_html_too_deep", field: "body_html"},
		"no text":          {written: "<p>\x00</p>", code: "body_html_invalid", field: "body_html"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, _, err := c.Inbox.Send(t.Context(), c.Reception, there, formatted(tt.written))
			var refused *refusal.Error
			if errors.As(err, &refused); codeOf(err) != tt.code || refused != nil && refused.Field != tt.field {
				t.Fatalf("answer %v, want %q at %q", err, tt.code, tt.field)
			}
			if m.HTML != tt.html || m.Body != tt.body {
				t.Errorf("HTML %q\nbody %q", m.HTML, m.Body)
			}
		})
	}
}

func TestOnlyALetterIsFormatted(t *testing.T) {
	t.Parallel()
	c := reached(t)
	there := c.FromAna(t, "Hello").ID
	for _, channel := range []rules.Channel{rules.SMS, rules.WhatsApp, rules.Portal, rules.Note} {
		d := formatted("<p>Hello</p>")
		d.Channel = channel
		_, _, err := c.Inbox.Send(t.Context(), c.Reception, there, d)
		if codeOf(err) != "body_html_unavailable" {
			t.Errorf("on %s the answer is %v", channel, err)
		}
	}
	d := formatted("<p>Hello</p>")
	d.Channel = rules.Portal
	_, _, _, err := c.Inbox.Start(t.Context(), c.Reception, inbox.Opening{PatientID: c.Ben.ID, Message: d})
	var refused *refusal.Error
	if !errors.As(err, &refused) || refused.Field != "message.body_html" {
		t.Errorf("in a first message the answer is %v", err)
	}
}

// The same letter again is the same message; another form is another letter, though it says
// the same.
func TestALetterIsSentOnce(t *testing.T) {
	t.Parallel()
	c := reached(t)
	there := c.FromAna(t, "Hello").ID
	d := formatted(`<p>Come <strong>early</strong>, <a href="https://clinic.test">please</a></p>`)
	for i := range 2 {
		if _, fresh, err := c.Inbox.Send(t.Context(), c.Reception, there, d); err != nil || fresh != (i == 0) {
			t.Fatal(fresh, err)
		}
	}
	d.Written = strings.ReplaceAll(d.Written, "strong", "em")
	if _, _, err := c.Inbox.Send(t.Context(), c.Reception, there, d); codeOf(err) != "id_conflict" {
		t.Errorf("another form under the same id: %v", err)
	}
	first := inbox.Opening{PatientID: c.Ana.ID, Message: formatted("<p>Once <b>more</b></p>")}
	for i := range 2 {
		if _, m, fresh, err := c.Inbox.Start(t.Context(), c.Reception, first); err != nil || fresh != (i == 0) || m.Body != "Once more" {
			t.Fatal(m.Body, fresh, err)
		}
	}
}

// What is searched, and what the other side is notified with, are the words of the form.
func TestALetterIsFoundByItsWords(t *testing.T) {
	t.Parallel()
	c := reached(t)
	there := c.FromAna(t, "Hello").ID
	_, _, err := c.Inbox.Send(t.Context(), c.Reception, there, formatted("<p>About the <em>gastroscopy</em></p>"))
	done(t, err)
	for words, want := range map[string]int{"gastroscopy": 1, "not what it says": 0} {
		if n := count(t, c, `SELECT count(*) FROM message WHERE body ILIKE '%' || $1 || '%'`, words); n != want {
			t.Errorf("%q stands in %d messages", words, n)
		}
	}
}

func TestALetterThatWaitsKeepsItsForm(t *testing.T) {
	t.Parallel()
	c := reached(t)
	there, d, at := c.FromAna(t, "Hello").ID, formatted("<p>Come <strong>fasting</strong></p>"), due()
	for i := range 2 {
		w, fresh, err := earlier(c).Schedule(t.Context(), c.Reception, there, d, at)
		if err != nil || fresh != (i == 0) || w.HTML != "<p>Come <strong>fasting</strong></p>" || w.Body != "Come fasting" {
			t.Fatal(w, fresh, err)
		}
	}
	other := d
	other.Written = "<p>Come fasting</p>"
	if _, _, err := earlier(c).Schedule(t.Context(), c.Reception, there, other, at); codeOf(err) != "id_conflict" {
		t.Errorf("another form under the same id: %v", err)
	}
	done(t, c.Inbox.Dispatch(t.Context(), inbox.Dispatch{ClinicID: c.ID, MessageID: d.ID, Version: 1}))
	page, _, err := c.Inbox.Messages(t.Context(), c.Reception, there, [16]byte{}, 10)
	done(t, err)
	if m := page[len(page)-1]; m.HTML != "<p>Come <strong>fasting</strong></p>" || m.Body != "Come fasting" {
		t.Errorf("it went out as %q, %q", m.HTML, m.Body)
	}
}

func TestALetterThatWaitsIsReworded(t *testing.T) {
	t.Parallel()
	str := func(s string) *string { return &s }
	sms := rules.SMS
	for name, tt := range map[string]struct {
		change     inbox.Rescheduling
		html, body string
		code       string
	}{
		"another form":         {change: inbox.Rescheduling{Written: str("<p>Come <em>early</em><script>x</script></p>"), Body: str("something else")}, html: "<p>Come <em>early</em></p>", body: "Come early"},
		"other words alone":    {change: inbox.Rescheduling{Body: str("Come early")}, body: "Come early"},
		"the same words":       {change: inbox.Rescheduling{Body: str("Come fasting")}, html: "<p>Come <strong>fasting</strong></p>", body: "Come fasting"},
		"no form any more":     {change: inbox.Rescheduling{Written: str("")}, body: "Come fasting"},
		"another channel":      {change: inbox.Rescheduling{Channel: &sms}, body: "Come fasting"},
		"a form for no letter": {change: inbox.Rescheduling{Channel: &sms, Written: str("<p>x</p>")}, code: "body_html_unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := reached(t)
			d := formatted("<p>Come <strong>fasting</strong></p>")
			_, _, err := c.Inbox.Schedule(t.Context(), c.Reception, c.FromAna(t, "Hello").ID, d, time.Now().Add(time.Hour))
			done(t, err)
			w, err := c.Inbox.Reschedule(t.Context(), c.Reception, d.ID, tt.change)
			if codeOf(err) != tt.code || err == nil && (w.HTML != tt.html || w.Body != tt.body) {
				t.Errorf("%v: %q, %q", err, w.HTML, w.Body)
			}
		})
	}
}

// What a machine of ours has nothing to do with: a letter without a form stays as it was.
func TestAPlainLetterStaysPlain(t *testing.T) {
	t.Parallel()
	c := reached(t)
	m, _, err := c.Inbox.Send(t.Context(), c.Reception, c.FromAna(t, "Hello").ID, on(rules.Email, "1 < 2\n- not a list"))
	if done(t, err); m.HTML != "" || m.Body != "1 < 2\n- not a list" {
		t.Errorf("%q, %q", m.HTML, m.Body)
	}
}
