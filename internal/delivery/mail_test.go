package delivery_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/google/uuid"

	"frontdesk/internal/delivery"
	"frontdesk/internal/jobs"
	"frontdesk/internal/testkit"
)

// postOffice is a real mail server that keeps what it takes, and refuses what it is told to.
type postOffice struct {
	url string

	mu      sync.Mutex
	letters [][]byte
	tried   int
	refuse  []*smtp.SMTPError // of the next recipients, one after another; nil takes it
	users   []string
}

func openPostOffice(t *testing.T) *postOffice {
	t.Helper()
	p := &postOffice{}
	server := smtp.NewServer(p)
	server.Domain, server.AllowInsecureAuth, server.ErrorLog = "mail.test", true, quietLog{}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(ln)                  //nolint:errcheck // ended below
	t.Cleanup(func() { server.Close() }) //nolint:errcheck // the test is over
	p.url = "smtp://desk:secret@" + ln.Addr().String()
	return p
}

type quietLog struct{}

func (quietLog) Printf(string, ...any) {}
func (quietLog) Println(...any)        {}

// NewSession is called for each connection.
func (p *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &counter{p}, nil }

type counter struct{ *postOffice }

func (c *counter) AuthMechanisms() []string { return []string{sasl.Plain} }
func (c *counter) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.users = append(c.users, user); password != "secret" {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}
func (c *counter) Mail(string, *smtp.MailOptions) error { return nil }
func (c *counter) Rcpt(string, *smtp.RcptOptions) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tried++
	if len(c.refuse) == 0 {
		return nil
	}
	next := c.refuse[0]
	if c.refuse = c.refuse[1:]; next == nil {
		return nil
	}
	return next
}

func (c *counter) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.letters = append(c.letters, raw)
	return err
}
func (c *counter) Reset()        {}
func (c *counter) Logout() error { return nil }

func letter() jobs.Letter {
	return jobs.Letter{ClinicID: uuid.New(), To: "ana@patients.test", Subject: "A new message from Café Clínica", Text: "Olá,\n\n" + strings.Repeat("long ", 60) + "\n.\nEnd"}
}

// gaveUp tells whether the queue would try no more.
func gaveUp(err error) bool {
	return err != nil && errors.Is(err, jobs.GiveUp(nil))
}

func TestALetterArrivesAsItWas(t *testing.T) {
	t.Parallel()
	office := openPostOffice(t)
	mailer, err := delivery.NewMailer(office.url, "Elm Street <desk@clinic.test>", testkit.Log())
	if err != nil || !mailer.Configured() {
		t.Fatal(mailer, err)
	}
	for range 2 { // the same letter again is recognised by whoever gets it
		if err := mailer.Send(t.Context(), letter2); err != nil {
			t.Fatal(err)
		}
	}
	var ids []string
	for _, raw := range office.letters {
		m, err := mail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		for header, want := range map[string]string{"Auto-Submitted": "auto-generated", "To": "<ana@patients.test>", "From": `"Elm Street" <desk@clinic.test>`} {
			if got := m.Header.Get(header); got != want {
				t.Errorf("%s: %q, want %q", header, got, want)
			}
		}
		if !strings.HasPrefix(m.Header.Get("Content-Type"), "text/plain") || m.Header.Get("Date") == "" || !strings.HasSuffix(m.Header.Get("Message-Id"), "@clinic.test>") {
			t.Errorf("the header is %v", m.Header)
		}
		ids = append(ids, m.Header.Get("Message-Id"))
		for line := range bytes.Lines(raw) {
			if len(line) > 200 {
				t.Errorf("a line of %d characters", len(line))
			}
		}
	}
	if len(ids) != 2 || ids[0] != ids[1] || office.users[0] != "desk" {
		t.Errorf("ids %v, signed in as %v", ids, office.users)
	}
}

var letter2 = letter()

