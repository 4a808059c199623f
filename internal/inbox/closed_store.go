package inbox

import (
	"context"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// summary is the conversation's row as it is going to be.
type summary = db.ConversationSummarizeParams

func writeReply(ctx context.Context, tx *store.Tx, c locked, reply Draft, at time.Time) error {
	return q.MessageInsert(ctx, tx, db.MessageInsertParams{
		ClinicID: c.row.ClinicID, MessageID: reply.ID, ConversationID: c.row.ConversationID, Channel: string(reply.Channel), Side: int16(rules.First),
		Body: reply.Body, Status: string(rules.Unread), Mentions: []uuid.UUID{}, CreatedAt: at, Automatic: true,
	})
}

func markAnswered(ctx context.Context, tx *store.Tx, c locked, closing time.Time) error {
	return q.ConversationAnswered(ctx, tx, db.ConversationAnsweredParams{ClinicID: c.row.ClinicID, ConversationID: c.row.ConversationID, Closing: closing})
}
