package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// post is one webhook on its way to the product.
type post struct {
	channel   string
	url       string
	mediaType string
	body      string
	signature [2]string // the header's name and value
}

// hooks send webhooks: first tries in order within a channel, later ones on their own. Twilio
// itself tries an inbound message again only when it finds no connection; the switch no_retry
// shows what is lost then.
type hooks struct {
	faults *faults
	rest   time.Duration
	client *http.Client
	lanes  map[string]*lane
	tasks  *errgroup.Group
}

func newHooks(f *faults, rest time.Duration) *hooks {
	h := &hooks{faults: f, rest: rest, client: localClient(), lanes: map[string]*lane{}}
	for _, channel := range []string{sms, whatsApp} {
		h.lanes[channel] = &lane{ready: make(chan struct{}, 1)}
	}
	return h
}

// localClient reaches this machine alone, whatever a name resolves to, and follows nobody.
func localClient() *http.Client {
	dialer := net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		if host, _, err := net.SplitHostPort(address); err != nil || !loopback(host) {
			return fmt.Errorf("the carrier does not leave this machine")
		}
		return nil
	}}
	return &http.Client{
		Timeout:       15 * time.Second,
		Transport:     &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// local says whether a URL points at this machine: the carrier accepts no other to call back.
func local(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && loopback(u.Hostname())
}

// lane is a queue without a bound: nobody who sends waits for the product.
type lane struct {
	mu      sync.Mutex
	waiting []post
	ready   chan struct{}
}

func (l *lane) take() []post {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.waiting
	l.waiting = nil
	return all
}

func (h *hooks) send(p post) {
	l := h.lanes[p.channel]
	l.mu.Lock()
	l.waiting = append(l.waiting, p)
	l.mu.Unlock()
	select {
	case l.ready <- struct{}{}:
	default: // it has been told already
	}
}

// gather is how long webhooks are held back to come in another order.
const gather = 300 * time.Millisecond

func (h *hooks) serve(ctx context.Context, tasks *errgroup.Group) {
	h.tasks = tasks
	for channel, l := range h.lanes {
		tasks.Go(func() error {
			for {
				select {
				case <-ctx.Done():
					return nil
				case <-l.ready:
				}
				reorder := h.faults.on(channel).Reorder
				if reorder {
					pause(ctx, gather)
				}
				all := l.take()
				if reorder {
					slices.Reverse(all)
				}
				for _, p := range all {
					h.first(ctx, p)
				}
			}
		})
	}
}

// first tries a webhook, and leaves it to a task of its own when that fails.
func (h *hooks) first(ctx context.Context, p post) {
	s := h.faults.on(p.channel)
	times := 1
	if s.Repeat {
		times = 2
	}
	for range times {
		if err := h.try(ctx, p); err != nil && ctx.Err() == nil {
			h.tasks.Go(func() error { h.again(ctx, p, err); return nil })
		}
	}
}

// tries are how often a webhook is sent at most, with pauses that double.
const tries = 8

func (h *hooks) again(ctx context.Context, p post, err error) {
	rest := h.rest
	for n := 1; n < tries && !h.faults.on(p.channel).NoRetry && pause(ctx, rest); n++ {
		if err = h.try(ctx, p); err == nil {
			return
		}
		rest *= 2
	}
	if ctx.Err() == nil {
		slog.WarnContext(ctx, "a webhook is given up", "channel", p.channel, "err", err)
	}
}

func (h *hooks) try(ctx context.Context, p post) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, strings.NewReader(p.body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", p.mediaType)
	request.Header.Set(p.signature[0], p.signature[1])
	answer, err := h.client.Do(request)
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<20)) // so that the connection serves again
	if err := answer.Body.Close(); err != nil {
		return err
	}
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("answered %d", answer.StatusCode)
	}
	return nil
}
