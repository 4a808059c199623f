package delivery

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/files"
	"frontdesk/internal/inbox"
	"frontdesk/internal/jobs"
	"frontdesk/internal/outward"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Announcer is told of each committed change. It comes back at once and may forget.
type Announcer interface {
	Committed(clinic uuid.UUID, seq int64)
}

// PostParts are what the post works with.
type PostParts struct {
	Store     *store.Store
	Queue     *jobs.Queue
	Inbox     *inbox.Service
	People    *people.Service
	Files     *files.Service
	Announcer Announcer
	Secret    []byte
	URL       string // where carriers and patients reach us: a scheme and a host
	Local     bool   // carriers on this machine may be spoken to
	Pace      Pace
	Log       *slog.Logger
}

// Post carries messages to patients over the clinics' carriers, and brings in what these have
// for us.
type Post struct {
	PostParts
	vault vault
	gates *gates
	http  *http.Client
}

// NewPost makes the one of a process.
func NewPost(parts PostParts) (*Post, error) {
	v, err := newVault(parts.Secret)
	if err != nil {
		return nil, err
	}
	p := &Post{PostParts: parts, vault: v, http: outward.Client(parts.Local)}
	p.gates = &gates{pace: parts.Pace, all: map[gateKey]*gate{}, rest: p.resting}
	return p, nil
}

// CarrySMS hands a text message over: the handler of its job.
func (p *Post) CarrySMS(ctx context.Context, job jobs.CarrySMS) error {
	return p.carry(ctx, rules.SMS, job.Carriage)
}

// CarryWhatsApp hands a WhatsApp message over: the handler of its job.
func (p *Post) CarryWhatsApp(ctx context.Context, job jobs.CarryWhatsApp) error {
	return p.carry(ctx, rules.WhatsApp, job.Carriage)
}

// CarryEmail hands an email over: the handler of its job.
func (p *Post) CarryEmail(ctx context.Context, job jobs.CarryEmail) error {
	return p.carry(ctx, rules.Email, job.Carriage)
}

// carry brings one message as far as it goes now. Before each question to the carrier it is
// written down that one is asked; so whoever comes after a crash, or after an answer that was
// lost, finds out first whether the carrier has it.
func (p *Post) carry(ctx context.Context, channel rules.Channel, job jobs.Carriage) error {
	account, err := p.account(ctx, job.ClinicID, channel)
	if errors.Is(err, errNoAccount) || err == nil && !account.Enabled {
		return p.give(ctx, job, &rules.Failure{Kind: rules.Unclear, Reason: "Your clinic has not set up this channel any more. Send the message on another one."})
	}
	if err != nil {
		return err
	}
	way, err := p.way(account)
	if err != nil {
		return err
	}
	gate := p.gates.of(account)
	pass, away := gate.enter(p.Pace)
	if away > 0 {
		return jobs.Later(away)
	}
	defer pass.leave()
	if err := sleep(ctx, pass.wait); err != nil {
		return err
	}
	parcel, err := p.take(ctx, way, job)
	if err != nil || parcel == nil {
		return err
	}
	err = p.hand(ctx, account, way, parcel)
	var failure *rules.Failure
	switch {
	case errors.As(err, &failure):
		pass.failed(failure)
		return p.notTaken(ctx, account, parcel, failure)
	case err != nil:
		return p.ownFault(ctx, parcel, err)
	}
	pass.well()
	return p.trouble(ctx, account, wayOut, "")
}

// ownFault is a fault of our own, which the carrier has no part in: it is tried again, but not for
// ever without anybody knowing.
func (p *Post) ownFault(ctx context.Context, parcel *parcel, err error) error {
	if jobs.IsLater(err) || parcel.tries < p.Pace.Tries {
		return err
	}
	p.Log.ErrorContext(ctx, "a message is given up for a fault of our own", "clinic", parcel.ClinicID, "message", parcel.message, "err", err)
	return p.give(ctx, parcel.Carriage, &rules.Failure{Kind: rules.Unclear, Reason: "Something went wrong on our side. Try again, or send it on another channel; and tell whoever looks after Frontdesk."})
}

// hand gives the carrier those parts of a message that it has not got.
func (p *Post) hand(ctx context.Context, a Account, way way, parcel *parcel) error {
	if err := p.load(ctx, a, parcel); err != nil {
		return err
	}
	for parts := parcel.parts(a); len(parcel.ids) < parts; {
		got, err := p.part(ctx, way, parcel)
		if err != nil {
			return err
		}
		parcel.ids, parcel.askedBefore = append(parcel.ids, got.id), time.Time{}
		if len(parcel.ids) == parts {
			return p.taken(ctx, parcel, got)
		}
		if err := p.partly(ctx, parcel, time.Now()); err != nil {
			return err
		}
	}
	return nil
}

