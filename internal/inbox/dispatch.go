package inbox

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/jobs"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Dispatch is the job that sends a scheduled message at its time. One whose version is not
// the message's has been overtaken by a later change of the time.
type Dispatch struct {
	ClinicID  uuid.UUID `json:"clinic_id"`
	MessageID uuid.UUID `json:"message_id"`
	Version   int32     `json:"version"`
}

// Kind names it in the database.
func (Dispatch) Kind() string { return "dispatch" }

// Dispatch sends a scheduled message, under the rules of this moment: the author's rights,
// the channel, its files, the patient's wishes. What they do not allow any more is kept as failed, with
// the reason. Everything is one transaction under the conversation's lock, so that however
// many workers run this, and whenever one of them ends, the message is sent once.
func (s *Service) Dispatch(ctx context.Context, job Dispatch) error {
	conversation, author, err := s.scheduledIn(ctx, job)
	if errors.Is(err, errScheduledNotFound) {
		return jobs.GiveUp(err)
	}
	if err != nil {
		return err
	}
	_, err = s.commit(ctx, job.ClinicID, func(tx *store.Tx) (*store.Entry, error) {
		by, err := actorOf(ctx, tx, job.ClinicID, author)
		if err != nil {
			return nil, err
		}
		c, notTheirs := open(ctx, tx, by, conversation, mayStillWrite)
		if notTheirs != nil && codeOf(notTheirs) == "" {
			return nil, notTheirs // a fault
		}
		w, err := lockScheduled(ctx, tx, job.ClinicID, job.MessageID)
		if err == nil && w.row.ConversationID != conversation {
			return nil, jobs.Later(time.Second) // it was joined to another one at this moment
		}
		if err != nil || w.state() != Waiting || w.row.Version != job.Version {
			return nil, err // sent, taken back, or put off
		}
		if notTheirs == nil {
			entry, err := s.dispatch(ctx, tx, by, c, w)
			if err == nil || codeOf(err) == "" {
				return entry, err
			}
			notTheirs = err
		}
		entry, err := s.settleScheduled(ctx, tx, c.parties, w, Failed, why(notTheirs))
		if err != nil {
			return nil, err
		}
		return entry, tellOfUnsent(ctx, tx, c, entry, author)
	})
	return err
}

// dispatch puts the message into the conversation, which this transaction holds, or says why
// it cannot. Nothing is written before all is checked.
func (s *Service) dispatch(ctx context.Context, tx *store.Tx, author rules.Actor, c locked, w waiting) (*store.Entry, error) {
	if err := mayStillWrite(author, c.parties); err != nil {
		return nil, err
	}
	if err := notMerged(ctx, tx, c); err != nil {
		return nil, err
	}
	draft := w.draft()
	if err := draft.validate(); err != nil {
		return nil, err
	}
	entry, known, err := s.put(ctx, tx, author, c, draft)
	if err != nil {
		return nil, err
	}
	settled, err := s.settleScheduled(ctx, tx, c.parties, w, Sent, "")
	if err != nil || known != nil { // known: it stands there already, under its id
		return settled, err
	}
	entry.Topics, entry.Persons = settled.Topics, settled.Persons
	return entry, nil
}

// mayStillWrite is rules.Write for an author who may have lost all rights since.
func mayStillWrite(author rules.Actor, p rules.Parties) error {
	if err := rules.UseHub(author); err != nil {
		return err
	}
	return rules.Write(author, p)
}

// reasons are refusals as they are told of an author, not to one.
var reasons = map[string]string{
	"hub_not_allowed":        "Its author has no access to messages any more. Cancel it, and write yourself if it is still needed.",
	"conversation_not_found": "The conversation is not its author’s any more. Cancel it, and write yourself if it is still needed.",
	"not_a_participant":      "The conversation is not its author’s any more. Cancel it, and write yourself if it is still needed.",
	"id_conflict":            "Another message was sent under the same id. Cancel it, and write it anew.",
}

// unsendable tells whoever wants to send it now what stands in its author's way.
func unsendable(err error) error {
	if words := reasons[codeOf(err)]; words != "" {
		return &refusal.Error{Kind: refusal.Unworkable, Code: "not_sendable", Detail: words}
	}
	return err
}

// why is the reason for a failure in plain words.
func why(err error) string {
	if words := reasons[codeOf(err)]; words != "" {
		return words
	}
	var refused *refusal.Error
	if errors.As(err, &refused) {
		return refused.Detail
	}
	return ""
}
