package inbox

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
)

// Missed is what somebody lacks who was away since a number: the present state of what was
// touched, each thing once.
type Missed struct {
	Seq           int64 // go on from here
	Reset         bool  // too much was missed, or the number is of no use: load anew
	Conversations []Conversation
	Messages      []Message   // oldest first
	Removed       []uuid.UUID // conversations that are no longer theirs to see
	Topics        []string    // what else was touched
}

// maxMissed bounds the changes that are told one by one; after more, loading anew is cheaper.
const maxMissed = 2000

// Since answers what the actor has missed after a number of the clinic's history.
func (s *Reader) Since(ctx context.Context, by rules.Actor, after int64) (Missed, error) {
	if err := rules.UseHub(by); err != nil {
		return Missed{}, err
	}
	out, err := s.head(ctx, by.ClinicID, after)
	if err != nil || out.Reset || out.Seq == after {
		return out, err
	}
	touched, err := s.touched(ctx, by, after)
	if err != nil {
		return Missed{}, err
	}
	if touched.changes > maxMissed {
		out.Reset = true
		return out, nil
	}
	out.Topics = touched.topics
	return out, s.fill(ctx, by, touched, &out)
}

// touched is what changes name, each once.
type touched struct {
	changes       int
	conversations []uuid.UUID
	messages      []uuid.UUID
	topics        []string
	lost          []uuid.UUID // conversations of which the actor has lost sight at some time
}

func (s *Reader) fill(ctx context.Context, by rules.Actor, t touched, out *Missed) error {
	all, err := s.conversations(ctx, by.ClinicID, t.conversations)
	if err != nil {
		return err
	}
	seen := map[uuid.UUID]bool{}
	for _, c := range all {
		if c.seenBy(by) {
			out.Conversations = append(out.Conversations, c)
			seen[c.ID] = true
		}
	}
	for _, id := range t.lost {
		if !seen[id] && !slices.Contains(out.Removed, id) {
			out.Removed = append(out.Removed, id)
		}
	}
	messages, err := s.messages(ctx, by.ClinicID, t.messages)
	for _, m := range messages {
		if seen[m.ConversationID] && (by.Kind == rules.User || !m.StaffOnly()) {
			out.Messages = append(out.Messages, m)
		}
	}
	return err
}

// Parties answers who the people of a conversation are, if the actor may see it.
func (s *Reader) Parties(ctx context.Context, by rules.Actor, conversation uuid.UUID) (rules.Parties, error) {
	c, err := s.Get(ctx, by, conversation)
	return c.Parties, err
}
