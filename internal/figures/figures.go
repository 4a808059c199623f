// Package figures counts what a clinic does: how much comes and goes, when, how long patients
// wait for an answer, and who gives it. Conversations between colleagues are not counted.
package figures

import (
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Service reads the figures of every clinic. Nothing is kept: each answer is counted anew.
type Service struct {
	store *store.Store
	clock func() time.Time
}

// New makes the one reader of figures of a process.
func New(st *store.Store) *Service { return &Service{store: st, clock: time.Now} }

// Now is how things stand at this moment.
type Now struct {
	Open         int64     // conversations that are not archived
	Waiting      int64     // of them, those whose last word is the patient's
	Snoozed      int64     // of them, those that are out of the way; they do not wait
	Unread       int64     // of them, those with something that no one has opened
	Unanswered   int64     // messages, in those that wait
	LongestSince time.Time // the longest wait; zero where nobody waits
	At           time.Time
}

// Direction is which way a message goes.
type Direction string

const (
	Inbound  Direction = "inbound"
	Outbound Direction = "outbound"
	Internal Direction = "internal" // a note goes nowhere
)

// Volume is how many messages of one kind there were on a day.
type Volume struct {
	Day       Day
	Channel   rules.Channel
	Direction Direction
	Messages  int64
}

// Load is how much came and went in one hour of the week, summed over the range.
type Load struct {
	Weekday           int // Monday is 1, Sunday 7
	Hour              int // 0 to 23, as the clinic's clock shows
	Inbound, Outbound int64
}

// Wait is how long patients waited for answers, from the first of their messages that waited
// to the first answer.
type Wait struct {
	Answers           int64
	Median, Ninetieth time.Duration // the 90th percentile
}

// DayWait is the wait for the answers that were given on a day.
type DayWait struct {
	Day Day
	Wait
}

// Work is what a member of staff did.
type Work struct {
	ID            uuid.UUID
	Name          string
	Role          rules.Role
	Active        bool
	Messages      int64 // to patients
	Calls, Notes  int64
	Conversations int64 // in which a waiting patient got an answer
	Answers       int64
	Median        time.Duration // of the waits that the answers ended
}
