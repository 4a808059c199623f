// Package jobs is work that waits for nobody. A job stands in Postgres, written in the same
// transaction as whatever it follows from: it is done if and only if that was committed,
// by whichever worker is free, and again until it is done.
package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"frontdesk/internal/store"
)

// schema holds River's tables, apart from those of clinics: a job names its clinic itself.
const schema = "river"

// Job is what is to be done: its fields, as JSON, are all that its worker gets to know. Kind
// names it for good; jobs that wait in the database are found by it.
type Job interface{ Kind() string }

// laned is a job that waits apart from others, so that a slow kind holds none of them up.
type laned interface{ Lane() string }

// lanes are the queues of such jobs, each with how many of one process run at a time.
var lanes = map[string]int{"sms": 16, "whatsapp": 16, "email": 8, "heard": 8}

// Queue adds jobs. It does none.
type Queue struct{ client *river.Client[pgx.Tx] }

// NewQueue makes the one queue of a process.
func NewQueue() (*Queue, error) {
	client, err := river.NewClient(riverpgxv5.New(nil), &river.Config{Schema: schema})
	if err != nil {
		return nil, fmt.Errorf("open the queue of jobs: %w", err)
	}
	return &Queue{client}, nil
}

// Add queues a job in the transaction, for now or, where at is not zero, for a time. A
// transaction that writes nothing else must still queue one write or log a change, or it is
// rolled back.
func (q *Queue) Add(ctx context.Context, tx *store.Tx, job Job, at time.Time) error {
	opts := &river.InsertOpts{ScheduledAt: at}
	if l, ok := job.(laned); ok {
		opts.Queue = l.Lane()
	}
	_, err := q.client.InsertTx(ctx, tx.Pgx(), job, opts)
	if err != nil {
		return fmt.Errorf("queue a job (%s): %w", job.Kind(), err)
	}
	return nil
}
