package files

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// duplicate writes another row for a file's bytes, or answers the one that has its id already.
// The file's own row is held meanwhile: were it removed now, its bytes might go before anything
// else names them.
func (s *Service) duplicate(ctx context.Context, by rules.Actor, of, id uuid.UUID) (a Attachment, known *owned, err error) {
	err = s.store.Write(ctx, by.ClinicID, func(tx *store.Tx) error {
		row, err := q.AttachmentLock(ctx, tx, db.AttachmentLockParams{ClinicID: by.ClinicID, AttachmentID: of})
		if errors.Is(err, pgx.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		a = ownedOf(row).Attachment
		a.ID = id
		known, err = s.insert(ctx, tx, by, a)
		return err
	})
	return a, known, err
}
