package live

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/wire"
)

const (
	gapWait  = 30 * time.Millisecond // for a change that is on its way, before it is fetched
	linger   = 30 * time.Second      // of an empty room
	maxAhead = 4096                  // changes that wait for an earlier one; past that, all are fetched
)

// room is a clinic with open sockets. Under its lock bytes are moved, and nothing waits.
type room struct {
	hub    *Hub
	clinic uuid.UUID

	opening sync.Mutex // held by whoever asks Postgres where the history stands

	mu      sync.Mutex
	open    bool  // at is known
	at      int64 // the number of the last change that was handed on
	epoch   int32
	ahead   map[int64]*packet // came before an earlier one
	filling bool
	conns   map[*conn]struct{}
	empty   time.Time // since when nobody is here
	around  presence
	telling bool // who is here, to Redis, in a moment
}

func newRoom(h *Hub, clinic uuid.UUID) *room {
	return &room{hub: h, clinic: clinic, ahead: map[int64]*packet{}, conns: map[*conn]struct{}{}, empty: time.Now(), around: newPresence()}
}

// start finds out where the history stands. Each socket calls it; one asks.
func (r *room) start(ctx context.Context) error {
	r.opening.Lock()
	defer r.opening.Unlock()
	r.mu.Lock()
	open := r.open
	r.mu.Unlock()
	if open {
		return nil
	}
	heads, epoch, err := r.hub.Heads.Heads(ctx, []uuid.UUID{r.clinic})
	if err != nil {
		return err
	}
	r.hub.bus.epoch.Store(epoch)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open, r.at, r.epoch = true, heads[r.clinic], epoch
	r.drain()
	return nil
}

// take brings a change in. It comes from wherever it was fastest, perhaps twice, perhaps
// before its time; it leaves once, in order.
func (r *room) take(p *packet) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open && p.Seq <= r.at || len(r.ahead) >= maxAhead {
		return
	}
	if r.open && p.Epoch != r.epoch {
		return // another life's numbers; the comparison tells everybody
	}
	r.ahead[p.Seq] = p
	if r.open {
		r.drain()
	}
	if r.open && len(r.ahead) > 0 && !r.filling {
		r.fillSoon()
	}
}

// drain hands on what is next, and next, as long as there is no gap.
func (r *room) drain() {
	for {
		p := r.ahead[r.at+1]
		if p == nil {
			break
		}
		delete(r.ahead, p.Seq)
		r.at = p.Seq
		r.hand(p)
	}
	for seq := range r.ahead {
		if seq <= r.at {
			delete(r.ahead, seq)
		}
	}
}

// hand gives one change to every socket whose person may see it.
func (r *room) hand(p *packet) {
	var gone []byte // made once, if anybody needs it
	removed := func() []byte {
		if gone == nil {
			gone = wire.EncodeRemoved(p.Conversation, r.position(p.Seq))
		}
		return gone
	}
	for c := range r.conns {
		a := c.actor.Load()
		if frame := p.frameFor(a, removed); frame != nil {
			c.offerChange(p.Seq, frame)
		}
		if frame := p.topicsFor(a); frame != nil {
			c.offerChange(p.Seq, frame)
		}
		if frame := p.noticeFor(a); frame != nil {
			c.offerChange(p.Seq, frame)
		}
		switch {
		case slices.Contains(p.Sessions, a.SessionID):
			c.end(signedOut)
		case slices.Contains(p.Accounts, a.ID):
			r.hub.task(func(ctx context.Context) { c.recheck(ctx) })
		}
	}
}

func (r *room) position(seq int64) string { return r.hub.Positions.Seal(r.clinic, r.epoch, seq) }

// fillSoon fetches what is missing, unless it comes by itself in a moment.
func (r *room) fillSoon() {
	r.filling = true
	time.AfterFunc(gapWait, func() { r.hub.task(r.fill) })
}

// fill reads the changes up to the newest that is known here from Postgres. One fill runs at
// a time; what it could not do, the next comparison does.
func (r *room) fill(ctx context.Context) {
	r.mu.Lock()
	after, upto := r.at, r.at
	for seq := range r.ahead {
		upto = max(upto, seq)
	}
	r.mu.Unlock()
	if upto > after {
		r.replay(ctx, after, upto)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.filling = false
}

// replay reads changes from the log and takes them in. Numbers that the log no longer has
// mean that everybody loads anew.
func (r *room) replay(ctx context.Context, after, upto int64) {
	changes, err := r.hub.Reader.Replay(ctx, r.clinic, after, upto)
	if err != nil {
		r.hub.Log.Warn("fill a gap", "clinic", r.clinic, "err", err)
		return
	}
	r.hub.Metrics.filled.Add(float64(len(changes)))
	if len(changes) == 0 || changes[0].Seq != after+1 {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.at = max(r.at, upto)
		r.resetAll()
		r.drain()
		return
	}
	for _, ch := range changes {
		r.take(r.hub.packet(ch))
	}
}

// behind is told where the history stands, once a second.
func (r *room) behind(ctx context.Context, head int64, epoch int32) {
	r.mu.Lock()
	at, open, changed := r.at, r.open, epoch != r.epoch
	if open && changed {
		r.epoch, r.at, r.ahead = epoch, head, map[int64]*packet{}
		r.resetAll()
	}
	busy := r.filling
	r.filling = r.filling || open && !changed && head > at
	r.mu.Unlock()
	if !open || changed || busy || head <= at {
		return
	}
	select { // what was committed a moment ago is being pushed already
	case <-time.After(gapWait):
	case <-ctx.Done():
	}
	r.mu.Lock()
	at = r.at
	r.mu.Unlock()
	if head > at {
		r.replay(ctx, at, head)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.filling = false
}

// resetAll tells every socket to load anew.
func (r *room) resetAll() {
	frame := encode(plain{Type: "reset", Position: r.position(r.at)})
	for c := range r.conns {
		c.offerChange(always, frame)
	}
}

func (r *room) members() []*conn {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]*conn, 0, len(r.conns))
	for c := range r.conns {
		out = append(out, c)
	}
	return out
}

func (r *room) abandoned() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.conns) == 0 && time.Since(r.empty) > linger
}
