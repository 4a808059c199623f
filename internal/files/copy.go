package files

import (
	"context"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

// Copy takes a file along: another one of the same bytes, as if the actor, who may have the
// first, had uploaded it again. A file goes with one message alone, so this is how another
// message carries the same. The bytes are kept once. The same id again is the same copy, and
// fresh is true only for the first.
func (s *Service) Copy(ctx context.Context, by rules.Actor, of, id uuid.UUID) (a Attachment, fresh bool, err error) {
	if id == uuid.Nil {
		return a, false, refusal.Field("id", "id_missing", "Make a UUIDv7 for the copy and send it as its id.")
	}
	source, err := s.seen(ctx, by, of)
	if err != nil {
		return a, false, err
	}
	known, err := s.room(ctx, by, id)
	if err == nil && known == nil {
		a, known, err = s.duplicate(ctx, by, source.ID, id)
	}
	switch {
	case err != nil:
		return Attachment{}, false, err
	case known == nil:
		return a, true, nil
	case !known.by(by) || known.SHA256 != source.SHA256:
		return Attachment{}, false, errIDConflict
	}
	return known.Attachment, false, nil
}
