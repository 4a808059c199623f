package inbox_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/jobs"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

// However often and by whomever the job is done, also when it is cut short: one message, as
// the author's, and the same as one that was sent by hand.
func TestDispatchOnce(t *testing.T) {
	t.Parallel()
	w := oneDue(t)
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i%4)*3*time.Millisecond)
			defer cancel()
			_ = w.c.Inbox.Dispatch(ctx, w.job(1)) // a worker that is cut short
		})
		wg.Go(func() {
			if err := w.c.Inbox.Dispatch(t.Context(), w.job(1)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := w.bodies(t); !slices.Equal(got, []string{"Hello", "Please come fasting."}) {
		t.Errorf("the conversation holds %q", got)
	}
	page, _, err := w.c.Inbox.Messages(t.Context(), w.c.Ana, w.there, uuid.Nil, 10)
	if err != nil || page[1].ID != w.draft.ID || page[1].Author.ID != w.c.Reception.ID || page[0].Status != rules.Replied {
		t.Errorf("%+v, %v", page, err)
	}
	if left := w.waits(t, w.c.Reception); len(left) != 0 {
		t.Errorf("still waiting: %+v", left)
	}
	sent := w.c.Changes()[len(w.c.Changes())-1]
	if !sent.ForPatient || !slices.Contains(sent.Topics, "scheduled") || slices.Contains(sent.Persons, w.c.Doctor.ID) {
		t.Errorf("it is announced as %+v", sent)
	}
}

// Two workers, fifty messages in five conversations, and one of the workers ends halfway.
func TestTwoWorkersSendFiftyOnce(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	past := earlier(c)
	want := map[uuid.UUID]string{}
	for n := range 5 {
		p := c.Patient(t, fmt.Sprint("Patient ", n), fmt.Sprint("p", n), true)
		there, _, _, err := c.Inbox.Start(t.Context(), p, inbox.Opening{Message: testkit.Text("Hello")})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 10 {
			d := testkit.Text(fmt.Sprintf("%d of %d", i, n))
			if _, _, err := past.Schedule(t.Context(), c.Reception, there.ID, d, due().Add(time.Duration(i)*time.Second)); err != nil {
				t.Fatal(err)
			}
			want[d.ID] = d.Body
		}
	}
	first, second := work(t, c), work(t, c)
	deadline, half := time.After(time.Minute), false
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		left, _, err := c.Inbox.Upcoming(t.Context(), c.Admin, uuid.Nil, 200, "")
		if err != nil {
			t.Fatal(err)
		}
		if len(left) < 25 && !half {
			half = true
			first()
		}
		if len(left) == 0 {
			tick.Stop()
			break
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%d still wait", len(left))
		}
	}
	second()
	all, _, err := c.Inbox.List(t.Context(), c.Admin, inbox.Filter{}, 200, "")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[uuid.UUID]int{}
	for _, there := range all {
		page, _, err := c.Inbox.Messages(t.Context(), c.Admin, there.ID, uuid.Nil, 200)
		if err != nil || len(page) != 11 {
			t.Errorf("%d messages, %v", len(page), err)
		}
		for _, m := range page {
			seen[m.ID]++
		}
	}
	for id, body := range want {
		if seen[id] != 1 {
			t.Errorf("%q was sent %d times", body, seen[id])
		}
	}
}

// work runs a worker until the answer is called, or the test ends.
func work(t *testing.T, c *testkit.Clinic) (stop func()) {
	t.Helper()
	w := jobs.NewWorkers()
	jobs.Handle(w, c.Inbox.Dispatch)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx, c.Store, testkit.Log()) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the worker: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// What the rules do not allow any more at its time is kept, with the reason in plain words,
// and can be sent after all.
func TestWhatCannotBeSentIsKept(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		sql  string // what happens in between, for the clinic $1
		says string
	}{
		"the author has lost the permission": {`UPDATE clinic_user SET permissions = '{}' WHERE clinic_id = $1 AND name = 'Rita Reception'`, "no access to messages"},
		"the author has left":                {`UPDATE clinic_user SET active = false WHERE clinic_id = $1 AND name = 'Rita Reception'`, "no access to messages"},
		"the author became a doctor":         {`UPDATE clinic_user SET role = 'doctor' WHERE clinic_id = $1 AND name = 'Rita Reception'`, "not its author’s any more"},
		"the portal was taken away":          {`UPDATE patient SET portal_access = false WHERE clinic_id = $1 AND name = 'Ana Silva'`, "no access to the portal"},
		"two records became one":             {`UPDATE patient SET merged_into = (SELECT patient_id FROM patient WHERE clinic_id = $1 AND name = 'Ben Weber') WHERE clinic_id = $1 AND name = 'Ana Silva'`, "part of another one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := oneDue(t)
			if _, err := w.c.DB.Owner.Exec(t.Context(), tt.sql, w.c.ID); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := w.c.Inbox.Dispatch(t.Context(), w.job(1)); err != nil {
					t.Fatal(err)
				}
			}
			left := w.waits(t, w.c.Reception2)
			if len(left) != 1 || left[0].State != inbox.Failed || !strings.Contains(left[0].Reason, tt.says) {
				t.Fatalf("kept as %+v", left)
			}
			if got := w.bodies(t); len(got) != 1 {
				t.Errorf("the conversation holds %q", got)
			}
			if n := len(w.c.Changes()); n != 3 {
				t.Errorf("%d changes were announced, want 3", n)
			}
			if _, err := w.c.Inbox.SendNow(t.Context(), w.c.Reception2, w.draft.ID); err == nil || strings.HasPrefix(codeOf(err), "fault") || codeOf(err) == "conversation_not_found" {
				t.Errorf("sent all the same: %v", err)
			}
		})
	}
}

func TestAFailureCanBePutRight(t *testing.T) {
	t.Parallel()
	w := oneDue(t)
	portal := func(on bool) {
		t.Helper()
		if _, err := w.c.DB.Owner.Exec(t.Context(), `UPDATE patient SET portal_access = $2 WHERE clinic_id = $1 AND name = 'Ana Silva'`, w.c.ID, on); err != nil {
			t.Fatal(err)
		}
	}
	portal(false)
	if err := w.c.Inbox.Dispatch(t.Context(), w.job(1)); err != nil {
		t.Fatal(err)
	}
	portal(true)
	words := "Please come fasting, at nine."
	if _, err := w.c.Inbox.Reschedule(t.Context(), w.c.Reception, w.draft.ID, inbox.Rescheduling{Body: &words}); codeOf(err) != "too_soon" {
		t.Errorf("without another time: %v", err)
	}
	at := time.Now().Add(time.Hour)
	again, err := w.c.Inbox.Reschedule(t.Context(), w.c.Reception, w.draft.ID, inbox.Rescheduling{Body: &words, At: &at})
	if err != nil || again.State != inbox.Waiting || again.Reason != "" {
		t.Fatalf("%+v, %v", again, err)
	}
	if err := w.c.Inbox.Dispatch(t.Context(), w.job(2)); err != nil {
		t.Fatal(err)
	}
	if got := w.bodies(t); !slices.Equal(got, []string{"Hello", words}) {
		t.Errorf("the conversation holds %q", got)
	}
}
