package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Cursor is a place in a mailbox: behind the message with this UID. Its zero value is the
// beginning. UIDs mean something only together with their UIDVALIDITY.
type Cursor struct{ UIDValidity, UID uint32 }

// Arrival is one message of the mailbox.
type Arrival struct {
	Cursor Cursor // behind it: to be stored together with what is made of it
	Raw    []byte
	Cut    bool // Raw is only the beginning: the message is larger than Watcher.MaxBytes
}

// Watcher reads a mailbox from a cursor on, for as long as it may.
type Watcher struct {
	Account Account
	// Handle gets every message in order, one by one. An error stops the watch in front of
	// the message. Where the mailbox was made anew it is handed over from the beginning, so
	// Handle knows by its id what it has already seen.
	Handle func(ctx context.Context, a Arrival) error
	Report func(State) // of Keep, on every change; may be nil

	MaxBytes     int64         // zero: 40 MB. Of a larger message only the beginning is fetched
	Poll         time.Duration // between two looks where the server tells nothing by itself; zero: a minute
	FirstPause   time.Duration // of Keep, before the first new try; zero: 2 s. Each is twice as long
	LongestPause time.Duration // zero: 5 min
}

const (
	defaultMax  = 40 << 20
	defaultPoll = time.Minute
	// reIdle is how long the server is believed when it says nothing. Servers hang up after
	// 29 minutes; looking more often also finds what one has forgotten to tell.
	reIdle = 9 * time.Minute
	// beginning is what is fetched of a message that is too large: its text comes first.
	beginning = 256 << 10
)

// Watch hands over all messages behind the cursor, then waits for new ones, until ctx ends,
// the connection fails or Handle does; it never returns nil.
func (w Watcher) Watch(ctx context.Context, after Cursor) error {
	return w.watch(ctx, &after, func() {})
}

// watch moves the cursor, and calls opened once it reads the mailbox.
func (w Watcher) watch(ctx context.Context, at *Cursor, opened func()) error {
	news := make(chan struct{}, 1)
	client, done, err := w.Account.dialIMAP(ctx, &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages != nil {
				select {
				case news <- struct{}{}:
				default: // one look finds them all
				}
			}
		},
	}})
	if err != nil {
		return err
	}
	defer done()
	box, err := w.Account.open(client)
	if err != nil {
		return errors.Join(err, ctx.Err())
	}
	if at.UIDValidity != box.UIDValidity {
		*at = Cursor{UIDValidity: box.UIDValidity}
	}
	opened()
	for {
		if err := w.take(ctx, client, at); err != nil {
			return errors.Join(err, ctx.Err())
		}
		if err := w.wait(ctx, client, news); err != nil {
			return errors.Join(err, ctx.Err())
		}
	}
}

// wait returns when there may be something new.
func (w Watcher) wait(ctx context.Context, client *imapclient.Client, news <-chan struct{}) error {
	pause, idle := reIdle, (*imapclient.IdleCommand)(nil)
	if client.Caps().Has(imap.CapIdle) {
		var err error
		if idle, err = client.Idle(); err != nil {
			return fmt.Errorf("wait for mail: %w", err)
		}
	} else if pause = w.Poll; pause == 0 {
		pause = defaultPoll
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-client.Closed():
		return io.ErrUnexpectedEOF
	case <-news:
	case <-timer.C:
	}
	if idle == nil {
		return client.Noop().Wait()
	}
	if err := idle.Close(); err != nil {
		return err
	}
	return idle.Wait()
}

// take hands over what lies behind the cursor.
func (w Watcher) take(ctx context.Context, client *imapclient.Client, at *Cursor) error {
	if at.UID == ^uint32(0) {
		return nil
	}
	found, err := client.Fetch(imap.UIDSet{{Start: imap.UID(at.UID + 1)}}, &imap.FetchOptions{UID: true, RFC822Size: true}).Collect()
	if err != nil {
		return fmt.Errorf("list the mailbox: %w", err)
	}
	slices.SortFunc(found, func(a, b *imapclient.FetchMessageBuffer) int { return int(int64(a.UID) - int64(b.UID)) })
	for _, msg := range found {
		if uint32(msg.UID) <= at.UID {
			continue // a server asked for what lies behind its last message answers with that one
		}
		raw, cut, there, err := w.fetch(client, msg.UID, msg.RFC822Size)
		if err != nil {
			return fmt.Errorf("fetch a message: %w", err)
		}
		next := Cursor{UIDValidity: at.UIDValidity, UID: uint32(msg.UID)}
		if there {
			if err := w.Handle(ctx, Arrival{Cursor: next, Raw: raw, Cut: cut}); err != nil {
				return &handleError{err}
			}
		}
		*at = next
	}
	return nil
}

// fetch reads one message without marking it as seen. It may have gone meanwhile.
func (w Watcher) fetch(client *imapclient.Client, uid imap.UID, size int64) (raw []byte, cut, there bool, err error) {
	most := w.MaxBytes
	if most == 0 {
		most = defaultMax
	}
	section := &imap.FetchItemBodySection{Peek: true}
	if cut = size > most; cut {
		most = min(most, beginning)
		section.Partial = &imap.SectionPartial{Offset: 0, Size: most}
	}
	cmd := client.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}})
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		for item := msg.Next(); item != nil; item = msg.Next() {
			body, ok := item.(imapclient.FetchItemDataBodySection)
			if !ok || body.Literal == nil || there {
				continue
			}
			// The size that a server tells is not always that of what it sends.
			if raw, err = io.ReadAll(io.LimitReader(body.Literal, most+1)); err != nil {
				cmd.Close() //nolint:errcheck // the connection is lost
				return nil, false, false, err
			}
			there = true
			if int64(len(raw)) > most {
				raw, cut = raw[:most], true
			}
			io.Copy(io.Discard, body.Literal) //nolint:errcheck // told by Close
		}
	}
	// Of a message without a byte nothing can be made; Handle would fail on it for ever.
	return raw, cut, there && len(bytes.TrimSpace(raw)) > 0, cmd.Close()
}

// handleError tells what Handle said from what the server did.
type handleError struct{ err error }

func (e *handleError) Error() string { return "handle a message: " + e.err.Error() }
func (e *handleError) Unwrap() error { return e.err }
