package inbox

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

func file(ctx context.Context, tx *store.Tx, by rules.Actor, c locked, in Filing) (*store.Entry, error) {
	entry := c.entry()
	next := db.ConversationFileParams{
		ClinicID: by.ClinicID, ConversationID: c.row.ConversationID,
		Archived: c.archived, AssigneeID: c.row.AssigneeID, Labels: c.row.Labels,
	}
	if in.Archived != nil && *in.Archived != c.archived {
		ids, err := q.MessageNewestIDs(ctx, tx, db.MessageNewestIDsParams{ClinicID: by.ClinicID, ConversationID: c.row.ConversationID, MaxRows: pageOfThread})
		if err != nil {
			return nil, err
		}
		next.Archived, entry.Messages = *in.Archived, ids
	}
	if in.Assignee != nil && *in.Assignee != c.parties.AssigneeID {
		if err := checkAssignment(ctx, tx, by, c.parties, *in.Assignee); err != nil {
			return nil, err
		}
		next.AssigneeID = store.Maybe(*in.Assignee)
		if c.row.AssigneeID.Valid {
			entry.Lost = []uuid.UUID{c.parties.AssigneeID}
		}
	}
	if in.Labels != nil {
		next.Labels = *in.Labels
	}
	if next.Archived == c.archived && next.AssigneeID == c.row.AssigneeID && slices.Equal(next.Labels, c.row.Labels) {
		return nil, nil
	}
	return entry, q.ConversationFile(ctx, tx, next)
}

// checkAssignment asks who may hand a conversation to whom: reception and admins to any
// colleague who can answer; and whoever it was handed to may hand it back.
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
