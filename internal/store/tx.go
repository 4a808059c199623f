package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"frontdesk/internal/store/db"
)

// Entry is one line of the log of changes: what was touched, and whom it concerns.
type Entry struct {
	Conversation uuid.UUID // or uuid.Nil
	Patient      uuid.UUID // the conversation's, or uuid.Nil
	Messages     []uuid.UUID
	ForStaff     bool        // staff who see the conversation see a difference
	ForPatient   bool        // the patient sees a difference
	Lost         []uuid.UUID // who has lost sight of the conversation
	Accounts     []uuid.UUID // users and patients whose rights have changed
	Sessions     []uuid.UUID // sessions that have ended
	Topics       []string    // what else was touched, as users or patient:ID: whoever shows it fetches it anew
	Persons      []uuid.UUID // whom the topics concern; none: all staff
	Notified     []uuid.UUID // whose notifications are others than before
	Ring         []uuid.UUID // who of them has a browser that wants to be told; it is not kept
}

// Tx is one clinic's transaction. It satisfies db.DBTX: a :one or :many query runs at once;
// an :exec query is held back and leaves with the commit, so its error is Change's error.
type Tx struct {
	Now     time.Time // UTC, in microseconds; the same for every row of the change
	clinic  uuid.UUID
	pg      pgx.Tx
	batch   pgx.Batch
	then    []func(*pgx.Batch)
	entries []Entry
	quiet   bool
}

// Log says what this change touches and whom it concerns. What touches several conversations
// logs each: they get numbers of their own, one after another, in the one commit.
func (tx *Tx) Log(e Entry) { tx.entries = append(tx.entries, e) }

// Pgx is the transaction itself, for a library that adds rows of its own to it, as the queue
// of jobs does: what it is told runs at once.
func (tx *Tx) Pgx() pgx.Tx { return tx.pg }

// Then reads after the writes, in the same round trip: each row goes to scan.
func (tx *Tx) Then(sql string, args []any, collect func(pgx.Rows) error) {
	tx.then = append(tx.then, func(b *pgx.Batch) { b.Queue(sql, args...).Query(collect) })
}

// Exec holds a write back until the commit.
func (tx *Tx) Exec(_ context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	tx.batch.Queue(sql, args...)
	return pgconn.CommandTag{}, nil
}

// Query runs at once.
func (tx *Tx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return tx.pg.Query(ctx, sql, args...)
}

// QueryRow runs at once.
func (tx *Tx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return tx.pg.QueryRow(ctx, sql, args...)
}

// finish completes the batch: the reads, the number with its change, the commit.
func (tx *Tx) finish(ctx context.Context, seq *int64) error {
	for _, queue := range tx.then {
		queue(&tx.batch)
	}
	switch {
	case tx.quiet:
		tx.entries = nil // nobody is told
	case len(tx.entries) == 0:
		return errors.New("store: a change that is not logged would never be seen")
	}
	for _, e := range tx.entries {
		if err := q.ChangeAppend(ctx, tx, tx.row(e)); err != nil {
			return err
		}
		last := tx.batch.QueuedQueries[tx.batch.Len()-1]
		last.QueryRow(func(row pgx.Row) error { return row.Scan(seq) })
	}
	tx.batch.Queue(`COMMIT`)
	return nil
}

func (tx *Tx) row(e Entry) db.ChangeAppendParams {
	return db.ChangeAppendParams{
		ClinicID: tx.clinic, ConversationID: Maybe(e.Conversation), PatientID: Maybe(e.Patient),
		MessageIds: ids(e.Messages), ForStaff: e.ForStaff, ForPatient: e.ForPatient,
		LostIds: ids(e.Lost), AccountIds: ids(e.Accounts), SessionIds: ids(e.Sessions),
		Topics: append([]string{}, e.Topics...), PersonIds: ids(e.Persons), NotifiedIds: ids(e.Notified), CreatedAt: tx.Now,
	}
}

// ids makes an absent list an empty one: the columns know no null.
func ids(in []uuid.UUID) []uuid.UUID {
	if in == nil {
		return []uuid.UUID{}
	}
	return in
}

// Maybe is the database's null for uuid.Nil.
func Maybe(id uuid.UUID) uuid.NullUUID { return uuid.NullUUID{UUID: id, Valid: id != uuid.Nil} }
