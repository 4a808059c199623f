// Command loadtest measures a running Frontdesk, or two nodes that it starts itself: how long
// a message takes from its send to the sockets that watch, on the same node and on another,
// and how many sends are acknowledged. It prints a table and writes JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

type options struct {
	URL       []string      `help:"Nodes to measure; sends go to the first." default:"http://localhost:8080"`
	OwnServer bool          `help:"Start a Postgres, a Redis and two nodes of bin/frontdesk, and measure those."`
	Sockets   int           `help:"Sockets that watch on each node." default:"10"`
	Writers   int           `help:"Who send at once at full speed." default:"8"`
	Rate      int           `help:"Sends a second while latency is measured." default:"100"`
	For       time.Duration `help:"How long each part lasts." default:"5s"`
	JSON      string        `help:"Where to write the figures."`
}

func main() {
	var o options
	kong.Parse(&o, kong.Description("Measures a Frontdesk that serves the demo clinic."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "loadtest:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, out io.Writer) (err error) {
	if o.OwnServer {
		own, err := startNodes(ctx, 2)
		if err != nil {
			return err
		}
		defer own.stop()
		o.URL = own.urls
	}
	figures, err := measure(ctx, o)
	if err != nil {
		return err
	}
	for _, f := range figures {
		fmt.Fprintf(out, "%-58s %10.2f %10.2f %10.2f  %s (%d)\n", f.Name, f.Median, f.P99, f.Max, f.Unit, f.Count)
	}
	if o.JSON == "" {
		return nil
	}
	file, err := os.Create(o.JSON)
	if err != nil {
		return err
	}
	return errors.Join(json.NewEncoder(file).Encode(figures), file.Close())
}

// figure is one line of the table.
type figure struct {
	Name   string  `json:"name"`
	Median float64 `json:"median"`
	P99    float64 `json:"p99"`
	Max    float64 `json:"max"`
	Unit   string  `json:"unit"`
	Count  int     `json:"count"`
}
