package live

import (
	"context"
	"time"

	"github.com/google/uuid"
)

const (
	beatEvery   = 25 // seconds; below the 55 s at which routers cut a silent socket
	pingAfter   = 35 // seconds of silence: a client that does not answer beats may still answer pings
	silenceEnds = 60 // seconds
	idleCompare = 10 // seconds between comparisons of a node without sockets
	pingWait    = 10 * time.Second
)

// watch does what is due each second: it compares where the histories stand, sends beats,
// and lets go of sockets and rooms where nobody is.
func (h *Hub) watch(ctx context.Context) {
	h.compare(ctx, nil)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for second := 0; ; second++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-h.bus.suspect:
		}
		rooms := h.all()
		if len(rooms) == 0 && second%idleCompare != 0 {
			continue // but what this node publishes names the epoch
		}
		h.compare(ctx, rooms)
		for _, r := range rooms {
			r.beat(second % beatEvery)
			if second%tellEvery == 0 {
				r.mu.Lock()
				r.stir()
				r.hereSoon()
				r.mu.Unlock()
			}
			r.expire()
			h.drop(r)
		}
	}
}

// compare asks, in one query, where all histories of this node stand: a lost publish, a
// crash between commit and publish, or Redis being away costs no more than this second.
func (h *Hub) compare(ctx context.Context, rooms []*room) {
	clinics := make([]uuid.UUID, len(rooms))
	for i, r := range rooms {
		clinics[i] = r.clinic
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	heads, epoch, err := h.Heads.Heads(ctx, clinics)
	if err != nil {
		if ctx.Err() == nil {
			h.Log.Warn("compare with Postgres", "err", err)
		}
		return
	}
	h.bus.epoch.Store(epoch)
	for _, r := range rooms {
		if head, known := heads[r.clinic]; known && r.lags(head, epoch) {
			h.task(func(ctx context.Context) { r.behind(ctx, head, epoch) })
		}
	}
}

func (r *room) lags(head int64, epoch int32) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open && (head != r.at || epoch != r.epoch)
}

// beat tells the sockets of one second where the history stands: a page cannot see protocol
// pings, and what somebody may not see still moves their position.
func (r *room) beat(slot int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.open || len(r.conns) == 0 {
		return
	}
	var frame []byte
	now := time.Now().Unix()
	for c := range r.conns {
		silent := now - c.heard.Load()
		switch {
		case silent > silenceEnds:
			r.hub.Metrics.silent.Inc()
			go c.ws.CloseNow() //nolint:errcheck // half-open: nobody there to be told a code
		case silent > pingAfter && silent%(beatEvery/2) == 0:
			go c.ping()
		}
		if c.slot == slot {
			if frame == nil {
				frame = encode(plain{Type: "beat", Position: r.position(r.at)})
			}
			c.offer(frame)
		}
	}
}

func (c *conn) ping() {
	ctx, cancel := context.WithTimeout(context.Background(), pingWait)
	defer cancel()
	if c.ws.Ping(ctx) == nil {
		c.heard.Store(time.Now().Unix())
	}
}
