package files

import (
	"context"
	"fmt"
	"io"

	"github.com/google/uuid"
	"gocloud.dev/gcerrors"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

// Content is a file that may be read, or its small picture.
type Content struct {
	Attachment
	Picture bool // the small picture, which is a JPEG

	service *Service
}

// Fetch finds a file for somebody who may have it. Nothing is read yet.
func (s *Service) Fetch(ctx context.Context, by rules.Actor, id uuid.UUID) (Content, error) {
	a, err := s.seen(ctx, by, id)
	return Content{Attachment: a, service: s}, err
}

// FetchThumbnail finds a file's small picture for somebody who may have the file.
func (s *Service) FetchThumbnail(ctx context.Context, by rules.Actor, id uuid.UUID) (Content, error) {
	a, err := s.seen(ctx, by, id)
	if err != nil {
		return Content{}, err
	}
	if !a.Thumbnail {
		return Content{}, &refusal.Error{Kind: refusal.NotFound, Code: "thumbnail_not_found", Detail: "There is no small picture of this file, or not yet. Fetch the file itself."}
	}
	key := thumbnailOf(a.key)
	kept, err := s.bucket.Attributes(ctx, key)
	if err != nil {
		return Content{}, missing(err)
	}
	a.Size, a.key, a.MediaType = kept.Size, key, "image/jpeg"
	return Content{Attachment: a, Picture: true, service: s}, nil
}

// Read opens length bytes from offset; the context must live as long as they are read.
func (c Content) Read(ctx context.Context, offset, length int64) (io.ReadCloser, error) {
	r, err := c.service.bucket.NewRangeReader(ctx, c.key, offset, length, nil)
	if err != nil {
		return nil, missing(err)
	}
	return r, nil
}

// ReadAll is for those who take the whole file in, as a carrier does.
func (c Content) ReadAll(ctx context.Context) ([]byte, error) {
	all, err := c.service.bucket.ReadAll(ctx, c.key)
	if err != nil {
		return nil, missing(err)
	}
	return all, nil
}

// missing is a fault: what has a row has bytes.
func missing(err error) error {
	if gcerrors.Code(err) == gcerrors.NotFound {
		return fmt.Errorf("the bytes of a file are gone: %w", err)
	}
	return fmt.Errorf("read a file: %w", err)
}
