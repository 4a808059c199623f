package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/redis/go-redis/v9"
	"gocloud.dev/blob"

	"frontdesk/internal/embedded"
	"frontdesk/internal/files"
	"frontdesk/internal/jobs"
	"frontdesk/internal/live"
	"frontdesk/internal/store"
)

// databases are the Postgres and the Redis that a command works with: the ones configured,
// or our own.
type databases struct {
	url   string
	store *store.Store
	redis redis.UniversalClient
	blobs *blob.Bucket    // the bytes of attachments
	ended <-chan struct{} // our own Postgres has gone; nil where it is not ours
	stops []func() error
}

// openDatabases starts what is not configured, migrates, and connects.
func openDatabases(e env) (d *databases, err error) {
	d = &databases{url: e.config.DatabaseURL}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.stop())
		}
	}()
	if d.url == "" {
		if err := d.ownPostgres(e); err != nil {
			return d, err
		}
	}
	ctx, cancel := context.WithTimeout(e, time.Minute)
	defer cancel()
	if err := store.Migrate(ctx, d.url); err != nil {
		return d, reachable(err)
	}
	if err := jobs.Migrate(ctx, d.url); err != nil {
		return d, reachable(err)
	}
	if d.store, err = store.Open(ctx, d.url, e.config.DatabaseConns); err != nil {
		return d, reachable(err)
	}
	d.stops = append(d.stops, func() error { d.store.Close(); return nil })
	if d.blobs, err = files.Open(ctx, e.config.BlobURL, e.config.VarDir); err != nil {
		return d, err
	}
	d.stops = append(d.stops, d.blobs.Close)
	return d, nil
}

func (d *databases) ownPostgres(e env) error {
	search := []string{e.config.VarDir, "var", filepath.Join(executableDir(), "..", "var")}
	pg, err := embedded.StartPostgres(context.WithoutCancel(e), filepath.Join(e.config.VarDir, "postgres"), search, e.log)
	if err != nil {
		return err
	}
	d.url, d.ended = pg.URL, pg.Done()
	d.stops = append(d.stops, pg.Stop)
	return nil
}

// connectRedis opens the Redis; whether it answers is only required of one that was
// configured, and only at the start.
func (d *databases) connectRedis(e env) error {
	url := e.config.RedisURL
	if url == "" {
		own, err := embedded.StartRedis()
		if err != nil {
			return fmt.Errorf("start a Redis of our own: %w", err)
		}
		url = own.URL
		d.stops = append(d.stops, func() error { own.Stop(); return nil })
	}
	client, err := live.Redis(url)
	if err != nil {
		return err
	}
	d.redis = client
	d.stops = append(d.stops, client.Close)
	ctx, cancel := context.WithTimeout(e, 3*time.Second)
	defer cancel()
	if err := client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("the Redis of REDIS_URL does not answer: %w. Start it, correct REDIS_URL, or unset it for one of our own", err)
	}
	return nil
}

// stop ends everything in the reverse order.
func (d *databases) stop() error {
	var errs []error
	for i := len(d.stops) - 1; i >= 0; i-- {
		errs = append(errs, d.stops[i]())
	}
	d.stops = nil
	return errors.Join(errs...)
}

// reachable says of a database that does not let us in what to do.
func reachable(err error) error {
	var refused *pgconn.ConnectError
	if errors.As(err, &refused) {
		return fmt.Errorf("the Postgres of DATABASE_URL does not let us in: %w. Start it, correct DATABASE_URL, or unset it for one of our own", refused)
	}
	return err
}
