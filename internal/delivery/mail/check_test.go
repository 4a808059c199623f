package mail_test

import (
	"strings"
	"testing"

	"frontdesk/internal/delivery/mail"
)

func TestCheckSaysWhatToMend(t *testing.T) {
	t.Parallel()
	config, roots := certificate(t)
	plainOut, plainIn := openOffice(t, nil, false), openMailbox(t, nil, false)
	startOut, startIn := openOffice(t, config, false), openMailbox(t, config, false)
	tlsOut, tlsIn := openOffice(t, config, true), openMailbox(t, config, true)
	whole := func(o *office, b *mailbox, s mail.Security) mail.Account {
		a := o.account()
		a.SMTPSecurity, a.IMAPSecurity, a.IMAPPort, a.Roots = s, s, b.port, roots
		return a
	}
	for name, c := range map[string]struct {
		account mail.Account
		change  func(*mail.Account)
		out, in string // empty: all is well
	}{
		"plain, to this machine": {whole(plainOut, plainIn, mail.None), nil, "", ""},
		"starttls":               {whole(startOut, startIn, mail.StartTLS), nil, "", ""},
		"tls":                    {whole(tlsOut, tlsIn, mail.TLS), nil, "", ""},
		"password":               {whole(tlsOut, tlsIn, mail.TLS), func(a *mail.Account) { a.Password = "guess" }, "password", "password"},
		"mailbox":                {whole(tlsOut, tlsIn, mail.TLS), func(a *mail.Account) { a.Mailbox = "Desk" }, "", "no mailbox of this name"},
		"certificate":            {whole(tlsOut, tlsIn, mail.TLS), func(a *mail.Account) { a.Roots = nil }, "certificate", "certificate"},
		"certificate, starttls":  {whole(startOut, startIn, mail.StartTLS), func(a *mail.Account) { a.Roots = nil }, "certificate", "certificate"},
		"tls where none is":      {whole(plainOut, plainIn, mail.TLS), nil, "does not speak TLS", "does not speak TLS"},
		"starttls where none is": {whole(plainOut, plainIn, mail.StartTLS), nil, "STARTTLS", "STARTTLS"},
		"nobody there":           {whole(plainOut, plainIn, mail.None), func(a *mail.Account) { a.SMTPPort, a.IMAPPort = 1, 1 }, "Nothing answers", "Nothing answers"},
		"unencrypted elsewhere":  {whole(plainOut, plainIn, mail.None), func(a *mail.Account) { a.SMTPHost, a.IMAPHost = "mail.test", "mail.test" }, "not encrypted", "not encrypted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.change != nil {
				c.change(&c.account)
			}
			for i, f := range c.account.Check(t.Context()) {
				want := []string{c.out, c.in}[i]
				if f.Way != []string{"out", "in"}[i] || f.OK != (want == "") || !strings.Contains(f.Says, want) || f.OK && f.Says != "" {
					t.Errorf("it finds %+v and not %q", f, want)
				}
			}
		})
	}
}

func TestALetterGoesEncrypted(t *testing.T) {
	t.Parallel()
	config, roots := certificate(t)
	for _, s := range []mail.Security{mail.TLS, mail.StartTLS} {
		o := openOffice(t, config, s == mail.TLS)
		a := o.account()
		a.SMTPSecurity, a.Roots = s, roots
		if err := a.Send(t.Context(), letter()); err != nil {
			t.Error(s, err)
		}
		o.last(t)
	}
}
