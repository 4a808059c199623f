package delivery

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/delivery/twilio"
	"frontdesk/internal/delivery/whatsapp"
	"frontdesk/internal/inbox"
	"frontdesk/internal/jobs"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
)

// errUnreadable is what nothing can be made of; it stays where it is, to be looked into.
type unreadable struct{ error }

// Heard understands what a carrier has told us: the handler of its job. All that follows may
// be done again: each message and each state is known by the carrier's own name for it.
func (p *Post) Heard(ctx context.Context, job jobs.Heard) error {
	w, err := p.webhook(ctx, job)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && w.DoneAt != nil {
		return nil
	}
	if err != nil {
		return err
	}
	a, err := p.account(ctx, job.ClinicID, rules.Channel(w.Channel))
	if errors.Is(err, errNoAccount) {
		return p.understood(ctx, job, "its account is gone")
	}
	if err != nil {
		return err
	}
	switch w.Carrier {
	case string(Twilio):
		err = p.heardTwilio(ctx, a, w.Body, w.ReceivedAt)
	case string(Meta):
		err = p.heardMeta(ctx, a, w.Body, w.ReceivedAt)
	default:
		err = p.heardMail(ctx, a, w.Body, w.Carrier == mailCut, w.ReceivedAt)
	}
	var nonsense unreadable
	if errors.As(err, &nonsense) {
		p.Log.WarnContext(ctx, "what a carrier has told us cannot be understood", "clinic", job.ClinicID, "webhook", job.WebhookID)
		return errors.Join(p.understood(ctx, job, "it cannot be read"),
			p.trouble(ctx, a, wayIn, "Something came in that could not be read. Whoever looks after Frontdesk finds it in the table webhook."))
	}
	if err != nil {
		return err
	}
	return p.understood(ctx, job, "")
}

func (p *Post) heardTwilio(ctx context.Context, a Account, kept []byte, came time.Time) error {
	uri, body, _ := bytes.Cut(kept, []byte("\n"))
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return unreadable{err}
	}
	event, err := twilio.ParseWebhook(form)
	if err != nil {
		return unreadable{err}
	}
	if s := event.Status; s != nil {
		called, err := url.Parse(string(uri))
		if err != nil {
			return unreadable{err}
		}
		return p.progress(ctx, a, called.Query().Get("mark"), s.SID, s.State, s.Failure)
	}
	if event.Message == nil {
		return nil
	}
	m := *event.Message
	in := inbox.Incoming{Channel: a.Channel, CarrierID: m.SID, Address: m.From, Sender: m.Profile, Body: m.Body}
	if in.ReplyTo, err = p.ours(ctx, a, m.RepliedTo); err != nil {
		return err
	}
	for i, media := range m.Media {
		content, mediaType, err := p.twilio(a).client.Media(ctx, media.URL, p.Files.MaxSize())
		if err := p.attach(ctx, a, &in, enclosed{i, "", first(mediaType, media.Type), content, came}, err); err != nil {
			return err
		}
	}
	return p.receive(ctx, a, in, m.OptOut)
}

func (p *Post) heardMeta(ctx context.Context, a Account, body []byte, came time.Time) error {
	events, err := whatsapp.ParseWebhook(body)
	if err != nil {
		return unreadable{err}
	}
	for _, e := range events {
		if e.PhoneNumberID != "" && e.PhoneNumberID != a.Settings.PhoneNumberID {
			continue // another number's, which has its own account
		}
		switch {
		case e.Status != nil:
			err = p.progress(ctx, a, e.Status.Callback, e.Status.ID, e.Status.State, e.Status.Failure)
		case e.Account != nil:
			err = p.trouble(ctx, a, wayOut, e.Account.Reason)
		case e.Message != nil:
			err = p.heardWhatsApp(ctx, a, *e.Message, came)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *Post) heardWhatsApp(ctx context.Context, a Account, m whatsapp.Inbound, came time.Time) (err error) {
	in := inbox.Incoming{Channel: a.Channel, CarrierID: m.ID, Address: first(m.From, m.UserID), Sender: m.Name, Body: m.Body, At: m.At}
	if in.ReplyTo, err = p.ours(ctx, a, m.ReplyTo); err != nil {
		return err
	}
	if m.Media != nil {
		content, mediaType, err := p.meta(a).client.Media(ctx, m.Media.ID, p.Files.MaxSize())
		if err := p.attach(ctx, a, &in, enclosed{0, m.Media.Filename, first(mediaType, m.Media.MediaType), content, came}, err); err != nil {
			return err
		}
	}
	return p.receive(ctx, a, in, "")
}

// receive puts a message into the inbox, and honours the words by which a carrier lets people
// opt out.
func (p *Post) receive(ctx context.Context, a Account, in inbox.Incoming, carrierSays string) error {
	wish := rules.WishOf(in.Body)
	switch carrierSays {
	case "STOP":
		wish = rules.Stop
	case "START":
		wish = rules.StartAgain
	}
	if wish == rules.NoWish {
		return p.Inbox.Receive(ctx, a.ClinicID, in)
	}
	known, err := p.Inbox.Received(ctx, a.ClinicID, in.ID(a.ClinicID))
	if err != nil || known {
		return err // what was wished then may have changed since
	}
	in.Automatic = true // nothing answers it by itself
	why := "The patient wrote “" + strings.ToUpper(strings.TrimSpace(in.Body)) + "”."
	if a.Channel == rules.SMS && rules.Ambiguous(in.Body) {
		why += " The carrier stops all texts at this word. It may have been about an appointment: ask them."
	}
	if err := p.People.Heard(ctx, a.ClinicID, a.Channel, in.Address, wish == rules.StartAgain, people.Keyword, why); err != nil {
		return err
	}
	return p.Inbox.Receive(ctx, a.ClinicID, in)
}

// progress moves the message on that a callback is about: by our mark, which came back with
// it, or by the carrier's name for it. What is about neither is not ours.
func (p *Post) progress(ctx context.Context, a Account, marked, name string, state rules.Delivery, f *rules.Failure) error {
	m, ok := markOf(marked)
	if !ok || m.clinic != a.ClinicID {
		message, err := p.ours(ctx, a, name)
		if err != nil || message == uuid.Nil {
			return err
		}
		m, ok = mark{clinic: a.ClinicID, message: message}, false
	}
	if m.part < m.last && state != rules.Undone {
		return p.named(ctx, m, name) // of several parts, the last tells how far the message is
	}
	news := inbox.Progress{State: state, CarrierID: name, Round: int32(m.round), AnyRound: !ok} //nolint:gosec // a few
	if f != nil {
		news.Reason, news.Code = f.Reason, f.Code
		if err := p.optOut(ctx, a, m.message, f); err != nil {
			return err
		}
	}
	err := p.Inbox.Progress(ctx, a.ClinicID, m.message, news)
	if errors.Is(err, inbox.ErrNoDelivery) {
		return nil
	}
	return err
}

func first(of ...string) string {
	for _, s := range of {
		if s != "" {
			return s
		}
	}
	return ""
}
