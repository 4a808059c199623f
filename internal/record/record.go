// Package record takes a patient's history out of Frontdesk: as a document to read, as JSON,
// and as FHIR. It widens nobody's view: what is taken out is what the actor may see.
package record

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/semaphore"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Service reads the histories of every clinic.
type Service struct {
	store *store.Store
	inbox *inbox.Reader
	clock func() time.Time
	room  *semaphore.Weighted // a document is put together in memory: no crowd may fill it
}

// atOnce is how many documents are put together at the same time.
const atOnce = 2

// New makes the one reader of histories of a process.
func New(st *store.Store) *Service {
	return &Service{store: st, inbox: inbox.NewReader(st), clock: time.Now, room: semaphore.NewWeighted(atOnce)}
}

// Patient is what is known of the person whose history it is.
type Patient struct {
	ID               uuid.UUID
	Name             string
	BirthDate        *time.Time // a date, at midnight UTC
	Email            string
	Phone            string // E.164
	PortalAccess     bool
	Language         string // BCP 47
	PreferredChannel rules.Channel
	OptedOut         []rules.Channel
	Remarks          string    // only staff see them
	MergedInto       uuid.UUID // the record that took this one's place, or uuid.Nil
	CreatedAt        time.Time
	UpdatedAt        time.Time
}

// Clinic is whose patient it is.
type Clinic struct {
	ID       uuid.UUID
	Name     string
	Timezone string // IANA name
}

// Head says whose history it is, and what of it.
type Head struct {
	Clinic  Clinic
	Patient Patient
	By      inbox.Person // who takes it out
	At      time.Time
	Notes   bool // with what only staff see: notes, calls, remarks and filing
	Omitted int  // conversations that are not the actor's to see
}

// Entry is one message, with the sums by which its files are known.
type Entry struct {
	inbox.Message
	Sums map[uuid.UUID][]byte // SHA-256 by the file's id
}

// writer puts a history together, in this order; each conversation is followed by its
// messages, oldest first.
type writer interface {
	begin(Head) error
	conversation(inbox.Conversation) error
	message(Entry) error
	end() error
}

// page is how many messages are read at a time.
const page = 500

// write walks through everything that the actor may see of the patient's history.
func (s *Service) write(ctx context.Context, by rules.Actor, patient uuid.UUID, notes bool, to writer) error {
	if err := rules.Export(by); err != nil {
		return err
	}
	p, err := s.patient(ctx, by, patient)
	if err != nil {
		return err
	}
	if err := s.room.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.room.Release(1)
	head, threads, err := s.head(ctx, by, p, notes)
	if err != nil {
		return err
	}
	if err := to.begin(head); err != nil {
		return err
	}
	for _, c := range threads {
		if err := to.conversation(c); err != nil {
			return err
		}
		if err := s.messages(ctx, by, c.ID, notes, to); err != nil {
			return fmt.Errorf("write conversation %s: %w", c.ID, err)
		}
	}
	return to.end()
}

func (s *Service) head(ctx context.Context, by rules.Actor, p Patient, notes bool) (Head, []inbox.Conversation, error) {
	clinic, there, err := s.around(ctx, by, p.ID)
	if err != nil {
		return Head{}, nil, err
	}
	threads, err := s.threads(ctx, by, p.ID)
	return Head{
		Clinic: clinic, Patient: p, By: inbox.Person{ID: by.ID, Name: by.Name}, At: s.clock().UTC(), Notes: notes, Omitted: there - len(threads),
	}, threads, err
}

// threads are the conversations with the patient that the actor may see: the front desk's,
// then the doctors' by their names.
func (s *Service) threads(ctx context.Context, by rules.Actor, patient uuid.UUID) (all []inbox.Conversation, err error) {
	for cursor := ""; ; {
		found, next, err := s.inbox.List(ctx, by, inbox.Filter{PatientID: patient}, 200, cursor)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
		if cursor = next; next == "" {
			break
		}
	}
	slices.SortFunc(all, func(a, b inbox.Conversation) int {
		if a.Parties.Kind != b.Parties.Kind {
			return -strings.Compare(string(a.Parties.Kind), string(b.Parties.Kind)) // "front_desk" before "doctor"
		}
		return strings.Compare(a.Doctor.Name+a.ID.String(), b.Doctor.Name+b.ID.String())
	})
	return all, nil
}

func (s *Service) messages(ctx context.Context, by rules.Actor, conversation uuid.UUID, notes bool, to writer) error {
	for after := (time.Time{}); ; {
		found, err := s.inbox.Onward(ctx, by, conversation, after, notes, page)
		if err != nil {
			return err
		}
		sums, err := s.sums(ctx, by.ClinicID, found)
		if err != nil {
			return err
		}
		for _, m := range found {
			if err := to.message(Entry{m, sums}); err != nil {
				return err
			}
			after = m.CreatedAt
		}
		if len(found) < page {
			return nil
		}
	}
}
