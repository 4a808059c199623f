package httpapi

import (
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/record"
)

// cursorOf is 24 bytes in base64url: the time in microseconds, then the id.
func cursorOf(p record.Place) string {
	if p == (record.Place{}) {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(append(binary.BigEndian.AppendUint64(nil, uint64(p.At.UnixMicro())), p.ID[:]...))
}

func placeOf(cursor string) (p record.Place, err error) {
	if cursor == "" {
		return p, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(raw) != 24 {
		return p, badParam("_cursor", "Follow the next link unchanged.")
	}
	micros := binary.BigEndian.Uint64(raw)
	if micros > 1<<53 {
		return p, badParam("_cursor", "Follow the next link unchanged.")
	}
	return record.Place{At: time.UnixMicro(int64(micros)).UTC(), ID: uuid.UUID(raw[8:])}, nil
}
