package testkit

import (
	"context"
	"net"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// RedisServer is a real redis-server process of one test.
type RedisServer struct {
	URL  string
	addr string
	cmd  *exec.Cmd
	done chan struct{} // closed once the process has ended
	tb   testing.TB
}

// Redis starts a redis-server on a free loopback port; it keeps nothing on disk.
func Redis(tb testing.TB) *RedisServer {
	tb.Helper()
	var listen net.ListenConfig
	ln, err := listen.Listen(tb.Context(), "tcp", "127.0.0.1:0")
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

// Start begins, or begins again on the same port, and waits until it answers. After a
// restart it is empty.
func (r *RedisServer) Start() {
	r.tb.Helper()
	host, port, _ := net.SplitHostPort(r.addr) // our own
	r.cmd = exec.Command("redis-server", "--bind", host, "--port", port, "--save", "", "--appendonly", "no", "--dir", os.TempDir())
	r.cmd.SysProcAttr = attached()
	r.done = make(chan struct{})
	started := make(chan error, 1)
	go func(cmd *exec.Cmd, done chan struct{}) {
		defer close(done)
		runtime.LockOSThread() // see attached
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // it is killed
		}
	}(r.cmd, r.done)
	if err := <-started; err != nil {
		r.tb.Fatalf("start redis-server (`make setup` installs it): %v", err)
	}
	r.answers()
}

func (r *RedisServer) answers() {
	r.tb.Helper()
	client := redis.NewClient(&redis.Options{Addr: r.addr, MaxRetries: -1, DialerRetries: 1})
	defer client.Close() //nolint:errcheck // nothing was kept
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for client.Ping(ctx).Err() != nil {
		select {
		case <-tick.C:
		case <-r.done:
			r.tb.Fatalf("redis-server ended at once: is %s taken?", r.addr)
		case <-ctx.Done():
			r.tb.Fatalf("redis-server does not answer on %s", r.addr)
		}
	}
}

// Stop ends it as a crash would.
func (r *RedisServer) Stop() {
	_ = r.cmd.Process.Kill() // it may have ended
	<-r.done
}

// Freeze keeps the port open and answers nothing, until Thaw: a black hole.
func (r *RedisServer) Freeze() { r.signal(syscall.SIGSTOP) }

// Thaw ends Freeze.
func (r *RedisServer) Thaw() { r.signal(syscall.SIGCONT) }

func (r *RedisServer) signal(s syscall.Signal) {
	r.tb.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		r.tb.Fatal(err)
	}
}
