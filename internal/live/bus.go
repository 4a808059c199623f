package live

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

const (
	outgoing    = 4096                   // messages that wait to be published; more are dropped
	batch       = 64                     // published in one round trip
	publishTime = 200 * time.Millisecond // then Redis is taken to be away
	restTime    = 500 * time.Millisecond // before it is tried again
	maxPacket   = 64 << 10               // bytes; of a larger change only the number goes out
)

// bus carries changes between nodes over Redis. It may lose any of them: Postgres has all.
type bus struct {
	seal    *sealer
	aliases []byte // the key of what stands for persons
	client  redis.UniversalClient
	hub     *Hub
	metrics *Metrics
	log     *slog.Logger
	epoch   atomic.Int32 // of the history, as last seen

	out     chan letter
	suspect chan struct{} // something may have been missed: compare now

	mu       sync.Mutex
	pubsub   *redis.PubSub
	followed map[uuid.UUID]bool
	sharded  bool
}

// letter is a sealed message and where it goes.
type letter struct {
	channel string
	sealed  []byte
}

func newBus(parts Parts, h *Hub) (*bus, error) {
	seal, err := newSealer(parts.Secret)
	if err != nil {
		return nil, err
	}
	aliases, err := aliasKey(parts.Secret)
	if err != nil {
		return nil, err
	}
	_, sharded := parts.Redis.(*redis.ClusterClient)
	return &bus{
		seal: seal, aliases: aliases, client: parts.Redis, hub: h, metrics: parts.Metrics, log: parts.Log,
		out: make(chan letter, outgoing), suspect: make(chan struct{}, 1),
		followed: map[uuid.UUID]bool{}, sharded: sharded,
	}, nil
}

// channel is one for each clinic; on a cluster its braces say which shard.
func channel(clinic uuid.UUID) string { return "frontdesk:{" + clinic.String() + "}" }

func (b *bus) publish(clinic uuid.UUID, p *packet) {
	raw, err := p.marshal()
	if err != nil || len(raw) > maxPacket || p.Epoch == 0 {
		p = &packet{Seq: p.Seq, Epoch: p.Epoch} // the others see a gap, and fetch it
		raw = encode(p)
		b.send(clinic, kindNumber, raw)
		return
	}
	b.send(clinic, kindChange, raw)
}

func (b *bus) publishPassing(clinic uuid.UUID, t passing) {
	header := encode(t)
	b.send(clinic, kindPassing, append(append(header, '\n'), t.frame...))
}

func (b *bus) publishTable(clinic uuid.UUID, t table) { b.send(clinic, kindTable, encode(t)) }

// send never waits: a full queue means that Redis is away, and what is lost is made good.
func (b *bus) send(clinic uuid.UUID, kind byte, raw []byte) {
	name := channel(clinic)
	select {
	case b.out <- letter{name, b.seal.seal(name, kind, raw)}:
	default:
		b.metrics.dropped.Inc()
	}
}

// publishAll sends what waits, several messages in one round trip. After a failure it rests,
// so that a dead Redis costs nothing.
func (b *bus) publishAll(ctx context.Context) {
	var rest time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case first := <-b.out:
			letters := b.more(first)
			if time.Now().Before(rest) {
				b.metrics.dropped.Add(float64(len(letters)))
				continue
			}
			if err := b.publishBatch(ctx, letters); err != nil {
				b.metrics.dropped.Add(float64(len(letters)))
				b.log.Warn("publish", "err", err)
				rest = time.Now().Add(restTime)
			}
		}
	}
}

func (b *bus) more(first letter) []letter {
	letters := []letter{first}
	for len(letters) < batch {
		select {
		case l := <-b.out:
			letters = append(letters, l)
		default:
			return letters
		}
	}
	return letters
}

func (b *bus) publishBatch(ctx context.Context, letters []letter) error {
	ctx, cancel := context.WithTimeout(ctx, publishTime)
	defer cancel()
	_, err := b.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, l := range letters {
			if b.sharded {
				p.SPublish(ctx, l.channel, l.sealed)
			} else {
				p.Publish(ctx, l.channel, l.sealed)
			}
		}
		return nil
	})
	return err
}
