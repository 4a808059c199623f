package people

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
)

// place is where a page of names begins: after this one.
type place struct {
	name string
	id   uuid.UUID
}

// String is the id and the name in base64url.
func (p place) String() string {
	return base64.RawURLEncoding.EncodeToString(append(p.id[:], p.name...))
}

func parsePlace(s string) (*place, error) {
	if s == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(raw) < 17 || !utf8.Valid(raw[16:]) || strings.ContainsRune(string(raw[16:]), 0) {
		return nil, refusal.Field("cursor", "cursor_invalid", "Use the next_cursor of the page before, unchanged.")
	}
	return &place{name: string(raw[16:]), id: uuid.UUID(raw[:16])}, nil
}
