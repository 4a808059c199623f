package live

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

const subscribeTime = 2 * time.Second

// follow begins to listen to a clinic; leave ends it. Both only note what is wanted, and do
// it beside the caller: the comparison covers the time between.
func (b *bus) follow(clinic uuid.UUID) { b.want(clinic, true) }
func (b *bus) leave(clinic uuid.UUID)  { b.want(clinic, false) }

func (b *bus) want(clinic uuid.UUID, yes bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.followed[clinic] = yes
	if pubsub := b.pubsub; pubsub != nil {
		go b.subscribe(pubsub, clinic)
	}
}

// subscribe makes the subscription what is wanted by now.
func (b *bus) subscribe(pubsub *redis.PubSub, clinic uuid.UUID) {
	b.mu.Lock()
	wanted, known := b.followed[clinic]
	if known && !wanted {
		delete(b.followed, clinic)
	}
	b.mu.Unlock()
	if !known {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), subscribeTime)
	defer cancel()
	do := pubsub.Subscribe
	switch {
	case wanted && b.sharded:
		do = pubsub.SSubscribe
	case !wanted && b.sharded:
		do = pubsub.SUnsubscribe
	case !wanted:
		do = pubsub.Unsubscribe
	}
	if err := do(ctx, channel(clinic)); err != nil {
		b.log.Debug("subscribe", "clinic", clinic, "err", err) // go-redis does it again when Redis is back
	}
}

// listen hands on what comes until ctx ends. A subscription that is confirmed anew means
// that the connection was lost, and messages with it: then the histories are compared.
func (b *bus) listen(ctx context.Context) {
	pubsub := b.client.Subscribe(ctx)
	if b.sharded {
		pubsub = b.client.SSubscribe(ctx)
	}
	defer pubsub.Close() //nolint:errcheck // nothing is kept
	messages := pubsub.ChannelWithSubscriptions(redis.WithChannelSize(1024))
	b.mu.Lock()
	b.pubsub = pubsub
	b.mu.Unlock()
	for _, r := range b.hub.all() {
		b.follow(r.clinic) // those that came before there was anything to listen with
	}
	for {
		select {
		case <-ctx.Done():
			return
		case m, open := <-messages:
			if !open {
				return
			}
			switch m := m.(type) {
			case *redis.Subscription:
				b.missedSome()
			case *redis.Message:
				b.heard(m.Channel, []byte(m.Payload))
			}
		}
	}
}

func (b *bus) missedSome() {
	select {
	case b.suspect <- struct{}{}:
	default: // it is known already
	}
}

// heard opens one message and takes it to its room.
func (b *bus) heard(name string, sealed []byte) {
	if b.seal.isOwn(sealed) {
		return
	}
	node, kind, raw, err := b.seal.open(name, sealed)
	if err != nil {
		b.metrics.faked.Inc()
		return
	}
	clinic, err := uuid.Parse(strings.TrimSuffix(strings.TrimPrefix(name, "frontdesk:{"), "}"))
	if err != nil {
		return
	}
	b.hub.mu.Lock()
	r := b.hub.rooms[clinic]
	b.hub.mu.Unlock()
	if r != nil {
		b.bring(r, node, kind, raw)
	}
}

func (b *bus) bring(r *room, node nodeID, kind byte, raw []byte) {
	switch kind {
	case kindChange:
		if p, err := unmarshalPacket(raw); err == nil {
			r.take(p)
		}
	case kindNumber:
		b.missedSome()
	case kindPassing:
		header, frame, _ := bytes.Cut(raw, []byte{'\n'})
		var t passing
		if json.Unmarshal(header, &t) == nil {
			t.frame = frame
			r.pass(t)
		}
	case kindTable:
		var t table
		if json.Unmarshal(raw, &t) == nil {
			r.heardTable(node, t)
		}
	}
}
