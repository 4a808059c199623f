package delivery

import (
	"context"
	"errors"
	"time"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
)

// AskAround is the job that asks Twilio for what its webhooks should have told: it posts each
// of them once, and what we did not hear then would be lost.
type AskAround struct{}

// Kind names it in the database.
func (AskAround) Kind() string { return "ask_around" }

// Lane is that of all else that comes in.
func (AskAround) Lane() string { return "heard" }

const (
	quiet    = 2 * time.Minute  // a message of which nothing was told for so long is asked for
	tooOld   = 24 * time.Hour   // after that nothing more is told
	lookBack = 30 * time.Minute // for messages that came in
	askMost  = 50               // messages of one account at a time
)

// AskAround asks for all accounts; the trouble of one is not that of another.
func (p *Post) AskAround(ctx context.Context, _ AskAround) error {
	accounts, err := p.everywhere(ctx, Twilio)
	if err != nil {
		return err
	}
	var errs []error
	for _, a := range accounts {
		errs = append(errs, p.askForStates(ctx, a), p.askForTexts(ctx, a))
	}
	return errors.Join(errs...)
}

func (p *Post) askForStates(ctx context.Context, a Account) error {
	silent, err := p.silent(ctx, a)
	if err != nil {
		return err
	}
	for _, m := range silent {
		sent, err := p.twilio(a).client.Fetch(ctx, m.CarrierID)
		if err != nil {
			return err
		}
		news := inbox.Progress{State: sent.Status, CarrierID: sent.SID, AnyRound: true}
		if f := sent.Failure(); f != nil {
			news.Reason, news.Code = f.Reason, f.Code
		}
		if err := p.Inbox.Progress(ctx, a.ClinicID, m.MessageID, news); err != nil {
			return err
		}
	}
	return nil
}

// askForTexts looks for texts that came in; those with files are left to their webhook. What
// is known already is not received twice.
func (p *Post) askForTexts(ctx context.Context, a Account) error {
	if a.Channel != rules.SMS || a.Settings.Number == "" {
		return nil
	}
	list, err := p.twilio(a).client.Find(ctx, a.Settings.Number, time.Now().Add(-lookBack))
	if err != nil {
		return err
	}
	for _, m := range list {
		if m.Raw != "received" || m.Body == "" || time.Since(m.CreatedAt) < quiet {
			continue
		}
		known, err := p.Inbox.Received(ctx, a.ClinicID, inbox.IDOfCarrier(a.ClinicID, a.Channel, m.SID))
		if err != nil {
			return err
		}
		if known {
			continue
		}
		in := inbox.Incoming{Channel: a.Channel, CarrierID: m.SID, Address: m.From, Body: m.Body}
		if err := p.receive(ctx, a, in, ""); err != nil {
			return err
		}
	}
	return nil
}
