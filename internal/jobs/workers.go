package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"frontdesk/internal/store"
)

const (
	atOnce = 20 // jobs of one process
	// A job has this long; a worker that died is noticed a little later. River's own hour
	// would hold a message back.
	jobTime = 45 * time.Second
	rescue  = time.Minute
)

// Workers are what is done for each kind of job.
type Workers struct {
	workers  *river.Workers
	periodic []*river.PeriodicJob
}

// NewWorkers makes an empty set.
func NewWorkers() *Workers { return &Workers{workers: river.NewWorkers()} }

// Handle says what is done for a kind of job. It may run again, after it was cut short as
// well as after an error: then it must find out what it has done already. See GiveUp.
func Handle[T Job](w *Workers, do func(context.Context, T) error) {
	river.AddWorker(w.workers, &worker[T]{do: do})
}

type worker[T Job] struct {
	river.WorkerDefaults[T]
	do func(context.Context, T) error
}

func (w *worker[T]) Work(ctx context.Context, job *river.Job[T]) error { return w.do(ctx, job.Args) }

// patient is a job that may take longer than others; a worker that died with it is noticed
// later, too.
type patient interface{ Limit() time.Duration }

func (w *worker[T]) Timeout(job *river.Job[T]) time.Duration {
	if p, ok := any(job.Args).(patient); ok {
		return p.Limit()
	}
	return 0 // as long as any
}

// Every queues a job again and again, once for all processes.
func Every(w *Workers, pause time.Duration, job Job) {
	w.periodic = append(w.periodic, river.NewPeriodicJob(
		river.PeriodicInterval(pause),
		func() (river.JobArgs, *river.InsertOpts) {
			return job, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: pause}}
		},
		&river.PeriodicJobOpts{RunOnStart: true, ID: job.Kind()},
	))
}

// GiveUp is the error of a job that no other try would help.
func GiveUp(err error) error { return river.JobCancel(err) }

// Later is the error of a job that is to be tried again after a pause, without counting as
// failed.
func Later(pause time.Duration) error { return river.JobSnooze(pause) }

// IsLater tells whether an error is Later's.
func IsLater(err error) bool {
	var snooze *river.JobSnoozeError
	return errors.As(err, &snooze)
}

// Run works on jobs until ctx ends, and comes back when those that had begun have ended.
func (w *Workers) Run(ctx context.Context, st *store.Store, log *slog.Logger) error {
	queues := map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: atOnce}}
	for lane, most := range lanes {
		queues[lane] = river.QueueConfig{MaxWorkers: most}
	}
	client, err := river.NewClient(riverpgxv5.New(st.Pool()), &river.Config{
		Schema: schema, Workers: w.workers, PeriodicJobs: w.periodic,
		Queues:     queues,
		JobTimeout: jobTime, RescueStuckJobsAfter: rescue, Logger: slog.New(troubleOnly{log.Handler()}),
		FetchCooldown: 20 * time.Millisecond,
	})
	if err != nil {
		return fmt.Errorf("start the workers: %w", err)
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the workers: %w", err)
	}
	<-ctx.Done()
	return w.stop(ctx, client)
}

// troubleOnly keeps River's counts, told every few seconds, out of the log.
type troubleOnly struct{ slog.Handler }

func (h troubleOnly) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && h.Handler.Enabled(ctx, level)
}

func (h troubleOnly) WithAttrs(attrs []slog.Attr) slog.Handler {
	return troubleOnly{h.Handler.WithAttrs(attrs)}
}

func (h troubleOnly) WithGroup(name string) slog.Handler {
	return troubleOnly{h.Handler.WithGroup(name)}
}

// stop lets jobs end by themselves for a while, and then cuts them short: they are done
// again later.
func (w *Workers) stop(ctx context.Context, client *river.Client[pgx.Tx]) error {
	soft, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	err := client.Stop(soft)
	if errors.Is(err, context.DeadlineExceeded) {
		hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer cancel()
		err = client.StopAndCancel(hard)
	}
	if err != nil {
		return fmt.Errorf("stop the workers: %w", err)
	}
	return nil
}
