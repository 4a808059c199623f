package mail_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"log"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"frontdesk/internal/delivery/mail"
)

// mailbox is a real IMAP server with one account. Between it and the client stands a door,
// which the test can shut.
type mailbox struct {
	*door
	user *imapmemserver.User
}

func openMailbox(t *testing.T, config *tls.Config, implicit bool, hide ...string) *mailbox {
	t.Helper()
	memory := imapmemserver.New()
	user := imapmemserver.NewUser("desk", "secret")
	memory.AddUser(user)
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return prompt{memory.NewSession()}, nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}}, TLSConfig: config, InsecureAuth: config == nil,
		Logger: log.New(io.Discard, "", 0),
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	door := openDoor(t, ln.Addr().String(), hide)
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
	return &mailbox{door: door, user: user}
}

// prompt also tells of what came just before a client began to wait, as real servers do and
// the library's does not.
type prompt struct{ imapserver.Session }

// Idle is called when a client waits.
func (p prompt) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		if err := p.Poll(w, true); err != nil {
			return err
		}
		select {
		case <-stop:
			return nil
		case <-tick.C:
		}
	}
}

func (b *mailbox) account() mail.Account {
	return mail.Account{
		SMTPHost: "127.0.0.1", SMTPPort: 1, SMTPSecurity: mail.None,
		IMAPHost: "127.0.0.1", IMAPPort: b.port, IMAPSecurity: mail.None,
		Username: "desk", Password: "secret", Address: "desk@clinic.test",
	}
}

// deliver puts a mail into the mailbox.
func (b *mailbox) deliver(t *testing.T, subject, text string) {
	t.Helper()
	raw := "From: ana@patients.test\r\nMessage-ID: <" + subject + "@patients.test>\r\nSubject: " + subject + "\r\n\r\n" + text + "\r\n"
	if _, err := b.user.Append("INBOX", literal{strings.NewReader(raw), int64(len(raw))}, &imap.AppendOptions{}); err != nil {
		t.Fatal(err)
	}
}

type literal struct {
	io.Reader
	size int64
}

func (l literal) Size() int64 { return l.size }

// door passes bytes on in both directions, without the words it hides, until it is shut.
type door struct {
	port int

	mu     sync.Mutex
	conns  map[net.Conn]bool
	closed bool
	tried  chan struct{} // one for each connection that came
}

func openDoor(t *testing.T, to string, hide []string) *door {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &door{port: ln.Addr().(*net.TCPAddr).Port, conns: map[net.Conn]bool{}, tried: make(chan struct{}, 1000)}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			in, err := ln.Accept()
			if err != nil {
				return
			}
			d.tried <- struct{}{}
			running.Go(func() { d.pass(in, to, hide) })
		}
	})
	t.Cleanup(func() {
		shutConn(ln)
		d.shut()
		running.Wait()
	})
	return d
}

func (d *door) pass(in net.Conn, to string, hide []string) {
	defer shutConn(in)
	out, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer shutConn(out)
	d.mu.Lock()
	if d.closed {
		d.mu.Unlock()
		return
	}
	d.conns[in] = true
	d.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		io.Copy(out, in) //nolint:errcheck // until one of them ends
		shutConn(out)
	}()
	if len(hide) == 0 {
		io.Copy(in, out) //nolint:errcheck // until one of them ends
	} else {
		lines := bufio.NewReader(out)
		for {
			line, err := lines.ReadString('\n')
			for _, word := range hide {
				line = strings.ReplaceAll(line, word, "")
			}
			if _, werr := io.WriteString(in, line); err != nil || werr != nil {
				break
			}
		}
	}
	shutConn(in)
	<-done
}

func shutConn(c io.Closer) { c.Close() } //nolint:errcheck // it may have been shut from the other side

// cut breaks all connections off; new ones may come.
func (d *door) cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for c := range d.conns {
		shutConn(c)
		delete(d.conns, c)
	}
}

// shut lets nobody in any more, until it is opened.
func (d *door) shut() {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	d.cut()
}

func (d *door) open() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = false
}
