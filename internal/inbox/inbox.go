// Package inbox holds conversations and messages and what may be done with them.
package inbox

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/jobs"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Announcer is told of each committed change, with what it made. It comes back at once and
// may forget: readers notice a gap in the numbers and fetch what they lack.
type Announcer interface {
	Changed(Change)
	// Committed is told of changes that are read back from the log, up to a number.
	Committed(clinic uuid.UUID, seq int64)
}

// Reader is the inbox of every clinic, to look at.
type Reader struct{ store *store.Store }

// NewReader is for those who only look, as the live hub does.
func NewReader(st *store.Store) *Reader { return &Reader{store: st} }

// Service is the inbox, to work in.
type Service struct {
	*Reader
	announcer Announcer
	queue     *jobs.Queue
}

// New makes the one inbox of a process.
func New(st *store.Store, a Announcer, queue *jobs.Queue) *Service {
	return &Service{Reader: NewReader(st), announcer: a, queue: queue}
}

// Person is somebody with a name; the zero value is nobody.
type Person struct {
	ID   uuid.UUID
	Name string
}

// Author is who wrote or read a message: a user, a patient, or the system.
type Author struct {
	Kind rules.ActorKind
	Person
}

// System is the kind of author of what nobody in particular wrote.
const System rules.ActorKind = "system"

// Conversation is a thread with its summary, as both sides see it; wire says what each gets.
type Conversation struct {
	ID             uuid.UUID
	Parties        rules.Parties
	Patient        Person
	Doctor         Person
	FirstUser      Person // of a direct conversation
	SecondUser     Person
	Assignee       Person
	Labels         []string
	Archived       bool
	Snooze         *Snooze
	Unread         [2]int      // by side: what that side has not read
	Stars          int         // messages that staff have starred
	PatientStars   int         // messages that the patient has starred
	LastWord       *rules.Side // who wrote last; a note is no word
	LastWordSince  time.Time   // that side has been the last to write since then
	Last           *Message    // the newest message
	Shown          *Message    // the newest that the patient may see
	LastAt         time.Time
	ShownAt        time.Time
	Reach          rules.Reach
	lastID, showID uuid.UUID
}

// Message is one entry of a conversation.
type Message struct {
	ID             uuid.UUID
	ConversationID uuid.UUID
	Kind           rules.ConversationKind // of its conversation
	Archived       bool                   // its conversation is
	Channel        rules.Channel
	Side           rules.Side // the author's
	Author         Author
	Subject        string
	Body           string
	Status         rules.Status // Unread, Read or Replied
	Reader         *Mark
	Star           *Mark // by staff
	PatientStarred bool
	Call           *Call // of a logged call, whose summary is the body
	Files          []File
	Mentions       []uuid.UUID // colleagues whom a note calls
	EditedAt       time.Time   // zero: never
	HTML           string      // of a letter, made safe: what the body says, or all of one that came in
	Automatic      bool        // a machine has made it
	Delivery       *Delivery   // of what a carrier brings to the patient
	CreatedAt      time.Time   // strictly increasing within a conversation
}

// Delivery is what a carrier says of a message.
type Delivery struct {
	State   rules.Delivery
	Reason  string // of a failure, in plain words for staff
	Address string // where it goes; bound when it was written
	At      time.Time
}

// Call is what is known of a logged phone call.
type Call struct {
	StartedAt time.Time
	Seconds   int
	Inbound   bool // the patient called
	Outcome   Outcome
}

// Outcome is how a call ended.
type Outcome string

const (
	Reached   Outcome = "reached"
	Voicemail Outcome = "voicemail"
	NoAnswer  Outcome = "no_answer"
)

// File is an attachment of a message, as the view hands it over.
type File struct {
	ID            uuid.UUID `json:"id"`
	Filename      string    `json:"filename"`
	MediaType     string    `json:"media_type"`
	Size          int64     `json:"size"` // bytes
	Thumbnail     bool      `json:"thumbnail"`
	Width, Height int       // of an image, in pixels
}

// Snooze keeps a conversation out of the way until a time, or until the patient answers.
type Snooze struct {
	Until time.Time // zero: until the patient answers
	By    Person
}

// Mark says who did something to a message, and when.
type Mark struct {
	By Author
	At time.Time
}

// StaffOnly tells that no patient may ever be sent this message.
func (m Message) StaffOnly() bool { return m.Channel.StaffOnly() }

// Change is one committed step of a clinic's history with the state that it made.
type Change struct {
	ClinicID     uuid.UUID
	Seq          int64
	ForStaff     bool
	ForPatient   bool
	Conversation *Conversation // nil where none was touched
	Gone         uuid.UUID     // a conversation that is no more, or uuid.Nil
	Messages     []Message     // oldest first
	Lost         []uuid.UUID   // people who have lost sight of the conversation
	Accounts     []uuid.UUID   // people whose rights have changed
	Sessions     []uuid.UUID   // sessions that have ended
	Topics       []string      // what else was touched: whoever shows it fetches it anew
	Persons      []uuid.UUID   // whom the topics concern; none: all staff
	Noticed      []Noticed     // whose notices are others than before
}

// change runs one step of somebody's, who must have access, and announces it.
func (s *Service) change(ctx context.Context, by rules.Actor, decide func(*store.Tx) (*store.Entry, error)) (Change, error) {
	if err := rules.UseHub(by); err != nil {
		return Change{}, err
	}
	return s.commit(ctx, by.ClinicID, decide)
}

// commit is change for what nobody in particular does.
func (s *Service) commit(ctx context.Context, clinic uuid.UUID, decide func(*store.Tx) (*store.Entry, error)) (Change, error) {
	var ch Change
	seq, err := s.store.Change(ctx, clinic, func(tx *store.Tx) error {
		ch = Change{ClinicID: clinic}
		entry, err := decide(tx)
		if err != nil || entry == nil {
			return err
		}
		if len(entry.Messages) > maxTouched {
			entry.Messages = entry.Messages[len(entry.Messages)-maxTouched:]
		}
		tx.Log(*entry)
		ch.ForStaff, ch.ForPatient, ch.Lost = entry.ForStaff, entry.ForPatient, entry.Lost
		ch.Topics, ch.Persons = entry.Topics, entry.Persons
		collect(tx, clinic, entry, &ch)
		return s.notify(ctx, tx, clinic, entry, &ch)
	})
	if err != nil || seq == 0 {
		return Change{}, err
	}
	ch.Seq = seq
	s.announcer.Changed(ch)
	return ch, nil
}

const (
	// maxTouched bounds the messages that one change carries.
	maxTouched = 200
	// pageOfThread is the newest page, which a fresh load gives and a change of the whole
	// conversation carries.
	pageOfThread = 50
)

func (c Change) message(id uuid.UUID) (Message, bool) {
	at := slices.IndexFunc(c.Messages, func(m Message) bool { return m.ID == id })
	if at < 0 {
		return Message{}, false
	}
	return c.Messages[at], true
}

// errMessageNotFound is the answer for what is not there and for what is not theirs to see.
var errMessageNotFound = &refusal.Error{Kind: refusal.NotFound, Code: "message_not_found", Detail: "There is no such message, or it is not yours to see."}
