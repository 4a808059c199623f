package store

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"frontdesk/internal/store/db"
)

// View reads one clinic's rows. Each query is one round trip and its own transaction: the
// clinic is set in the same pipeline, which Postgres runs as one implicit transaction.
func (s *Store) View(clinic uuid.UUID) db.DBTX { return view{s.pool, clinic, 0} }

// Step is for one statement that writes and answers at once, as UPDATE … RETURNING, of what
// nobody is shown: one round trip, and its own transaction.
func (s *Store) Step(clinic uuid.UUID) db.DBTX { return view{s.pool, clinic, 0} }

// Lookup is View for questions that differ much from each other: each has a plan of its own,
// made for the very values that are asked for, and is given up after a time.
func (s *Store) Lookup(clinic uuid.UUID, within time.Duration) db.DBTX {
	return view{s.pool, clinic, within}
}

type view struct {
	pool   *pgxpool.Pool
	clinic uuid.UUID
	within time.Duration // 0: planned once for all, and as long as any statement may take
}

// settings hold for this one transaction.
func (v view) settings(b *pgx.Batch) {
	if v.within == 0 {
		b.Queue(`SELECT set_config('app.clinic', $1, true)`, v.clinic.String())
		return
	}
	b.Queue(`SELECT set_config('app.clinic', $1, true), set_config('plan_cache_mode', 'force_custom_plan', true), set_config('statement_timeout', $2, true)`,
		v.clinic.String(), strconv.FormatInt(v.within.Milliseconds(), 10))
}

var errReadOnly = errors.New("store: a view does not write; use Change")

func (view) Exec(context.Context, string, ...any) (pgconn.CommandTag, error) {
	return pgconn.CommandTag{}, errReadOnly
}

func (v view) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	conn, err := v.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	var b pgx.Batch
	v.settings(&b)
	b.Queue(sql, args...)
	results := conn.SendBatch(ctx, &b)
	if _, err := results.Exec(); err != nil {
		err = errors.Join(err, results.Close())
		conn.Release()
		return nil, err
	}
	rows, err := results.Query()
	if err != nil {
		err = errors.Join(err, results.Close())
		conn.Release()
		return nil, err
	}
	return &viewRows{Rows: rows, results: results, conn: conn}, nil
}

func (v view) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	rows, err := v.Query(ctx, sql, args...)
	return viewRow{rows, err}
}

// viewRows gives the connection back when it is closed, as every generated query does.
type viewRows struct {
	pgx.Rows
	results pgx.BatchResults
	conn    *pgxpool.Conn
	failed  error
}

func (r *viewRows) Close() {
	r.Rows.Close()
	if r.conn == nil {
		return
	}
	r.failed = r.results.Close()
	r.conn.Release()
	r.conn = nil
}

func (r *viewRows) Err() error { return errors.Join(r.Rows.Err(), r.failed) }

type viewRow struct {
	rows pgx.Rows
	err  error
}

func (r viewRow) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return pgx.ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	r.rows.Close()
	return r.rows.Err()
}

// GivenUp tells whether the database took longer than a Lookup may.
func GivenUp(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "57014" // query_canceled
}
