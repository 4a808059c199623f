package record

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// PatientSearch narrows the patients; what is nil or empty does not.
type PatientSearch struct {
	IDs                  []uuid.UUID // nil: all
	Name                 string      // what a word of the name begins with
	Phone, Email         string
	BornFrom, BornBefore *time.Time
	After                uuid.UUID // the last of the page before
	Limit                int
}

// literal makes a name mean itself in a pattern.
var literal = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// FHIRPatients answers a page of patients, and whether there are more.
func (s *Service) FHIRPatients(ctx context.Context, by rules.Actor, in PatientSearch) ([]FHIRPatient, bool, error) {
	if err := rules.Export(by); err != nil {
		return nil, false, err
	}
	clinic, _, err := s.around(ctx, by, uuid.Nil)
	if err != nil {
		return nil, false, err
	}
	rows, err := q.RecordPatients(ctx, s.store.View(by.ClinicID), db.RecordPatientsParams{
		ClinicID: by.ClinicID, Ids: in.IDs, Name: orNull(literal.Replace(in.Name)), Phone: orNull(in.Phone), Email: orNull(in.Email),
		BornFrom: in.BornFrom, BornBefore: in.BornBefore, AfterID: store.Maybe(in.After), MaxRows: int32(in.Limit + 1), //nolint:gosec // a page is at most some hundred
	})
	more := len(rows) > in.Limit
	rows = rows[:min(len(rows), in.Limit)]
	out := make([]FHIRPatient, len(rows))
	for i, r := range rows {
		out[i] = fhirPatient(patientOf(r), clinic)
	}
	return out, more, err
}

// FHIRPatient answers one patient.
func (s *Service) FHIRPatient(ctx context.Context, by rules.Actor, id uuid.UUID) (FHIRPatient, error) {
	found, _, err := s.FHIRPatients(ctx, by, PatientSearch{IDs: []uuid.UUID{id}, Limit: 1})
	if err != nil || len(found) == 0 {
		return FHIRPatient{}, orMissing(err, errNoPatient)
	}
	return found[0], nil
}

// CommunicationSearch narrows conversations and messages; what is nil or zero does not.
type CommunicationSearch struct {
	IDs               []uuid.UUID // nil: all
	Patient, PartOf   uuid.UUID
	Threads, Messages bool // only those
	Since, Until      time.Time
	NewestFirst       bool
	After             Place // the last of the page before
	Limit             int
	Base              string // where attachments are fetched
}

// Place is where a page begins: after this one.
type Place struct {
	At time.Time
	ID uuid.UUID
}

var (
	beginning = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	end       = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
)

// Communications answers a page of conversations and messages that the actor may see, and
// where the next one begins; the zero place after the last.
func (s *Service) Communications(ctx context.Context, by rules.Actor, in CommunicationSearch) ([]Communication, Place, error) {
	if err := rules.Export(by); err != nil {
		return nil, Place{}, err
	}
	clinic, _, err := s.around(ctx, by, uuid.Nil)
	if err != nil {
		return nil, Place{}, err
	}
	rows, err := s.places(ctx, by, in)
	if err != nil {
		return nil, Place{}, err
	}
	var next Place
	if len(rows) > in.Limit {
		rows = rows[:in.Limit]
		next = Place{rows[in.Limit-1].Sent, rows[in.Limit-1].ID}
	}
	var threads, messages []uuid.UUID
	for _, r := range rows {
		if r.Thread {
			threads = append(threads, r.ID)
		} else {
			messages = append(messages, r.ID)
		}
	}
	conversations, words, err := s.inbox.Found(ctx, by, threads, messages)
	if err != nil {
		return nil, Place{}, err
	}
	out := make([]Communication, 0, len(rows))
	for _, r := range rows {
		if c, ok := conversations[r.ID]; r.Thread && ok {
			out = append(out, fhirThread(c, r.Sent, clinic))
		} else if m, ok := words[r.ID]; !r.Thread && ok {
			out = append(out, fhirMessage(m, conversations[m.ConversationID], clinic, in.Base))
		}
	}
	return out, next, nil
}

// places are where the page's communications stand, and one more.
func (s *Service) places(ctx context.Context, by rules.Actor, in CommunicationSearch) ([]db.RecordCommunicationsUpRow, error) {
	arg := db.RecordCommunicationsUpParams{
		ClinicID: by.ClinicID, ThreadsOnly: in.Threads, MessagesOnly: in.Messages || in.PartOf != uuid.Nil, Reach: reach(by), ViewerID: by.ID, Ids: in.IDs,
		PatientID: store.Maybe(in.Patient), ConversationID: store.Maybe(in.PartOf), Since: in.Since, Until: in.Until,
		At: in.After.At, ID: in.After.ID, MaxRows: int32(in.Limit + 1), //nolint:gosec // a page is at most some hundred
	}
	if arg.Until.IsZero() {
		arg.Until = end
	}
	if arg.Since.IsZero() {
		arg.Since = beginning
	}
	view := s.store.View(by.ClinicID)
	if !in.NewestFirst {
		if in.After == (Place{}) {
			arg.At = beginning
		}
		return q.RecordCommunicationsUp(ctx, view, arg)
	}
	if in.After == (Place{}) {
		arg.At, arg.ID = end, uuid.Max
	}
	rows, err := q.RecordCommunicationsDown(ctx, view, db.RecordCommunicationsDownParams(arg))
	out := make([]db.RecordCommunicationsUpRow, len(rows))
	for i, r := range rows {
		out[i] = db.RecordCommunicationsUpRow(r)
	}
	return out, err
}

// reach is how much is the actor's: rules.Sees, as the query asks it.
func reach(by rules.Actor) string {
	switch by.Role {
	case rules.Admin:
		return "all"
	case rules.Receptionist:
		return "front_desk"
	case rules.Doctor:
	}
	return "own"
}

var errNoCommunication = &refusal.Error{Kind: refusal.NotFound, Code: "communication_not_found", Detail: "There is no such communication, or it is not yours to see."}

// Communication answers one conversation or message; base is where attachments are fetched.
func (s *Service) Communication(ctx context.Context, by rules.Actor, id uuid.UUID, base string) (Communication, error) {
	found, _, err := s.Communications(ctx, by, CommunicationSearch{IDs: []uuid.UUID{id}, Limit: 1, Base: base})
	if err != nil || len(found) == 0 {
		return Communication{}, orMissing(err, errNoCommunication)
	}
	return found[0], nil
}

func orMissing(err, missing error) error {
	if err != nil {
		return err
	}
	return missing
}
