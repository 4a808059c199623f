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

// List answers a page of the conversations that the actor may see, newest activity first or
// the longest wait first, and the cursor of the next page, empty after the last.
func (s *Reader) List(ctx context.Context, by rules.Actor, f Filter, limit int, cursor string) ([]Conversation, string, error) {
	if err := rules.UseHub(by); err != nil {
		return nil, "", err
	}
	from, err := parsePlace(cursor)
	if err != nil {
		return nil, "", err
	}
	if by.Kind == rules.Patient {
		return s.listOfPatient(ctx, by, f, limit, from)
	}
	rows, err := s.places(ctx, by, f, limit+1, from)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].String()
	}
	page, err := s.inOrder(ctx, by.ClinicID, rows)
	return page, next, err
}

// mostCounted bounds what is counted: a badge says no more than "999+".
const mostCounted = 1000

// Count answers how many conversations of the actor's pass a filter, up to a thousand.
func (s *Reader) Count(ctx context.Context, by rules.Actor, f Filter) (int, error) {
	if err := rules.UseHub(by); err != nil {
		return 0, err
	}
	if by.Kind == rules.Patient {
		all, _, err := s.listOfPatient(ctx, by, f, mostCounted, nil)
		return len(all), err
	}
	if f.Longest { // an order counts the same without it, and who waits is a filter
		waits := true
		if f.Waiting != nil && !*f.Waiting {
			return 0, nil
		}
		f.Waiting, f.Longest = &waits, false
	}
	rows, err := s.places(ctx, by, f, mostCounted, nil)
	return len(rows), err
}

// place is where a page of a list begins: after this one.
type place struct {
	at time.Time
	id uuid.UUID
}

// String is 24 bytes in base64url: the time in microseconds, then the id.
func (p place) String() string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(p.at.UnixMicro()))
	return base64.RawURLEncoding.EncodeToString(append(raw, p.id[:]...))
}

var errCursor = refusal.Field("cursor", "cursor_invalid", "Use the next_cursor of the page before, unchanged.")

func parsePlace(s string) (*place, error) {
	if s == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(raw) != 24 {
		return nil, errCursor
	}
	p := placeOf(raw)
	if !p.at.After(firstTime) || p.at.After(lastTime) {
		return nil, errCursor
	}
	return &p, nil
}

func placeOf(raw []byte) place {
	p := place{at: time.UnixMicro(int64(binary.BigEndian.Uint64(raw))).UTC()} //nolint:gosec // any value is a time
	copy(p.id[:], raw[8:])
	return p
}

// What the database can hold as a time, and nobody's clinic is older or younger.
var (
	firstTime = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	lastTime  = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
)
