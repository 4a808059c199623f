// Package people knows users and patients, lets them sign in, and keeps their rights.
package people

import (
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/semaphore"

	"frontdesk/internal/jobs"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Announcer is told of each committed change of rights or sessions. It comes back at once
// and may forget: readers notice a gap in the numbers.
type Announcer interface {
	Committed(clinic uuid.UUID, seq int64)
}

// Sessions tells who is signed in and what they may do by now.
type Sessions struct{ store *store.Store }

// NewSessions is for those who only ask, as the live hub does.
func NewSessions(st *store.Store) *Sessions { return &Sessions{store: st} }

// Service is the people of every clinic.
type Service struct {
	*Sessions
	announcer Announcer
	queue     *jobs.Queue
	hashing   *semaphore.Weighted // a hash takes 19 MiB: no flood of sign-ins may take it all
	decoy     string              // what the password of an unknown account is compared with
	failures  *failures           // of signing in
	asked     *failures           // links by email
	page      string              // where browsers reach us: scheme and host
}

// New makes the one directory of a process. page is the scheme and host that links lead to.
func New(st *store.Store, a Announcer, queue *jobs.Queue, page string) (*Service, error) {
	decoy, err := HashPassword(uuid.NewString())
	if err != nil {
		return nil, err
	}
	return &Service{
		Sessions: NewSessions(st), announcer: a, queue: queue, decoy: decoy,
		hashing: semaphore.NewWeighted(4), failures: newFailures(forgiveness), asked: newFailures(linkPause),
		page: strings.TrimSuffix(page, "/"),
	}, nil
}

// Clinic is the tenant, as its people see it.
type Clinic struct {
	ID       uuid.UUID
	Name     string
	Timezone string // IANA name
}

// Session is somebody signed in, with the rights of this moment.
type Session struct {
	rules.Actor
	Clinic Clinic
}

// User is a member of staff.
type User struct {
	ID          uuid.UUID
	Role        rules.Role
	Name        string
	Email       string
	Permissions []string
	Active      bool

	Joined                    bool      // has chosen a password
	InvitedAt, InvitationEnds time.Time // of the invitation that is out; zero: none is
}
