package inbox

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// file decides how the conversation stands afterwards, thing by thing, and writes it where it
// is different.
func (s *Service) file(ctx context.Context, tx *store.Tx, by rules.Actor, c locked, in Filing) (*store.Entry, error) {
	before, err := lookForNote(ctx, tx, by, c, in.Note)
	if err != nil || before.same != nil {
		return nil, err // an earlier try has done it all
	}
	entry, was := c.entry(), db.ConversationFileParams{
		ClinicID: by.ClinicID, ConversationID: c.row.ConversationID,
		Archived: c.archived, AssigneeID: c.row.AssigneeID, Labels: c.row.Labels,
		Snoozed: c.row.Snoozed, SnoozedUntil: c.row.SnoozedUntil, SnoozedBy: c.row.SnoozedBy,
	}
	next := was
	if err := archive(ctx, tx, c, in.Archived, &next, entry); err != nil {
		return nil, err
	}
	if err := assign(ctx, tx, by, c, in.Assignee, &next, entry); err != nil {
		return nil, err
	}
	if next.Labels, err = in.relabelled(was.Labels); err != nil {
		return nil, err
	}
	if in.Snooze != nil {
		if err := s.snooze(ctx, tx, by, c, *in.Snooze, &next); err != nil {
			return nil, err
		}
	}
	changed := !reflect.DeepEqual(next, was)
	if changed {
		err = errors.Join(q.ConversationFile(ctx, tx, next), tellOfFiling(ctx, tx, c, entry, by, next.Archived, next.AssigneeID.UUID))
	}
	switch {
	case err != nil:
		return nil, err
	case in.Note != nil:
		return s.note(ctx, tx, by, c, *in.Note, next, before, entry)
	case changed:
		return entry, nil
	}
	return nil, nil
}

// archive reopens too. What is archived is done with: it does not come back at a time.
func archive(ctx context.Context, tx *store.Tx, c locked, archived *bool, next *db.ConversationFileParams, entry *store.Entry) error {
	if archived == nil || *archived == c.archived {
		return nil
	}
	ids, err := q.MessageNewestIDs(ctx, tx, db.MessageNewestIDsParams{ClinicID: c.row.ClinicID, ConversationID: c.row.ConversationID, MaxRows: pageOfThread})
	if next.Archived, entry.Messages = *archived, ids; *archived {
		awake(next)
	}
	return err
}

func assign(ctx context.Context, tx *store.Tx, by rules.Actor, c locked, to *uuid.UUID, next *db.ConversationFileParams, entry *store.Entry) error {
	if to == nil || *to == c.parties.AssigneeID {
		return nil
	}
	if err := checkAssignment(ctx, tx, by, c.parties, *to); err != nil {
		return err
	}
	next.AssigneeID = store.Maybe(*to)
	if c.row.AssigneeID.Valid {
		entry.Lost = []uuid.UUID{c.parties.AssigneeID}
	}
	return nil
}

// checkAssignment asks who may hand a conversation to whom: reception and admins to any
// colleague who can answer, themselves among them; and whoever it was handed to may hand it
// back.
func checkAssignment(ctx context.Context, tx *store.Tx, by rules.Actor, p rules.Parties, to uuid.UUID) error {
	if err := rules.Assign(by, p, to); err != nil || to == uuid.Nil {
		return err
	}
	u, err := q.UserGet(ctx, tx, db.UserGetParams{ClinicID: by.ClinicID, UserID: to})
	if errors.Is(err, pgx.ErrNoRows) {
		return refusal.Field("assignee_id", "assignee_unknown", "There is no such member of staff.")
	}
	if err == nil && (!u.Active || !slices.Contains(u.Permissions, rules.SendMessages)) {
		return &refusal.Error{Kind: refusal.Unworkable, Code: "assignee_unreachable", Field: "assignee_id", Detail: "This colleague has no access to messages. Choose somebody else."}
	}
	return err
}

// lookForNote finds the note of an earlier try; without a note there is nothing to find.
func lookForNote(ctx context.Context, tx *store.Tx, by rules.Actor, c locked, note *Draft) (before, error) {
	if note == nil {
		return before{}, nil
	}
	b, err := lookBefore(ctx, tx, by, c, *note)
	return b, within("note", err)
}

// note writes it for the one who has the conversation now: whoever it was handed to may be
// mentioned in it.
func (s *Service) note(ctx context.Context, tx *store.Tx, by rules.Actor, c locked, in Draft, next db.ConversationFileParams, b before, entry *store.Entry) (*store.Entry, error) {
	c.parties.AssigneeID, c.archived = next.AssigneeID.UUID, next.Archived
	err := rules.Use(by, c.parties, in.Channel, c.reach)
	if err == nil {
		err = checkMentions(ctx, tx, by, c.parties, in.Mentions)
	}
	if err != nil {
		return nil, within("note", err)
	}
	own, err := s.add(ctx, tx, by, c, in, b, false)
	if err != nil {
		return nil, err
	}
	entry.Messages = append(entry.Messages, own.Messages...)
	for _, id := range own.Notified {
		entry.Notified = addOnce(entry.Notified, id)
	}
	for _, id := range own.Ring {
		entry.Ring = addOnce(entry.Ring, id)
	}
	return entry, nil
}

// catalogued is the filing with its labels as the catalogue writes them. What is taken off
// need not be in it.
func (in Filing) catalogued(ctx context.Context, tx *store.Tx, by rules.Actor) (out Filing, err error) {
	if out = in; in.Labels != nil {
		all, err := catalogued(ctx, tx, by, "labels", *in.Labels)
		out.Labels = &all
		return out, err
	}
	out.AddLabels, err = catalogued(ctx, tx, by, "add_labels", in.AddLabels)
	return out, err
}
