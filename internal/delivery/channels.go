package delivery

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/delivery/whatsapp"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

// AccountEdit is what an administrator enters for a channel.
type AccountEdit struct {
	Carrier  Carrier
	Settings AccountSettings
	Secrets  map[string]string // by name; what is not named stays, and empty takes it away
	Enabled  bool
}

// Channels answers the clinic's accounts, secrets included: whoever shows them tells only
// which are set.
func (p *Post) Channels(ctx context.Context, by rules.Actor) ([]Account, error) {
	if err := rules.Administrate(by); err != nil {
		return nil, err
	}
	return p.accountsOf(ctx, by.ClinicID)
}

// SetChannel keeps what is entered for a channel, from now on for everything.
func (p *Post) SetChannel(ctx context.Context, by rules.Actor, channel rules.Channel, in AccountEdit) (Account, error) {
	if err := rules.Administrate(by); err != nil {
		return Account{}, err
	}
	var kept Account
	err := p.keep(ctx, by.ClinicID, channel, func(before *Account) (Account, error) {
		kept = Account{ClinicID: by.ClinicID, Channel: channel, Carrier: in.Carrier, Settings: in.Settings, Enabled: in.Enabled}
		if before != nil && before.Carrier == in.Carrier {
			kept.Secrets = before.Secrets
		}
		if err := kept.Secrets.enter(in.Secrets); err != nil {
			return Account{}, err
		}
		if kept.Carrier == Mail && kept.Secrets.WebhookKey == "" {
			kept.Secrets.WebhookKey = newKey()
		}
		if before != nil && kept.sameMailbox(*before) {
			kept.readEpoch = before.readEpoch
		}
		return kept, p.checkAccount(kept)
	})
	if err == nil && kept.Carrier == Mail && kept.Settings.IMAPHost != "" && kept.readEpoch == 0 {
		p.connect(ctx, kept)
	}
	return kept, err
}

// connect notes where the mailbox ends, so that what comes from now on is read. A server that
// does not answer now is asked again by whoever reads.
func (p *Post) connect(ctx context.Context, a Account) {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	if _, err := p.startReading(ctx, a); err != nil {
		p.Log.InfoContext(ctx, "a mailbox is not connected yet", "clinic", a.ClinicID)
	}
}

// RemoveChannel forgets an account. What waits for it fails, and says why.
func (p *Post) RemoveChannel(ctx context.Context, by rules.Actor, channel rules.Channel) error {
	if err := rules.Administrate(by); err != nil {
		return err
	}
	return p.forget(ctx, by.ClinicID, channel)
}

// checkTime is how long an administrator waits for what is wrong.
const checkTime = 10 * time.Second

// TestChannel tries an account, and answers in plain words what is wrong with it; nothing,
// where all is well.
func (p *Post) TestChannel(ctx context.Context, by rules.Actor, channel rules.Channel) (string, error) {
	if err := rules.Administrate(by); err != nil {
		return "", err
	}
	a, err := p.account(ctx, by.ClinicID, channel)
	if errors.Is(err, errNoAccount) {
		return "", errNoChannel
	}
	if errors.Is(err, errSealed) {
		return "Its secrets cannot be read any more. Enter them again.", nil
	}
	if err != nil {
		return "", err
	}
	wrong, err := p.try(ctx, a)
	if err != nil {
		return "", err
	}
	return wrong, p.trouble(ctx, a, wayOut, wrong)
}

// try asks a carrier whether the account is good.
func (p *Post) try(ctx context.Context, a Account) (string, error) {
	way, err := p.way(a)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	var failure *rules.Failure
	if err := way.check(ctx); errors.As(err, &failure) {
		return failure.Reason, nil
	} else if err != nil {
		return "", err
	}
	return "", nil
}

// Tried is what trying an account has shown; Says is empty where all is well.
type Tried struct {
	Channel rules.Channel
	Says    string
}

// TryAll asks the carriers of a clinic whether its accounts are good, for whoever runs the
// installation. Nothing of it is kept.
func (p *Post) TryAll(ctx context.Context, clinic uuid.UUID) ([]Tried, error) {
	all, err := p.accountsOf(ctx, clinic)
	if err != nil {
		return nil, err
	}
	var out []Tried
	for _, a := range all {
		if !a.Enabled {
			continue
		}
		wrong, err := p.try(ctx, a)
		if err != nil {
			return nil, err
		}
		out = append(out, Tried{a.Channel, wrong})
	}
	return out, nil
}

// Health is how the channels do that are in trouble, for all staff to see.
func (p *Post) Health(ctx context.Context, by rules.Actor) ([]Account, error) {
	if err := rules.UseAsStaff(by); err != nil {
		return nil, err
	}
	all, err := p.accountsOf(ctx, by.ClinicID)
	out := make([]Account, 0, len(all))
	for _, a := range all {
		if a.Enabled && a.Says() != "" {
			out = append(out, a)
		}
	}
	return out, err
}

// Templates answers the approved templates of the clinic's WhatsApp number that can be filled
// in here.
func (p *Post) Templates(ctx context.Context, by rules.Actor) ([]whatsapp.TemplateInfo, error) {
	if err := rules.UseAsStaff(by); err != nil {
		return nil, err
	}
	a, err := p.account(ctx, by.ClinicID, rules.WhatsApp)
	if errors.Is(err, errNoAccount) || err == nil && a.Carrier != Meta {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	all, err := p.meta(a).client.Templates(ctx)
	var failure *rules.Failure
	if errors.As(err, &failure) {
		return nil, &refusal.Error{Kind: refusal.Unworkable, Code: "templates_unknown", Detail: "WhatsApp did not tell which templates there are. " + failure.Reason}
	}
	out := make([]whatsapp.TemplateInfo, 0, len(all))
	for _, t := range all {
		if t.Status == "APPROVED" && t.Plain {
			out = append(out, t)
		}
	}
	return out, err
}

// ReachedAt is where a carrier is told to call us for an account.
func (p *Post) ReachedAt(a Account) string {
	switch a.Carrier {
	case Twilio:
		return p.URL + twilioPath
	case Meta:
		return p.URL + whatsappPath
	case Mail:
		return p.URL + emailPath + "?key=" + a.Secrets.WebhookKey
	}
	return ""
}

var errNoChannel = &refusal.Error{Kind: refusal.NotFound, Code: "channel_not_set_up", Detail: "This channel is not set up. Enter its account first."}
