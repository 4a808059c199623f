package people

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	failuresOfAccount = 10 // then one more every half minute
	failuresOfAddress = 100
	forgiveness       = 30 * time.Second
	maxRemembered     = 50_000 // accounts and addresses; past that, the calm ones are forgotten
)

// failures slows down whoever guesses passwords. Only failed tries count, so that a whole
// clinic behind one address signs in at eight in the morning without waiting.
type failures struct {
	mu    sync.Mutex
	seen  map[string]*rate.Limiter
	pause time.Duration // after which one more is allowed
}

func newFailures(pause time.Duration) *failures {
	return &failures{seen: map[string]*rate.Limiter{}, pause: pause}
}

// exhausted tells whether a key has no try left.
func (f *failures) exhausted(key string, burst int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := f.seen[key]
	return l != nil && l.Burst() == burst && l.Tokens() < 1
}

func (f *failures) count(key string, burst int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.seen) >= maxRemembered {
		f.forget()
	}
	l := f.seen[key]
	if l == nil {
		l = rate.NewLimiter(rate.Every(f.pause), burst)
		f.seen[key] = l
	}
	l.Allow()
}

func (f *failures) forget() {
	for key, l := range f.seen {
		if l.Tokens() >= float64(l.Burst())-1 {
			delete(f.seen, key)
		}
	}
}
