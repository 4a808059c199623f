package files

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"gocloud.dev/blob"

	"frontdesk/internal/jobs"
)

// Depiction is the job of drawing a file small.
type Depiction struct {
	ClinicID     uuid.UUID `json:"clinic_id"`
	AttachmentID uuid.UUID `json:"attachment_id"`
}

// Kind names it in the database.
func (Depiction) Kind() string { return "depict_attachment" }

// depictable are the types of which there is a small picture. HEIC is not among them: what
// decodes it needs a C library. Phones turn it into JPEG themselves when asked for one.
func depictable(mediaType string) bool {
	return mediaType == "application/pdf" || strings.HasPrefix(mediaType, "image/") && mediaType != "image/heic"
}

// Depict draws a file small and keeps the picture. It answers false where there is none to be
// had, and may be asked again: what was drawn is not drawn anew.
func (s *Service) Depict(ctx context.Context, job Depiction) (bool, error) {
	a, found, err := s.undepicted(ctx, job)
	if err != nil || !found {
		return false, err
	}
	if a.Thumbnail {
		return true, nil
	}
	select {
	case s.one <- struct{}{}:
		defer func() { <-s.one }()
	case <-ctx.Done():
		return false, jobs.Later(time.Second)
	}
	raw, err := s.bucket.ReadAll(ctx, a.key)
	if err != nil {
		return false, missing(err)
	}
	small, w, h, err := s.draw(ctx, a, raw)
	if err != nil {
		if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
			return false, err
		}
		return false, jobs.GiveUp(fmt.Errorf("draw a file of the type %s small: %w", a.MediaType, err))
	}
	err = s.bucket.WriteAll(ctx, thumbnailOf(a.key), small, &blob.WriterOptions{ContentType: "image/jpeg"})
	if err != nil {
		return false, fmt.Errorf("keep a small picture: %w", err)
	}
	return true, s.depicted(ctx, job, a, w, h)
}

func (s *Service) draw(ctx context.Context, a Attachment, raw []byte) (small []byte, w, h int, err error) {
	if a.MediaType == "application/pdf" {
		small, err = s.pages.first(ctx, raw)
		return small, 0, 0, err
	}
	return shrink(raw)
}
