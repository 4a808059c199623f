package files

import (
	"bytes"
	"context"
	"io"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
	"frontdesk/internal/store/db"
)

// outside is who brings what comes over a carrier: nobody of ours.
const outside rules.ActorKind = "system"

// Bring takes a file in that a carrier has brought. The same id again is the same file. What
// it must not be is refused as an upload is.
func (s *Service) Bring(ctx context.Context, clinic, id uuid.UUID, filename string, content []byte) (Attachment, error) {
	by := rules.Actor{Kind: outside, ClinicID: clinic}
	name, err := clean(filename)
	if err != nil {
		return Attachment{}, err
	}
	row, err := s.find(ctx, clinic, id)
	if err != nil {
		return Attachment{}, err
	}
	if row != nil {
		return row.Attachment, nil
	}
	a, err := s.take(ctx, by, Incoming{ID: id, Filename: name, Bytes: bytes.NewReader(content)})
	if err != nil {
		return Attachment{}, err
	}
	a, _, err = s.record(ctx, by, a)
	return a, err
}

// Read answers all of a file, for a carrier to take along.
func (s *Service) Read(ctx context.Context, a Attachment) ([]byte, error) {
	r, err := s.bucket.NewReader(ctx, a.key, nil)
	if err != nil {
		return nil, missing(err)
	}
	content, err := io.ReadAll(io.LimitReader(r, a.Size))
	if err == nil {
		err = r.Close()
	} else {
		_ = r.Close()
	}
	return content, err
}

// Lent finds a file that a carrier fetches by a link of ours, which is all that it may have.
func (s *Service) Lent(ctx context.Context, clinic, id uuid.UUID) (Content, error) {
	row, err := s.find(ctx, clinic, id)
	if err != nil {
		return Content{}, err
	}
	if row == nil {
		return Content{}, ErrNotFound
	}
	return Content{Attachment: row.Attachment, service: s}, nil
}

// OfMessage answers what goes with a message, in its order.
func (s *Service) OfMessage(ctx context.Context, clinic, message uuid.UUID) ([]Attachment, error) {
	rows, err := q.AttachmentsOfMessage(ctx, s.store.View(clinic), db.AttachmentsOfMessageParams{ClinicID: clinic, MessageID: message})
	out := make([]Attachment, len(rows))
	for i, r := range rows {
		out[i] = ownedOf(r).Attachment
	}
	return out, err
}
