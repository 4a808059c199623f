package testkit

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// RedisServer is a real redis-server process of one test.
type RedisServer struct {
	URL  string
	addr string
	cmd  *exec.Cmd
	tb   testing.TB
}

// Redis starts a redis-server on a free loopback port; it keeps nothing on disk.
func Redis(tb testing.TB) *RedisServer {
	tb.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	r := &RedisServer{addr: ln.Addr().String(), tb: tb}
	r.URL = "redis://" + r.addr
	if err := ln.Close(); err != nil {
		tb.Fatal(err)
	}
	r.Start()
	tb.Cleanup(r.Stop)
	return r
}

// Start begins, or begins again on the same port, and waits until it answers.
func (r *RedisServer) Start() {
	r.tb.Helper()
	host, port, _ := net.SplitHostPort(r.addr)
	r.cmd = exec.Command("redis-server", "--bind", host, "--port", port, "--save", "", "--appendonly", "no", "--dir", os.TempDir()) //nolint:noctx // ended by Stop
	if err := r.cmd.Start(); err != nil {
		r.tb.Fatalf("start redis-server (`make setup` installs it): %v", err)
	}
	client := redis.NewClient(&redis.Options{Addr: r.addr})
	defer client.Close() //nolint:errcheck // nothing was kept
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for client.Ping(ctx).Err() != nil {
		if ctx.Err() != nil {
			r.tb.Fatal(fmt.Errorf("redis-server does not answer on %s", r.addr))
		}
	}
}

// Stop ends it as a crash would.
func (r *RedisServer) Stop() {
	if r.cmd == nil {
		return
	}
	r.cmd.Process.Kill() //nolint:errcheck // it may have ended
	r.cmd.Wait()         //nolint:errcheck // killed
	r.cmd = nil
}
