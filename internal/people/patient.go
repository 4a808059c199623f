package people

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

// Patient is a person the clinic treats.
type Patient struct {
	ID               uuid.UUID
	Name             string
	BirthDate        *time.Time // a date, at midnight UTC
	Email            string
	Phone            string // E.164
	Language         string // BCP 47; empty: not known
	PreferredChannel rules.Channel
	OptedOut         []rules.Channel // by now
	Remarks          string          // only staff see them
	ExternalID       string          // in the clinic's other system
	PortalAccess     bool
	PortalEmail      string // what the patient signs in with
	PortalReady      bool   // a password is set: an invitation was taken
	MergedInto       uuid.UUID
	CreatedAt        time.Time
	UpdatedAt        time.Time
	Configured       []rules.Channel // what the clinic has a carrier for
	Heard            time.Time       // when the patient last wrote on WhatsApp; zero: never, or not asked

	nameKey string // the directory's order
	hash    string
}

// Reach is what is known of the ways to the patient.
func (p Patient) Reach() rules.Reach {
	return rules.Reach{PortalAccess: p.PortalAccess, Email: p.Email, Phone: p.Phone, OptedOut: p.OptedOut, Configured: p.Configured, Heard: p.Heard}
}

// Addresses are those that consents belong to, as they are kept there.
func (p Patient) Addresses() []string {
	out := []string{}
	if p.Phone != "" {
		out = append(out, p.Phone)
	}
	if p.Email != "" {
		out = append(out, strings.ToLower(p.Email))
	}
	return out
}

// ErrNoPatient is the answer for a record that is not there.
var ErrNoPatient = &refusal.Error{Kind: refusal.NotFound, Code: "patient_not_found", Detail: "There is no such patient. Look the patient up in the directory."}

// ErrMerged is the answer where a record has become part of another one.
var ErrMerged = &refusal.Error{Kind: refusal.Conflict, Code: "patient_merged", Detail: "This record was merged into another one. Open that one and try again there."}

// Patients answers a page of the directory by name. sought is any part of any word of a
// name, of an email address or of a number in the clinic's other system, or the digits of a
// phone number, however they are written; several words must all be found.
func (s *Service) Patients(ctx context.Context, by rules.Actor, sought string, limit int, cursor string) ([]Patient, string, error) {
	if err := rules.LookUp(by); err != nil {
		return nil, "", err
	}
	from, err := parsePlace(cursor)
	if err != nil {
		return nil, "", err
	}
	page, err := s.patientPage(ctx, by.ClinicID, fragments(sought), limit+1, from)
	if err != nil || len(page) <= limit {
		return page, "", err
	}
	last := page[limit-1]
	return page[:limit], place{last.nameKey, last.ID}.String(), nil
}

// fragments are what is to be found of what somebody typed; plain() has no accents, so the
// database takes them away here too.
func fragments(sought string) []string {
	if digits := dialled(sought); digits != "" {
		return []string{digits}
	}
	words := strings.Fields(sought)
	return words[:min(len(words), 8)]
}

// dialled are the digits of what can only be a phone number, without what stands for the
// way out of a country or of a town; else it is empty.
func dialled(sought string) string {
	var digits strings.Builder
	for _, r := range strings.TrimSpace(sought) {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case !strings.ContainsRune(" +-./()\u00a0\u2011", r):
			return ""
		}
	}
	d := strings.TrimPrefix(digits.String(), "00")
	if d = strings.TrimLeft(d, "0"); len(d) < 3 {
		return ""
	}
	return d
}

// topics are what whoever shows patients listens to.
func topics(ids ...uuid.UUID) []string {
	out := []string{"patients"}
	for _, id := range ids {
		out = append(out, "patient:"+id.String())
	}
	return out
}
