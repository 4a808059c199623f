package inbox

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Draft is a message as its sender made it, the id included.
type Draft struct {
	ID         uuid.UUID
	Channel    rules.Channel
	Subject    string
	Body       string
	Mentions   []uuid.UUID // of a note: the colleagues whom it calls
	Files      []uuid.UUID // uploaded by the sender, in the order in which they are shown
	Call       *Call       // of the channel call alone: the body is its summary
	OfTemplate bool        // no field of a template may be left in it
	LastSeenID uuid.UUID   // the newest message that the writer had seen, or uuid.Nil for no check
	Automatic  bool        // a machine has made it, as an absence notice: nothing answers it by itself
	Written    string      // of a letter: HTML as its writer hands it over, of which HTML and Body are made; see asLetter
	HTML       string      // of a letter, made safe: what the body says, or all of one that came in, of which the body holds the new words
	Template   *Template   // of WhatsApp: what the body was made of
	waited     bool        // it was scheduled: what waits under its id are its own files
	inbound    bool        // it came over a carrier, which asks nobody whether the patient may write there
	from       string      // and from this address
}

// Template is what WhatsApp's Meta has approved for a clinic, filled in.
type Template struct {
	Name       string   `json:"name"`
	Language   string   `json:"language"` // as Meta names it: de, en_US
	Parameters []string `json:"parameters"`
}

// Send adds a message to a conversation; an inbound one reopens it. The sender makes the
// id: the same draft, however often it comes, is one message, and fresh is true only for
// the first; other content under the same id is a conflict.
func (s *Service) Send(ctx context.Context, by rules.Actor, conversation uuid.UUID, in Draft) (msg Message, fresh bool, err error) {
	if in, err = in.ready(); err != nil {
		return Message{}, false, err
	}
	var known *Message
	ch, err := s.change(ctx, by, func(tx *store.Tx) (*store.Entry, error) {
		c, err := openOrJoined(ctx, tx, by, conversation, rules.Write)
		if err != nil {
			return nil, err
		}
		var entry *store.Entry
		entry, known, err = s.put(ctx, tx, by, c, in)
		return entry, err
	})
	if err != nil {
		return Message{}, false, err
	}
	if known != nil {
		msg, err = s.message(ctx, by, known.ID)
		return msg, false, err
	}
	msg, _ = ch.message(in.ID)
	return msg, true, nil
}

// put adds a draft to a conversation that this transaction holds, or answers the message
// that an earlier try has stored: then there is nothing to write.
func (s *Service) put(ctx context.Context, tx *store.Tx, by rules.Actor, c locked, in Draft) (entry *store.Entry, known *Message, err error) {
	before, err := lookBefore(ctx, tx, by, c, in)
	if err != nil || before.same != nil {
		return nil, before.same, err
	}
	if err := in.usable(by, c, tx.Now); err != nil {
		return nil, nil, err
	}
	if err := movedOn(ctx, tx, by, c, in); err != nil {
		return nil, nil, err
	}
	if err := checkMentions(ctx, tx, by, c.parties, in.Mentions); err != nil {
		return nil, nil, err
	}
	reopen := c.archived && (by.Kind == rules.Patient || c.parties.Kind == rules.Direct)
	entry, err = s.add(ctx, tx, by, c, in, before, reopen)
	return entry, nil, err
}

// usable asks whether the draft may go on its channel here and now.
func (d Draft) usable(by rules.Actor, c locked, now time.Time) error {
	if d.inbound {
		return nil
	}
	if err := rules.Use(by, c.parties, d.Channel, c.reach); err != nil {
		return err
	}
	if d.Template == nil && rules.NeedsTemplate(d.Channel, c.reach, now) {
		return errWindowClosed
	}
	if d.Call == nil {
		return nil
	}
	return d.Call.plausible(now)
}

var errWindowClosed = &refusal.Error{
	Kind: refusal.Unworkable, Code: "template_needed", Field: "whatsapp_template",
	Detail: "WhatsApp takes free text only within 24 hours of the patient’s last message there. Choose an approved template, or another channel.",
}

const (
	maxBody    = 4000 // characters
	maxSubject = 200
)

// ready is the draft as it is kept.
func (d Draft) ready() (Draft, error) {
	d, err := d.asLetter()
	if err != nil {
		return d, err
	}
	return d, d.validate()
}

func (d Draft) validate() error {
	if d.ID == uuid.Nil {
		return refusal.Field("id", "id_missing", "Make a UUIDv7 for the message and send it as its id.")
	}
	if err := text("subject", d.Subject, maxSubject); err != nil {
		return err
	}
	if err := d.checkCall(); err != nil {
		return err
	}
	if err := d.validateFiles(); err != nil {
		return err
	}
	if strings.TrimSpace(d.Body) == "" && len(d.Files) == 0 && (d.Call == nil || d.Call.Outcome != NoAnswer) {
		return refusal.Field("body", "body_empty", d.empty())
	}
	if d.OfTemplate {
		if err := errors.Join(rules.Filled("subject", d.Subject), rules.Filled("body", d.Body)); err != nil {
			return err
		}
	}
	if err := d.validateMentions(); err != nil {
		return err
	}
	if d.Channel == rules.SMS && utf8.RuneCountInString(d.Body) > rules.MaxText {
		return refusal.Field("body", "body_too_long", "A text carries 1600 characters. Shorten it, or choose another channel.")
	}
	return text("body", d.Body, maxBody)
}

func (d Draft) empty() string {
	if d.Call != nil {
		return "Say in a few words what the call was about; only a call that nobody answered needs none."
	}
	return "Write a message first."
}

// text refuses what the database could not hold, or nobody would want to read.
func text(field, value string, most int) error {
	switch {
	case !utf8.ValidString(value) || strings.ContainsRune(value, 0):
		return refusal.Field(field, field+"_invalid", "Remove the characters that are not text (a NUL, or broken UTF-8).")
	case utf8.RuneCountInString(value) > most:
		return refusal.Field(field, field+"_too_long", tooLong[field])
	}
	return nil
}

var tooLong = map[string]string{
	"body":    "Shorten the message to 4000 characters.",
	"subject": "Shorten the subject to 200 characters.",
}
