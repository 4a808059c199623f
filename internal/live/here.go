package live

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

// Whether somebody could see a message anyway decides whether they are told of it elsewhere.
// Each node knows its own sockets and says so in Redis; without Redis somebody is told once
// too often, and nothing else goes wrong.

const (
	hereLasts = 60 * time.Second // of three tellings
	hereTime  = 300 * time.Millisecond
	hereWait  = time.Second // less than it takes until somebody's browser is told
)

// Connected tells whether a person has a page open, on any node.
func (h *Hub) Connected(ctx context.Context, clinic, person uuid.UUID) bool {
	return h.here(ctx, clinic, person, func(*conn) bool { return true }, openPages)
}

// Attentive tells whether a person has a page before their eyes, on any node.
func (h *Hub) Attentive(ctx context.Context, clinic, person uuid.UUID) bool {
	return h.here(ctx, clinic, person, func(c *conn) bool { return c.visible.Load() }, seenPages)
}

// The two sets of persons that Redis keeps of each clinic, with when that was last so.
const (
	openPages = "open"
	seenPages = "seen"
)

func setOf(what string, clinic uuid.UUID) string {
	return "frontdesk:" + what + ":{" + clinic.String() + "}"
}

func (h *Hub) here(ctx context.Context, clinic, person uuid.UUID, which func(*conn) bool, set string) bool {
	h.mu.Lock()
	r := h.rooms[clinic]
	h.mu.Unlock()
	if r != nil && r.has(person, which) {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, hereTime)
	defer cancel()
	at, err := h.bus.client.ZScore(ctx, setOf(set, clinic), h.bus.alias(person)).Result()
	return err == nil && time.Since(time.Unix(int64(at), 0)) < hereLasts
}

func (r *room) has(person uuid.UUID, which func(*conn) bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.conns {
		if c.actor.Load().ID == person && which(c) {
			return true
		}
	}
	return false
}

// hereSoon says in a moment who is on this node, once for all who come and go until then.
// It is called under the room's lock.
func (r *room) hereSoon() {
	if r.telling {
		return
	}
	r.telling = true
	time.AfterFunc(hereWait, func() {
		r.mu.Lock()
		r.telling = false
		r.mu.Unlock()
		r.hub.task(r.tellHere)
	})
}

// tellHere says who is on this node.
func (r *room) tellHere(ctx context.Context) {
	r.mu.Lock()
	now := time.Now().Unix()
	var open, seen []redis.Z
	for c := range r.conns {
		z := redis.Z{Score: float64(now), Member: r.hub.bus.alias(c.actor.Load().ID)}
		if open = append(open, z); c.visible.Load() {
			seen = append(seen, z)
		}
	}
	r.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, hereTime)
	defer cancel()
	r.hub.bus.client.Pipelined(ctx, func(p redis.Pipeliner) error { //nolint:errcheck // said again in a moment
		for set, all := range map[string][]redis.Z{openPages: open, seenPages: seen} {
			if len(all) > 0 {
				name := setOf(set, r.clinic)
				p.ZAdd(ctx, name, all...)
				p.ZRemRangeByScore(ctx, name, "-inf", strconv.FormatInt(now-int64(hereLasts.Seconds()), 10))
				p.Expire(ctx, name, hereLasts)
			}
		}
		return nil
	})
}

// looksAway says that somebody has no page before their eyes on this node any more, or none
// at all.
func (r *room) looksAway(ctx context.Context, person uuid.UUID) {
	ctx, cancel := context.WithTimeout(ctx, hereTime)
	defer cancel()
	alias := r.hub.bus.alias(person)
	if !r.has(person, func(c *conn) bool { return c.visible.Load() }) {
		r.hub.bus.client.ZRem(ctx, setOf(seenPages, r.clinic), alias)
	}
	if !r.has(person, func(*conn) bool { return true }) {
		r.hub.bus.client.ZRem(ctx, setOf(openPages, r.clinic), alias)
	}
}

// see notes whether the page is before somebody's eyes.
func (c *conn) see(visible bool) {
	if c.visible.Swap(visible) == visible {
		return
	}
	if !visible {
		person := c.actor.Load().ID
		c.hub.task(func(ctx context.Context) { c.room.looksAway(ctx, person) })
		return
	}
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	c.room.hereSoon()
}

// alias stands for a person in Redis, where nobody is to read who a clinic's people are.
func (b *bus) alias(person uuid.UUID) string {
	mac := hmac.New(sha256.New, b.aliases)
	mac.Write(person[:])
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:12])
}

func aliasKey(secret []byte) ([]byte, error) {
	return hkdf.Key(sha256.New, secret, nil, "frontdesk people in Redis", 32)
}
