package live

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"

	"frontdesk/internal/rules"
)

// A socket that does not read is ended, its goroutines with it; whoever reads notices
// nothing.
func TestASlowSocketIsEndedAndHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	quick := b.dial(t, "")
	frozen := b.dial(t, "") // nobody ever reads from it
	seen(t, quick, func([]uuid.UUID) bool { return b.joined() == 2 })
	r := b.hub.room(b.clinic)
	frame := []byte(`{"type":"change","conversations":[{"id":"` + uuid.NewString() + `"}],"pad":"` + strings.Repeat("x", 60<<10) + `"}`)
	sent := 0
	for deadline := time.Now().Add(30 * time.Second); b.joined() == 2 && time.Now().Before(deadline); sent++ {
		for _, c := range r.members() {
			c.offer(frame)
		}
		seen(t, quick, func(ids []uuid.UUID) bool { return len(ids) > 0 })
	}
	if b.joined() != 1 {
		t.Fatalf("after %d frames %d sockets are there", sent, b.joined())
	}
	if err := quick.Ping(closing(t, quick)); err != nil {
		t.Errorf("the quick one suffers: %v", err)
	}
	frozen.CloseNow() //nolint:errcheck // the server has let go of it
}

// closing reads on, so that pongs are seen, until the test is over.
func closing(t testing.TB, ws *websocket.Conn) context.Context {
	t.Helper()
	go ws.Read(t.Context()) //nolint:errcheck // only for the pong
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestAFullQueueEndsTheSocketWithoutBlocking(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ours, theirs := net.Pipe()
	defer theirs.Close() //nolint:errcheck // a pipe
	defer ours.Close()   //nolint:errcheck // a pipe
	c := &conn{hub: b.hub, writing: true, done: make(chan struct{})}
	c.ended = false
	for range 4 {
		c.mu.Lock()
		c.size += 64 << 10
		c.mu.Unlock()
	}
	c.ws = b.dial(t, "") // only to have something that can be closed
	c.offer(make([]byte, 1))
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ended {
		t.Error("a full queue goes on")
	}
}

func TestTooManySocketsOfOnePerson(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for range socketsOfPerson {
		b.dial(t, "")
	}
	_, _, err := websocket.Dial(t.Context(), b.url, &websocket.DialOptions{Subprotocols: []string{subprotocol}}) //nolint:bodyclose // Dial closes it
	if err == nil {
		t.Error("one more was let in")
	}
}

// Whoever loses the right between the handshake and the room is not live in it.
func TestRightsLostOnTheWayIn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.mu.Lock()
	b.ended = true
	b.mu.Unlock()
	_, message, err := b.dial(t, "").Read(t.Context())
	if websocket.CloseStatus(err) != signedOut.code {
		t.Errorf("told %s, %v", message, err)
	}
}

func BenchmarkFanOut5000(b *testing.B) {
	bench := newBench(b)
	r := newRoom(bench.hub, bench.clinic)
	r.open = true
	for range 5000 {
		c := &conn{hub: bench.hub, room: r, writing: true}
		c.actor.Store(&bench.by)
		r.conns[c] = struct{}{}
	}
	frame := []byte(strings.Repeat("x", 600))
	b.ReportAllocs()
	for b.Loop() {
		r.at++
		r.hand(&packet{Seq: r.at, Conversation: bench.clinic, Parties: rules.Parties{Kind: rules.FrontDesk}, first: frame})
		for c := range r.conns {
			c.waiting, c.size = c.waiting[:0], 0
		}
	}
}
