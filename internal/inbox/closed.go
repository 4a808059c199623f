package inbox

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/clinic"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// answerWhileClosed adds what the clinic answers by itself to what a patient writes while it
// is closed: once in a conversation for each closing, and never to a machine. It is no
// answer: what the patient has asked stays unread and keeps waiting. The writes that it
// answers come after the patient's own.
func (s *Service) answerWhileClosed(ctx context.Context, tx *store.Tx, by rules.Actor, c locked, in Draft, entry *store.Entry, next *summary) (func() error, error) {
	nothing := func() error { return nil }
	elsewhere := in.Channel.Carried() && (in.from != c.reach.Address(in.Channel) || rules.Unavailable(in.Channel, c.reach) != "")
	if by.Kind != rules.Patient || in.Automatic || elsewhere {
		return nothing, nil
	}
	set, err := clinic.SettingsIn(ctx, tx, by.ClinicID)
	if err != nil || !set.AutoReply.On {
		return nothing, err
	}
	closing := set.ClosingOf(tx.Now, set.Zone())
	if closing.IsZero() || c.row.AnsweredClosing != nil && !closing.After(*c.row.AnsweredClosing) {
		return nothing, nil
	}
	reply := Draft{ID: replyID(in.ID), Channel: in.Channel, Body: set.AutoReply.Text, Automatic: true}
	at := next.LastAt.Add(time.Microsecond)
	// Staff go on seeing what the patient said in their lists, and the patient what was answered.
	next.LastAt, next.ShownAt, next.ShownID = at, at, store.Maybe(reply.ID)
	next.Unread1++
	entry.Messages = append(entry.Messages, reply.ID)
	return func() error {
		return errors.Join(writeReply(ctx, tx, c, reply, at), markAnswered(ctx, tx, c, closing), s.carry(ctx, tx, rules.Actor{Kind: System}, c, reply))
	}, nil
}

// replyID comes from the message that it follows, so that trying again makes the same one.
func replyID(message uuid.UUID) uuid.UUID {
	sum := sha256.Sum256(append([]byte("automatic reply to "), message[:]...))
	id := uuid.UUID(sum[:16])
	copy(id[:6], message[:6])
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
	return id
}
