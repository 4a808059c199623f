package inbox

import (
	"context"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

// Stretch is a part of a thread, oldest to newest, and whether there is more on either side.
type Stretch struct {
	Messages     []Message
	Older, Newer bool
}

// Around answers the part of a thread around a message, so that it is seen in its place.
func (s *Reader) Around(ctx context.Context, by rules.Actor, conversation, message uuid.UUID, limit int) (Stretch, error) {
	m, err := s.within(ctx, by, conversation, message, "query.around")
	if err != nil {
		return Stretch{}, err
	}
	older, more, err := s.Messages(ctx, by, conversation, message, limit/2)
	if err != nil {
		return Stretch{}, err
	}
	out, err := s.after(ctx, by, m, limit-len(older)-1)
	out.Messages = append(append(older, m), out.Messages...)
	out.Older = more
	return out, err
}

// After answers the part of a thread that follows a message, from the oldest on.
func (s *Reader) After(ctx context.Context, by rules.Actor, conversation, message uuid.UUID, limit int) (Stretch, error) {
	m, err := s.within(ctx, by, conversation, message, "query.after")
	if err != nil {
		return Stretch{}, err
	}
	return s.after(ctx, by, m, limit)
}

// within answers a message of the conversation, if the actor may see it.
func (s *Reader) within(ctx context.Context, by rules.Actor, conversation, message uuid.UUID, field string) (Message, error) {
	if _, err := s.Get(ctx, by, conversation); err != nil {
		return Message{}, err
	}
	m, err := s.message(ctx, by, message)
	if err != nil || m.ConversationID != conversation {
		return Message{}, refusal.Field(field, "message_unknown", "Name a message of this conversation.")
	}
	return m, nil
}
