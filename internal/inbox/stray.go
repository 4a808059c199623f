package inbox

import (
	"context"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Stray is a message that belongs to nobody yet.
type Stray struct {
	ID         uuid.UUID
	Channel    rules.Channel
	Address    string // the sender's: E.164, or an email address
	Sender     string // what they call themselves; may be empty
	Subject    string
	Body       string
	HTML       string // of a letter: all of it, made safe
	Files      []File
	Candidates []Candidate // patients who have the address: none, or several
	At         time.Time
}

// Candidate is a patient whose a stray may be.
type Candidate struct {
	ID        uuid.UUID `json:"id"`
	Name      string    `json:"name"`
	BirthDate *string   `json:"birth_date"`
}

// Strays answers a page of what waits to be given to somebody, newest first, and how much
// there is in all, a hundred at the most.
func (s *Reader) Strays(ctx context.Context, by rules.Actor, limit int, cursor string) (page []Stray, next string, total int, err error) {
	if err := rules.Triage(by); err != nil {
		return nil, "", 0, err
	}
	from, err := parsePlace(cursor)
	if err != nil {
		return nil, "", 0, err
	}
	if page, total, err = s.strays(ctx, by.ClinicID, limit+1, from); err != nil || len(page) <= limit {
		return page, "", total, err
	}
	last := page[limit-1]
	return page[:limit], place{last.At, last.ID}.String(), total, nil
}

// Adopt gives a stray to a patient, and remembers whose the address is: all that comes from
// there later is theirs. It answers the conversation that it went to.
func (s *Service) Adopt(ctx context.Context, by rules.Actor, stray, patient uuid.UUID) (Conversation, error) {
	if err := rules.Triage(by); err != nil {
		return Conversation{}, err
	}
	if patient == uuid.Nil {
		return Conversation{}, refusal.Field("patient_id", "patient_missing", "Name the patient whose message this is.")
	}
	ch, err := s.change(ctx, by, func(tx *store.Tx) (*store.Entry, error) {
		in, err := lockStray(ctx, tx, by.ClinicID, stray)
		if err != nil {
			return nil, err
		}
		entry, err := s.deliverIn(ctx, tx, patientActor(by.ClinicID, patient), in)
		if err != nil {
			return nil, err
		}
		entry.Topics = append(entry.Topics, topicStrays)
		return entry, adopted(ctx, tx, by, stray, patient, in.Address)
	})
	if err != nil {
		return Conversation{}, err
	}
	return *ch.Conversation, s.adoptRest(ctx, by, stray, patient)
}

// adoptRest gives the patient what else waits from the same address: it is theirs by now.
func (s *Service) adoptRest(ctx context.Context, by rules.Actor, stray, patient uuid.UUID) error {
	rest, err := s.straysBeside(ctx, by.ClinicID, stray)
	if err != nil || len(rest) == 0 {
		return err
	}
	_, err = s.Adopt(ctx, by, rest[0], patient)
	if codeOf(err) == errStraySettled.Code {
		return nil // a colleague was quicker
	}
	return err
}

// Dismiss puts a stray away that is nobody's. It stays in the database.
func (s *Service) Dismiss(ctx context.Context, by rules.Actor, stray uuid.UUID) error {
	if err := rules.Triage(by); err != nil {
		return err
	}
	_, err := s.change(ctx, by, func(tx *store.Tx) (*store.Entry, error) {
		if _, err := lockStray(ctx, tx, by.ClinicID, stray); err != nil {
			return nil, err
		}
		return &store.Entry{Topics: []string{topicStrays}}, settleStray(ctx, tx, by, stray, uuid.Nil)
	})
	return err
}

var (
	errStrayNotFound = &refusal.Error{Kind: refusal.NotFound, Code: "stray_not_found", Detail: "There is no such message to be given to somebody."}
	errStraySettled  = &refusal.Error{Kind: refusal.Conflict, Code: "stray_settled", Detail: "A colleague has dealt with this message already."}
)
