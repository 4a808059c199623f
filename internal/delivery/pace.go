package delivery

import (
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/sony/gobreaker/v2"
	"golang.org/x/time/rate"

	"frontdesk/internal/rules"
)

// Pace is how patient the post is.
type Pace struct {
	Call   time.Duration // for one question to a carrier
	Letter time.Duration // for a mail server to take a letter: they look into its files
	First  time.Duration // the pause after the first try that failed; each further one is twice as long
	Most   time.Duration // the longest pause
	Settle time.Duration // how long a carrier has to know of what it took without an answer
	Tries  int           // before a message is given up
	Rest   time.Duration // for a carrier that keeps failing
	Trips  uint32        // failures in a row that make it rest
}

// Patient is the pace of the real world.
var Patient = Pace{Call: 15 * time.Second, Letter: 90 * time.Second, First: 2 * time.Second, Most: 10 * time.Minute, Settle: 10 * time.Second, Tries: 12, Rest: 30 * time.Second, Trips: 5}

// pause is before the next try, after so many: it grows, and no two are alike, so that what
// failed together does not come back together. asked is what the carrier wants.
func (p Pace) pause(tries int, asked time.Duration) time.Duration {
	d := min(p.First<<min(max(tries-1, 0), 20), p.Most)
	d += rand.N(d/2 + 1)                 //nolint:gosec // it hides nothing
	return max(d, asked+rand.N(p.First)) //nolint:gosec // it hides nothing
}

// usual is how many messages in a second a carrier takes, where the clinic says nothing else:
// well below what each allows a new account.
var usual = map[Carrier]float64{Twilio: 10, Meta: 40, Mail: 5}

// gate lets messages through to one clinic's carrier: no faster than it takes them, and none
// while it rests.
type gate struct {
	limit   *rate.Limiter
	breaker *gobreaker.TwoStepCircuitBreaker[struct{}]

	mu    sync.Mutex
	until time.Time // the carrier has asked to be left alone
}

type gateKey struct {
	clinic  uuid.UUID
	channel rules.Channel
}

// gates are those of a process.
type gates struct {
	mu   sync.Mutex
	pace Pace
	all  map[gateKey]*gate
	rest func(k gateKey, resting bool) // is told when a carrier is left alone, and when it answers again
}

func (g *gates) of(a Account) *gate {
	g.mu.Lock()
	defer g.mu.Unlock()
	k := gateKey{a.ClinicID, a.Channel}
	perSecond := a.Settings.PerSecond
	if perSecond <= 0 {
		perSecond = usual[a.Carrier]
	}
	it := g.all[k]
	if it == nil {
		it = &gate{limit: rate.NewLimiter(0, 1)}
		it.breaker = gobreaker.NewTwoStepCircuitBreaker[struct{}](gobreaker.Settings{
			Timeout:     g.pace.Rest,
			IsExcluded:  func(err error) bool { return errors.Is(err, errNothing) },
			ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= g.pace.Trips },
			OnStateChange: func(_ string, _, to gobreaker.State) {
				if to != gobreaker.StateHalfOpen {
					g.rest(k, to == gobreaker.StateOpen)
				}
			},
		})
		g.all[k] = it
	}
	if it.limit.Limit() != rate.Limit(perSecond) {
		it.limit.SetLimit(rate.Limit(perSecond))
		it.limit.SetBurst(max(1, int(perSecond/4)))
	}
	return it
}

// short is a wait that is not worth coming back for.
const short = 500 * time.Millisecond

// errNothing is told to the breaker where the carrier has said nothing, neither good nor bad.
var errNothing = errors.New("nothing was asked")

// pass is a permission to ask a carrier. It ends as soon as the answer is known, or at the
// latest with leave.
type pass struct {
	wait time.Duration // until it holds
	gate *gate
	done func(error) // nil once it has ended
}

// enter answers a pass, or how long to stay away.
func (it *gate) enter(pace Pace) (*pass, time.Duration) {
	it.mu.Lock()
	rest := time.Until(it.until)
	it.mu.Unlock()
	if rest > 0 {
		return nil, rest + rand.N(pace.First) //nolint:gosec // it hides nothing
	}
	turn := it.limit.Reserve()
	wait := turn.Delay()
	if wait > short {
		turn.Cancel()
		return nil, wait + rand.N(wait) //nolint:gosec // it hides nothing
	}
	done, err := it.breaker.Allow()
	if err != nil {
		turn.Cancel()
		return nil, pace.Rest/2 + rand.N(pace.Rest) //nolint:gosec // it hides nothing
	}
	return &pass{wait, it, done}, 0
}

func (p *pass) end(err error) {
	if p.done != nil {
		p.done(err)
		p.done = nil
	}
}

// leave ends a pass of which nothing came.
func (p *pass) leave() { p.end(errNothing) }

// well ends one that the carrier has answered.
func (p *pass) well() { p.end(nil) }

// failed ends one with a no. That it refuses one message does not speak against the carrier.
func (p *pass) failed(f *rules.Failure) {
	if f.After > 0 {
		p.gate.leave(f.After)
	}
	if f.Kind == rules.Permanent && !f.Account {
		p.end(nil)
		return
	}
	p.end(f)
}

// leave keeps everybody away for as long as the carrier asks.
func (it *gate) leave(after time.Duration) {
	it.mu.Lock()
	defer it.mu.Unlock()
	if until := time.Now().Add(after); until.After(it.until) {
		it.until = until
	}
}
