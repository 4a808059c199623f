package delivery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// topicChannels is told when an account, or what is wrong with one, has changed.
const topicChannels = "channels"

var errNoAccount = errors.New("the clinic has no account for this channel")

func (p *Post) account(ctx context.Context, clinic uuid.UUID, channel rules.Channel) (Account, error) {
	row, err := q.AccountGet(ctx, p.Store.View(clinic), db.AccountGetParams{ClinicID: clinic, Channel: string(channel)})
	if errors.Is(err, pgx.ErrNoRows) {
		return Account{}, errNoAccount
	}
	if err != nil {
		return Account{}, err
	}
	return p.accountOf(row)
}

// accountOf opens a row. What cannot be opened is still an account, without its secrets.
func (p *Post) accountOf(r db.ChannelAccount) (Account, error) {
	a := Account{
		ClinicID: r.ClinicID, Channel: rules.Channel(r.Channel), Carrier: Carrier(r.Carrier), Enabled: r.Enabled, Trouble: r.Trouble, TroubleIn: r.TroubleIn,
		readEpoch: uint32(r.ReadEpoch), readUpto: uint32(r.ReadUpto), //nolint:gosec // as IMAP counts
	}
	if r.TroubleAt != nil {
		a.TroubleAt = r.TroubleAt.UTC()
	}
	if r.ReadSince != nil {
		a.readSince = r.ReadSince.UTC()
	}
	if err := json.Unmarshal(r.Settings, &a.Settings); err != nil {
		return a, fmt.Errorf("read the settings of a channel: %w", err)
	}
	secrets, err := p.vault.open(a, r.Secrets)
	a.Secrets = secrets
	return a, err
}

func (p *Post) accountsOf(ctx context.Context, clinic uuid.UUID) ([]Account, error) {
	rows, err := q.AccountsOf(ctx, p.Store.View(clinic), clinic)
	return p.opened(rows), err
}

// called answers whom a carrier means; those whose secrets cannot be read are nobody.
func (p *Post) called(ctx context.Context, route string) ([]Account, error) {
	rows, err := q.AccountsByRoute(ctx, p.Store.Pool(), route)
	out := make([]Account, 0, len(rows))
	for _, r := range rows {
		if a, err := p.accountOf(db.ChannelAccount(r)); err == nil {
			out = append(out, a)
		}
	}
	return out, err
}

// anothers refuses what another clinic has already: what comes in there could not be told
// apart.
func (p *Post) anothers(ctx context.Context, a Account) error {
	for _, route := range a.routes() {
		rows, err := q.AccountsByRoute(ctx, p.Store.Pool(), route)
		if err != nil {
			return err
		}
		for _, r := range rows {
			other, _ := p.accountOf(db.ChannelAccount(r)) // its secrets are of no interest
			if other.ClinicID != a.ClinicID && a.collides(other) {
				return errAnothers
			}
		}
	}
	return nil
}

// everywhere answers the accounts of all clinics with a carrier.
func (p *Post) everywhere(ctx context.Context, carrier Carrier) ([]Account, error) {
	rows, err := q.AccountsOfCarrier(ctx, p.Store.Pool(), string(carrier))
	all := make([]db.ChannelAccount, len(rows))
	for i, r := range rows {
		all[i] = db.ChannelAccount(r)
	}
	return p.opened(all), err
}

func (p *Post) opened(rows []db.ChannelAccount) []Account {
	out := make([]Account, 0, len(rows))
	for _, r := range rows {
		a, err := p.accountOf(r)
		if err != nil {
			a.Trouble = "Its secrets cannot be read any more. Enter them again."
		}
		out = append(out, a)
	}
	return out
}

// keep writes an account. decide is handed what is kept now, locked.
func (p *Post) keep(ctx context.Context, clinic uuid.UUID, channel rules.Channel, decide func(before *Account) (Account, error)) error {
	return p.tell(ctx, clinic, func(tx *store.Tx) error {
		before, err := p.lockAccount(ctx, tx, clinic, channel)
		if err != nil {
			return err
		}
		a, err := decide(before)
		if err == nil {
			err = p.anothers(ctx, a)
		}
		if err != nil {
			return err
		}
		settings, err := json.Marshal(a.Settings)
		if err != nil {
			return err
		}
		sealed, err := p.vault.seal(a)
		if err != nil {
			return err
		}
		return errors.Join(q.AccountPut(ctx, tx, db.AccountPutParams{
			ClinicID: clinic, Channel: string(channel), Carrier: string(a.Carrier), Settings: settings, Secrets: sealed,
			Routes: a.routes(), Enabled: a.Enabled, SameMailbox: before != nil && a.sameMailbox(*before), Now: tx.Now,
		}), q.ClinicSetChannels(ctx, tx, clinic))
	})
}

func (p *Post) lockAccount(ctx context.Context, tx *store.Tx, clinic uuid.UUID, channel rules.Channel) (*Account, error) {
	row, err := q.AccountLock(ctx, tx, db.AccountLockParams{ClinicID: clinic, Channel: string(channel)})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	a, err := p.accountOf(row)
	if errors.Is(err, errSealed) {
		err = nil // they are being entered anew
	}
	return &a, err
}

func (p *Post) forget(ctx context.Context, clinic uuid.UUID, channel rules.Channel) error {
	return p.tell(ctx, clinic, func(tx *store.Tx) error {
		return errors.Join(
			q.AccountDelete(ctx, tx, db.AccountDeleteParams{ClinicID: clinic, Channel: string(channel)}),
			q.ClinicSetChannels(ctx, tx, clinic),
		)
	})
}

// direction is which half of an account is in trouble.
type direction int

const (
	wayOut direction = iota
	wayIn
)

// unknown stands for a trouble of which nobody has read what it is.
const unknown = "?"

// trouble keeps what is wrong with one half of an account, or that nothing is. What is known
// to be so already is not looked up.
func (p *Post) trouble(ctx context.Context, a Account, half direction, what string) error {
	if known := a.Trouble; half == wayOut && known == what || half == wayIn && a.TroubleIn == what {
		return nil
	}
	row, err := q.AccountGet(ctx, p.Store.View(a.ClinicID), db.AccountGetParams{ClinicID: a.ClinicID, Channel: string(a.Channel)})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	out, in := row.Trouble, row.TroubleIn
	if half == wayOut {
		out = what
	} else {
		in = what
	}
	if out == row.Trouble && in == row.TroubleIn {
		return nil
	}
	return p.tell(ctx, a.ClinicID, func(tx *store.Tx) error {
		at := row.TroubleAt
		if out == "" && in == "" {
			at = nil
		} else if at == nil {
			at = &tx.Now
		}
		return q.AccountTrouble(ctx, tx, db.AccountTroubleParams{ClinicID: a.ClinicID, Channel: string(a.Channel), Trouble: out, TroubleIn: in, TroubleAt: at})
	})
}

// tell changes something that staff are shown of the channels.
func (p *Post) tell(ctx context.Context, clinic uuid.UUID, write func(*store.Tx) error) error {
	seq, err := p.Store.Change(ctx, clinic, func(tx *store.Tx) error {
		tx.Log(store.Entry{Topics: []string{topicChannels}})
		return write(tx)
	})
	if err == nil && seq > 0 {
		p.Announcer.Committed(clinic, seq)
	}
	return err
}
