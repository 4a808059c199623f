package inbox

import (
	"context"
	"strings"
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
	LastSeenID uuid.UUID   // the newest message that the writer had seen, or uuid.Nil for no check
}

// Send adds a message to a conversation; an inbound one reopens it. The sender makes the
// id: the same draft, however often it comes, is one message, and fresh is true only for
// the first; other content under the same id is a conflict.
func (s *Service) Send(ctx context.Context, by rules.Actor, conversation uuid.UUID, in Draft) (msg Message, fresh bool, err error) {
	if err := in.validate(); err != nil {
		return Message{}, false, err
	}
	var known *Message
	ch, err := s.change(ctx, by, func(tx *store.Tx) (*store.Entry, error) {
		c, err := open(ctx, tx, by, conversation, rules.Write)
		if err != nil {
			return nil, err
		}
		before, err := lookBefore(ctx, tx, by, c, in)
		if known = before.same; err != nil || known != nil {
			return nil, err // an earlier try has stored it: nothing to write
		}
		if err := rules.Use(by, c.parties, in.Channel, c.reach); err != nil {
			return nil, err
		}
		if err := movedOn(ctx, tx, by, c, in); err != nil {
			return nil, err
		}
		if err := checkMentions(ctx, tx, by, c.parties, in.Mentions); err != nil {
			return nil, err
		}
		return add(ctx, tx, by, c, in, before, c.archived && (by.Kind == rules.Patient || c.parties.Kind == rules.Direct))
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

const (
	maxBody    = 4000 // characters
	maxSubject = 200
)

func (d Draft) validate() error {
	if d.ID == uuid.Nil {
		return refusal.Field("id", "id_missing", "Make a UUIDv7 for the message and send it as its id.")
	}
	if err := text("subject", d.Subject, maxSubject); err != nil {
		return err
	}
	if strings.TrimSpace(d.Body) == "" {
		return refusal.Field("body", "body_empty", "Write a message first.")
	}
	if err := d.validateMentions(); err != nil {
		return err
	}
	return text("body", d.Body, maxBody)
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
