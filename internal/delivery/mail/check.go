package mail

import (
	"context"
	"errors"
	"net/textproto"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Finding is what trying one half of an account has shown.
type Finding struct {
	Way  string // "out" or "in"
	OK   bool
	Says string // in plain words, what to do about it; empty when all is well
}

// Check signs in both ways and opens the mailbox; it sends and reads nothing.
func (a Account) Check(ctx context.Context) []Finding {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	return []Finding{finding("out", a.checkSMTP(ctx)), finding("in", a.checkIMAP(ctx))}
}

func finding(way string, err error) Finding {
	if err == nil {
		return Finding{Way: way, OK: true}
	}
	says, _ := explain(err)
	return Finding{Way: way, Says: says}
}

// explain is for both protocols. It also tells whether it is for the clinic to mend.
func explain(err error) (says string, account bool) {
	var smtpSaid *textproto.Error
	var imapSaid *imap.Error
	switch {
	case errors.Is(err, errNoTLS):
		return connection(err)
	case errors.As(err, &smtpSaid) && smtpSaid.Code < 500:
		return "The mail server does not take messages at the moment.", false
	case errors.Is(err, errSignIn):
		return signIn, true
	case errors.Is(err, errMailbox):
		return "The account has no mailbox of this name. Choose another one in the settings.", true
	case errors.As(err, &smtpSaid), errors.As(err, &imapSaid):
		return "The mail server refuses the connection.", false
	}
	return connection(err)
}

func (a Account) checkSMTP(ctx context.Context) error {
	client, done, err := a.dialSMTP(ctx)
	if err != nil {
		return err
	}
	defer done()
	return client.Noop()
}

func (a Account) checkIMAP(ctx context.Context) error {
	client, done, err := a.dialIMAP(ctx, &imapclient.Options{})
	if err != nil {
		return err
	}
	defer done()
	_, err = a.open(client)
	return err
}

// Newest is where the mailbox ends now. Whoever starts to read there leaves alone what came
// before the account was connected.
func (a Account) Newest(ctx context.Context) (Cursor, error) {
	client, done, err := a.dialIMAP(ctx, &imapclient.Options{})
	if err != nil {
		return Cursor{}, err
	}
	defer done()
	box, err := a.open(client)
	if err != nil {
		return Cursor{}, err
	}
	return Cursor{UIDValidity: box.UIDValidity, UID: uint32(max(box.UIDNext, 1)) - 1}, nil
}

// open selects the mailbox for reading only: whether staff have seen a message is not the
// mail server's business, and nothing of ours depends on it.
func (a Account) open(client *imapclient.Client) (*imap.SelectData, error) {
	box, err := client.Select(a.mailbox(), &imap.SelectOptions{ReadOnly: true}).Wait()
	var said *imap.Error
	if errors.As(err, &said) {
		return nil, errors.Join(errMailbox, err)
	}
	return box, err
}
