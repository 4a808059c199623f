// Package clinic is what a clinic has set up for itself: its name and time zone, when it is
// open, what it says by itself, and how it is reached.
package clinic

import (
	"github.com/google/uuid"

	"frontdesk/internal/store"
)

// Announcer is told of each committed change. It comes back at once and may forget: readers
// notice a gap in the numbers.
type Announcer interface {
	Committed(clinic uuid.UUID, seq int64)
}

// Service is the clinics of an installation.
type Service struct {
	store     *store.Store
	announcer Announcer
}

// New makes the one of a process.
func New(st *store.Store, a Announcer) *Service { return &Service{store: st, announcer: a} }
