package main

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// post sends an SMS and answers the status, or 0 when the connection was cut.
func (r *rig) post(t *testing.T, body string) int {
	t.Helper()
	form := url.Values{"To": {ana}, "From": {r.SMSNumber}, "Body": {body}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.web+r.account()+"/Messages.json", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = r.basic()
	answer, err := r.client.Do(request)
	if err != nil {
		return 0
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		switches switches
		status   int
		taken    int
	}{
		"down":                     {switches{Down: true}, 0, 0},
		"refuses":                  {switches{Refuse: true}, 400, 0},
		"too many requests":        {switches{RateLimitedPercent: 100}, 429, 0},
		"errors":                   {switches{ErrorsPercent: 100}, 500, 0},
		"takes it and is gone":     {switches{DropPercent: 100}, 0, 1},
		"slow":                     {switches{SlowMS: 1}, 201, 1},
		"late":                     {switches{LatePercent: 100, LateMS: 1}, 201, 1},
		"another channel's":        {switches{Down: true, Channels: []string{whatsApp, email}}, 201, 1},
		"this channel's":           {switches{Down: true, Channels: []string{sms}}, 0, 0},
		"errors, but none by dice": {switches{ErrorsPercent: 0}, 201, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, nil)
			r.control(t, "faults", tt.switches)
			if got := r.post(t, "Hello"); got != tt.status {
				t.Errorf("answered %d, want %d", got, tt.status)
			}
			if got := len(r.taken(t, sms)); got != tt.taken {
				t.Errorf("%d were taken, want %d", got, tt.taken)
			}
		})
	}
}

// TestFaultsRepeat themselves with the same seed.
func TestFaultsRepeat(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	var runs [2][]int
	for n := range runs {
		r.control(t, "faults", switches{ErrorsPercent: 30, RateLimitedPercent: 30})
		for i := range 20 {
			runs[n] = append(runs[n], r.post(t, fmt.Sprint(n, i)))
		}
	}
	if !slices.Equal(runs[0], runs[1]) || !slices.Contains(runs[0], 429) || !slices.Contains(runs[0], 500) || !slices.Contains(runs[0], 201) {
		t.Errorf("first %v, then %v", runs[0], runs[1])
	}
}

// TestFaultsOfWebhooks: twice, in another order, never tried again, and not at all.
func TestFaultsOfWebhooks(t *testing.T) {
	t.Parallel()
	gate := make(chan struct{})
	r := start(t, func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/status" { // holds up all that comes after it
			<-gate
		}
	})
	say := func(words ...string) {
		for _, word := range words {
			r.control(t, "inbound", wording{Channel: sms, From: ana, Body: word})
		}
	}
	hear := func(want ...string) {
		t.Helper()
		for _, word := range want {
			if got := r.next(t).form.Get("Body"); got != word {
				t.Errorf("heard %q, want %q", got, word)
			}
		}
	}
	r.control(t, "faults", switches{Repeat: true})
	say("one")
	hear("one", "one")
	r.control(t, "faults", switches{Reorder: true})
	_, _ = r.text(t, ana, "Hello")
	for len(r.taken(t, sms)) != 1 || at(t, r.taken(t, sms)[0], "status") == "queued" {
		continue // its status is on the way when it has one
	}
	say("two", "three", "four")
	close(gate)
	var heard []string
	for range 5 { // the two statuses among them
		heard = append(heard, r.next(t).form.Get("Body"))
	}
	heard = slices.DeleteFunc(heard, func(word string) bool { return word == "" })
	if want := []string{"four", "three", "two"}; !slices.Equal(heard, want) {
		t.Errorf("heard %v, want %v", heard, want)
	}
	r.control(t, "faults", switches{Mute: true})
	_, sent := r.text(t, ana, "Hello")
	for status := "queued"; status != "delivered"; { // asks until it is so
		_, m := r.do(t, http.MethodGet, r.account()+"/Messages/"+sent["sid"].(string)+".json", r.basic(), "")
		status = m["status"].(string)
	}
	say("five")
	hear("five")
}

func TestFaultsLoseWebhooks(t *testing.T) {
	t.Parallel()
	r := start(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	r.control(t, "faults", switches{NoRetry: true})
	for _, word := range []string{"one", "two", "three"} {
		r.control(t, "inbound", wording{Channel: sms, From: ana, Body: word})
		if got := r.next(t).form.Get("Body"); got != word {
			t.Errorf("heard %q, want %q", got, word)
		}
	}
}
