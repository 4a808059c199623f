package inbox

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

// Sweep is what is done with many conversations at once.
type Sweep struct {
	Filing
	Read *bool // true marks as read, false as unread
}

// Swept says of one conversation of a sweep whether it was done.
type Swept struct {
	ID      uuid.UUID
	Refused *refusal.Error // nil: done, or so already
}

const maxSweep = 200 // conversations

// FileAll does the same with each of the conversations, one after another, under the rules
// that hold for one; what is refused for one is done for the others all the same. Each is a
// change of its own: the clinic's counter is held for one conversation's time, as colleagues
// are at work meanwhile. After a fault some are done: sent again, those change no more.
func (s *Service) FileAll(ctx context.Context, by rules.Actor, ids []uuid.UUID, in Sweep) ([]Swept, error) {
	if err := in.validate(by, ids); err != nil {
		return nil, err
	}
	out, done := make([]Swept, 0, len(ids)), map[uuid.UUID]bool{}
	for _, id := range ids {
		if done[id] {
			continue
		}
		done[id] = true
		o := Swept{ID: id}
		if err := s.sweep(ctx, by, id, in); err != nil && !errors.As(err, &o.Refused) {
			return nil, fmt.Errorf("conversation %d of %d: %w", len(out)+1, len(ids), err)
		}
		out = append(out, o)
	}
	return out, nil
}

func (in Sweep) validate(by rules.Actor, ids []uuid.UUID) error {
	if err := rules.UseHub(by); err != nil {
		return err
	}
	switch {
	case len(ids) == 0:
		return refusal.Field("ids", "ids_missing", "Name the conversations.")
	case len(ids) > maxSweep:
		return refusal.Field("ids", "ids_too_many", fmt.Sprintf("Take at most %d conversations at a time.", maxSweep))
	case in.Note != nil:
		return refusal.Field("change.note", "note_to_many", "A note belongs to one conversation. Hand that one over by itself.")
	case in.Read == nil && in.empty():
		return refusal.Field("change", "change_missing", "Say what is to be done with them.")
	}
	return within("change", in.Filing.validate(by))
}

func (in Filing) empty() bool {
	return in.Archived == nil && in.Assignee == nil && in.Labels == nil && len(in.AddLabels)+len(in.RemoveLabels) == 0 && in.Snooze == nil
}

func (s *Service) sweep(ctx context.Context, by rules.Actor, id uuid.UUID, in Sweep) error {
	if in.Read != nil {
		if err := s.mark(ctx, by, id, *in.Read); err != nil {
			return err
		}
	}
	if in.empty() {
		return nil
	}
	_, err := s.fileOne(ctx, by, id, in.Filing)
	return err
}

func (s *Service) mark(ctx context.Context, by rules.Actor, id uuid.UUID, read bool) error {
	if read {
		_, err := s.Read(ctx, by, id, uuid.Nil)
		return err
	}
	_, err := s.Unread(ctx, by, id)
	return err
}
