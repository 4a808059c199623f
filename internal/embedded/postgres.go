// Package embedded brings along the Postgres and the Redis that a start without
// configuration needs: a real Postgres as a child process, and a Redis protocol server inside
// this one.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	owner      = "frontdesk" // the database's superuser, reachable through our socket alone
	startWait  = 60 * time.Second
	stopWait   = 30 * time.Second // for each way of asking
	claimWait  = 2 * time.Second  // for a process that is just ending
	pollsEvery = 10 * time.Millisecond
	socketName = "frontdesk-pg-" // of the socket's directory
)

// Postgres is a running server of our own.
type Postgres struct {
	URL string // over a unix socket in a private directory, as the database's owner

	data   string
	bin    binaries
	as     account
	lock   *os.File
	socket string
	cmd    *exec.Cmd
	output *output
	done   chan struct{} // closed once the server has ended
	log    *slog.Logger
}

// StartPostgres starts a server on the data directory, which is made on first use and kept
// between starts. Binaries are looked for below the search directories, then on the system.
// Settings are further ones, as "fsync=off". The context bounds the start alone: it is Stop
// that ends the server, after everybody who uses it.
func StartPostgres(ctx context.Context, data string, search []string, log *slog.Logger, settings ...string) (*Postgres, error) {
	data, err := filepath.Abs(data)
	if err != nil {
		return nil, err
	}
	p := &Postgres{data: data, log: log, output: &output{log: log}, done: make(chan struct{})}
	if err := p.run(ctx, search, settings); err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	return p, nil
}

func (p *Postgres) run(ctx context.Context, search, settings []string) error {
	if err := p.claim(); err != nil {
		return err
	}
	have, err := p.version()
	if err != nil {
		return err
	}
	if p.bin, err = find(ctx, search, have, p.log); err != nil {
		return err
	}
	if p.as, err = runAs(ctx, p.bin, p.data, p.log); err != nil {
		return err
	}
	if err := p.prepare(ctx, have, settings); err != nil {
		return err
	}
	if err := p.bind(); err != nil {
		return err
	}
	if err := p.start(settings); err != nil {
		return err
	}
	return p.ready(ctx)
}

// bind makes the socket's directory. A socket's path must stay under 108 bytes, so it is
// not below the project.
func (p *Postgres) bind() (err error) {
	p.forget()
	temp := os.TempDir()
	if len(temp) > 60 {
		temp = "/tmp"
	}
	if p.socket, err = os.MkdirTemp(temp, socketName); err != nil {
		return fmt.Errorf("make the socket's directory: %w", err)
	}
	if err := errors.Join(p.lock.Truncate(0), p.as.own(p.socket)); err != nil {
		return err
	}
	p.URL = (&url.URL{Scheme: "postgres", User: url.User(owner), Path: "/postgres", RawQuery: url.Values{"host": {p.socket}}.Encode()}).String()
	_, err = p.lock.WriteAt([]byte(p.socket), 0)
	return err
}

// forget removes the socket's directory of a killed process, which the lock file names.
func (p *Postgres) forget() {
	old, err := os.ReadFile(p.lock.Name())
	if err == nil && strings.HasPrefix(filepath.Base(string(old)), socketName) {
		_ = os.RemoveAll(string(old)) //nolint:gosec // our own note, in a file that only we write to
	}
}

func (p *Postgres) start(settings []string) error {
	args := []string{"-D", p.data, "-k", p.socket}
	for _, s := range append(smallBox(), settings...) {
		args = append(args, "-c", s)
	}
	p.cmd = exec.Command(filepath.Join(p.bin.dir, "postgres"), args...) //nolint:noctx,gosec // our own binary; Stop knows how to end it
	p.cmd.Env, p.cmd.SysProcAttr, p.cmd.Stderr, p.cmd.Dir = p.bin.env(), p.as.attr, p.output, "/"
	started := make(chan error, 1)
	go func() {
		defer close(p.done)
		runtime.LockOSThread() // the child ends with the thread that started it: this one waits
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err != nil {
			return
		}
		if err := p.cmd.Wait(); err != nil {
			p.log.Warn("Postgres has ended", "err", err)
		}
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("start Postgres: %w", err)
	}
	return nil
}

// smallBox are settings for one machine that runs everything. What Postgres writes to its
// log is kept free of what is in the database: no statements, no details, fatal faults alone.
func smallBox() []string {
	return []string{
		"listen_addresses=", "unix_socket_permissions=0700", "max_connections=100", "timezone=UTC",
		"shared_buffers=256MB", "max_wal_size=1GB", "checkpoint_timeout=15min", "random_page_cost=1.1",
		"jit=off", "max_parallel_workers_per_gather=0", // short queries, few cores
		"logging_collector=off", "log_destination=stderr", "log_line_prefix=",
		"log_min_messages=fatal", "log_min_error_statement=panic", "log_error_verbosity=terse",
	}
}

// ready waits for the word that Postgres leaves in its pid file, then asks it something.
func (p *Postgres) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	tick := time.NewTicker(pollsEvery)
	defer tick.Stop()
	for p.left() != p.cmd.Process.Pid || p.pidLine(7) != "ready" {
		select {
		case <-p.done:
			return fmt.Errorf("the Postgres in %s ended while it started: %s", p.data, p.output.last)
		case <-ctx.Done():
			return fmt.Errorf("the Postgres in %s does not get ready: %w", p.data, ctx.Err())
		case <-tick.C:
		}
	}
	conn, err := pgx.Connect(ctx, p.URL)
	if err != nil {
		return fmt.Errorf("connect to our own Postgres: %w", err)
	}
	return conn.Close(ctx)
}

// Done is closed when the server has ended, asked to or not.
func (p *Postgres) Done() <-chan struct{} { return p.done }

// Stop ends the server cleanly: connections are cut, and everything committed is on disk.
func (p *Postgres) Stop() error {
	defer p.release()
	if p.cmd == nil || p.cmd.Process == nil {
		return nil
	}
	for _, ask := range shutdowns() {
		if err := p.cmd.Process.Signal(ask); errors.Is(err, os.ErrProcessDone) {
			return nil
		}
		select {
		case <-p.done:
			return nil
		case <-time.After(stopWait):
		}
	}
	return unending(p.cmd.Process.Pid)
}

// shutdowns are a fast one, then an immediate one, from which Postgres recovers.
func shutdowns() []syscall.Signal { return []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} }

func unending(pid int) error {
	return fmt.Errorf("the Postgres process %d does not end: end it by hand", pid)
}

func (p *Postgres) release() {
	if p.socket != "" {
		_ = os.RemoveAll(p.socket) // a directory in /tmp, empty by now
	}
	if p.lock != nil {
		_ = p.lock.Close() // unlocks; what is in it is only a hint
	}
}
