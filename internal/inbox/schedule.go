package inbox

import (
	"context"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// TopicScheduled is told to those who see the conversation in which something waits.
const TopicScheduled = "scheduled"

// ScheduledState is what has become of a message that was to be sent later.
type ScheduledState string

const (
	Waiting   ScheduledState = "waiting"
	Sent      ScheduledState = "sent"
	Failed    ScheduledState = "failed" // at its time it could not be sent; it can be changed and sent after all
	Cancelled ScheduledState = "cancelled"
)

// Scheduled is a message that waits for its time, and what has become of it.
type Scheduled struct {
	ID             uuid.UUID // the message's, once it is sent
	ConversationID uuid.UUID
	Patient        Person // nobody between colleagues, and for an author who does not see the conversation any more
	Author         Person
	Channel        rules.Channel
	Subject        string
	Body           string
	HTML           string // of a letter: the same, formatted
	Files          []File // that go with it; its own as long as it waits
	At             time.Time
	State          ScheduledState
	Reason         string // why it failed, in plain words
	CreatedAt      time.Time
}

const (
	soonest        = time.Minute
	latest         = 366 * 24 * time.Hour
	maxScheduled   = 300 // that wait, of one person
	schedulingSlip = 5 * time.Second
)

// Schedule keeps a message until its time. The id is the message's: the same draft, however
// often it comes, is one scheduled message, and fresh is true only for the first.
func (s *Service) Schedule(ctx context.Context, by rules.Actor, conversation uuid.UUID, in Draft, at time.Time) (out Scheduled, fresh bool, err error) {
	if by.Kind != rules.User {
		return out, false, errNotStaff
	}
	if in.Channel.StaffOnly() {
		return out, false, refusal.Field("channel", "channel_not_schedulable", "Only what goes to somebody can be sent later. Add the note now.")
	}
	if in, err = in.ready(); err != nil {
		return out, false, err
	}
	_, err = s.change(ctx, by, func(tx *store.Tx) (*store.Entry, error) {
		c, err := open(ctx, tx, by, conversation, rules.Write)
		if err != nil {
			return nil, err
		}
		if fresh, err = scheduledBefore(ctx, tx, by, conversation, in, at); err != nil || !fresh {
			return nil, err
		}
		if err := checkTime(at, tx.Now); err != nil {
			return nil, err
		}
		if err := in.usable(by, c, tx.Now); err != nil {
			return nil, err
		}
		if err := holdFiles(ctx, tx, by, in); err != nil {
			return nil, err
		}
		return s.schedule(ctx, tx, by, c, in, at)
	})
	if err != nil {
		return out, false, err
	}
	out, err = s.scheduledOne(ctx, by, in.ID)
	return out, fresh, err
}

func checkTime(at, now time.Time) error {
	switch {
	case at.Before(now.Add(soonest - schedulingSlip)):
		return refusal.Field("scheduled_at", "too_soon", "Choose a time that is at least a minute ahead, or send it now.")
	case at.After(now.Add(latest)):
		return refusal.Field("scheduled_at", "too_late", "Choose a time within a year from now.")
	}
	return nil
}

// Rescheduling is what is changed in a message that waits; nil leaves a thing as it is.
type Rescheduling struct {
	Channel *rules.Channel
	Subject *string
	Body    *string
	Written *string      // of a letter: HTML, of which its body is made
	Files   *[]uuid.UUID // exactly these, in this order
	At      *time.Time
}

// Reschedule changes a message that waits, or one that failed, which then waits again. Its
// words and files are its author's to change; its time is everybody's who may write there.
func (s *Service) Reschedule(ctx context.Context, by rules.Actor, id uuid.UUID, in Rescheduling) (Scheduled, error) {
	err := s.onScheduled(ctx, by, id, func(tx *store.Tx, c locked, w waiting) (*store.Entry, error) {
		next := w.draft()
		if in.Channel != nil {
			next.Channel = *in.Channel
		}
		if in.Subject != nil {
			next.Subject = *in.Subject
		}
		next, err := next.reworded(in)
		if err != nil {
			return nil, err
		}
		if in.Files != nil {
			next.Files = *in.Files
		}
		at := w.at()
		if in.At != nil {
			at = *in.At
		}
		return s.reschedule(ctx, tx, by, c, w, next, at)
	})
	if err != nil {
		return Scheduled{}, err
	}
	return s.scheduledOne(ctx, by, id)
}

// checkRescheduling asks whether these are words that may wait until that time.
func checkRescheduling(by rules.Actor, c locked, w waiting, next Draft, at, now time.Time) error {
	if err := rules.Write(by, c.parties); err != nil {
		return err
	}
	if !next.sameWords(w.draft()) {
		if err := rules.EditScheduled(by, w.author()); err != nil {
			return err
		}
	}
	if next.Channel.StaffOnly() {
		return refusal.Field("channel", "channel_not_schedulable", "Only what goes to somebody can be sent later.")
	}
	if err := next.validate(); err != nil {
		return err
	}
	if err := next.usable(by, c, now); err != nil {
		return err
	}
	if w.state() == Waiting && at.Equal(w.at()) {
		return nil // its words alone are changed, perhaps in its last minute
	}
	return checkTime(at, now)
}

// Cancel takes back a message that waits or has failed. What is cancelled already stays so.
// Its files are its author's again, to be sent otherwise within a day.
func (s *Service) Cancel(ctx context.Context, by rules.Actor, id uuid.UUID) error {
	err := s.onScheduled(ctx, by, id, func(tx *store.Tx, c locked, w waiting) (*store.Entry, error) {
		entry, err := s.settleScheduled(ctx, tx, c.parties, w, Cancelled, "")
		if err != nil {
			return nil, err
		}
		return entry, waitWith(ctx, tx, by.ClinicID, id, nil)
	})
	if codeOf(err) == errCancelled.Code {
		return nil
	}
	return err
}

// SendNow sends a message that waits, or has failed, at once and under its author's name.
func (s *Service) SendNow(ctx context.Context, by rules.Actor, id uuid.UUID) (Message, error) {
	if by.Kind != rules.User {
		return Message{}, errNotStaff
	}
	ch, err := s.change(ctx, by, func(tx *store.Tx) (*store.Entry, error) {
		c, w, err := openScheduled(ctx, tx, by, id)
		if err != nil {
			return nil, err
		}
		author, err := actorOf(ctx, tx, by.ClinicID, w.author())
		if err != nil {
			return nil, err
		}
		entry, err := s.dispatch(ctx, tx, author, c, w)
		return entry, unsendable(err)
	})
	if err != nil && codeOf(err) != errAlreadySent.Code {
		return Message{}, err
	}
	if m, ok := ch.message(id); ok {
		return m, nil
	}
	return s.message(ctx, by, id)
}

// onScheduled runs a change of one that waits or has failed.
func (s *Service) onScheduled(ctx context.Context, by rules.Actor, id uuid.UUID, decide func(*store.Tx, locked, waiting) (*store.Entry, error)) error {
	if by.Kind != rules.User {
		return errNotStaff
	}
	_, err := s.change(ctx, by, func(tx *store.Tx) (*store.Entry, error) {
		c, w, err := openScheduled(ctx, tx, by, id)
		if err != nil {
			return nil, err
		}
		return decide(tx, c, w)
	})
	return err
}

var (
	errScheduledNotFound = &refusal.Error{Kind: refusal.NotFound, Code: "scheduled_not_found", Detail: "There is no such message waiting, or it is not yours to see."}
	errAlreadySent       = &refusal.Error{Kind: refusal.Conflict, Code: "already_sent", Detail: "It has been sent. What is to be added goes into another message."}
	errCancelled         = &refusal.Error{Kind: refusal.Conflict, Code: "cancelled", Detail: "It has been cancelled. Write it anew if it is still needed."}
	errTooManyScheduled  = &refusal.Error{Kind: refusal.Unworkable, Code: "scheduled_too_many", Detail: "Three hundred of your messages wait already. Cancel some of them first."}
)
