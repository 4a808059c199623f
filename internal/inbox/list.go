package inbox

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

// Filter narrows the inbox; what is nil or empty does not.
type Filter struct {
	Archived   *bool // nil: both. For a patient nothing is archived
	Status     rules.Status
	Channel    rules.Channel // of the newest message
	Direction  string        // of the newest message: "inbound" or "outbound"
	Starred    *bool
	Waiting    *bool // the last word is the other side's
	Mine       bool  // the actor is a party to it, or it is assigned to them
	PatientID  uuid.UUID
	AssigneeID uuid.UUID
	Label      string
}

// List answers a page of the conversations that the actor may see, newest activity first,
// and the cursor of the next page, empty after the last.
func (s *Reader) List(ctx context.Context, by rules.Actor, f Filter, limit int, cursor string) ([]Conversation, string, error) {
	if err := rules.UseHub(by); err != nil {
		return nil, "", err
	}
	from, err := parseCursor(cursor)
	if err != nil {
		return nil, "", err
	}
	page, err := s.page(ctx, by, f, limit+1, from)
	if err != nil || len(page) <= limit {
		return page, "", err
	}
	page = page[:limit]
	last := page[limit-1]
	at := last.LastAt
	if by.Kind == rules.Patient {
		at = last.ShownAt
	}
	return page, place{at, last.ID}.String(), nil
}

// place is where a page of the inbox begins: after this conversation.
type place struct {
	at time.Time
	id uuid.UUID
}

// String is 24 bytes in base64url: the time in microseconds, then the id.
func (p place) String() string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(p.at.UnixMicro()))
	return base64.RawURLEncoding.EncodeToString(append(raw, p.id[:]...))
}

func parseCursor(s string) (*place, error) {
	if s == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(raw) != 24 {
		return nil, refusal.Field("cursor", "cursor_invalid", "Use the next_cursor of the page before, unchanged.")
	}
	p := &place{at: time.UnixMicro(int64(binary.BigEndian.Uint64(raw))).UTC()} //nolint:gosec // any value is a time
	copy(p.id[:], raw[8:])
	return p, nil
}
