package inbox

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/jobs"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Progress is what is new of a message that a carrier brings to the patient.
type Progress struct {
	State     rules.Delivery
	Reason    string // of a failure, in plain words for staff
	Code      string // the carrier's own
	CarrierID string // what the carrier calls the message, or empty
	Unclear   bool   // of a failure: the carrier may have taken it all the same
	Round     int32  // to which try by hand it belongs: an earlier one's failure is of no interest
	AnyRound  bool   // it is about whichever try is the newest
}

// Progress moves a delivery on. What comes late or twice changes nothing: a state never moves
// back. It is told by carriers, so there is nobody to ask for rights; a message that is not
// there is ErrNoDelivery.
func (s *Service) Progress(ctx context.Context, clinic, message uuid.UUID, p Progress) error {
	conversation, err := s.deliveredIn(ctx, clinic, message)
	if err != nil {
		return err
	}
	_, err = s.commit(ctx, clinic, func(tx *store.Tx) (*store.Entry, error) {
		c, err := lock(ctx, tx, clinic, conversation)
		if err != nil {
			return nil, err
		}
		d, err := lockDelivery(ctx, tx, clinic, message)
		if err != nil || !rules.Advances(d.state, p.State) {
			return nil, err
		}
		if p.State == rules.Undone && d.over(p) {
			return nil, nil
		}
		return moved(ctx, tx, c, d, p)
	})
	return err
}

// moved writes where a delivery has come to, and what follows from it: a failure is told to
// the author, and what the carrier has seen opened is read.
func moved(ctx context.Context, tx *store.Tx, c locked, d delivery, p Progress) (*store.Entry, error) {
	entry := c.entry(d.message)
	errs := []error{d.move(ctx, tx, p)}
	switch p.State {
	case rules.Undone:
		nobody := rules.Actor{Kind: System}
		errs = append(errs, tell(ctx, tx, c, entry, nobody, rules.NoticeFailed, d.message, rules.Tell(c.parties, nobody, c.staff, d.author)))
	case rules.Seen:
		if d.unread {
			entry.ForPatient = true
			c.unread[rules.Second] = max(0, c.unread[rules.Second]-1)
			errs = append(errs, readByPatient(ctx, tx, c, d.message), setUnread(ctx, tx, c))
		}
	case rules.Queued, rules.Sent, rules.Delivered:
	}
	return entry, errors.Join(errs...)
}

// Retry hands a failed message to its carrier once more, to the address that it was written
// to.
func (s *Service) Retry(ctx context.Context, by rules.Actor, message uuid.UUID) (Message, error) {
	if err := rules.UseAsStaff(by); err != nil {
		return Message{}, err
	}
	conversation, err := s.deliveredIn(ctx, by.ClinicID, message)
	if errors.Is(err, ErrNoDelivery) {
		return Message{}, errMessageNotFound
	}
	if err != nil {
		return Message{}, err
	}
	ch, err := s.change(ctx, by, func(tx *store.Tx) (*store.Entry, error) {
		c, err := open(ctx, tx, by, conversation, rules.Write)
		if err != nil {
			return nil, err
		}
		d, err := lockDelivery(ctx, tx, by.ClinicID, message)
		if err != nil {
			return nil, err
		}
		if err := d.again(c, tx.Now); err != nil {
			return nil, err
		}
		entry := c.entry(message)
		job := jobs.Carry(d.channel, jobs.Carriage{ClinicID: by.ClinicID, MessageID: message, Round: d.round + 1})
		return entry, errors.Join(
			putAgain(ctx, tx, by.ClinicID, message),
			s.queue.Add(ctx, tx, job, time.Time{}),
			dealtWith(ctx, tx, c, entry, []rules.NoticeKind{rules.NoticeFailed}, c.row.NoticedIds...),
		)
	})
	if err != nil {
		return Message{}, err
	}
	msg, _ := ch.message(message)
	return msg, nil
}

// over tells that a failure is that of an earlier try.
func (d delivery) over(p Progress) bool {
	if p.AnyRound {
		return p.CarrierID != "" && !slices.Contains(d.ids, p.CarrierID)
	}
	return p.Round != d.round
}

// again asks whether another try makes sense now.
func (d delivery) again(c locked, now time.Time) error {
	switch {
	case d.state != rules.Undone:
		return &refusal.Error{Kind: refusal.Conflict, Code: "not_failed", Detail: "This message has not failed: it is on its way, or has arrived."}
	case slices.Contains(c.reach.OptedOut, d.channel):
		return &refusal.Error{Kind: refusal.Unworkable, Code: "channel_unavailable", Detail: "The patient has opted out of this channel. Send the message on another one."}
	case !slices.Contains(c.reach.Configured, d.channel):
		return &refusal.Error{Kind: refusal.Unworkable, Code: "channel_unavailable", Detail: "Your clinic has not set up this channel any more. Send the message on another one."}
	case !d.templated && rules.NeedsTemplate(d.channel, c.reach, now):
		return &refusal.Error{Kind: refusal.Unworkable, Code: "template_needed", Detail: errWindowClosed.Detail}
	}
	return nil
}

// ErrNoDelivery is the answer where no carrier was given such a message.
var ErrNoDelivery = &refusal.Error{Kind: refusal.NotFound, Code: "delivery_not_found", Detail: "No such message was handed to a carrier."}
