package jobs

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// lockKey keeps several that migrate at once apart: any number that nobody else uses.
const lockKey = 7_204_511_903

// Migrate makes or brings up to date the queue's own tables, as the role that the URL signs
// in with. It comes after store.Migrate, which makes the application's role.
func Migrate(ctx context.Context, url string) (err error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("read the database's URL: %w", err)
	}
	cfg.MaxConns = 2 // one holds the lock
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	defer pool.Close()
	lock, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer lock.Release()
	if _, err := lock.Exec(ctx, `SELECT pg_advisory_lock($1)`, lockKey); err != nil {
		return err
	}
	defer func() {
		_, unlock := lock.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, lockKey)
		err = errors.Join(err, unlock)
	}()
	return up(ctx, pool)
}

func up(ctx context.Context, pool *pgxpool.Pool) error {
	if _, err := pool.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS `+schema); err != nil {
		return fmt.Errorf("make the schema of the jobs: %w", err)
	}
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: schema})
	if err != nil {
		return err
	}
	done, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	if err != nil {
		return fmt.Errorf("migrate the tables of the jobs: %w", err)
	}
	if len(done.Versions) == 0 {
		return nil
	}
	_, err = pool.Exec(ctx, `
		GRANT USAGE ON SCHEMA river TO frontdesk_app;
		GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA river TO frontdesk_app;
		GRANT USAGE ON ALL SEQUENCES IN SCHEMA river TO frontdesk_app`)
	return err
}
