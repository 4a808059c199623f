package delivery

import (
	"bytes"
	"context"
	netmail "net/mail"
	"sync"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/delivery/mail"
)

// lookAround is how often it is looked which mailboxes there are.
const lookAround = 5 * time.Second

// mailbox is one that is read.
type mailbox struct {
	account mail.Account
	stop    context.CancelFunc
	ended   chan struct{}
}

// ReadMail reads the mailboxes of all clinics until ctx ends. Several may do so at once: a
// letter that two have fetched is the same letter.
func (p *Post) ReadMail(ctx context.Context) {
	reading := map[uuid.UUID]mailbox{}
	var all sync.WaitGroup
	defer all.Wait()
	for {
		if accounts, err := p.everywhere(ctx, Mail); err == nil {
			p.readThese(ctx, accounts, reading, &all)
		} else if ctx.Err() == nil {
			p.Log.WarnContext(ctx, "could not look which mailboxes there are", "err", err)
		}
		if sleep(ctx, lookAround) != nil {
			return
		}
	}
}

// readThese begins to read what is new or different, and ends what is gone.
func (p *Post) readThese(ctx context.Context, accounts []Account, reading map[uuid.UUID]mailbox, all *sync.WaitGroup) {
	wanted := map[uuid.UUID]Account{}
	for _, a := range accounts {
		if a.Settings.IMAPHost != "" && a.Secrets.Password != "" {
			wanted[a.ClinicID] = a
		}
	}
	for clinic, m := range reading {
		if a, still := wanted[clinic]; !still || p.mail(a).box != m.account {
			m.stop()
			<-m.ended
			delete(reading, clinic)
		}
	}
	for clinic, a := range wanted {
		if _, already := reading[clinic]; already {
			continue
		}
		own, stop := context.WithCancel(ctx)
		m := mailbox{p.mail(a).box, stop, make(chan struct{})}
		reading[clinic] = m
		all.Go(func() {
			defer close(m.ended)
			p.readMailbox(own, a)
		})
	}
}

// readMailbox reads one until ctx ends.
func (p *Post) readMailbox(ctx context.Context, a Account) {
	box := p.mail(a).box
	after := mail.Cursor{UIDValidity: a.readEpoch, UID: a.readUpto}
	for after.UIDValidity == 0 {
		newest, err := p.startReading(ctx, a)
		if after = newest; err != nil && sleep(ctx, lookAround) != nil {
			return
		}
	}
	began := after
	watcher := mail.Watcher{
		Account: box,
		Handle: func(ctx context.Context, arrival mail.Arrival) error {
			carrier := string(Mail)
			if arrival.Cut {
				carrier = mailCut
			}
			if arrival.Cursor.UIDValidity != began.UIDValidity && before(arrival.Raw, a.readSince) {
				return p.startAt(ctx, a, arrival.Cursor) // the mailbox was made anew, with what it held before
			}
			return p.keepWebhook(ctx, a, carrier, arrival.Raw, &arrival.Cursor)
		},
		Report: func(s mail.State) {
			// What stands there now is not known here, so it is asked.
			if err := p.trouble(ctx, Account{ClinicID: a.ClinicID, Channel: a.Channel, TroubleIn: unknown}, wayIn, s.Says); err != nil && ctx.Err() == nil {
				p.Log.WarnContext(ctx, "could not note how a mailbox does", "clinic", a.ClinicID, "err", err)
			}
		},
	}
	if err := watcher.Keep(ctx, after); err != nil && ctx.Err() == nil {
		p.Log.ErrorContext(ctx, "a mailbox is not read any more", "clinic", a.ClinicID)
	}
}

// startReading notes where a mailbox ends: what came before it was connected is left alone.
func (p *Post) startReading(ctx context.Context, a Account) (mail.Cursor, error) {
	newest, err := p.mail(a).box.Newest(ctx)
	if err == nil {
		err = p.startAt(ctx, a, newest)
	}
	if err != nil {
		return mail.Cursor{}, err
	}
	return newest, nil
}

// before tells whether a letter says that it was written before a time; one that does not say
// was not.
func before(raw []byte, since time.Time) bool {
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil || since.IsZero() {
		return false
	}
	at, err := m.Header.Date()
	return err == nil && at.Before(since)
}
