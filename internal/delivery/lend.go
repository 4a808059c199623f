package delivery

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/files"
)

// lendPath is where a carrier fetches a file by a link that opens nothing else, for a while.
const (
	lendPath = "/media/"
	lendTime = time.Hour
)

var lendPlace = []byte("lent file")

// lend makes the link of a file.
func (p *Post) lend(clinic, file uuid.UUID) string {
	plain := make([]byte, 0, 40)
	plain = append(append(plain, clinic[:]...), file[:]...)
	plain = binary.BigEndian.AppendUint64(plain, uint64(time.Now().Add(lendTime).Unix())) //nolint:gosec // after 1970
	return p.URL + lendPath + base64.RawURLEncoding.EncodeToString(p.vault.aead.Seal(nil, nil, plain, lendPlace))
}

// Lent finds the file of a link; one that is not ours or has run out is files.ErrNotFound.
func (p *Post) Lent(ctx context.Context, token string) (files.Content, error) {
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return files.Content{}, files.ErrNotFound
	}
	plain, err := p.vault.aead.Open(nil, nil, sealed, lendPlace)
	if err != nil || len(plain) != 40 {
		return files.Content{}, files.ErrNotFound
	}
	if until := time.Unix(int64(binary.BigEndian.Uint64(plain[32:])), 0); time.Now().After(until) { //nolint:gosec // we wrote it
		return files.Content{}, files.ErrNotFound
	}
	return p.Files.Lent(ctx, uuid.UUID(plain[:16]), uuid.UUID(plain[16:32]))
}