// part hands the next one over, unless the carrier turns out to have it.
func (p *Post) part(ctx context.Context, way way, parcel *parcel) (receipt, error) {
	if !parcel.askedBefore.IsZero() {
		if early := p.doubt(way) - time.Since(parcel.askedBefore); early > 0 {
			return receipt{}, jobs.Later(early)
		}
		asking, cancel := context.WithTimeout(ctx, p.Pace.Call)
		got, found, err := way.find(asking, *parcel)
		cancel()
		if err != nil || found {
			return got, stillUnclear(err)
		}
		if err := p.partly(ctx, parcel, time.Now()); err != nil {
			return receipt{}, err
		}
	}
	if parcel.optedOut {
		return receipt{}, &rules.Failure{Reason: "The patient has opted out of this channel in the meantime. Send the message on another one, or call."}
	}
	asking, cancel := context.WithTimeout(ctx, way.patience(p.Pace))
	defer cancel()
	return way.send(asking, *parcel)
}

// doubt is how long after a question it cannot be known yet whether the carrier has taken a
// message: it may still have been at it when we stopped listening.
func (p *Post) doubt(way way) time.Duration { return way.patience(p.Pace) + p.Pace.Settle }

// stillUnclear is a no to the question whether the carrier has a message: whatever it says, the
// answer to that is as unknown as before.
func stillUnclear(err error) error {
	var failure *rules.Failure
	if !errors.As(err, &failure) {
		return err
	}
	unknown := *failure
	unknown.Kind = rules.Unclear
	return &unknown
}

// tooLate is how long a message waits for an account to be mended.
const tooLate = 24 * time.Hour

// notTaken decides what follows from a no.
func (p *Post) notTaken(ctx context.Context, a Account, parcel *parcel, f *rules.Failure) error {
	p.Log.InfoContext(ctx, "a carrier did not take a message", "clinic", a.ClinicID, "channel", a.Channel, "message", parcel.message, "kind", f.Kind, "code", f.Code, "tries", parcel.tries)
	if f.Account {
		if err := p.trouble(ctx, a, wayOut, f.Reason); err != nil {
			return err
		}
	}
	if f.OptOut {
		if err := p.People.Heard(ctx, a.ClinicID, a.Channel, parcel.address, false, people.Carrier, carrierRefuses); err != nil {
			return err
		}
	}
	waits := f.Account && time.Since(parcel.createdAt) < tooLate // it goes out by itself once the account is mended
	switch {
	case f.Kind == rules.Permanent && !waits:
		return p.give(ctx, parcel.Carriage, f)
	case a.Carrier == Mail && f.Kind == rules.Unclear && parcel.tries > 1:
		return p.give(ctx, parcel.Carriage, &rules.Failure{
			Kind: rules.Unclear, Code: f.Code, Reason: "The mail server did not say whether it took the letter, twice. Ask whether it has arrived before you send it again.",
		})
	case parcel.tries >= p.Pace.Tries && !waits:
		given := *f
		given.Reason = "It was tried several times. " + f.Reason
		return p.give(ctx, parcel.Carriage, &given)
	case f.Kind != rules.Unclear:
		if err := p.partly(ctx, parcel, time.Time{}); err != nil {
			return err
		}
	}
	return jobs.Later(p.Pace.pause(parcel.tries, f.After))
}

// give gives a message up.
func (p *Post) give(ctx context.Context, job jobs.Carriage, f *rules.Failure) error {
	err := p.Inbox.Progress(ctx, job.ClinicID, job.MessageID, inbox.Progress{
		State: rules.Undone, Reason: f.Reason, Code: f.Code, Unclear: f.Kind == rules.Unclear, Round: job.Round,
	})
	if errors.Is(err, inbox.ErrNoDelivery) {
		return nil
	}
	return err
}

// resting keeps for everybody to see that a carrier is left alone, or that it answers again.
func (p *Post) resting(k gateKey, resting bool) {
	what := ""
	if resting {
		what = "The carrier does not answer as it should. Messages wait and go out by themselves once it does."
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := p.trouble(ctx, Account{ClinicID: k.clinic, Channel: k.channel, Trouble: unknown}, wayOut, what); err != nil {
			p.Log.WarnContext(ctx, "could not note how a carrier does", "clinic", k.clinic, "channel", k.channel, "err", err)
		}
	}()
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
