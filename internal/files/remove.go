package files

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"
	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
)

const (
	forgottenAfter = 24 * time.Hour
	// leftovers of an upload that never got its row are looked for over this many days:
	// longer than a worker is likely to be away.
	leftoverDays = 8
)

// discard removes bytes unless another row names them. What fails here, the sweep does later.
func (s *Service) discard(ctx context.Context, clinic uuid.UUID, key string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := s.eraseUnnamed(ctx, clinic, []string{key}); err != nil {
		slog.WarnContext(ctx, "a file without a row stays until the sweep", "err", err)
	}
}

// erase removes a file's bytes and its small picture's; that they are gone is no error.
func (s *Service) erase(ctx context.Context, key string) error {
	var errs []error
	for _, k := range []string{key, thumbnailOf(key)} {
		if err := s.bucket.Delete(ctx, k); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Sweep removes what was uploaded and within a day neither sent nor scheduled, and bytes whose
// row was never written. A row goes before its bytes: no row ever names bytes that are gone.
func (s *Service) Sweep(ctx context.Context) error {
	heads, _, err := s.store.Heads(ctx, nil)
	if err != nil {
		return err
	}
	now := time.Now()
	for clinic := range heads {
		keys, err := s.forget(ctx, clinic, now.Add(-forgottenAfter))
		if err != nil {
			return err
		}
		if err := s.eraseUnnamed(ctx, clinic, keys); err != nil {
			return err
		}
	}
	for ago := 1; ago <= leftoverDays; ago++ {
		if err := s.leftovers(ctx, now.AddDate(0, 0, -ago).UTC().Format(time.DateOnly), now.Add(-forgottenAfter)); err != nil {
			return err
		}
	}
	return nil
}

// leftovers removes the bytes of one day that no row names.
func (s *Service) leftovers(ctx context.Context, day string, before time.Time) error {
	found := map[uuid.UUID][]string{} // keys by clinic
	list := s.bucket.List(&blob.ListOptions{Prefix: day + "/"})
	for {
		o, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		clinic, ok := ofKey(o.Key)
		if !ok || o.ModTime.After(before) {
			continue
		}
		found[clinic] = append(found[clinic], strings.TrimSuffix(o.Key, thumbnailOf("")))
	}
	for clinic, keys := range found {
		if err := s.eraseUnnamed(ctx, clinic, keys); err != nil {
			return err
		}
	}
	return nil
}

// ofKey reads whose it is from what newKey has written.
func ofKey(key string) (clinic uuid.UUID, ok bool) {
	part := strings.Split(key, "/")
	if len(part) != 3 || len(part[2]) < 36 || uuid.Validate(part[2][:36]) != nil {
		return clinic, false
	}
	clinic, err := uuid.Parse(part[1])
	return clinic, err == nil
}
