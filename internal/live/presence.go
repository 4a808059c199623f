package live

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

// Who is here, who looks at what, who is typing: ephemeral. It is kept in memory and passed
// over Redis alone, with no number, and never to or about more than who may see it.

const (
	tellEvery  = 20 // seconds; each node tells its table again
	tableLasts = 60 * time.Second
	stirWait   = 100 * time.Millisecond // so that a reload is no coming and going
)

// looking is the conversation that somebody has open.
type looking struct {
	Conversation uuid.UUID     `json:"c"`
	Parties      rules.Parties `json:"p"`
}

// colleague is a member of staff who is here.
type colleague struct {
	ID   uuid.UUID  `json:"id"`
	Name string     `json:"name"`
	Role rules.Role `json:"role"`
}

// table is what one node knows: who is connected to it, and what they look at.
type table struct {
	Online  []colleague `json:"o"`
	Viewing []view      `json:"v"`
	told    time.Time
}

type view struct {
	looking
	Who colleague `json:"w"`
}

// presence is a room's; it is touched under the room's lock.
type presence struct {
	looks    map[*conn]looking
	others   map[nodeID]table // of the other nodes
	online   []colleague      // as last told to the sockets
	viewers  map[uuid.UUID]watched
	stirring bool
}

// watched is a conversation that somebody has open.
type watched struct {
	parties rules.Parties
	people  []wire.Person
}

func newPresence() presence {
	return presence{looks: map[*conn]looking{}, others: map[nodeID]table{}, viewers: map[uuid.UUID]watched{}}
}

// passing is something that is said once and not kept.
type passing struct {
	Parties   rules.Parties `json:"p"`
	Author    uuid.UUID     `json:"a"`
	StaffOnly bool          `json:"s,omitempty"`
	frame     []byte
}

// pass tells it to everybody who may see the conversation, but not to its author.
func (r *room) pass(t passing) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.conns {
		a := c.actor.Load()
		if a.ID != t.Author && (a.Kind == rules.User || !t.StaffOnly) && rules.Sees(*a, t.Parties) {
			c.offer(t.frame)
		}
	}
}

// look notes what a socket has open, and tells it who else has.
func (r *room) look(c *conn, at looking) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.around.looks[c] = at; at.Conversation == uuid.Nil {
		delete(r.around.looks, c)
	} else if w := r.around.viewers[at.Conversation]; len(w.people) > 0 {
		c.offer(viewingFrame(at.Conversation, w.people))
	}
	r.stir()
}

// greet tells a new socket who is here.
func (r *room) greet(c *conn) {
	if c.actor.Load().Kind == rules.User && len(r.around.online) > 0 {
		c.offer(presenceFrame(r.around.online))
	}
	r.stir()
}

// stir looks at the whole again in a moment, here and on the other nodes.
func (r *room) stir() {
	if r.around.stirring {
		return
	}
	r.around.stirring = true
	time.AfterFunc(stirWait, func() {
		r.mu.Lock()
		r.around.stirring = false
		own := r.ownTable()
		r.settle(own)
		r.mu.Unlock()
		r.hub.bus.publishTable(r.clinic, own)
	})
}

// heardTable takes in another node's.
func (r *room) heardTable(node nodeID, t table) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t.told = time.Now()
	r.around.others[node] = t
	r.settle(r.ownTable())
}

// expire forgets nodes that are silent.
func (r *room) expire() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for node, t := range r.around.others {
		if time.Since(t.told) > tableLasts {
			delete(r.around.others, node)
			r.settle(r.ownTable())
		}
	}
}

func (r *room) ownTable() table {
	var t table
	for c := range r.conns {
		a := c.actor.Load()
		if a.Kind != rules.User {
			continue
		}
		who := colleague{a.ID, a.Name, a.Role}
		t.Online = append(t.Online, who)
		if at, looks := r.around.looks[c]; looks && rules.Sees(*a, at.Parties) {
			t.Viewing = append(t.Viewing, view{at, who})
		}
	}
	for c := range r.around.looks {
		if _, here := r.conns[c]; !here {
			delete(r.around.looks, c)
		}
	}
	return t
}

// settle merges the nodes' tables and tells what is different from before.
func (r *room) settle(own table) {
	var online []colleague
	viewers := map[uuid.UUID]watched{}
	merge := func(t table) {
		online = append(online, t.Online...)
		for _, v := range t.Viewing {
			people := append(viewers[v.Conversation].people, wire.Person{ID: v.Who.ID, Name: v.Who.Name})
			viewers[v.Conversation] = watched{v.Parties, people}
		}
	}
	merge(own)
	for _, t := range r.around.others {
		merge(t)
	}
	if online = distinct(online, func(c colleague) uuid.UUID { return c.ID }); !slices.Equal(online, r.around.online) {
		r.around.online = online
		r.tellStaff(presenceFrame(online), func(*rules.Actor) bool { return true })
	}
	r.settleViewers(viewers)
}

func (r *room) settleViewers(viewers map[uuid.UUID]watched) {
	for id, before := range r.around.viewers {
		if _, still := viewers[id]; !still {
			viewers[id] = watched{parties: before.parties}
		}
	}
	for id, now := range viewers {
		now.people = distinct(now.people, func(p wire.Person) uuid.UUID { return p.ID })
		if !slices.Equal(now.people, r.around.viewers[id].people) {
			r.tellStaff(viewingFrame(id, now.people), func(a *rules.Actor) bool { return rules.Sees(*a, now.parties) })
		}
		if r.around.viewers[id] = now; len(now.people) == 0 {
			delete(r.around.viewers, id)
		}
	}
}

func (r *room) tellStaff(frame []byte, may func(*rules.Actor) bool) {
	for c := range r.conns {
		if a := c.actor.Load(); a.Kind == rules.User && may(a) {
			c.offer(frame)
		}
	}
}

// distinct is sorted and names each once: somebody may have several windows open.
func distinct[T any](all []T, id func(T) uuid.UUID) []T {
	compare := func(a, b T) int { x, y := id(a), id(b); return slices.Compare(x[:], y[:]) }
	slices.SortFunc(all, compare)
	return slices.CompactFunc(all, func(a, b T) bool { return id(a) == id(b) })
}

func presenceFrame(users []colleague) []byte {
	return encode(struct {
		Type  string      `json:"type"`
		Users []colleague `json:"users"`
	}{"presence", users})
}

func viewingFrame(conversation uuid.UUID, users []wire.Person) []byte {
	if users == nil {
		users = []wire.Person{}
	}
	return encode(struct {
		Type           string        `json:"type"`
		ConversationID uuid.UUID     `json:"conversation_id"`
		Users          []wire.Person `json:"users"`
	}{"viewing", conversation, users})
}