// What a server cannot do now is tried again, what it will never do is not; and no log says
// whom a letter was for.
func TestWhatIsTriedAgain(t *testing.T) {
	t.Parallel()
	busy, unknown := &smtp.SMTPError{Code: 451, Message: "busy, ana@patients.test"}, &smtp.SMTPError{Code: 550, Message: "no such user ana@patients.test"}
	for name, tt := range map[string]struct {
		refuse []*smtp.SMTPError
		tries  int // until it is sent or given up
		sent   bool
	}{
		"taken":           {nil, 1, true},
		"busy at first":   {[]*smtp.SMTPError{busy, busy}, 3, true},
		"refused":         {[]*smtp.SMTPError{unknown}, 1, false},
		"busy, then none": {[]*smtp.SMTPError{busy, unknown}, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			office := openPostOffice(t)
			office.refuse = tt.refuse
			var log bytes.Buffer
			mailer, err := delivery.NewMailer(office.url, "desk@clinic.test", slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
			if err != nil {
				t.Fatal(err)
			}
			var last error
			for range 5 {
				if last = mailer.Send(t.Context(), letter2); last == nil || gaveUp(last) {
					break
				}
				if strings.Contains(last.Error(), "ana@") {
					t.Errorf("the error names the address: %v", last)
				}
			}
			if (last == nil) != tt.sent || office.tried != tt.tries || strings.Contains(log.String(), "ana@") {
				t.Errorf("tried %d times, then %v; the log says %s", office.tried, last, log.String())
			}
		})
	}
}

func TestWithoutAMailServer(t *testing.T) {
	t.Parallel()
	none, err := delivery.NewMailer("", "", testkit.Log())
	if err != nil || none.Configured() {
		t.Fatal(none, err)
	}
	if err := none.Send(t.Context(), letter2); !gaveUp(err) {
		t.Errorf("a letter without a server: %v", err)
	}
	closed, err := delivery.NewMailer("smtp://127.0.0.1:1", "desk@clinic.test", testkit.Log())
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Send(t.Context(), letter2); err == nil || gaveUp(err) {
		t.Errorf("a server that is away: %v", err)
	}
	wrong := letter2
	wrong.To = "nobody"
	if err := closed.Send(t.Context(), wrong); !gaveUp(err) {
		t.Errorf("an address that is none: %v", err)
	}
	for _, url := range []string{"mail.test:25", "http://mail.test", "smtp://"} {
		if _, err := delivery.NewMailer(url, "desk@clinic.test", testkit.Log()); err == nil {
			t.Errorf("%q is taken", url)
		}
	}
}

// Across a network a letter goes out encrypted or not at all.
func TestNoPasswordInTheClear(t *testing.T) {
	t.Parallel()
	office := openPostOffice(t)
	addr := strings.TrimPrefix(office.url, "smtp://desk:secret@")
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	outside := outsideAddress(t)
	ln, err := net.Listen("tcp", net.JoinHostPort(outside, "0"))
	if err != nil {
		t.Skip("this machine has no address but loopback")
	}
	defer ln.Close() //nolint:errcheck // the test is over
	go forward(t.Context(), ln, "127.0.0.1:"+port)
	mailer, err := delivery.NewMailer("smtp://desk:secret@"+ln.Addr().String(), "desk@clinic.test", testkit.Log())
	if err != nil {
		t.Fatal(err)
	}
	if err := mailer.Send(t.Context(), letter2); err == nil || len(office.users) != 0 || len(office.letters) != 0 {
		t.Errorf("without TLS: %v, signed in as %v", err, office.users)
	}
}

func outsideAddress(t *testing.T) string {
	t.Helper()
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLoopback() && ip.IP.To4() != nil {
			return ip.IP.String()
		}
	}
	return "192.0.2.1" // of nobody
}

func forward(ctx context.Context, ln net.Listener, to string) {
	for ctx.Err() == nil {
		in, err := ln.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", to)
		if err != nil {
			return
		}
		for _, pair := range [][2]net.Conn{{in, out}, {out, in}} {
			go func() {
				defer in.Close()          //nolint:errcheck // either has ended
				defer out.Close()         //nolint:errcheck // either has ended
				io.Copy(pair[0], pair[1]) //nolint:errcheck // until either ends
			}()
		}
	}
}
