package store

import (
	"context"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/store/db"
)

// Heads answers where each of the clinics' histories stands, in one query, and the epoch:
// the life of the history, another one after a restore. With no clinics named it answers all.
func (s *Store) Heads(ctx context.Context, clinics []uuid.UUID) (heads map[uuid.UUID]int64, epoch int32, err error) {
	if epoch, err = q.HistoryEpoch(ctx, s.pool); err != nil {
		return nil, 0, err
	}
	rows, err := q.HistoryHeads(ctx, s.pool, clinics)
	if err != nil {
		return nil, 0, err
	}
	heads = make(map[uuid.UUID]int64, len(rows))
	for _, r := range rows {
		heads[r.ClinicID] = r.Seq
	}
	return heads, epoch, nil
}

// Prune forgets each clinic's changes that are older than keep.
func (s *Store) Prune(ctx context.Context, keep time.Duration) error {
	clinics, err := q.ClinicIDs(ctx, s.pool)
	if err != nil {
		return err
	}
	for _, clinic := range clinics {
		err := s.Write(ctx, clinic, func(tx *Tx) error {
			return q.HistoryPrune(ctx, tx, db.HistoryPruneParams{ClinicID: clinic, Before: tx.Now.Add(-keep)})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
