package mail_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"frontdesk/internal/delivery/mail"
	"frontdesk/internal/rules"
)

// scripted is an SMTP server that does what no library's would: it takes the commands before
// DATA, and then what it was told.
func scripted(t *testing.T, greet bool, then func(net.Conn, *bufio.Reader)) mail.Account {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		defer shutConn(conn)
		in := bufio.NewReader(conn)
		if !greet {
			io.Copy(io.Discard, in) //nolint:errcheck // until the client gives up
			return
		}
		for answer := "220 mail.test\r\n"; ; {
			if _, err := io.WriteString(conn, answer); err != nil {
				return
			}
			if strings.HasPrefix(answer, "354") {
				then(conn, in)
				return
			}
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			if answer = "250 ok\r\n"; strings.HasPrefix(line, "DATA") {
				answer = "354 go on\r\n"
			}
		}
	}()
	t.Cleanup(func() {
		shutConn(ln)
		<-ended
	})
	return mail.Account{SMTPHost: "127.0.0.1", SMTPPort: ln.Addr().(*net.TCPAddr).Port, SMTPSecurity: mail.None, Address: "desk@clinic.test"}
}

// Only what was whole on the other side may have been taken.
func TestACutInTheLetterIsTriedAgainAndOneBehindItIsNot(t *testing.T) {
	t.Parallel()
	within := scripted(t, true, func(conn net.Conn, in *bufio.Reader) {
		in.ReadString('\n')               //nolint:errcheck // the cut is what counts
		conn.(*net.TCPConn).SetLinger(0)  //nolint:errcheck // the cut is what counts
		io.CopyN(io.Discard, in, 100_000) //nolint:errcheck // the cut is what counts
	})
	large := letter()
	large.Files[0].Content = make([]byte, 20<<20)
	failed(t, within.Send(t.Context(), large), rules.Passing, false, "lost")

	behind := scripted(t, true, func(_ net.Conn, in *bufio.Reader) {
		for line := ""; line != ".\r\n"; {
			var err error
			if line, err = in.ReadString('\n'); err != nil {
				t.Error("the letter has no end:", err)
				return
			}
		}
	})
	failed(t, behind.Send(t.Context(), letter()), rules.Unclear, false, "hung up")
}

func TestAServerThatSaysNothing(t *testing.T) {
	t.Parallel()
	mute := scripted(t, false, nil)
	ctx, end := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer end()
	failed(t, mute.Send(ctx, letter()), rules.Passing, false, "in time")

	// One that took the letter and says nothing has perhaps taken it.
	whole := make(chan struct{})
	waiting, stop := context.WithCancel(t.Context())
	slow := scripted(t, true, func(_ net.Conn, in *bufio.Reader) {
		for line := ""; line != ".\r\n"; {
			var err error
			if line, err = in.ReadString('\n'); err != nil {
				break
			}
		}
		close(whole)
		io.Copy(io.Discard, in) //nolint:errcheck // until the client gives up
	})
	go func() {
		<-whole
		stop()
	}()
	failed(t, slow.Send(waiting, letter()), rules.Unclear, false, "hung up")
}
