// Package store opens the database and holds the one way to write to it.
package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	pgxuuid "github.com/vgarvardt/pgx-google-uuid/v5"

	"frontdesk/internal/store/db"
)

// appRole owns nothing and cannot bypass row-level security; the first migration makes it.
const appRole = "frontdesk_app"

// Store is the database as the application may use it.
type Store struct {
	pool  *pgxpool.Pool
	clock func() time.Time
}

var q = db.New() // stateless: each query is handed its connection

// Open connects to a migrated database, at most conns connections at once. Whoever the URL
// signs in as, every statement runs as frontdesk_app.
func Open(ctx context.Context, url string, conns int32) (*Store, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the database's URL: %w", err)
	}
	cfg.MaxConns = conns
	cfg.MaxConnLifetimeJitter = 5 * time.Minute
	cfg.PingTimeout = 2 * time.Second // else a black-holed database holds a request for its whole time
	cfg.ConnConfig.ConnectTimeout = 5 * time.Second
	cfg.ConnConfig.RuntimeParams["role"] = appRole
	cfg.ConnConfig.RuntimeParams["application_name"] = "frontdesk"
	cfg.ConnConfig.RuntimeParams["statement_timeout"] = "10000"                   // ms; below the time that a request has
	cfg.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "15000" // ms; a lost node's locks end
	cfg.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		pgxuuid.Register(conn.TypeMap()) // else each id goes through its text, which was a quarter of a list's time
		return nil
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("connect to the database: %w", err)
	}
	s := &Store{pool: pool, clock: time.Now}
	if err := s.checkRole(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return s, nil
}

// WithClock is the same database at another time, as the demo clinic's past needs it.
func (s *Store) WithClock(clock func() time.Time) *Store { return &Store{pool: s.pool, clock: clock} }

// Now is the time that changes are made at.
func (s *Store) Now() time.Time { return s.clock() }

// checkRole refuses to work with rights that would make row-level security a decoration.
func (s *Store) checkRole(ctx context.Context) error {
	var name string
	var above bool
	err := s.pool.QueryRow(ctx, `SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user`).Scan(&name, &above)
	switch {
	case err != nil:
		return fmt.Errorf("connect to the database: %w", err)
	case above || name != appRole:
		return fmt.Errorf("the application must work as %s without superuser or BYPASSRLS, but is %s", appRole, name)
	}
	return nil
}

// Close waits for the connections that are in use.
func (s *Store) Close() { s.pool.Close() }

// Ping answers whether Postgres does.
func (s *Store) Ping(ctx context.Context) error { return s.pool.Ping(ctx) }

// Pool is for a library that keeps tables of its own, outside of any clinic.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// Stat tells how busy the connections are.
func (s *Store) Stat() *pgxpool.Stat { return s.pool.Stat() }

// Change takes the clinic one step on. decide reads, checks, queues writes and logs the
// change; then the writes, the reads of what they made, the clinic's next number and the
// commit go out in one round trip, so the counter's row is locked for less than that. It
// answers the number, the last of several, or 0 when decide queued nothing. decide may run twice: it must touch
// nothing but tx and what it sets anew each time.
//
// A connection that is lost during the commit leaves the caller in doubt whether it was
// done: what is sent with an id of the client's own may safely be sent again.
func (s *Store) Change(ctx context.Context, clinic uuid.UUID, decide func(*Tx) error) (seq int64, err error) {
	for range 2 {
		if seq, err = s.attempt(ctx, clinic, decide); !raced(err) {
			break
		}
	}
	return seq, err
}

// Write is Change for what nobody sees, such as a session: no number is taken.
func (s *Store) Write(ctx context.Context, clinic uuid.UUID, decide func(*Tx) error) error {
	_, err := s.Change(ctx, clinic, func(tx *Tx) error {
		tx.quiet = true
		return decide(tx)
	})
	return err
}

func (s *Store) attempt(ctx context.Context, clinic uuid.UUID, decide func(*Tx) error) (seq int64, err error) {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Release() // discards a connection that is still in a transaction

	begin := fmt.Sprintf(`BEGIN; SELECT set_config('app.clinic', '%s', true)`, clinic) // what row-level security goes by
	pg, err := conn.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin})
	if err != nil {
		return 0, err
	}
	tx := &Tx{Now: s.clock().UTC().Truncate(time.Microsecond), clinic: clinic, pg: pg}
	if err := decide(tx); err != nil {
		return 0, errors.Join(err, rollback(ctx, pg))
	}
	if tx.batch.Len() == 0 && len(tx.entries) == 0 {
		return 0, rollback(ctx, pg)
	}
	if err := tx.finish(ctx, &seq); err != nil {
		return 0, errors.Join(err, rollback(ctx, pg))
	}
	if err := conn.SendBatch(ctx, &tx.batch).Close(); err != nil {
		return 0, errors.Join(err, rollback(ctx, pg))
	}
	return seq, nil
}

func rollback(ctx context.Context, pg pgx.Tx) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	return pg.Rollback(ctx)
}

// raced tells whether another transaction won: trying again will see its rows.
func raced(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "23505" || pg.Code == "40001" || pg.Code == "40P01")
}
