package mail

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// State is how reading a mailbox goes.
type State struct {
	Up      bool
	Says    string        // why it does not, in plain words
	Account bool          // it is for the clinic to mend
	Err     error         // what happened; it may hold the server's own words, so it is no line for the log
	Pause   time.Duration // until the next try
}

const (
	defaultFirst   = 2 * time.Second
	defaultLongest = 5 * time.Minute
	// lasting is how long a connection must hold to count as a good one. One that breaks at
	// once, or on the same message each time, is tried ever more seldom.
	lasting = time.Minute
)

// Keep watches until ctx ends, and comes back after whatever ends a watch: at the message at
// which it stopped, after pauses that grow and are never quite the same.
func (w Watcher) Keep(ctx context.Context, after Cursor) error {
	first, longest := w.FirstPause, w.LongestPause
	if first == 0 {
		first = defaultFirst
	}
	if longest == 0 {
		longest = defaultLongest
	}
	report := w.Report
	if report == nil {
		report = func(State) {}
	}
	pause := first
	for {
		began, before := time.Now(), after
		err := w.watch(ctx, &after, func() { report(State{Up: true}) })
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if after != before || time.Since(began) > lasting {
			pause = first
		}
		state := stateOf(err)
		if state.Account {
			pause = longest // a wrong password that is tried often locks the account
		}
		state.Pause = pause/2 + rand.N(pause/2+1) //nolint:gosec // it only spreads the tries
		report(state)
		timer := time.NewTimer(state.Pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
		pause = min(2*pause, longest)
	}
}

func stateOf(err error) State {
	var handled *handleError
	if errors.As(err, &handled) {
		return State{Says: "A message could not be stored. It is tried again.", Err: err}
	}
	says, account := explain(err)
	return State{Says: says, Account: account, Err: err}
}
