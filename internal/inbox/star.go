package inbox

import (
	"context"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Star sets or takes away a star: the clinic's, shared by all staff who see the message, or
// the patient's own. Neither side sees the other's.
func (s *Service) Star(ctx context.Context, by rules.Actor, message uuid.UUID, on bool) (Message, error) {
	m, err := s.message(ctx, by, message)
	if err != nil {
		return Message{}, err
	}
	ch, err := s.change(ctx, by, func(tx *store.Tx) (*store.Entry, error) {
		c, err := open(ctx, tx, by, m.ConversationID, look)
		if err != nil {
			return nil, err
		}
		return star(ctx, tx, by, c, message, on)
	})
	if err != nil {
		return Message{}, err
	}
	if starred, ok := ch.message(message); ok {
		return starred, nil
	}
	return s.message(ctx, by, message)
}
