// Package mail speaks email: SMTP out, IMAP in, and MIME between. It knows one account and
// one letter at a time; whose patient wrote it, and what becomes of it, others know.
package mail

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"frontdesk/internal/markup"
)

// Security is how a connection to a mail server is kept from being read on its way.
type Security string

const (
	TLS      Security = "tls"      // from the first byte: ports 465 and 993
	StartTLS Security = "starttls" // asked for before anything else: ports 587 and 143
	None     Security = "none"     // not at all, which only this machine itself is trusted with
)

// Account is a clinic's mail account.
type Account struct {
	SMTPHost     string
	SMTPPort     int
	SMTPSecurity Security
	IMAPHost     string
	IMAPPort     int
	IMAPSecurity Security
	Username     string // for both; empty: the server asks for none
	Password     string
	Address      string         // what its letters come from
	Name         string         // shown beside the address
	Mailbox      string         // which is read; empty: INBOX
	Outward      bool           // nothing inside of our own network is spoken to, whatever a name leads to
	Roots        *x509.CertPool // whose certificates are believed; nil: the system's
}

// Address is one of a letter's ends. Name is decoded, and may be empty.
type Address struct{ Name, Email string }

// File is what a letter carries.
type File struct {
	Filename  string // without a path or control characters when it was received
	MediaType string // as declared, which proves nothing about the bytes
	Content   []byte
	ContentID string // without brackets; how HTML names a picture
	Inline    bool   // shown within the text, not below it
}

// Letter is one email on its way out.
type Letter struct {
	From        Address // empty: the account's own
	To          Address
	ReplyTo     string
	MessageID   string // like the other ids with or without brackets; the same at every try
	InReplyTo   string
	References  []string
	Subject     string
	Text        string // what every reader can show
	HTML        string // the same in colour; may be empty
	Files       []File
	Automatic   bool   // no person wrote it: nobody answers it by machine, and nothing comes back
	Unsubscribe string // an https address that takes the recipient off with one POST; for reminders, not for care
	Date        time.Time
	Loop        string // by which we know our own letter when it comes back, see Options.Loop
}

// LoopHeader marks what we have sent ourselves.
const LoopHeader = "X-Frontdesk-Loop"

// Mail is one email as it was received. Every text is valid UTF-8 without NUL.
type Mail struct {
	MessageID  string   // without brackets; made from the bytes where there is none
	InReplyTo  string   // without brackets
	References []string // oldest first, without brackets
	From       Address
	ReplyTo    string // only where it differs from From
	To, Cc     []Address
	Subject    string
	Date       time.Time // zero: it does not say
	Text       string    // what is new in it
	Quoted     string    // what was folded away: the earlier messages and the signature, as they stood
	HTML       string    // safe to show; remote pictures stand in data-src, the mail's own in data-cid; empty: it has none
	Files      []File
	Automatic  bool    // a machine wrote it, or many get it: no machine may answer
	Loop       bool    // it is our own, come back
	Bounce     *Bounce // it reports on a letter of ours
	Token      string  // of the address it went to, name+TOKEN@host
	Truncated  bool    // there is more of it than is told here
}

// Bounce is what a mail server says of a letter that it was to pass on.
type Bounce struct {
	MessageID  string // of our letter, without brackets; empty: it does not say
	Recipient  string
	Action     string // failed, delayed, delivered, relayed or expanded
	Status     string // x.y.z of RFC 3463; may be empty
	Diagnostic string // the server's own words, which may hold an address
	Permanent  bool
	Reason     string // one or two plain sentences for staff
}

const (
	// letterTime is for one letter from dialling to its end, and slowest is what a line must
	// carry in a second beside it. A server may look at a letter for minutes before it says
	// yes; who hangs up earlier never learns whether it has taken it.
	letterTime = 5 * time.Minute
	slowest    = 50_000 // bytes
	dialTime   = 30 * time.Second
	checkTime  = 45 * time.Second // somebody waits for it
)

// permits tells whether a password may go to the host this way.
func permits(s Security, host string) bool {
	switch s {
	case TLS, StartTLS:
		return true
	case None:
		addr, err := netip.ParseAddr(host)
		return host == "localhost" || err == nil && addr.IsLoopback()
	}
	return false
}

func (a Account) tls(host string) *tls.Config {
	return &tls.Config{ServerName: host, RootCAs: a.Roots, MinVersion: tls.VersionTLS12}
}

func (a Account) mailbox() string {
	if a.Mailbox == "" {
		return "INBOX"
	}
	return a.Mailbox
}

func endpoint(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }

// oneLine is s as a header may hold it: whatever would begin a second one is a space.
func oneLine(s string) string { return strings.Join(strings.Fields(markup.Clean(s)), " ") }

// bareID is a message's id without its brackets, and without what no id may hold.
func bareID(id string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r == '<' || r == '>' || r > '~' {
			return -1
		}
		return r
	}, id)
}
