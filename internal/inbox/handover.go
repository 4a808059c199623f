package inbox

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// HandOver gives the conversations that one user has to another, or to nobody (uuid.Nil).
// What somebody else has taken in the meantime stays theirs; where the other can no longer
// answer, the conversations are nobody's. It may be done again after it was cut short.
func (s *Service) HandOver(ctx context.Context, by rules.Actor, from, to uuid.UUID) error {
	for {
		page, _, err := s.List(ctx, by, Filter{AssigneeID: from}, handedAtOnce, "")
		if err != nil || len(page) == 0 {
			return err
		}
		for _, c := range page {
			err := s.handOver(ctx, by, c.ID, from, to)
			var refused *refusal.Error
			if errors.As(err, &refused) && to != uuid.Nil {
				to = uuid.Nil
				err = s.handOver(ctx, by, c.ID, from, to)
			}
			if err != nil {
				return err
			}
		}
	}
}

const handedAtOnce = 100

func (s *Service) handOver(ctx context.Context, by rules.Actor, conversation, from, to uuid.UUID) error {
	_, err := s.change(ctx, by, func(tx *store.Tx) (*store.Entry, error) {
		c, err := open(ctx, tx, by, conversation, rules.Write)
		if err != nil || c.parties.AssigneeID != from {
			return nil, err
		}
		return s.file(ctx, tx, by, c, Filing{Assignee: &to})
	})
	return err
}
