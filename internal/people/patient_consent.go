package people

import (
	"context"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

// Source is how the clinic came to know of a consent or an opt-out.
type Source string

const (
	ByHand  Source = "by_hand" // a member of staff wrote it down
	Keyword Source = "keyword" // the patient wrote STOP, or START
	Carrier Source = "carrier" // the carrier refuses to deliver
	Import  Source = "import"
)

// Consent is one line of the history: what was said of a channel to an address, and by whom
// it was written down.
type Consent struct {
	ID      uuid.UUID
	Channel rules.Channel
	Address string
	Given   bool // false: opted out
	Source  Source
	Reason  string
	UserID  uuid.UUID // of who wrote it down, or uuid.Nil
	User    string
	At      time.Time
}

// addressFor is what a consent to a channel belongs to.
func (p Patient) addressFor(c rules.Channel) (string, error) {
	address := ""
	switch c {
	case rules.SMS, rules.WhatsApp:
		address = p.Phone
	case rules.Email:
		if all := p.Addresses(); p.Email != "" {
			address = all[len(all)-1]
		}
	default:
		return "", refusal.Field("channel", "channel_unknown", "Consents are kept for sms, whatsapp and email. The portal is switched on and off instead.")
	}
	if address == "" {
		return "", &refusal.Error{Kind: refusal.Unworkable, Code: "address_missing", Detail: "Add the phone number or email address first: a consent belongs to it."}
	}
	return address, nil
}

// SetConsent writes down what the patient has said of a channel. It counts for everybody
// with the same address.
func (s *Service) SetConsent(ctx context.Context, by rules.Actor, id uuid.UUID, channel rules.Channel, given bool, reason string) error {
	if err := rules.LookUp(by); err != nil {
		return err
	}
	reason, err := wording("reason", reason, 500, true)
	if err != nil {
		return err
	}
	p, err := s.Patient(ctx, by, id)
	if err == nil && p.MergedInto != uuid.Nil {
		err = ErrMerged
	}
	if err != nil {
		return err
	}
	address, err := p.addressFor(channel)
	if err != nil {
		return err
	}
	return s.consent(ctx, by.ClinicID, id, Consent{Channel: channel, Address: address, Given: given, Source: ByHand, Reason: reason, UserID: by.ID})
}

// Heard writes down what came by itself: a keyword from the address, or a carrier's refusal.
// address is a number in E.164 or an email address.
func (s *Service) Heard(ctx context.Context, clinic uuid.UUID, channel rules.Channel, address string, given bool, source Source, reason string) error {
	return s.consent(ctx, clinic, uuid.Nil, Consent{Channel: channel, Address: address, Given: given, Source: source, Reason: reason})
}
