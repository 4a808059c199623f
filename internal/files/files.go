// Package files takes attachments in, keeps them, and gives them out: what kind they are, who
// may have them, and their thumbnails.
package files

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"
	"gocloud.dev/blob"

	// Where the bytes may be kept: see Open.
	_ "gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/memblob"
	_ "gocloud.dev/blob/s3blob"

	"frontdesk/internal/jobs"
	"frontdesk/internal/refusal"
	"frontdesk/internal/store"
)

// Attachment is a file as it was uploaded.
type Attachment struct {
	ID            uuid.UUID
	Filename      string
	MediaType     string // what the bytes say
	Size          int64  // bytes
	SHA256        [32]byte
	Thumbnail     bool
	Width, Height int // of a picture that was looked at, in pixels

	key string
}

// Service holds all clinics' files.
type Service struct {
	store   *store.Store
	bucket  *blob.Bucket
	queue   *jobs.Queue
	maxSize int64

	mu     sync.Mutex
	taking map[uuid.UUID]int // uploads on their way, by person
	pages  pages             // draws PDFs
	one    chan struct{}     // a picture is large: one at a time
}

// New makes the one of a process. maxSize is of one file, in bytes; cache is a directory for
// what is costly to make anew at each start, or nothing.
func New(st *store.Store, bucket *blob.Bucket, queue *jobs.Queue, maxSize int64, cache string) *Service {
	return &Service{
		store: st, bucket: bucket, queue: queue, maxSize: maxSize,
		taking: map[uuid.UUID]int{}, pages: pages{cache: cache}, one: make(chan struct{}, 1),
	}
}

// MaxSize is that of one file, in bytes.
func (s *Service) MaxSize() int64 { return s.maxSize }

// Open opens the place for the bytes: file:///path, s3://bucket?region=… or mem://. An empty
// address is a directory of our own.
func Open(ctx context.Context, address, varDir string) (*blob.Bucket, error) {
	if address == "" {
		dir, err := filepath.Abs(filepath.Join(varDir, "blobs"))
		if err != nil {
			return nil, fmt.Errorf("find VAR_DIR: %w", err)
		}
		address = (&url.URL{Scheme: "file", Path: filepath.ToSlash(dir), RawQuery: "create_dir=1&no_tmp_dir=1&metadata=skip"}).String()
	}
	bucket, err := blob.OpenBucket(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("open the files of BLOB_URL: %w", err)
	}
	return bucket, nil
}

// newKey is where a file's bytes are put: under the day, so that what was left behind is
// found without looking at everything; and never guessed.
func newKey(clinic, id uuid.UUID, now time.Time) string {
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails
	return now.UTC().Format(time.DateOnly) + "/" + clinic.String() + "/" + id.String() + "-" + hex.EncodeToString(random[:])
}

// thumbnailOf is where the small picture of a file is put.
func thumbnailOf(key string) string { return key + ".jpg" }

// ErrNotFound is the answer for what is not there and for what is not the actor's to see.
var ErrNotFound = &refusal.Error{Kind: refusal.NotFound, Code: "attachment_not_found", Detail: "There is no such file, or it is not yours to see."}
