package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"frontdesk/internal/embedded"
	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

// history is a clinic's log in memory: what the hub asks of Postgres, and no more.
type history struct {
	mu       sync.Mutex
	clinic   uuid.UUID
	changes  []inbox.Change
	replayed int
	away     bool
	ended    bool // everybody's session is
}

var errAway = errors.New("away")

// step adds a change whose message says its number.
func (h *history) step() inbox.Change {
	h.mu.Lock()
	defer h.mu.Unlock()
	seq := int64(len(h.changes) + 1)
	c := inbox.Conversation{ID: uuid.New(), Parties: rules.Parties{Kind: rules.FrontDesk, PatientID: uuid.New()}}
	ch := inbox.Change{ClinicID: h.clinic, Seq: seq, ForStaff: true, Conversation: &c}
	h.changes = append(h.changes, ch)
	return ch
}

func (h *history) Replay(_ context.Context, _ uuid.UUID, after, upto int64) ([]inbox.Change, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.replayed++
	if h.away {
		return nil, errAway
	}
	return h.changes[after:min(upto, int64(len(h.changes)))], nil
}

func (h *history) Since(_ context.Context, _ rules.Actor, after int64) (inbox.Missed, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	m := inbox.Missed{Seq: int64(len(h.changes)), Reset: after > int64(len(h.changes))}
	for _, ch := range h.changes[min(after, m.Seq):] {
		m.Conversations = append(m.Conversations, *ch.Conversation)
	}
	return m, nil
}

func (h *history) Parties(context.Context, rules.Actor, uuid.UUID) (rules.Parties, error) {
	return rules.Parties{}, rules.ErrNotFound
}

func (h *history) Heads(context.Context, []uuid.UUID) (map[uuid.UUID]int64, int32, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.away {
		return nil, 0, errAway
	}
	return map[uuid.UUID]int64{h.clinic: int64(len(h.changes))}, 7, nil
}

func (h *history) Current(_ context.Context, by rules.Actor) (rules.Actor, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended {
		return rules.Actor{}, rules.ErrNotFound
	}
	return by, nil
}

// bench is a hub on its history, with a listener that lets a receptionist in.
type bench struct {
	*history
	hub *Hub
	url string
	by  rules.Actor
}

func newBench(t testing.TB) *bench {
	t.Helper()
	redis, err := embedded.StartRedis()
	if err != nil {
		t.Fatal(err)
	}
	client, err := Redis(redis.URL)
	if err != nil {
		t.Fatal(err)
	}
	positions, err := wire.NewPositions([]byte("test"))
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{history: &history{clinic: uuid.New()}}
	b.by = rules.Actor{Kind: rules.User, ClinicID: b.clinic, ID: uuid.New(), SessionID: uuid.New(), Role: rules.Receptionist, Permissions: []string{rules.SendMessages}, Active: true}
	b.hub, err = New(Parts{
		Reader: b.history, Heads: b.history, Rights: b.history, Redis: client, Positions: positions, Secret: []byte("test"),
		Metrics: NewMetrics(prometheus.NewRegistry()), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { b.hub.Run(ctx) })
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Server().KeepHijackedConns = true
	app.Get("/ws", func(c *fiber.Ctx) error { return b.hub.Serve(c, b.by, c.Query("since")) })
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	running.Go(func() { app.Listener(ln) }) //nolint:errcheck // ended below
	b.url = "ws://" + ln.Addr().String() + "/ws"
	t.Cleanup(func() {
		over, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		b.hub.Shutdown(over, 0)
		app.ShutdownWithContext(over) //nolint:errcheck // the test is over
		stop()
		running.Wait()
		client.Close() //nolint:errcheck // nothing is kept
		redis.Stop()
	})
	return b
}

func (b *bench) dial(t testing.TB, since string) *websocket.Conn {
	t.Helper()
	ws, _, err := websocket.Dial(t.Context(), b.url+"?since="+since, &websocket.DialOptions{Subprotocols: []string{subprotocol}, HTTPHeader: http.Header{}}) //nolint:bodyclose // Dial closes it
	if err != nil {
		t.Fatal(err)
	}
	ws.SetReadLimit(64 << 20)
	t.Cleanup(func() { ws.CloseNow() }) //nolint:errcheck // gone already, or now
	return ws
}

// seen reads what a socket is told: the conversations, in the order in which they came.
func seen(t testing.TB, ws *websocket.Conn, until func(ids []uuid.UUID) bool) (ids []uuid.UUID) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for !until(ids) {
		_, message, err := ws.Read(ctx)
		if err != nil {
			t.Fatalf("after %d: %v", len(ids), err)
		}
		for line := range bytes.Lines(message) {
			var frame struct {
				Conversations []struct{ ID uuid.UUID }
			}
			if err := json.Unmarshal(line, &frame); err != nil {
				t.Fatal(err)
			}
			for _, c := range frame.Conversations {
				ids = append(ids, c.ID)
			}
		}
	}
	return ids
}

func (h *history) ids() (ids []uuid.UUID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, ch := range h.changes {
		ids = append(ids, ch.Conversation.ID)
	}
	return ids
}
