package live

import (
	"bytes"
	"context"
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

const (
	queueBytes = 256 << 10       // what one socket may lag behind
	frameBytes = 64 << 10        // how much goes into one WebSocket message
	writeWait  = 5 * time.Second // for one message; then the socket is dead
)

// ending is why the server closes a socket. The code tells the client what to do: up to 4499
// come back with your position, from 4500 on do not.
type ending struct {
	code   websocket.StatusCode
	advice string
}

func (e ending) Error() string { return e.advice }

var (
	goingAway = ending{websocket.StatusGoingAway, "come back to another node"}
	tooSlow   = ending{4008, "come back with your position"}
	notNow    = ending{4013, "come back in a moment"}
	signedOut = ending{4501, "signed out or no longer allowed"}
	badFrame  = ending{4502, "that was no frame of ours"}
)

// always is the number of what must be told whatever was told at the start.
const always = math.MaxInt64

// held is a change that came while its socket was catching up.
type held struct {
	seq   int64
	frame []byte
}

// conn is one socket. The room offers; a writer runs only while something waits, so that an
// idle socket costs one goroutine, which reads. The first reason to end counts.
type conn struct {
	hub     *Hub
	room    *room
	ws      *websocket.Conn
	actor   atomic.Pointer[rules.Actor] // with the rights of this moment
	heard   atomic.Int64                // when the client last said anything, in Unix seconds
	visible atomic.Bool                 // the page is before somebody's eyes
	slot    int                         // the second, of every beat's, in which this socket has its own
	done    chan struct{}               // closed once the socket is gone

	mu      sync.Mutex
	holding bool // not live yet: changes are held
	held    []held
	from    int64 // changes up to this one were told at the start
	waiting [][]byte
	size    int // of what waits, in bytes
	writing bool
	ended   bool

	client // what the client has told of itself; only the reader touches it
}

func (c *conn) now() time.Time { return time.Now() }

// offerChange brings a change; it is called under the room's lock, in the order of numbers.
func (c *conn) offerChange(seq int64, frame []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.holding:
		c.held = append(c.held, held{seq, frame})
	case seq > c.from:
		c.queue(frame)
	}
}

// offer brings what has no number.
func (c *conn) offer(frame []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.holding {
		c.queue(frame)
	}
}

// first sends what brings the client up to a number, then what was held beyond it. None of
// it counts towards the queue's bound: how much was missed is not the client's fault.
func (c *conn) first(frames [][]byte, upto int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.held {
		if h.seq > upto {
			frames = append(frames, h.frame)
		}
	}
	c.from, c.holding, c.held = upto, false, nil
	c.waiting = append(c.waiting, frames...)
	c.wake()
}

// queue never blocks and never skips: a socket that is full is ended, and its client comes
// back for what it lacks.
func (c *conn) queue(frame []byte) {
	if c.ended {
		return
	}
	if c.size += len(frame); c.size > queueBytes {
		c.hub.Metrics.slow.Inc()
		c.endLocked(tooSlow)
		return
	}
	c.waiting = append(c.waiting, frame)
	c.wake()
}

func (c *conn) wake() {
	if !c.writing && !c.ended {
		c.writing = true
		go c.write()
	}
}

// write runs until nothing waits.
func (c *conn) write() {
	for {
		message := c.take()
		if message == nil {
			return
		}
		// Not under a context that others cancel: a write that is cut short sends no close code.
		ctx, cancel := context.WithTimeout(context.Background(), writeWait)
		err := c.ws.Write(ctx, websocket.MessageText, message)
		cancel()
		if err != nil {
			c.ws.CloseNow() //nolint:errcheck // it is broken already
			return
		}
	}
}

// take joins what waits into one message, a frame a line, up to a size.
func (c *conn) take() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 || c.ended {
		c.writing, c.waiting, c.size = false, nil, 0
		return nil
	}
	n, total := 0, 0
	for n < len(c.waiting) && (n == 0 || total+len(c.waiting[n]) <= frameBytes) {
		total += len(c.waiting[n]) + 1
		n++
	}
	message := c.waiting[0]
	if n > 1 {
		message = bytes.Join(c.waiting[:n], []byte{'\n'})
	}
	c.hub.Metrics.sent(n, len(message))
	if c.waiting = c.waiting[n:]; len(c.waiting) == 0 {
		c.waiting, c.size = nil, 0
	} else {
		c.size = max(c.size-total, 0)
	}
	return message
}

// end closes the socket with a code. It comes back at once: closing waits for the peer.
func (c *conn) end(why ending) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.endLocked(why)
}

func (c *conn) endLocked(why ending) {
	if c.ended {
		return
	}
	c.ended = true
	go c.ws.Close(why.code, why.advice) //nolint:errcheck // the reader sees the end; Close cuts after 5 s
}

// recheck asks for the person's rights anew, and ends the socket where they are gone or
// cannot be known.
func (c *conn) recheck(ctx context.Context) {
	before := c.actor.Load()
	now, err := c.hub.Rights.Current(ctx, *before)
	var refused *refusal.Error
	switch {
	case errors.As(err, &refused), err == nil && rules.UseHub(now) != nil:
		c.end(signedOut)
	case err != nil:
		c.hub.Log.Warn("ask for rights anew", "clinic", before.ClinicID, "err", err)
		c.end(notNow)
	default:
		c.actor.Store(&now)
		if now.Role != before.Role {
			c.room.resetOne(c) // what may be seen is another
		}
	}
}

func (r *room) resetOne(c *conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.offerChange(always, encode(plain{Type: "reset", Position: r.position(r.at)}))
}
