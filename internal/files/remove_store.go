package files

import (
	"context"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// forget removes the rows of what was not sent by a time, and answers where the bytes are.
func (s *Service) forget(ctx context.Context, clinic uuid.UUID, before time.Time) (keys []string, err error) {
	err = s.store.Write(ctx, clinic, func(tx *store.Tx) error {
		rows, err := q.AttachmentsForgotten(ctx, tx, db.AttachmentsForgottenParams{ClinicID: clinic, Before: before})
		if err != nil || len(rows) == 0 {
			return err
		}
		ids := make([]uuid.UUID, len(rows))
		keys = make([]string, len(rows))
		for i, r := range rows {
			ids[i], keys[i] = r.AttachmentID, r.BlobKey
		}
		return q.AttachmentsDelete(ctx, tx, db.AttachmentsDeleteParams{ClinicID: clinic, AttachmentIds: ids})
	})
	return keys, err
}

// eraseUnnamed removes those of the bytes that no row stands for. Several rows may stand for
// the same ones; a copy holds the row that it is made of until its own is there, so none comes
// to be in between.
func (s *Service) eraseUnnamed(ctx context.Context, clinic uuid.UUID, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	rows, err := q.BlobsNamed(ctx, s.store.View(clinic), db.BlobsNamedParams{ClinicID: clinic, BlobKeys: keys})
	if err != nil {
		return err
	}
	named := map[string]bool{}
	for _, key := range rows {
		named[key] = true
	}
	for _, key := range keys {
		if named[key] {
			continue
		}
		if err := s.erase(ctx, key); err != nil {
			return err
		}
	}
	return nil
}
