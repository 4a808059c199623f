package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/clinic"
	"frontdesk/internal/jobs"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// NewNudges makes those of a process.
func NewNudges(parts NudgeParts) *Nudges { return &Nudges{parts} }

// Nudges tell patients who are away that there is something for them in the portal: once for
// all that they have not read, and never what it is.
type Nudges struct{ NudgeParts }

// NudgeParts are what they work with.
type NudgeParts struct {
	Store    *store.Store
	Queue    *jobs.Queue
	People   *people.Service
	Clinic   *clinic.Service
	Presence Presence
	Ways     []Way  // in the order in which they are tried, unless the patient prefers one
	URL      string // where patients reach the portal: a scheme and a host
	Clock    func() time.Time
	Log      *slog.Logger
}

// Way is one by which patients can be reached outside the portal.
type Way interface {
	// Channel names it.
	Channel() rules.Channel
	// Open tells whether the way is set up at all, as far as this installation knows.
	Open() bool
	// To answers where it reaches a patient, or nothing where it does not, or must not.
	To(p people.Patient, optedOut []rules.Channel) string
	// Queue adds the job that brings the words there, in the transaction.
	Queue(ctx context.Context, tx *store.Tx, clinic uuid.UUID, to string, n Note) error
}

// Note is all that a patient is told.
type Note struct{ Clinic, Link, Portal string }

// ByMail is the way of email.
type ByMail struct {
	Mailer *Mailer
	Jobs   *jobs.Queue
}

// Channel names it.
func (ByMail) Channel() rules.Channel { return rules.Email }

// Open tells whether there is a mail server.
func (w ByMail) Open() bool { return w.Mailer.Configured() }

// To is the patient's address, unless they want no email.
func (w ByMail) To(p people.Patient, optedOut []rules.Channel) string {
	for _, c := range optedOut {
		if c == rules.Email {
			return ""
		}
	}
	return p.Email
}

// Queue adds the letter.
func (w ByMail) Queue(ctx context.Context, tx *store.Tx, clinic uuid.UUID, to string, n Note) error {
	return w.Jobs.Add(ctx, tx, jobs.Letter{ClinicID: clinic, To: to, Subject: "A new message from " + n.Clinic, Text: n.text()}, time.Time{})
}

func (n Note) text() string {
	return strings.Join([]string{
		"Hello,",
		"",
		"there is a new message for you from " + n.Clinic + ".",
		"",
		"Read it here. The link works once, for 15 minutes:",
		n.Link,
		"",
		"After that, sign in to the portal as usual:",
		n.Portal,
		"",
		"To protect your privacy this email does not say what the message is about.",
		"Please do not answer it: nobody reads this address. It is not for emergencies.",
		"",
	}, "\n")
}

// Sweep is the job that looks whom to tell.
type Sweep struct{}

// Kind names it in the database.
func (Sweep) Kind() string { return "nudges" }

const (
	firstHour = 8 // of the clinic's day; patients are not woken
	lastHour  = 21
	atOnce    = 200 // patients of one clinic, in one sweep
)

// Sweep tells those who are due, of all clinics. One clinic's trouble is not another's.
func (n *Nudges) Sweep(ctx context.Context, _ Sweep) error {
	if !slices.ContainsFunc(n.Ways, Way.Open) {
		return nil
	}
	clinics, err := n.People.Clinics(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range clinics {
		if err := n.sweep(ctx, c); err != nil {
			errs = append(errs, fmt.Errorf("nudge the patients of %s: %w", c.ID, err))
		}
	}
	return errors.Join(errs...)
}

func (n *Nudges) sweep(ctx context.Context, c people.Clinic) error {
	settings, err := n.Clinic.Settings(ctx, c.ID)
	if err != nil {
		return err
	}
	now := n.Clock()
	if !settings.Nudge.On || !awake(now, settings.Zone()) {
		return nil
	}
	due, err := n.dueBefore(ctx, c.ID, now.Add(-time.Duration(settings.Nudge.AfterMinutes)*time.Minute))
	if err != nil {
		return err
	}
	for _, patient := range due {
		if n.Presence.Connected(ctx, c.ID, patient) {
			continue // they see it as it comes; later, if they have gone by then
		}
		if err := n.tell(ctx, c, patient); err != nil {
			return err
		}
	}
	return nil
}

// wayTo is the way that the patient prefers, or else the first that reaches them.
func (n *Nudges) wayTo(p people.Patient, optedOut []rules.Channel) (way Way, to string) {
	if !p.PortalAccess {
		return nil, ""
	}
	for _, w := range n.Ways {
		if !w.Open() || to != "" && w.Channel() != p.PreferredChannel {
			continue
		}
		if at := w.To(p, optedOut); at != "" {
			way, to = w, at
		}
	}
	return way, to
}

// awake tells whether it is a time at which people may be told something.
func awake(t time.Time, zone *time.Location) bool {
	hour := t.In(zone).Hour()
	return firstHour <= hour && hour < lastHour
}

// tell is one transaction: what it tells of is marked, the link is made and the letter is
// queued, or none of it. Whoever cannot be reached is waited for no longer.
func (n *Nudges) tell(ctx context.Context, c people.Clinic, patient uuid.UUID) error {
	return n.Store.Write(ctx, c.ID, func(tx *store.Tx) error {
		waiting, err := claim(ctx, tx, c.ID, patient)
		if err != nil || len(waiting) == 0 {
			return err // read, told, or being told by another
		}
		p, optedOut, err := patientOf(ctx, tx, c.ID, patient)
		if err != nil {
			return err
		}
		way, to := n.wayTo(p, optedOut)
		if to == "" {
			return drop(ctx, tx, c.ID, waiting)
		}
		token, err := n.People.Link(ctx, tx, c.ID, people.SignInLink, rules.Patient, patient)
		if err != nil {
			return err
		}
		base := strings.TrimSuffix(n.URL, "/")
		note := Note{Clinic: c.Name, Link: base + "/signin#" + token, Portal: base + "/portal"}
		return errors.Join(way.Queue(ctx, tx, c.ID, to, note), sent(ctx, tx, c.ID, waiting))
	})
}
