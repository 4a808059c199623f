package app

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/internal/testkit"
)

// texts is how many TestNothingIsSentTwiceWhateverTheCarrierDoes sends; more of them measure.
var (
	texts   = flag.Int("texts", 60, "how many texts go over a carrier with faults")
	numbers = flag.Int("numbers", 20, "to how many numbers")
)

func TestNothingIsSentTwiceWhateverTheCarrierDoes(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, true)
	n, threads := *texts, c.threads(t, *numbers)
	c.carrier.Do("POST", "/control/faults", map[string]any{"errors_percent": 10, "late_percent": 5, "late_ms": 2500, "repeat": true, "reorder": true})
	start := time.Now()
	bodies := make([]string, n)
	for i := range bodies {
		bodies[i] = fmt.Sprintf("Text %d", i)
		c.reception.must(t, "POST", "/api/v1/conversations/"+threads[i%len(threads)]+"/messages", draft("sms", bodies[i]))
	}
	accepted := time.Since(start)
	var open, failed int
	atLast(t, func() bool {
		err := c.DB.Owner.QueryRow(t.Context(), `SELECT count(*) FILTER (WHERE state NOT IN ('delivered', 'failed')), count(*) FILTER (WHERE state = 'failed') FROM delivery`).Scan(&open, &failed)
		if err != nil {
			t.Fatal(err)
		}
		return open == 0
	}, func() string { return fmt.Sprintf("%d of %d are not delivered", open, n) })
	twice := twiceTaken(t, c.carrier.Taken("sms"), bodies)
	t.Logf("%d texts: accepted in %v, settled in %v; failed %d, sent twice %d", n, accepted, time.Since(start), failed, twice)
	if failed > 0 || twice > 0 {
		t.Errorf("failed %d, sent twice %d", failed, twice)
	}
}

// threads are conversations with so many other patients, each with a number of their own.
func (c *carried) threads(t testing.TB, n int) []string {
	t.Helper()
	out := make([]string, n)
	for i := range out {
		p := c.Patient(t, fmt.Sprintf("Patient %d", i), fmt.Sprintf("p%d", i), false)
		if _, err := c.DB.Owner.Exec(t.Context(), `UPDATE patient SET phone = $2 WHERE patient_id = $1`, p.ID, fmt.Sprintf("+3519200%05d", i)); err != nil {
			t.Fatal(err)
		}
		out[i] = c.reception.must(t, "POST", "/api/v1/conversations", map[string]any{"patient_id": p.ID, "message": draft("sms", "Hello")}).str("id")
	}
	return out
}

// twiceTaken counts what was taken more than once, and says what was never.
func twiceTaken(t testing.TB, taken []testkit.Carried, bodies []string) (twice int) {
	t.Helper()
	times := map[string][]string{}
	for _, m := range taken {
		times[m.Body] = append(times[m.Body], m.ID+" at "+m.CreatedAt)
	}
	for _, b := range bodies {
		switch n := len(times[b]); {
		case n == 0:
			t.Errorf("never taken: %s", b)
		case n > 1:
			t.Logf("taken twice: %s: %v", b, times[b])
			twice++
		}
	}
	return twice
}

func TestAWorkerThatIsKilledSendsNothingTwice(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, false)
	environment := []string{
		"DATABASE_URL=" + c.DB.URL, "REDIS_URL=" + c.node.config.RedisURL, "SECRET_KEY=" + c.node.config.SecretKey, "VAR_DIR=" + t.TempDir(),
		"BLOB_URL=mem://", "PUBLIC_URL=" + c.node.url, "LOCAL_CARRIERS=true", "LOG_LEVEL=error",
	}
	c.inbound(t, map[string]any{"channel": "whatsapp", "from": c.phone(t, c.Ana), "body": "open the window"})
	worker := testkit.Worker(t, environment...)
	c.hears(t, "open the window")
	worker.Kill()
	c.carrier.Do("POST", "/control/faults", map[string]any{"slow_ms": 150})
	bodies := map[string][]string{}
	for i := range 200 {
		channel := []string{"sms", "sms", "whatsapp", "email"}[i%4]
		body := fmt.Sprintf("%s number %d", channel, i)
		bodies[channel] = append(bodies[channel], body)
		c.send(t, channel, body)
	}
	worker = testkit.Worker(t, environment...)
	atLast(t, func() bool { return len(c.carrier.Taken("sms")) >= 30 }, func() string { return "the worker does not work" })
	worker.Kill()
	atKill := len(c.carrier.Taken("sms")) + len(c.carrier.Taken("whatsapp")) + len(c.carrier.Taken("email"))
	testkit.Worker(t, environment...)
	var open int
	atLast(t, func() bool {
		if err := c.DB.Owner.QueryRow(t.Context(), `SELECT count(*) FROM delivery WHERE state = 'queued'`).Scan(&open); err != nil {
			t.Fatal(err)
		}
		return open == 0
	}, func() string { return fmt.Sprintf("%d wait for ever: %s", open, c.waiting(t)) })
	for _, channel := range []string{"sms", "whatsapp"} {
		if twice := twiceTaken(t, c.carrier.Taken(channel), bodies[channel]); twice > 0 {
			t.Errorf("%s: %d were sent twice", channel, twice)
		}
	}
	t.Logf("killed when %d of 200 were taken; letters sent twice: %d of 50", atKill, twiceLetters(t, c.carrier.Taken("email"), bodies["email"]))
}

// waiting says what is known of the messages that wait, for whoever reads a failure.
func (c *carried) waiting(t testing.TB) (what string) {
	t.Helper()
	err := c.DB.Owner.QueryRow(t.Context(), `
		SELECT string_agg(concat_ws(' ', d.channel, 'tries', d.tries, 'asked', d.asked_at, 'has', d.carrier_ids, 'job', j.state, j.attempt, j.scheduled_at, j.errors), E'\n')
		FROM delivery d LEFT JOIN river.river_job j ON j.args ->> 'message_id' = d.message_id::text
		WHERE d.state = 'queued'`).Scan(&what)
	if err != nil {
		t.Error(err)
	}
	return what
}

// twiceLetters counts letters that were taken more than once, and says which never were.
func twiceLetters(t testing.TB, taken []testkit.Carried, bodies []string) (twice int) {
	t.Helper()
	for i := range taken {
		taken[i].Body = strings.TrimSpace(taken[i].Body)
	}
	return twiceTaken(t, taken, bodies)
}
