package inbox

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// tellOfMessage tells those whom a message concerns. Whoever writes has seen what there was;
// and what a patient asked is settled for all of the clinic once somebody has answered.
func tellOfMessage(ctx context.Context, tx *store.Tx, c locked, entry *store.Entry, by rules.Actor, in Draft) error {
	seen := dealtWith(ctx, tx, c, entry, rules.NoticeKinds, by.ID)
	if in.Channel == rules.Note || in.Channel == rules.Call {
		mentioned := rules.Tell(c.parties, by, c.staff, in.Mentions...)
		return errors.Join(seen, tell(ctx, tx, c, entry, by, rules.NoticeMention, in.ID, mentioned))
	}
	settled := error(nil)
	if by.Kind == rules.User && c.parties.Kind != rules.Direct {
		settled = dealtWith(ctx, tx, c, entry, []rules.NoticeKind{rules.NoticeMessage}, c.row.NoticedIds...)
	}
	kind, people := rules.TellMessage(c.parties, by, c.staff)
	woken := error(nil)
	if c.row.Snoozed && by.Kind == rules.Patient && !slices.Contains(people, c.row.SnoozedBy.UUID) {
		woken = tellOfWaking(ctx, tx, c, entry)
	}
	return errors.Join(seen, settled, tell(ctx, tx, c, entry, by, kind, in.ID, people), woken)
}

// tellOfWaking tells whoever had put the conversation off that it is back.
func tellOfWaking(ctx context.Context, tx *store.Tx, c locked, entry *store.Entry) error {
	nobody := rules.Actor{Kind: System}
	return tell(ctx, tx, c, entry, nobody, rules.NoticeWoken, uuid.Nil, rules.Tell(c.parties, nobody, c.staff, c.row.SnoozedBy.UUID))
}

// tellOfFiling tells of a hand-over, and takes away what is no longer anybody's concern or
// no longer theirs to see.
func tellOfFiling(ctx context.Context, tx *store.Tx, c locked, entry *store.Entry, by rules.Actor, archived bool, assignee uuid.UUID) error {
	all := c.row.NoticedIds
	var errs []error
	if archived && !c.archived {
		errs = append(errs, dealtWith(ctx, tx, c, entry, []rules.NoticeKind{rules.NoticeMessage, rules.NoticeReturned, rules.NoticeWoken}, all...))
	}
	before := c.parties.AssigneeID
	if assignee == before {
		return errors.Join(errs...)
	}
	c.parties.AssigneeID = assignee
	if before != uuid.Nil && len(rules.Tell(c.parties, rules.Actor{}, c.staff, before)) == 0 {
		errs = append(errs, outOfSight(ctx, tx, c, entry, []uuid.UUID{before}))
	}
	switch {
	case assignee != uuid.Nil:
		others := make([]uuid.UUID, 0, len(all))
		for _, id := range all {
			if id != assignee || id == by.ID { // who takes it on has seen it
				others = append(others, id)
			}
		}
		errs = append(errs, dealtWith(ctx, tx, c, entry, []rules.NoticeKind{rules.NoticeMessage, rules.NoticeReturned}, others...),
			tell(ctx, tx, c, entry, by, rules.NoticeAssigned, uuid.Nil, rules.Tell(c.parties, by, c.staff, assignee)))
	case by.ID == before:
		errs = append(errs, tell(ctx, tx, c, entry, by, rules.NoticeReturned, uuid.Nil, rules.TellReception(c.parties, by, c.staff)))
	}
	return errors.Join(errs...)
}

// tellOfUnsent tells the author that a scheduled message could not be sent.
func tellOfUnsent(ctx context.Context, tx *store.Tx, c locked, entry *store.Entry, author uuid.UUID) error {
	nobody := rules.Actor{Kind: System}
	entry.Conversation, entry.Patient = c.row.ConversationID, c.parties.PatientID
	return tell(ctx, tx, c, entry, nobody, rules.NoticeUnsent, uuid.Nil, rules.Tell(c.parties, nobody, c.staff, author))
}

// noticesRead is the change of somebody who opens a conversation in which nothing but their
// notices is unread.
func noticesRead(ctx context.Context, tx *store.Tx, by rules.Actor, c locked) (*store.Entry, error) {
	entry := c.quietly()
	if err := dealtWith(ctx, tx, c, entry, rules.NoticeKinds, by.ID); err != nil || len(entry.Notified) == 0 {
		return nil, err
	}
	return entry, nil
}

// awaitPatient begins to wait for a patient to look, where the portal is how they do; to
// write is to have looked.
func awaitPatient(ctx context.Context, tx *store.Tx, c locked, by rules.Actor, in Draft, at time.Time) error {
	switch {
	case by.Kind == rules.Patient && c.unread[rules.Second] > 0:
		return endNudge(ctx, tx, c)
	case by.Kind == rules.User && in.Channel == rules.Portal && c.parties.Kind != rules.Direct:
		return beginNudge(ctx, tx, c, at)
	}
	return nil
}

// patientLooked ends the waiting once a patient has read everything.
func patientLooked(ctx context.Context, tx *store.Tx, c locked, by rules.Actor) error {
	if by.Kind != rules.Patient || c.unread[rules.Second] > 0 {
		return nil
	}
	return endNudge(ctx, tx, c)
}
