package inbox

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

func (s *Service) markRead(ctx context.Context, tx *store.Tx, by rules.Actor, c locked, upto uuid.UUID) (*store.Entry, error) {
	side, until := rules.SideOf(by, c.parties), c.row.LastAt
	if upto != uuid.Nil {
		m, err := q.MessageGet(ctx, tx, db.MessageGetParams{ClinicID: by.ClinicID, MessageID: upto})
		if errors.Is(err, pgx.ErrNoRows) || err == nil && !visible(by, c, messageOf(m)) {
			return nil, errMessageNotFound
		}
		if err != nil {
			return nil, err
		}
		until = m.CreatedAt
	}
	ids, err := q.MessageUnread(ctx, tx, db.MessageUnreadParams{
		ClinicID: by.ClinicID, ConversationID: c.row.ConversationID, Side: int16(side.Other()), Upto: until,
	})
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return noticesRead(ctx, tx, by, c)
	}
	c.unread[side] -= int32(min(len(ids), int(c.unread[side]))) //nolint:gosec // bounded by an int32
	entry := c.entry(ids...)
	entry.ForPatient = true
	return entry, errors.Join(
		q.MessageRead(ctx, tx, db.MessageReadParams{
			ClinicID: by.ClinicID, MessageIds: ids, Now: tx.Now, ReaderUserID: asUser(by), ReaderPatientID: asPatient(by),
		}),
		setUnread(ctx, tx, c),
		dealtWith(ctx, tx, c, entry, rules.NoticeKinds, by.ID),
		s.passOn(ctx, tx, by, c, ids),
		patientLooked(ctx, tx, c, by),
	)
}

func markUnread(ctx context.Context, tx *store.Tx, by rules.Actor, c locked) (*store.Entry, error) {
	side := rules.SideOf(by, c.parties)
	m, err := q.MessageNewestOf(ctx, tx, db.MessageNewestOfParams{ClinicID: by.ClinicID, ConversationID: c.row.ConversationID, Side: int16(side.Other())})
	if errors.Is(err, pgx.ErrNoRows) || err == nil && m.Status == string(rules.Unread) {
		return nil, nil // nothing that could be unread, or it is
	}
	if err != nil {
		return nil, err
	}
	c.unread[side]++
	entry := c.entry(m.MessageID)
	entry.ForPatient = true
	return entry, errors.Join(
		q.MessageUnreadAgain(ctx, tx, db.MessageUnreadAgainParams{ClinicID: by.ClinicID, MessageID: m.MessageID}),
		setUnread(ctx, tx, c),
	)
}

func setUnread(ctx context.Context, tx *store.Tx, c locked) error {
	return q.ConversationSetUnread(ctx, tx, db.ConversationSetUnreadParams{
		ClinicID: c.row.ClinicID, ConversationID: c.row.ConversationID, Unread0: c.unread[0], Unread1: c.unread[1],
	})
}

// visible tells whether the message is of this conversation and the actor's to see.
func visible(by rules.Actor, c locked, m Message) bool {
	return m.ConversationID == c.row.ConversationID && (by.Kind == rules.User || !m.StaffOnly())
}
