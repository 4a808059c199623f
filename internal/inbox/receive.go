package inbox

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Incoming is a message that a carrier has brought.
type Incoming struct {
	Channel   rules.Channel
	CarrierID string // what the carrier calls it: however often it comes, it is one message
	Address   string // the sender's: E.164, or an email address in small letters
	Sender    string // what they call themselves; may be empty
	Subject   string
	Body      string
	HTML      string      // of a letter: all of it, made safe
	Files     []uuid.UUID // taken in already, in their order
	ReplyTo   uuid.UUID   // a message of ours or a conversation that it answers, or uuid.Nil
	Automatic bool        // a machine has made it, or it is a keyword for one: nothing answers it by itself
	At        time.Time   // when it was written, where that is known
}

// ID is the message's, made of what the carrier calls it.
func (in Incoming) ID(clinic uuid.UUID) uuid.UUID {
	return IDOfCarrier(clinic, in.Channel, in.CarrierID)
}

// IDOfCarrier is the id of what a carrier calls by a name of its own. Its time comes first,
// as UUIDv7 has it, where it is known; here it is not, so that the same name is the same id.
func IDOfCarrier(clinic uuid.UUID, channel rules.Channel, name string) uuid.UUID {
	sum := sha256.New()
	sum.Write(clinic[:])
	sum.Write([]byte(channel))
	sum.Write([]byte{0})
	sum.Write([]byte(name))
	id := uuid.UUID(sum.Sum(nil)[:16])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // version 8: made by a rule of one's own
	return id
}

const (
	maxReceived = 20000 // characters of a body; a letter's whole is in its HTML
	// answersFor is how long an answer goes where the clinic last wrote to its sender.
	answersFor = 30 * 24 * time.Hour
)

// Receive puts what a carrier has brought into the patient's conversation: the one that it
// answers, else the one in which the clinic last wrote to that address, else the front desk's.
// What comes from nobody, or from several, waits as a stray. The same again changes nothing.
func (s *Service) Receive(ctx context.Context, clinic uuid.UUID, in Incoming) error {
	in = in.clipped()
	_, err := s.commit(ctx, clinic, func(tx *store.Tx) (*store.Entry, error) {
		known, err := received(ctx, tx, clinic, in.ID(clinic))
		if err != nil || known {
			return nil, err
		}
		owner, err := ownerOf(ctx, tx, clinic, in.Address)
		if err != nil {
			return nil, err
		}
		if owner.ID == uuid.Nil {
			return &store.Entry{Topics: []string{topicStrays}}, setAside(ctx, tx, clinic, in)
		}
		return s.deliverIn(ctx, tx, owner, in)
	})
	return err
}

// deliverIn adds the message to the right conversation of the patient, who is the actor.
func (s *Service) deliverIn(ctx context.Context, tx *store.Tx, patient rules.Actor, in Incoming) (*store.Entry, error) {
	c, err := s.threadFor(ctx, tx, patient, in)
	if err != nil {
		return nil, err
	}
	draft := Draft{
		ID: in.ID(patient.ClinicID), Channel: in.Channel, Subject: in.Subject, Body: in.Body, HTML: in.HTML, Files: in.Files,
		Automatic: in.Automatic, inbound: true, from: in.Address,
	}
	entry, _, err := s.put(ctx, tx, patient, c, draft)
	if err != nil {
		return nil, err
	}
	return entry, noteReceived(ctx, tx, patient.ClinicID, in)
}

func (in Incoming) clipped() Incoming {
	in.Subject, in.Sender = clip(in.Subject, maxSubject), clip(in.Sender, maxSubject)
	in.Body = clip(in.Body, maxReceived)
	return in
}

func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
