package live

import (
	"context"

	"frontdesk/internal/inbox"
	"frontdesk/internal/wire"
)

// join makes a socket live, without a hole and without a double. It is among the room's
// sockets from the start, but holds what comes; then it is told what it missed; then it gets
// what it held and was not told already. What was taken away between the handshake and now
// was told to a room that this socket was not in: so the rights are asked for once more.
func (r *room) join(ctx context.Context, c *conn, since string) error {
	if err := r.start(ctx); err != nil {
		return err
	}
	r.mu.Lock()
	c.holding = true
	r.conns[c] = struct{}{}
	at, epoch := r.at, r.epoch
	r.mu.Unlock()
	c.recheck(ctx)

	after, known := r.hub.Positions.Open(r.clinic, epoch, since)
	if since == "" || known && after == at {
		r.release(c, at, hello(c, r.hub.Positions.Seal(r.clinic, epoch, at)))
		return nil
	}
	missed := inbox.Missed{Seq: at, Reset: true}
	if known {
		var err error
		if missed, err = r.missed(ctx, c, after); err != nil {
			r.leave(c)
			return err
		}
	}
	r.release(c, missed.Seq, r.told(c, after, missed)...)
	return nil
}

// missed bounds how many ask Postgres at once: five thousand that come back together must
// not take every connection.
func (r *room) missed(ctx context.Context, c *conn, after int64) (inbox.Missed, error) {
	select {
	case r.hub.catchup <- struct{}{}:
		defer func() { <-r.hub.catchup }()
	case <-ctx.Done():
		return inbox.Missed{}, ctx.Err()
	}
	return r.hub.Reader.Since(ctx, *c.actor.Load(), after)
}

// told are the frames that bring a socket from a number to the present.
func (r *room) told(c *conn, after int64, m inbox.Missed) [][]byte {
	r.mu.Lock()
	now := r.position(m.Seq)
	was := r.position(after)
	r.mu.Unlock()
	if m.Reset {
		return [][]byte{hello(c, now), encode(plain{Type: "reset", Position: now})}
	}
	return [][]byte{hello(c, was), wire.EncodeMissed(*c.actor.Load(), m, now)}
}

func hello(c *conn, position string) []byte {
	return encode(plain{Type: "hello", Position: position, SessionID: c.actor.Load().SessionID.String()})
}

// release sends the first frames and what was held, and goes over to live.
func (r *room) release(c *conn, upto int64, frames ...[]byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.first(frames, upto)
	r.greet(c)
	r.hereSoon()
}

func (r *room) leave(c *conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, here := r.conns[c]; !here {
		return
	}
	delete(r.conns, c)
	person := c.actor.Load().ID
	r.hub.task(func(ctx context.Context) { r.looksAway(ctx, person) })
	if len(r.conns) == 0 {
		r.empty = c.now()
	}
	r.stir()
}
