package live

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"
)

// Changes that come in any order, twice, or not at all leave in order and once; what nobody
// brought is fetched.
func TestChangesLeaveInOrderAndOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ws := b.dial(t, "")
	seen(t, ws, func([]uuid.UUID) bool { return b.joined() == 1 })
	for range 20 {
		window := []int{}
		for i := range 10 {
			b.step()
			window = append(window, i)
		}
		rand.Shuffle(len(window), func(i, j int) { window[i], window[j] = window[j], window[i] })
		from := len(b.ids()) - 10
		for _, i := range append(window[:8], window[0]) { // two are lost, one comes twice
			b.hub.Changed(b.changes[from+i])
		}
	}
	want := b.ids()
	got := seen(t, ws, func(ids []uuid.UUID) bool { return len(ids) >= len(want) })
	if !slices.Equal(got, want) {
		t.Errorf("got %d, want %d in order", len(got), len(want))
	}
}

func (b *bench) joined() int {
	n := 0
	for _, r := range b.hub.all() {
		n += len(r.members())
	}
	return n
}

// Sockets that come while changes are pushed have neither a hole nor a double, whatever
// they hand over.
func TestJoiningWhileChangesCome(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const total = 600
	var wg sync.WaitGroup
	wg.Go(func() {
		for range total {
			b.hub.Changed(b.step())
		}
	})
	for i := range 24 {
		wg.Go(func() {
			after := int64(0)
			if i%2 == 1 {
				after = int64(len(b.ids())) / 2
			}
			ws := b.dial(t, b.hub.Positions.Seal(b.clinic, 7, after))
			got := seen(t, ws, func(ids []uuid.UUID) bool { return len(ids) >= total-int(after) })
			if want := b.ids()[after:]; !slices.Equal(got, want) {
				t.Errorf("socket %d, after %d: got %d, want %d in order", i, after, len(got), len(want))
			}
		})
	}
	wg.Wait()
}

// While Postgres is away a gap stays; when it is back the gap is filled.
func TestAGapIsFilledWhenPostgresIsBack(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ws := b.dial(t, "")
	seen(t, ws, func([]uuid.UUID) bool { return b.joined() == 1 })
	b.step() // its push is lost
	b.set(true)
	b.hub.Changed(b.step())
	for !b.asked() {
	}
	b.set(false)
	got := seen(t, ws, func(ids []uuid.UUID) bool { return len(ids) >= 2 })
	if !slices.Equal(got, b.ids()) {
		t.Errorf("got %v", got)
	}
}

func (h *history) set(away bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.away = away
}

func (h *history) asked() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.replayed > 0
}

// What is on the bus can be read, forged, or moved to another clinic by nobody.
func TestTheBusIsSealed(t *testing.T) {
	t.Parallel()
	ours, err := newSealer([]byte("a secret"))
	same, err2 := newSealer([]byte("a secret"))
	theirs, err3 := newSealer([]byte("another"))
	if err != nil || err2 != nil || err3 != nil {
		t.Fatal(err, err2, err3)
	}
	sealed := ours.seal("clinic-a", kindChange, []byte("Come at ten."))
	if _, kind, text, err := same.open("clinic-a", sealed); err != nil || kind != kindChange || string(text) != "Come at ten." {
		t.Errorf("another node reads %q, %v", text, err)
	}
	if !ours.isOwn(sealed) || same.isOwn(sealed) {
		t.Error("who sent it is not told apart")
	}
	for name, open := range map[string]func() error{
		"another secret":  func() error { _, _, _, err := theirs.open("clinic-a", sealed); return err },
		"another clinic":  func() error { _, _, _, err := same.open("clinic-b", sealed); return err },
		"another sender":  func() error { return changed(same, sealed, 0) },
		"another kind":    func() error { return changed(same, sealed, 8) },
		"another content": func() error { return changed(same, sealed, len(sealed)-1) },
		"nothing":         func() error { _, _, _, err := same.open("clinic-a", nil); return err },
	} {
		if open() == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func changed(s *sealer, sealed []byte, at int) error {
	forged := slices.Clone(sealed)
	forged[at] ^= 1
	_, _, _, err := s.open("clinic-a", forged)
	return err
}

func FuzzPacket(f *testing.F) {
	p := &packet{Seq: 1, first: []byte(`{"type":"change"}`)}
	raw, err := p.marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Fuzz(func(t *testing.T, raw []byte) {
		if p, err := unmarshalPacket(raw); err == nil {
			if _, err := p.marshal(); err != nil {
				t.Error(err)
			}
		}
	})
}
