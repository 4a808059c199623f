package files

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"gocloud.dev/gcerrors"

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

// unnamed removes those of the keys, which are by attachment, that no row stands for.
func (s *Service) unnamed(ctx context.Context, clinic uuid.UUID, keys map[uuid.UUID][]string) error {
	rows, err := q.AttachmentsKnown(ctx, s.store.View(clinic), db.AttachmentsKnownParams{ClinicID: clinic, AttachmentIds: slices.Collect(maps.Keys(keys))})
	if err != nil {
		return err
	}
	named := map[string]bool{}
	for _, r := range rows {
		named[r.BlobKey], named[thumbnailOf(r.BlobKey)] = true, true
	}
	for _, of := range keys {
		for _, key := range of {
			if named[key] {
				continue
			}
			if err := s.bucket.Delete(ctx, key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
				return err
			}
		}
	}
	return nil
}
