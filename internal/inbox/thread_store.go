package inbox

import (
	"context"

	"frontdesk/internal/rules"
	"frontdesk/internal/store/db"
)

func (s *Reader) after(ctx context.Context, by rules.Actor, m Message, limit int) (Stretch, error) {
	rows, err := q.MessagePageAfter(ctx, s.store.View(by.ClinicID), db.MessagePageAfterParams{
		ClinicID: by.ClinicID, ConversationID: m.ConversationID, After: m.CreatedAt, Notes: by.Kind == rules.User, MaxRows: int32(limit + 1), //nolint:gosec // some hundred
	})
	out := Stretch{Newer: len(rows) > limit}
	out.Messages = messagesOf(rows[:min(limit, len(rows))])
	return out, err
}
