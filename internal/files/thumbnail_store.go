package files

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// undepicted finds the file of a job; it may be gone.
func (s *Service) undepicted(ctx context.Context, job Depiction) (Attachment, bool, error) {
	row, err := q.AttachmentGet(ctx, s.store.View(job.ClinicID), db.AttachmentGetParams{ClinicID: job.ClinicID, AttachmentID: job.AttachmentID})
	if errors.Is(err, pgx.ErrNoRows) {
		return Attachment{}, false, nil
	}
	if err != nil {
		return Attachment{}, false, err
	}
	return ownedOf(row).Attachment, true, nil
}

func (s *Service) depicted(ctx context.Context, job Depiction, a Attachment, w, h int) error {
	return s.store.Write(ctx, job.ClinicID, func(tx *store.Tx) error {
		return q.AttachmentDepict(ctx, tx, db.AttachmentDepictParams{
			ClinicID: job.ClinicID, AttachmentID: job.AttachmentID, ThumbnailKey: thumbnailOf(a.key), Width: orNull(w), Height: orNull(h),
		})
	})
}
