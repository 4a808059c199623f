package inbox

import (
	"errors"
	"slices"

	"frontdesk/internal/markup"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

// asLetter makes of what somebody has written the letter that is kept: its HTML is made safe
// before anything else sees it, and the body is what it says. So whoever searches, is notified
// or reads the text part of an email finds the words that the others are shown.
func (d Draft) asLetter() (Draft, error) {
	if d.Written == "" {
		return d, nil
	}
	if d.Channel != rules.Email {
		return d, refusal.Field("body_html", "body_html_unavailable", "Only email is formatted. Leave body_html out, and send the words as body.")
	}
	l, err := markup.Written(d.Written)
	switch {
	case errors.Is(err, markup.ErrTooLong):
		return d, refusal.Field("body_html", "body_html_too_long", "Shorten the letter: with its formatting it has at most 64 KB.")
	case errors.Is(err, markup.ErrTooDeep):
		return d, refusal.Field("body_html", "body_html_too_deep", "Put fewer lists and quotes into each other.")
	case errors.Is(err, markup.ErrNoText):
		return d, refusal.Field("body_html", "body_html_invalid", "Remove the characters that are not text (a NUL, or broken UTF-8).")
	case err != nil:
		return d, err
	}
	d.Written, d.HTML, d.Body = "", l.HTML, l.Text
	if l.Text == "" {
		d.HTML = ""
	}
	return d, nil
}

// reworded is a letter that waits with other words. Other words without a form have none, and
// neither has what is no letter any more.
func (d Draft) reworded(in Rescheduling) (Draft, error) {
	if in.Body != nil && *in.Body != d.Body {
		d.Body, d.HTML = *in.Body, ""
	}
	if in.Written != nil {
		d.Written, d.HTML = *in.Written, ""
	}
	if d.Channel != rules.Email {
		d.HTML = ""
	}
	return d.asLetter()
}

// sameWords tells whether the same would be sent, files and all.
func (d Draft) sameWords(as Draft) bool {
	return d.Channel == as.Channel && d.Subject == as.Subject && d.Body == as.Body && d.HTML == as.HTML && slices.Equal(d.Files, as.Files)
}

func htmlOf(html string) *string {
	if html == "" {
		return nil
	}
	return &html
}
