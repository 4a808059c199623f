package wire

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"
)

// Positions seals a place in a clinic's history into an opaque string, so that a patient's
// does not tell how busy the clinic is. The same place is always the same string: a change
// is encoded once for everybody.
type Positions struct{ block cipher.Block }

// NewPositions derives its key from the installation's secret.
func NewPositions(secret []byte) (*Positions, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "frontdesk position", 32)
	if err != nil {
		return nil, fmt.Errorf("derive the key of positions: %w", err)
	}
	block, err := aes.NewCipher(key)
	return &Positions{block}, err
}

// Seal answers 22 characters: one block of AES over the number, the epoch, and four bytes
// that only this clinic's positions have.
func (p *Positions) Seal(clinic uuid.UUID, epoch int32, seq int64) string {
	var b [aes.BlockSize]byte
	binary.BigEndian.PutUint64(b[:8], uint64(seq))     //nolint:gosec // a counter from 0
	binary.BigEndian.PutUint32(b[8:12], uint32(epoch)) //nolint:gosec // bits, not a quantity
	tag := sha256.Sum256(clinic[:])
	copy(b[12:], tag[:4])
	p.block.Encrypt(b[:], b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Open answers the number, unless the position is of another clinic, another life of the
// history, or no position at all.
func (p *Positions) Open(clinic uuid.UUID, epoch int32, position string) (seq int64, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(position)
	if err != nil || len(raw) != aes.BlockSize {
		return 0, false
	}
	var b [aes.BlockSize]byte
	p.block.Decrypt(b[:], raw)
	seq = int64(binary.BigEndian.Uint64(b[:8])) //nolint:gosec // checked below
	tag := sha256.Sum256(clinic[:])
	ok = seq >= 0 && binary.BigEndian.Uint32(b[8:12]) == uint32(epoch) && [4]byte(b[12:]) == [4]byte(tag[:4]) //nolint:gosec // bits
	return seq, ok
}
