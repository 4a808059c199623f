package files

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"image"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"gocloud.dev/blob"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

// Incoming is a file on its way in, with the id of its sender's making.
type Incoming struct {
	ID       uuid.UUID
	Filename string
	Bytes    io.Reader
}

const (
	atOnce         = 6         // uploads of one person at the same time
	maxUnsent      = 50        // files that one person has uploaded and not sent
	maxUnsentBytes = 500 << 20 // of those
)

// Upload takes a file in as its bytes come: it is whole and durably kept before anything says
// that it is there. The same id with the same bytes, however often, is one file, and fresh is
// true only for the first; other bytes under the same id are a conflict.
func (s *Service) Upload(ctx context.Context, by rules.Actor, in Incoming) (a Attachment, fresh bool, err error) {
	if err := rules.UseHub(by); err != nil {
		return a, false, err
	}
	if in.ID == uuid.Nil {
		return a, false, refusal.Field("id", "id_missing", "Make a UUIDv7 for the file and send it as its id, before the file.")
	}
	if in.Filename, err = clean(in.Filename); err != nil {
		return a, false, err
	}
	done, err := s.admit(by.ID)
	if err != nil {
		return a, false, err
	}
	defer done()
	known, err := s.room(ctx, by, in.ID)
	if err != nil {
		return a, false, err
	}
	if known != nil {
		return s.again(by, *known, in.Bytes)
	}
	a, err = s.take(ctx, by, in)
	if err != nil {
		return Attachment{}, false, err
	}
	return s.record(ctx, by, a)
}

// admit counts somebody's uploads that are on their way.
func (s *Service) admit(person uuid.UUID) (done func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taking[person] >= atOnce {
		return nil, &refusal.Error{Kind: refusal.TooMany, Code: "uploads_at_once", Detail: "Too many files are on their way. Wait until one is there, then go on."}
	}
	s.taking[person]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.taking[person]--; s.taking[person] == 0 {
			delete(s.taking, person)
		}
	}, nil
}

// again reads what comes a second time only to see that it is the same.
func (s *Service) again(by rules.Actor, known owned, from io.Reader) (Attachment, bool, error) {
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(from, s.maxSize+1))
	switch {
	case err != nil:
		return Attachment{}, false, broken(err)
	case !known.by(by) || n != known.Size || [32]byte(sum.Sum(nil)) != known.SHA256:
		return Attachment{}, false, errIDConflict
	}
	return known.Attachment, false, nil
}

// take writes the bytes, looking at all of them as they pass.
func (s *Service) take(ctx context.Context, by rules.Actor, in Incoming) (Attachment, error) {
	from := bufio.NewReaderSize(in.Bytes, sniffed)
	head, err := from.Peek(sniffed)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return Attachment{}, broken(err)
	case len(head) == 0:
		return Attachment{}, refusal.Field("file", "file_empty", "This file is empty. Open it where it comes from, and attach one that holds something.")
	}
	seen := look(head)
	if !seen.open() {
		if _, _, err := seen.settle(in.Filename); err != nil {
			return Attachment{}, err
		}
	}
	a := Attachment{ID: in.ID, Filename: in.Filename}
	if c, _, err := image.DecodeConfig(bytes.NewReader(head)); err == nil {
		a.Width, a.Height = upright(c.Width, c.Height, orientation(head))
	}
	a.key = newKey(by.ClinicID, in.ID, time.Now())
	sum := sha256.New()
	if a.Size, err = s.write(ctx, a.key, from, seen, sum); err != nil {
		return Attachment{}, err
	}
	k, name, err := seen.settle(in.Filename)
	if err != nil {
		s.discard(ctx, by.ClinicID, a.key)
		return Attachment{}, err
	}
	a.MediaType, a.Filename, a.SHA256 = k.mediaType, name, [32]byte(sum.Sum(nil))
	return a, nil
}

// write comes back when the bytes are safe, or when none are there.
func (s *Service) write(ctx context.Context, key string, from io.Reader, seen io.Writer, sum hash.Hash) (int64, error) {
	writing, abort := context.WithCancel(ctx)
	defer abort()
	var file *os.File // where the bytes are kept in one
	w, err := s.bucket.NewWriter(writing, key, &blob.WriterOptions{
		ContentType: "application/octet-stream", // the row says what it is
		BeforeWrite: func(as func(any) bool) error { as(&file); return nil },
	})
	if err != nil {
		return 0, fmt.Errorf("keep a file: %w", err)
	}
	n, err := io.Copy(io.MultiWriter(blobWriter{w}, sum, seen), io.LimitReader(from, s.maxSize+1))
	if err == nil && n > s.maxSize {
		err = s.tooLarge()
	}
	if err == nil && file != nil {
		err = file.Sync()
	}
	if err != nil {
		abort() // then Close leaves nothing behind
		_ = w.Close()
		return 0, broken(err)
	}
	if err := w.Close(); err != nil {
		return 0, fmt.Errorf("keep a file: %w", err)
	}
	return n, syncFolder(file)
}

// syncFolder makes the name of a new file as durable as its bytes.
func syncFolder(file *os.File) error {
	if file == nil {
		return nil
	}
	dir, err := os.Open(filepath.Dir(file.Name()))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// keeping is a failure of our own to keep the bytes, as against one of the sender's line.
type keeping struct{ error }

func (k keeping) Unwrap() error { return k.error }

type blobWriter struct{ w *blob.Writer }

func (b blobWriter) Write(p []byte) (int, error) {
	n, err := b.w.Write(p)
	if err != nil {
		err = keeping{err}
	}
	return n, err
}

// broken tells a line that broke from a fault of ours: nobody hears the answer, and nothing is
// wrong here.
func broken(err error) error {
	var refused *refusal.Error
	var own keeping
	if errors.As(err, &refused) || errors.As(err, &own) {
		return err
	}
	return &refusal.Error{Kind: refusal.Invalid, Code: "upload_broken", Field: "file", Detail: "The file did not arrive whole. Send it again with the same id."}
}

func (s *Service) tooLarge() error {
	return refusal.Field("file", "file_too_large", fmt.Sprintf("This file is larger than %d MB. Attach a smaller one, or send it in parts.", s.maxSize>>20))
}

var errIDConflict = &refusal.Error{Kind: refusal.Conflict, Code: "id_conflict", Field: "id", Detail: "Another file already has this id. Make a new one and send again."}
