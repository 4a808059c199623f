package mail_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"frontdesk/internal/delivery/mail"
)

// reader is somebody who reads a mailbox; what comes, comes through its channels.
type reader struct {
	mail.Watcher
	came   chan mail.Arrival
	states chan mail.State
	ended  chan error
	end    context.CancelFunc
}

func newReader(b *mailbox) *reader {
	r := &reader{came: make(chan mail.Arrival, 100), states: make(chan mail.State, 100), ended: make(chan error, 1)}
	r.Watcher = mail.Watcher{
		Account: b.account(), FirstPause: time.Millisecond, LongestPause: 20 * time.Millisecond,
		Handle: func(_ context.Context, a mail.Arrival) error { r.came <- a; return nil },
		Report: func(s mail.State) { r.states <- s },
	}
	return r
}

func (r *reader) start(t *testing.T, how func(context.Context, mail.Cursor) error, after mail.Cursor) {
	t.Helper()
	ctx, end := context.WithCancel(t.Context())
	r.end = end
	go func() { r.ended <- how(ctx, after) }()
	t.Cleanup(end)
}

func (r *reader) stop(t *testing.T) {
	t.Helper()
	r.end()
	if err := <-r.ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// next is the subject of what comes next, and where it stands.
func (r *reader) next(t *testing.T) (string, mail.Cursor) {
	t.Helper()
	select {
	case a := <-r.came:
		m, err := mail.Parse(a.Raw, mail.Options{Cut: a.Cut})
		if err != nil {
			t.Fatal(err)
		}
		return m.Subject, a.Cursor
	case err := <-r.ended:
		t.Fatal("it has ended:", err)
	case <-time.After(20 * time.Second):
		t.Fatal("nothing comes")
	}
	return "", mail.Cursor{}
}

func (r *reader) expect(t *testing.T, subjects ...string) (at mail.Cursor) {
	t.Helper()
	for _, want := range subjects {
		var got string
		if got, at = r.next(t); got != want {
			t.Fatalf("%s comes instead of %s", got, want)
		}
	}
	return at
}

func TestAMailboxIsReadInOrderAndThenWatched(t *testing.T) {
	t.Parallel()
	b := openMailbox(t, nil, false)
	for _, subject := range []string{"one", "two", "three"} {
		b.deliver(t, subject, "x")
	}
	r := newReader(b)
	r.start(t, r.Watch, mail.Cursor{})
	first, at := r.next(t)
	if first != "one" {
		t.Fatal(first)
	}
	r.expect(t, "two", "three")
	b.deliver(t, "four", "x") // while it waits
	r.expect(t, "four")
	b.deliver(t, "five", "x")
	last := r.expect(t, "five")
	r.stop(t)

	// From a place in the middle on, and from the end.
	r = newReader(b)
	r.start(t, r.Watch, at)
	if again := r.expect(t, "two", "three", "four", "five"); again != last {
		t.Error(again, last)
	}
	r.stop(t)
	newest, err := b.account().Newest(t.Context())
	if err != nil || newest != last {
		t.Error(newest, last, err)
	}
	r = newReader(b)
	r.start(t, r.Watch, newest)
	b.deliver(t, "six", "x")
	r.expect(t, "six")
	r.stop(t)
}

func TestAServerThatTellsNothingIsAsked(t *testing.T) {
	t.Parallel()
	b := openMailbox(t, nil, false, " IDLE")
	r := newReader(b)
	r.Poll = 5 * time.Millisecond
	r.start(t, r.Watch, mail.Cursor{})
	b.deliver(t, "one", "x")
	r.expect(t, "one")
	b.deliver(t, "two", "x")
	r.expect(t, "two")
	r.stop(t)
}

func TestAMessageThatIsNotStoredComesAgain(t *testing.T) {
	t.Parallel()
	b := openMailbox(t, nil, false)
	b.deliver(t, "one", "x")
	b.deliver(t, "two", "x")
	r := newReader(b)
	full, tries := errors.New("the database is away"), 0
	r.Handle = func(_ context.Context, a mail.Arrival) error {
		if strings.Contains(string(a.Raw), "two") {
			if tries++; tries < 3 {
				return full
			}
		}
		r.came <- a
		return nil
	}
	r.start(t, r.Watch, mail.Cursor{})
	at := r.expect(t, "one")
	if err := <-r.ended; !errors.Is(err, full) {
		t.Fatal(err)
	}
	r.start(t, r.Keep, at)
	r.expect(t, "two")
	if up, down := <-r.states, <-r.states; !up.Up || down.Up || !errors.Is(down.Err, full) || down.Pause <= 0 || !strings.Contains(down.Says, "stored") {
		t.Error(up, down)
	}
	r.stop(t)
}

func TestAConnectionThatBreaksIsMadeAgain(t *testing.T) {
	t.Parallel()
	b := openMailbox(t, nil, false)
	r := newReader(b)
	r.start(t, r.Keep, mail.Cursor{})
	b.deliver(t, "one", "x")
	r.expect(t, "one")
	if s := <-r.states; !s.Up {
		t.Fatal(s)
	}
	b.cut()
	if s := <-r.states; s.Up || s.Says == "" || s.Account {
		t.Error(s)
	}
	b.deliver(t, "two", "x")
	r.expect(t, "two")
	b.shut()
	b.deliver(t, "three", "x")
	for range 3 {
		for len(b.tried) > 0 {
			<-b.tried
		}
		<-b.tried // it goes on trying
	}
	b.open()
	r.expect(t, "three")
	r.stop(t)
}

func TestAMailboxThatWasMadeAnewIsReadFromTheBeginning(t *testing.T) {
	t.Parallel()
	b := openMailbox(t, nil, false)
	b.deliver(t, "one", "x")
	r := newReader(b)
	r.start(t, r.Keep, mail.Cursor{})
	before := r.expect(t, "one")
	b.shut()
	for _, do := range []func() error{func() error { return b.user.Delete("INBOX") }, func() error { return b.user.Create("INBOX", nil) }} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	b.deliver(t, "restored", "x")
	b.open()
	if after := r.expect(t, "restored"); after.UIDValidity == before.UIDValidity || after.UID != 1 {
		t.Error(before, after)
	}
	r.stop(t)
}

func TestOfALargeMessageOnlyTheBeginningComes(t *testing.T) {
	t.Parallel()
	b := openMailbox(t, nil, false)
	b.deliver(t, "large", strings.Repeat("word ", 100_000))
	b.deliver(t, "small", "x")
	r := newReader(b)
	r.MaxBytes = 1000
	r.start(t, r.Watch, mail.Cursor{})
	a := <-r.came
	m, err := mail.Parse(a.Raw, mail.Options{Cut: a.Cut})
	if err != nil || m.Subject != "large" || !a.Cut || !m.Truncated || len(a.Raw) != 1000 || !strings.HasPrefix(m.Text, "word word") {
		t.Error(err, m.Subject, a.Cut, m.Truncated, len(a.Raw))
	}
	r.expect(t, "small")
	r.stop(t)
}

func TestAWrongPasswordIsNotTriedOften(t *testing.T) {
	t.Parallel()
	b := openMailbox(t, nil, false)
	r := newReader(b)
	r.Account.Password, r.LongestPause = "guess", time.Hour
	r.start(t, r.Keep, mail.Cursor{})
	if s := <-r.states; s.Up || !s.Account || s.Pause < 30*time.Minute || !strings.Contains(s.Says, "password") {
		t.Error(s)
	}
	r.stop(t)
}
