package jobs_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"frontdesk/internal/jobs"
	"frontdesk/internal/store"
	"frontdesk/internal/testkit"
)

type errand struct {
	Number int `json:"number"`
}

func (errand) Kind() string { return "errand" }

// diary is what was done, how often.
type diary struct {
	mu   sync.Mutex
	done map[int]int
}

func (d *diary) note(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.done == nil {
		d.done = map[int]int{}
	}
	d.done[n]++
	return d.done[n]
}

func (d *diary) times(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.done[n]
}

// work runs a worker until the test ends or the answer is called.
func work(t *testing.T, c *testkit.Clinic, do func(context.Context, errand) error) (stop func()) {
	t.Helper()
	w := jobs.NewWorkers()
	jobs.Handle(w, do)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx, c.Store, testkit.Log()) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("the worker: %v", err)
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

var errThoughtBetter = errors.New("thought better of it")

func add(t *testing.T, c *testkit.Clinic, job errand, at time.Time, then error) {
	t.Helper()
	err := c.Store.Write(t.Context(), c.ID, func(tx *store.Tx) error {
		if err := c.Queue.Add(t.Context(), tx, job, at); err != nil {
			return err
		}
		if then == nil {
			_, err := tx.Exec(t.Context(), `UPDATE clinic SET name = name`)
			return err
		}
		return then
	})
	if !errors.Is(err, then) {
		t.Fatal(err)
	}
}

func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !so(); time.Sleep(5 * time.Millisecond) { //nolint:forbidigo // between two looks at a real worker
		if time.Now().After(deadline) {
			t.Fatalf("not %s in time", what)
		}
	}
}

// A job is done if and only if its transaction was committed, once, however many work.
func TestAJobFollowsItsTransaction(t *testing.T) {
	t.Parallel()
	c, d := testkit.NewClinic(t), &diary{}
	do := func(_ context.Context, e errand) error { d.note(e.Number); return nil }
	work(t, c, do)
	work(t, c, do)
	for n := range 40 {
		add(t, c, errand{n}, time.Time{}, nil)
		add(t, c, errand{1000 + n}, time.Time{}, errThoughtBetter)
	}
	add(t, c, errand{99}, time.Time{}, nil)
	for n := range 40 {
		eventually(t, "done", func() bool { return d.times(n) == 1 })
	}
	eventually(t, "done", func() bool { return d.times(99) == 1 })
	for n := range 40 {
		if d.times(n) != 1 || d.times(1000+n) != 0 {
			t.Errorf("job %d was done %d times, the one rolled back %d times", n, d.times(n), d.times(1000+n))
		}
	}
}

// One that is for later waits; one that fails comes again; one that is given up does not; one
// that is cut short by the end of its worker is done by the next.
func TestHowAJobEnds(t *testing.T) {
	t.Parallel()
	c, d := testkit.NewClinic(t), &diary{}
	const later, failing, hopeless, slow = 1, 2, 3, 4
	begun := make(chan struct{})
	do := func(ctx context.Context, e errand) error {
		times := d.note(e.Number)
		switch {
		case e.Number == failing && times == 1:
			return errThoughtBetter
		case e.Number == hopeless:
			return jobs.GiveUp(errThoughtBetter)
		case e.Number == slow && times == 1:
			close(begun)
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	}
	stop := work(t, c, do)
	add(t, c, errand{later}, time.Now().Add(time.Hour), nil)
	add(t, c, errand{failing}, time.Time{}, nil)
	add(t, c, errand{hopeless}, time.Time{}, nil)
	eventually(t, "tried again", func() bool { return d.times(failing) == 2 })
	add(t, c, errand{slow}, time.Time{}, nil)
	<-begun
	stop()
	work(t, c, do)
	eventually(t, "taken up by the next", func() bool { return d.times(slow) == 2 })
	if d.times(later) != 0 || d.times(hopeless) != 1 {
		t.Errorf("the one for later was done %d times, the hopeless one %d times", d.times(later), d.times(hopeless))
	}
}
