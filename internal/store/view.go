package store

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"frontdesk/internal/store/db"
)

// View reads one clinic's rows. Each query is one round trip and its own transaction: the
// clinic is set in the same pipeline, which Postgres runs as one implicit transaction.
func (s *Store) View(clinic uuid.UUID) db.DBTX { return view{s.pool, clinic} }

type view struct {
	pool   *pgxpool.Pool
	clinic uuid.UUID
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
	b.Queue(`SELECT set_config('app.clinic', $1, true)`, v.clinic.String())
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
