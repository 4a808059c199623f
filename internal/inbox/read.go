package inbox

import (
	"context"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Read marks what the other side wrote as read, up to a message, or all of it where upto is
// uuid.Nil, and with it what the actor was told of the conversation. Somebody who only looks
// on, as an admin in a doctor's conversation, leaves no mark.
func (s *Service) Read(ctx context.Context, by rules.Actor, conversation, upto uuid.UUID) (Conversation, error) {
	return s.onConversation(ctx, by, conversation, func(tx *store.Tx) (*store.Entry, error) {
		c, err := open(ctx, tx, by, conversation, look)
		if err != nil {
			return nil, err
		}
		if !rules.TakesPart(by, c.parties) {
			return noticesRead(ctx, tx, by, c)
		}
		return s.markRead(ctx, tx, by, c, upto)
	})
}

// Unread marks the other side's newest message as unread again: the one way back.
func (s *Service) Unread(ctx context.Context, by rules.Actor, conversation uuid.UUID) (Conversation, error) {
	return s.onConversation(ctx, by, conversation, func(tx *store.Tx) (*store.Entry, error) {
		c, err := open(ctx, tx, by, conversation, rules.Write)
		if err != nil {
			return nil, err
		}
		return markUnread(ctx, tx, by, c)
	})
}

// onConversation runs a change and answers the conversation as it is then, changed or not.
func (s *Service) onConversation(ctx context.Context, by rules.Actor, id uuid.UUID, decide func(*store.Tx) (*store.Entry, error)) (Conversation, error) {
	ch, err := s.change(ctx, by, decide)
	switch {
	case err != nil:
		return Conversation{}, err
	case ch.Conversation == nil:
		return s.Get(ctx, by, id)
	}
	return *ch.Conversation, nil
}

// look is the rule for what anybody may do who sees the conversation.
func look(by rules.Actor, p rules.Parties) error {
	if !rules.Sees(by, p) {
		return rules.ErrNotFound
	}
	return nil
}
