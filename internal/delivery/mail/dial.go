package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
	"github.com/wneessen/go-mail/smtp"

	"frontdesk/internal/outward"
)

// What a server may lack, told apart from what it refuses.
var (
	errInsecure = errors.New("a password goes unencrypted to this machine alone")
	errNoTLS    = errors.New("the server offers no STARTTLS")
	errNoAuth   = errors.New("the server offers no way to sign in that we know")
	errSignIn   = errors.New("the server does not let the account in")
	errMailbox  = errors.New("the mailbox cannot be opened")
)

// dial connects, and encrypts where that comes before any word.
func dial(ctx context.Context, host string, port int, s Security, config *tls.Config, public bool) (net.Conn, error) {
	if !permits(s, host) {
		return nil, errInsecure
	}
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	var dialer net.Dialer // its keep-alive finds a server that has gone without a word
	if public {
		dialer.Control = outward.Only
	}
	if s == TLS {
		return (&tls.Dialer{NetDialer: &dialer, Config: config}).DialContext(ctx, "tcp", endpoint(host, port))
	}
	return dialer.DialContext(ctx, "tcp", endpoint(host, port))
}

// dialSMTP connects, encrypts and signs in. The end of ctx breaks the connection off. Whoever
// got a client calls done.
func (a Account) dialSMTP(ctx context.Context) (client *smtp.Client, done func(), err error) {
	conn, err := dial(ctx, a.SMTPHost, a.SMTPPort, a.SMTPSecurity, a.tls(a.SMTPHost), a.Outward)
	if err != nil {
		return nil, nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() }) //nolint:errcheck // whoever waits on it sees that
	done = func() {
		stop()
		conn.Close() //nolint:errcheck // it has served
	}
	if client, err = smtp.NewClient(conn, a.SMTPHost); err == nil {
		err = a.enter(client)
	}
	if err != nil {
		done()
		return nil, nil, errors.Join(err, ctx.Err())
	}
	return client, done, nil
}

func (a Account) enter(client *smtp.Client) error {
	name := a.Address[strings.LastIndexByte(a.Address, '@')+1:]
	if name == "" {
		name = "localhost"
	}
	if err := client.Hello(name); err != nil {
		return err
	}
	if a.SMTPSecurity == StartTLS {
		if offered, _ := client.Extension("STARTTLS"); !offered {
			return errNoTLS
		}
		if err := client.StartTLS(a.tls(a.SMTPHost)); err != nil {
			return err
		}
	}
	if a.Username == "" {
		return nil
	}
	_, offered := client.Extension("AUTH")
	auth := a.auth(strings.Fields(strings.ToUpper(offered)))
	if auth == nil {
		return errNoAuth
	}
	if err := client.Auth(auth); err != nil {
		return errors.Join(errSignIn, err)
	}
	return nil
}

// auth prefers what each server really knows: what it offers beside PLAIN fails where the
// password is kept as a hash, and the connection is encrypted.
func (a Account) auth(offered []string) smtp.Auth {
	plain := a.SMTPSecurity == None // to this machine alone, see permits
	switch {
	case slices.Contains(offered, "PLAIN"):
		return smtp.PlainAuth("", a.Username, a.Password, a.SMTPHost, plain)
	case slices.Contains(offered, "LOGIN"):
		return smtp.LoginAuth(a.Username, a.Password, a.SMTPHost, plain)
	case slices.Contains(offered, "SCRAM-SHA-256"):
		return smtp.ScramSHA256Auth(a.Username, a.Password)
	case slices.Contains(offered, "CRAM-MD5"):
		return smtp.CRAMMD5Auth(a.Username, a.Password)
	}
	return nil
}

// dialIMAP connects, encrypts and signs in. The end of ctx breaks the connection off. Whoever
// got a client calls done.
func (a Account) dialIMAP(ctx context.Context, options *imapclient.Options) (client *imapclient.Client, done func(), err error) {
	options.TLSConfig = a.tls(a.IMAPHost)
	conn, err := dial(ctx, a.IMAPHost, a.IMAPPort, a.IMAPSecurity, options.TLSConfig, a.Outward)
	if err != nil {
		return nil, nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() }) //nolint:errcheck // whoever waits on it sees that
	done = func() {
		stop()
		conn.Close() //nolint:errcheck // it has served
	}
	if a.IMAPSecurity == StartTLS {
		var said *imap.Error
		if client, err = imapclient.NewStartTLS(conn, options); errors.As(err, &said) {
			err = errors.Join(errNoTLS, err)
		}
	} else {
		client = imapclient.New(conn, options)
		err = client.WaitGreeting()
	}
	if err == nil {
		err = a.login(client)
	}
	if err != nil {
		done()
		return nil, nil, errors.Join(err, ctx.Err())
	}
	return client, done, nil
}

func (a Account) login(client *imapclient.Client) error {
	var err error
	if caps := client.Caps(); caps.Has(imap.AuthCap(sasl.Plain)) {
		err = client.Authenticate(sasl.NewPlainClient("", a.Username, a.Password))
	} else {
		err = client.Login(a.Username, a.Password).Wait()
	}
	var refused *imap.Error
	if errors.As(err, &refused) && refused.Code != imap.ResponseCodeUnavailable {
		return errors.Join(errSignIn, err)
	}
	return err
}
