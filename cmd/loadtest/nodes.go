package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"frontdesk/internal/embedded"
)

// nodes are servers that the load test has started, and what they stand on.
type nodes struct {
	urls  []string
	stops []func()
}

func (n *nodes) stop() {
	for i := len(n.stops) - 1; i >= 0; i-- {
		n.stops[i]()
	}
}

// startNodes starts count processes on one Postgres and one Redis: a real one where it is
// installed.
func startNodes(ctx context.Context, count int) (n *nodes, err error) {
	n = &nodes{}
	defer func() {
		if err != nil {
			n.stop()
		}
	}()
	dir, err := os.MkdirTemp("", "frontdesk-load-")
	if err != nil {
		return nil, err
	}
	n.stops = append(n.stops, func() { os.RemoveAll(dir) }) //nolint:errcheck // a temporary directory
	pg, err := embedded.StartPostgres(ctx, filepath.Join(dir, "postgres"), []string{"var"}, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	n.stops = append(n.stops, func() { pg.Stop() }) //nolint:errcheck // its data goes with the directory
	redisURL, err := n.startRedis(ctx, dir)
	if err != nil {
		return nil, err
	}
	for range count {
		if err := n.startNode(ctx, pg.URL, redisURL, dir); err != nil {
			return nil, err
		}
	}
	return n, nil
}

func (n *nodes) startRedis(ctx context.Context, dir string) (string, error) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		own, err := embedded.StartRedis()
		if err != nil {
			return "", err
		}
		n.stops = append(n.stops, own.Stop)
		return own.URL, nil
	}
	port, err := freePort(ctx)
	if err != nil {
		return "", err
	}
	cmd := exec.Command("redis-server", "--bind", "127.0.0.1", "--port", port, "--save", "", "--dir", dir) //nolint:noctx // ended by stop
	if err := cmd.Start(); err != nil {
		return "", err
	}
	n.stops = append(n.stops, func() { end(cmd) })
	return "redis://127.0.0.1:" + port, nil
}

func (n *nodes) startNode(ctx context.Context, databaseURL, redisURL, dir string) error {
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	cmd := exec.Command("bin/frontdesk", "serve", "--demo") //nolint:noctx // ended by stop
	cmd.Env = append(cmd.Environ(), "PORT="+port, "DATABASE_URL="+databaseURL, "REDIS_URL="+redisURL, "VAR_DIR="+dir, "LOG_LEVEL=error")
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start bin/frontdesk (make build makes it): %w", err)
	}
	n.stops = append(n.stops, func() { end(cmd) })
	url := "http://127.0.0.1:" + port
	n.urls = append(n.urls, url)
	return ready(ctx, url)
}

// ready waits until a node answers.
func ready(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for tick := time.NewTicker(50 * time.Millisecond); ; {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", nil)
		if err != nil {
			return err
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			res.Body.Close() //nolint:errcheck // only the status counts
			if res.StatusCode == http.StatusOK {
				tick.Stop()
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return errors.New(url + " does not answer")
		case <-tick.C:
		}
	}
}

func end(cmd *exec.Cmd) {
	cmd.Process.Signal(syscall.SIGTERM) //nolint:errcheck // it may have ended
	cmd.Wait()                          //nolint:errcheck // ended by us
}

func freePort(ctx context.Context) (string, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return strconv.Itoa(ln.Addr().(*net.TCPAddr).Port), ln.Close() //nolint:forcetypeassert // it is TCP
}
