package delivery

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/delivery/twilio"
	"frontdesk/internal/jobs"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// ByText is the way of text messages.
type ByText struct{ Jobs *jobs.Queue }

// Channel names it.
func (ByText) Channel() rules.Channel { return rules.SMS }

// Open says yes: whether a clinic has a carrier is known only of the clinic.
func (ByText) Open() bool { return true }

// To is the patient's number, where the clinic has a carrier and they have not opted out.
func (ByText) To(p people.Patient, optedOut []rules.Channel) string {
	if !slices.Contains(p.Configured, rules.SMS) || slices.Contains(optedOut, rules.SMS) {
		return ""
	}
	return p.Phone
}

// Queue adds the text.
func (w ByText) Queue(ctx context.Context, tx *store.Tx, clinic uuid.UUID, to string, n Note) error {
	// Nobody knows who holds the phone: whoever reads says first who they are.
	text := n.Clinic + ": there is a new message for you. Sign in to read it: " + n.Portal
	return w.Jobs.Add(ctx, tx, jobs.Notice{ClinicID: clinic, To: to, Text: text}, time.Time{})
}

// SendNotice brings a notice to the carrier: the handler of its job. Nobody minds one that is
// lost, but two are a nuisance: it is tried again only where the carrier surely has not got it.
func (p *Post) SendNotice(ctx context.Context, n jobs.Notice) error {
	a, err := p.account(ctx, n.ClinicID, rules.SMS)
	if errors.Is(err, errNoAccount) || err == nil && !a.Enabled {
		return jobs.GiveUp(errNoAccount)
	}
	if err != nil {
		return err
	}
	pass, away := p.gates.of(a).enter(p.Pace)
	if away > 0 {
		return jobs.Later(away)
	}
	defer pass.leave()
	if err := sleep(ctx, pass.wait); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, p.Pace.Call)
	defer cancel()
	m := twilio.Message{To: n.To, From: a.Settings.Number, Service: a.Settings.Service, Body: n.Text}
	if m.Service != "" {
		m.From = ""
	}
	_, err = p.twilio(a).client.Send(ctx, m)
	var failure *rules.Failure
	switch {
	case errors.As(err, &failure):
		if pass.failed(failure); failure.Kind != rules.Passing {
			return jobs.GiveUp(failure)
		}
	case err == nil:
		pass.well()
	}
	return err
}
