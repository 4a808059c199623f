package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// book keeps when each message was first seen at each node, and by how many sockets.
type book struct {
	mu    sync.Mutex
	first []map[string]time.Time // by node
	last  []map[string]time.Time
}

func newBook(nodes int) *book {
	b := &book{}
	for range nodes {
		b.first = append(b.first, map[string]time.Time{})
		b.last = append(b.last, map[string]time.Time{})
	}
	return b
}

func (b *book) note(node int, a arrival) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, seen := b.first[node][a.id]; !seen {
		b.first[node][a.id] = a.at
	}
	b.last[node][a.id] = a.at
}

// sent is one send.
type sent struct {
	id              string
	began, answered time.Time
}

func measure(ctx context.Context, o options) ([]figure, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	b := newBook(len(o.URL))
	for n, url := range o.URL {
		c, err := signIn(ctx, url, "reception@demo.test")
		if err != nil {
			return nil, err
		}
		for range o.Sockets {
			if err := c.watch(ctx, func(a arrival) { b.note(n, a) }); err != nil {
				return nil, err
			}
		}
	}
	writer, err := signIn(ctx, o.URL[0], "reception2@demo.test")
	if err != nil {
		return nil, err
	}
	conversations, err := writer.conversations(ctx)
	if err != nil {
		return nil, err
	}
	if len(conversations) == 0 {
		return nil, errors.New("the node holds no conversation to write in: serve the demo clinic")
	}
	steady, err := paced(ctx, o, writer, conversations)
	if err != nil {
		return nil, err
	}
	full, took, err := flatOut(ctx, o, writer, conversations)
	if err != nil {
		return nil, err
	}
	time.Sleep(time.Second) // the last ones are on their way
	return b.report(o, steady, full, took), nil
}

// paced sends at an even rate, one at a time.
func paced(ctx context.Context, o options, c *client, conversations []string) ([]sent, error) {
	var all []sent
	tick := time.NewTicker(time.Second / time.Duration(o.Rate))
	defer tick.Stop()
	for end := time.Now().Add(o.For); time.Now().Before(end); {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
		id, began, answered, err := c.send(ctx, conversations[len(all)%len(conversations)])
		if err != nil {
			return nil, err
		}
		all = append(all, sent{id, began, answered})
	}
	return all, nil
}

// flatOut sends as fast as the writers can.
func flatOut(ctx context.Context, o options, c *client, conversations []string) (all []sent, took time.Duration, err error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failed atomic.Value
	began := time.Now()
	for w := range o.Writers {
		wg.Go(func() {
			for i := w; time.Since(began) < o.For && ctx.Err() == nil; i += o.Writers {
				id, start, answered, err := c.send(ctx, conversations[i%len(conversations)])
				if err != nil {
					failed.Store(err)
					return
				}
				mu.Lock()
				all = append(all, sent{id, start, answered})
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	err, _ = failed.Load().(error)
	return all, time.Since(began), err
}

func (b *book) report(o options, steady, full []sent, took time.Duration) []figure {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []figure
	where := []string{"the same node", "the other node"}
	for n := range min(len(o.URL), len(where)) {
		out = append(out,
			b.spread(fmt.Sprintf("from a send's answer to a socket on %s", where[n]), steady, b.first[n], func(s sent) time.Time { return s.answered }),
			b.spread(fmt.Sprintf("from a send's start to all sockets on %s", where[n]), steady, b.last[n], func(s sent) time.Time { return s.began }),
			b.spread(fmt.Sprintf("the same at full speed on %s", where[n]), full, b.last[n], func(s sent) time.Time { return s.began }))
	}
	rate := float64(len(full)) / took.Seconds()
	return append(out, figure{Name: fmt.Sprintf("sends acknowledged with %d writers", o.Writers), Median: rate, P99: rate, Max: rate, Unit: "a second", Count: len(full)})
}

// spread answers median, 99th percentile and maximum in milliseconds, and how many arrived.
func (b *book) spread(name string, all []sent, arrived map[string]time.Time, from func(sent) time.Time) figure {
	var ms []float64
	for _, s := range all {
		if at, there := arrived[s.id]; there {
			ms = append(ms, float64(at.Sub(from(s)).Microseconds())/1000)
		}
	}
	f := figure{Name: name, Unit: "ms", Count: len(ms)}
	if len(ms) == 0 {
		return f
	}
	slices.Sort(ms)
	f.Median, f.P99, f.Max = ms[len(ms)/2], ms[len(ms)*99/100], ms[len(ms)-1]
	return f
}
