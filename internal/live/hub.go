// Package live is sockets out: it pushes each committed change to everybody who may see it,
// on this node and on the others.
//
// A clinic with open sockets has a room. A change comes to the room from this node's own
// commit, from another node over Redis, or, when neither came, from Postgres; the room hands
// changes on strictly by number.
package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

// Reader is where a node fetches what it did not hear.
type Reader interface {
	Since(ctx context.Context, by rules.Actor, after int64) (inbox.Missed, error)
	Replay(ctx context.Context, clinic uuid.UUID, after, upto int64) ([]inbox.Change, error)
	Parties(ctx context.Context, by rules.Actor, conversation uuid.UUID) (rules.Parties, error)
}

// Heads tells where histories stand.
type Heads interface {
	Heads(ctx context.Context, clinics []uuid.UUID) (heads map[uuid.UUID]int64, epoch int32, err error)
}

// Rights tells what somebody may do by now; a refusal says that the session has ended.
type Rights interface {
	Current(ctx context.Context, by rules.Actor) (rules.Actor, error)
}

// Parts are what a hub works with.
type Parts struct {
	Reader    Reader
	Heads     Heads
	Rights    Rights
	Redis     redis.UniversalClient
	Positions *wire.Positions
	Secret    []byte // from which the key of the bus is derived
	PublicURL string // an origin that is allowed besides the request's own host; may be empty
	Metrics   *Metrics
	Log       *slog.Logger
}

// Hub is every live socket of this process.
type Hub struct {
	Parts
	bus     *bus
	catchup chan struct{} // bounds how many catch up at once

	mu      sync.Mutex
	rooms   map[uuid.UUID]*room
	closing bool
	people  map[uuid.UUID]int // sockets of each person

	starting sync.Mutex // of tasks; apart, because rooms begin tasks under their own lock
	tasks    sync.WaitGroup
	ctx      context.Context // ends with Run: what the hub does on its own goes by it
	stop     context.CancelFunc
}

const (
	socketsOfPerson = 50
	catchupsAtOnce  = 8
	taskTime        = 5 * time.Second // for what the hub asks Postgres by itself
)

// New makes the hub; Run makes it live.
func New(parts Parts) (*Hub, error) {
	h := &Hub{
		Parts: parts, rooms: map[uuid.UUID]*room{}, people: map[uuid.UUID]int{},
		catchup: make(chan struct{}, catchupsAtOnce),
	}
	h.ctx, h.stop = context.WithCancel(context.Background())
	var err error
	h.bus, err = newBus(parts, h)
	return h, err
}

// Run works until ctx ends, and comes back when all of the hub's goroutines have.
func (h *Hub) Run(ctx context.Context) {
	var loops sync.WaitGroup
	loops.Go(func() { h.bus.publishAll(ctx) })
	loops.Go(func() { h.bus.listen(ctx) })
	loops.Go(func() { h.watch(ctx) })
	loops.Wait()
	h.starting.Lock()
	h.stop()
	h.starting.Unlock()
	h.tasks.Wait()
}

// Changed hands a change of this node to its own sockets, and leaves the publishing to the
// bus.
func (h *Hub) Changed(ch inbox.Change) {
	h.mu.Lock()
	r := h.rooms[ch.ClinicID]
	h.mu.Unlock()
	p := h.packet(ch)
	if r != nil {
		r.take(p)
	}
	h.bus.publish(ch.ClinicID, p)
}

// Committed is Changed for a change that carries no conversation: it is read back from the
// log, here and on every other node.
func (h *Hub) Committed(clinic uuid.UUID, seq int64) {
	h.task(func(ctx context.Context) {
		changes, err := h.Reader.Replay(ctx, clinic, seq-1, seq)
		if err != nil {
			h.Log.Warn("read back a change", "clinic", clinic, "err", err)
			return // the comparison finds it
		}
		for _, ch := range changes {
			h.Changed(ch)
		}
	})
}

// task runs something short beside a socket's or a request's path. After the end none begins.
func (h *Hub) task(do func(context.Context)) {
	h.starting.Lock()
	defer h.starting.Unlock()
	if h.ctx.Err() != nil {
		return
	}
	h.tasks.Go(func() {
		ctx, cancel := context.WithTimeout(h.ctx, taskTime)
		defer cancel()
		do(ctx)
	})
}

// room answers the clinic's, which is made for its first socket.
func (h *Hub) room(clinic uuid.UUID) *room {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.rooms[clinic]
	if r == nil {
		r = newRoom(h, clinic)
		h.rooms[clinic] = r
		h.bus.follow(clinic)
	}
	return r
}

// all answers the rooms that there are.
func (h *Hub) all() []*room {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]*room, 0, len(h.rooms))
	for _, r := range h.rooms {
		out = append(out, r)
	}
	return out
}

// drop lets a room go that nobody has been in for a while: a page that is loaded anew finds
// it still there.
func (h *Hub) drop(r *room) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.abandoned() && h.rooms[r.clinic] == r {
		delete(h.rooms, r.clinic)
		h.bus.leave(r.clinic)
	}
}

// full tells that a person has too many sockets, or that the hub is closing.
func (h *Hub) full(person uuid.UUID) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.closing || h.people[person] >= socketsOfPerson
}

// enter counts a person's sockets; it is called by the one who will call exit.
func (h *Hub) enter(person uuid.UUID) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closing || h.people[person] >= socketsOfPerson {
		return false
	}
	h.people[person]++
	return true
}

func (h *Hub) exit(person uuid.UUID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.people[person]--; h.people[person] <= 0 {
		delete(h.people, person)
	}
}

// Shutdown closes every socket with "going away", spread over the time there is, so that
// another node is not stormed.
func (h *Hub) Shutdown(ctx context.Context, spread time.Duration) {
	h.mu.Lock()
	h.closing = true
	h.mu.Unlock()
	var conns []*conn
	for _, r := range h.all() {
		conns = append(conns, r.members()...)
	}
	if len(conns) == 0 {
		return
	}
	tick := time.NewTicker(max(spread/time.Duration(len(conns)), time.Microsecond))
	defer tick.Stop()
	for i, c := range conns {
		c.end(goingAway)
		if i == len(conns)-1 {
			break
		}
		select {
		case <-tick.C:
		case <-ctx.Done(): // no time left: all at once
		}
	}
	for _, c := range conns {
		select {
		case <-c.done:
		case <-ctx.Done():
			return
		}
	}
}
