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

// Found answers conversations and messages by their ids, in no order, as far as the actor may
// see them; with the messages, their conversations.
func (s *Reader) Found(ctx context.Context, by rules.Actor, conversations, messages []uuid.UUID) (map[uuid.UUID]Conversation, map[uuid.UUID]Message, error) {
	if err := rules.UseHub(by); err != nil {
		return nil, nil, err
	}
	words := map[uuid.UUID]Message{}
	if len(messages) > 0 {
		found, err := s.messages(ctx, by.ClinicID, messages)
		if err != nil {
			return nil, nil, err
		}
		for _, m := range found {
			words[m.ID] = m
			conversations = append(conversations, m.ConversationID)
		}
	}
	found, err := s.conversations(ctx, by.ClinicID, conversations)
	if err != nil {
		return nil, nil, err
	}
	threads := map[uuid.UUID]Conversation{}
	for _, c := range found {
		if rules.Sees(by, c.Parties) {
			threads[c.ID] = c
		}
	}
	for id, m := range words {
		if _, seen := threads[m.ConversationID]; !seen || by.Kind == rules.Patient && m.StaffOnly() {
			delete(words, id)
		}
	}
	return threads, words, nil
}
