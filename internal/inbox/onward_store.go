package inbox

import (
	"context"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
	"frontdesk/internal/store/db"
)

// Onward answers a page of a thread that the actor may see, oldest first, after a time; the
// zero time is the beginning. Without notes nothing comes that only staff see.
func (s *Reader) Onward(ctx context.Context, by rules.Actor, conversation uuid.UUID, after time.Time, notes bool, limit int) ([]Message, error) {
	if _, err := s.Get(ctx, by, conversation); err != nil {
		return nil, err
	}
	rows, err := q.MessagePageAfter(ctx, s.store.View(by.ClinicID), db.MessagePageAfterParams{
		ClinicID: by.ClinicID, ConversationID: conversation, After: after, Notes: notes && by.Kind == rules.User, MaxRows: int32(limit), //nolint:gosec // a page is at most some hundred
	})
	return messagesOf(rows), err
}
