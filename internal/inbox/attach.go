package inbox

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

const (
	// MaxFiles and MaxFileBytes are the most that go with one message.
	MaxFiles     = 10
	MaxFileBytes = 50 << 20
)

func (d Draft) validateFiles() error {
	switch {
	case len(d.Files) == 0:
		return nil
	case !rules.CarriesFiles(d.Channel):
		return &refusal.Error{Kind: refusal.Unworkable, Code: "channel_without_files", Field: "channel", Detail: "SMS carries no files. Choose another channel, or remove them."}
	case len(d.Files) > MaxFiles:
		return refusal.Field("attachment_ids", "files_too_many", fmt.Sprintf("A message carries %d files. Send the others with another one.", MaxFiles))
	}
	named := map[uuid.UUID]bool{}
	for i, id := range d.Files {
		if named[id] {
			return refusal.Field(fmt.Sprintf("attachment_ids[%d]", i), "attachment_twice", "Name each file once.")
		}
		named[id] = true
	}
	return nil
}

// Depicted tells everybody who sees a file that there is a small picture of it now. It may be
// told again: whoever has it changes nothing.
func (s *Service) Depicted(ctx context.Context, clinic, attachment uuid.UUID) error {
	_, err := s.commit(ctx, clinic, func(tx *store.Tx) (*store.Entry, error) {
		return s.depicted(ctx, tx, clinic, attachment)
	})
	return err
}
