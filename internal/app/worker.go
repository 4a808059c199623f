package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"frontdesk/internal/people"
	"frontdesk/internal/store"

	"github.com/google/uuid"
)

// tidyEvery is how often what has run out is removed. Several workers at once do no harm.
const tidyEvery = 10 * time.Minute

type workerCommand struct{}

// Run works until a signal.
func (workerCommand) Run(e env) (err error) {
	d, err := openDatabases(e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.stop()) }()
	p, err := people.New(d.store, silent{})
	if err != nil {
		return err
	}
	e.log.Info("working")
	housekeep(e, e.log, d.store, p, e.config.KeepChanges)
	return nil
}

// silent is for commands beside a server: its nodes find the change by comparing.
type silent struct{}

func (silent) Committed(uuid.UUID, int64) {}

// housekeep removes sessions and changes that have run out, until ctx ends.
func housekeep(ctx context.Context, log *slog.Logger, st *store.Store, p *people.Service, keep time.Duration) {
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	for {
		if err := errors.Join(st.Prune(ctx, keep), p.PruneSessions(ctx)); err != nil && ctx.Err() == nil {
			log.Warn("tidy up", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
