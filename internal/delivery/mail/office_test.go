package mail_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"go.uber.org/goleak"

	"frontdesk/internal/delivery/mail"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// office is a real SMTP server that keeps what it takes, and refuses what it is told to.
type office struct {
	addr *net.TCPAddr

	mu      sync.Mutex
	senders []string
	letters []string
	refuse  map[string]*smtp.SMTPError // by the command: mail, rcpt, data
	hangUp  bool                       // after the letter, without an answer
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func openOffice(t *testing.T, config *tls.Config, implicit bool) *office {
	t.Helper()
	o := &office{refuse: map[string]*smtp.SMTPError{}}
	server := smtp.NewServer(o)
	server.Domain, server.ErrorLog, server.TLSConfig, server.MaxMessageBytes = "mail.test", quiet{}, config, 2<<20
	server.AllowInsecureAuth = config == nil
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.addr = ln.Addr().(*net.TCPAddr)
	if implicit {
		ln = tls.NewListener(ln, config)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		server.Serve(ln) //nolint:errcheck // ended below
	}()
	t.Cleanup(func() {
		server.Close() //nolint:errcheck // the test is over
		<-ended
	})
	return o
}

// NewSession is called for each connection.
func (o *office) NewSession(c *smtp.Conn) (smtp.Session, error) { return &counter{o, c}, nil }

type counter struct {
	*office
	conn *smtp.Conn
}

func (c *counter) AuthMechanisms() []string { return []string{sasl.Plain} }
func (c *counter) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, _, password string) error {
		if password != "secret" {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

func (c *counter) refused(command string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.refuse[command]; err != nil {
		return err
	}
	return nil
}

func (c *counter) Mail(from string, _ *smtp.MailOptions) error {
	c.mu.Lock()
	c.senders = append(c.senders, from)
	c.mu.Unlock()
	return c.refused("mail")
}
func (c *counter) Rcpt(string, *smtp.RcptOptions) error { return c.refused("rcpt") }
func (c *counter) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := c.refused("data"); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.letters = append(c.letters, string(raw))
	if c.hangUp {
		c.conn.Conn().Close() //nolint:errcheck // that is what it is for
	}
	return nil
}
func (c *counter) Reset()        {}
func (c *counter) Logout() error { return nil }

// last is the letter that came last.
func (o *office) last(t *testing.T) string {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.letters) == 0 {
		t.Fatal("no letter has come")
	}
	return o.letters[len(o.letters)-1]
}

func (o *office) account() mail.Account {
	return mail.Account{
		SMTPHost: "127.0.0.1", SMTPPort: o.addr.Port, SMTPSecurity: mail.None,
		IMAPHost: "127.0.0.1", IMAPPort: 1, IMAPSecurity: mail.None,
		Username: "desk", Password: "secret", Address: "desk@clinic.test", Name: "Elm Street",
	}
}

// certificate is one for 127.0.0.1 that only those trust who are given its roots.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.test"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, roots
}
