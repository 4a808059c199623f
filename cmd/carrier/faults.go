package main

import (
	"bytes"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// switches are the faults that the carrier plays. All are off at the start.
type switches struct {
	Channels []string `json:"channels"` // only these; empty: all

	Down               bool `json:"down"`   // every connection is cut before anything is taken
	Refuse             bool `json:"refuse"` // every message is refused for good
	SlowMS             int  `json:"slow_ms"`
	RateLimitedPercent int  `json:"rate_limited_percent"`
	ErrorsPercent      int  `json:"errors_percent"` // answered 500 and not taken
	LatePercent        int  `json:"late_percent"`   // taken, and answered after late_ms
	LateMS             int  `json:"late_ms"`
	DropPercent        int  `json:"drop_percent"` // taken, and cut off without an answer

	Repeat  bool `json:"repeat"`   // each webhook comes twice
	Reorder bool `json:"reorder"`  // what is due at about the same time comes newest first
	Mute    bool `json:"mute"`     // no statuses
	NoRetry bool `json:"no_retry"` // a webhook that fails is lost

	UnknownRecipients bool `json:"unknown_recipients"` // mail to a stranger at the demo's domain is refused
	Bounce            bool `json:"bounce"`             // mail is taken, and comes back
}

// hits says whether the switches are about this channel.
func (s switches) hits(channel string) bool {
	return len(s.Channels) == 0 || slices.Contains(s.Channels, channel)
}

// faults hold the switches and the dice.
type faults struct {
	mu   sync.Mutex
	now  switches
	dice *rand.Rand
	seed uint64
}

func newFaults(seed uint64) *faults {
	f := &faults{seed: seed}
	f.set(switches{})
	return f
}

// set puts the switches, and the dice back to their seed: the same requests after it meet the
// same faults.
func (f *faults) set(s switches) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s.Channels == nil {
		s.Channels = []string{}
	}
	f.now, f.dice = s, rand.New(rand.NewPCG(f.seed, f.seed)) //nolint:gosec // chance that must repeat itself
}

// on answers the switches as far as they are about a channel.
func (f *faults) on(channel string) switches {
	f.mu.Lock()
	defer f.mu.Unlock()
	if channel != "" && !f.now.hits(channel) {
		return switches{}
	}
	return f.now
}

// A no, before anything is taken.
type no int

const (
	none no = iota
	refused
	rateLimited
	broken
)

// fate is what becomes of one request.
type fate struct {
	down bool
	slow time.Duration
	no   no
	late time.Duration
	drop bool
}

// roll decides. It throws the same number of dice whatever comes of it.
func (f *faults) roll(channel string) fate {
	f.mu.Lock()
	defer f.mu.Unlock()
	throw := func(percent int) bool { return f.dice.IntN(100) < percent }
	s := f.now
	limited, fails, late, drop := throw(s.RateLimitedPercent), throw(s.ErrorsPercent), throw(s.LatePercent), throw(s.DropPercent)
	if !s.hits(channel) {
		return fate{}
	}
	out := fate{down: s.Down, slow: time.Duration(s.SlowMS) * time.Millisecond, drop: drop}
	if late {
		out.late = time.Duration(s.LateMS) * time.Millisecond
	}
	switch {
	case s.Refuse:
		out.no = refused
	case limited:
		out.no = rateLimited
	case fails:
		out.no = broken
	}
	return out
}

// faulty puts the faults before an API: say writes a no in the words of the service.
func (c *carrier) faulty(channel func(*http.Request) string, say func(http.ResponseWriter, no), next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		fate := c.faults.roll(channel(r))
		if fate.down || !pause(r.Context(), fate.slow) {
			panic(http.ErrAbortHandler) // cuts the connection
		}
		if fate.no != none && (fate.no != refused || r.Method == http.MethodPost) {
			say(w, fate.no)
			return
		}
		answer := recorder{header: w.Header(), status: http.StatusOK}
		next(&answer, r)
		if fate.drop || !pause(r.Context(), fate.late) {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(answer.status)
		_, _ = w.Write(answer.body.Bytes()) // who has gone hears nothing
	}
}

// recorder holds an answer back until it may leave.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header            { return r.header }
func (r *recorder) WriteHeader(status int)         { r.status = status }
func (r *recorder) Write(part []byte) (int, error) { return r.body.Write(part) }
