package inbox

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
)

// However close the times are, the order is kept, no two are the same, and none moves
// further than it must.
func TestInterleaving(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		into, other := uuid.New(), uuid.New()
		var all []placed
		for _, in := range []uuid.UUID{into, other} {
			at := begin
			for range r.IntN(20) {
				at = at.Add(time.Duration(1+r.IntN(3)) * time.Microsecond)
				all = append(all, placed{uuid.New(), in, at})
			}
		}
		slices.SortStableFunc(all, func(a, b placed) int { return a.at.Compare(b.at) })
		got := interleave(all, into)
		for i, m := range got {
			if m.id != all[i].id || m.in != into || m.at.Before(all[i].at) || m.at.Sub(all[i].at) > time.Duration(len(all))*time.Microsecond {
				t.Fatalf("seed %d: %v became %v", seed, all[i], m)
			}
			if i > 0 && !m.at.After(got[i-1].at) {
				t.Fatalf("seed %d: %v is not after %v", seed, m.at, got[i-1].at)
			}
		}
	}
}
