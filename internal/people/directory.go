package people

import (
	"context"
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

var errNotStaff = &refusal.Error{Kind: refusal.Refused, Code: "staff_only", Detail: "Only the clinic's staff can look this up."}

// staff asks whether the actor may use the directory.
func staff(by rules.Actor) error {
	if by.Kind != rules.User {
		return errNotStaff
	}
	return rules.UseHub(by)
}

// Patients answers a page of the directory by name; fragment is any part of a name.
func (s *Service) Patients(ctx context.Context, by rules.Actor, fragment string, limit int, cursor string) ([]Patient, string, error) {
	if err := staff(by); err != nil {
		return nil, "", err
	}
	from, err := parsePlace(cursor)
	if err != nil {
		return nil, "", err
	}
	page, err := s.patientPage(ctx, by.ClinicID, fragment, limit+1, from)
	if err != nil || len(page) <= limit {
		return page, "", err
	}
	last := page[limit-1]
	return page[:limit], place{strings.ToLower(last.Name), last.ID}.String(), nil
}

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
