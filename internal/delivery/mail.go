package delivery

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	netmail "net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"frontdesk/internal/jobs"
)

const (
	smtpTime    = 30 * time.Second // for one letter, from dialling to its end
	submission  = 587
	implicitTLS = 465
)

// Mailer sends the system's own letters over SMTP.
type Mailer struct {
	host string // empty: no mail server is set up
	opts []mail.Option
	from string
	log  *slog.Logger
}

// NewMailer reads SMTP_URL, as smtp://user:password@host:587 or smtps://host, and MAIL_FROM.
// An empty URL makes a mailer that sends nothing and says so.
func NewMailer(smtpURL, from string, log *slog.Logger) (*Mailer, error) {
	m := &Mailer{from: from, log: log}
	if smtpURL == "" {
		return m, nil
	}
	u, err := url.Parse(smtpURL)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("SMTP_URL is not of the form smtp://user:password@host:587 or smtps://host")
	}
	if _, err := netmail.ParseAddress(from); err != nil {
		return nil, fmt.Errorf("MAIL_FROM is no address: %w", err)
	}
	m.host = u.Hostname()
	m.opts, err = options(u)
	return m, err
}

func options(u *url.URL) ([]mail.Option, error) {
	port := submission
	opts := []mail.Option{mail.WithTimeout(smtpTime), mail.WithTLSConfig(&tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12})}
	switch {
	case u.Scheme == "smtps":
		port = implicitTLS
		opts = append(opts, mail.WithSSL())
	case loopback(u.Hostname()):
		opts = append(opts, mail.WithTLSPolicy(mail.TLSOpportunistic))
	default:
		opts = append(opts, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if p := u.Port(); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil {
			return nil, fmt.Errorf("SMTP_URL has no port: %w", err)
		}
		port = n
	}
	if password, set := u.User.Password(); set {
		// What is not encrypted carries a password to this machine alone.
		auth := mail.SMTPAuthAutoDiscover
		if u.Scheme == "smtp" && loopback(u.Hostname()) {
			auth = mail.SMTPAuthPlainNoEnc
		}
		opts = append(opts, mail.WithSMTPAuth(auth), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	return append(opts, mail.WithPort(port)), nil
}

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// Configured tells whether letters go anywhere. Where they do not, whoever invites somebody
// is shown the link to hand over.
func (m *Mailer) Configured() bool { return m.host != "" }

// Send brings one letter to the mail server. It is a job's handler: a server that is away or
// busy is tried again, a letter that it refuses for good is given up. The log never holds an
// address.
func (m *Mailer) Send(ctx context.Context, letter jobs.Letter) error {
	if !m.Configured() {
		m.log.WarnContext(ctx, "a letter is not sent: no mail server is set up, see SMTP_URL", "clinic", letter.ClinicID, "subject", letter.Subject)
		return jobs.GiveUp(errors.New("no mail server is set up"))
	}
	msg, err := m.compose(letter)
	if err != nil {
		m.log.WarnContext(ctx, "a letter is not sent: its address is none", "clinic", letter.ClinicID, "subject", letter.Subject)
		return jobs.GiveUp(errors.New("compose the letter"))
	}
	client, err := mail.NewClient(m.host, m.opts...)
	if err != nil {
		return fmt.Errorf("set up the mail client: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, smtpTime)
	defer cancel()
	err = client.DialAndSendWithContext(ctx, msg)
	if err == nil || msg.IsDelivered() {
		return nil // a quarrel over the goodbye sends nothing twice
	}
	return m.failed(ctx, letter, err)
}

func (m *Mailer) compose(letter jobs.Letter) (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithEncoding(mail.EncodingQP))
	if err := errors.Join(msg.From(m.from), msg.To(letter.To)); err != nil {
		return nil, err
	}
	msg.Subject(oneLine(letter.Subject))
	msg.SetDate()
	msg.SetMessageIDWithValue(m.messageID(letter))
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetBodyString(mail.TypeTextPlain, letter.Text)
	return msg, nil
}

// messageID is the same at each try of the same letter, so that what a server took twice is
// one letter in a mailbox.
func (m *Mailer) messageID(letter jobs.Letter) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{letter.ClinicID.String(), letter.To, letter.Subject, letter.Text}, "\x00")))
	domain := m.host
	if from, err := netmail.ParseAddress(m.from); err == nil {
		domain = from.Address[strings.LastIndexByte(from.Address, '@')+1:]
	}
	return hex.EncodeToString(sum[:16]) + "@" + domain
}

// failed tells what another try would help from what it would not.
func (m *Mailer) failed(ctx context.Context, letter jobs.Letter, err error) error {
	var refused *mail.SendError
	var network net.Error
	code := 0
	if errors.As(err, &refused) {
		code = refused.ErrorCode()
	}
	if code >= 500 {
		m.log.WarnContext(ctx, "the mail server refuses a letter for good", "clinic", letter.ClinicID, "subject", letter.Subject, "code", code)
		return jobs.GiveUp(fmt.Errorf("the mail server refuses it: %d", code))
	}
	kind := "the mail server does not take it now"
	if errors.As(err, &network) || errors.Is(err, context.DeadlineExceeded) {
		kind = "the mail server does not answer"
	}
	m.log.InfoContext(ctx, "a letter is tried again later", "clinic", letter.ClinicID, "subject", letter.Subject, "code", code, "why", kind)
	return fmt.Errorf("%s: %d", kind, code) // without the library's words, which hold the address
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
