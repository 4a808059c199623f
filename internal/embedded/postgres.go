// Package embedded brings along the Postgres and the Redis that a start without
// configuration needs: a real Postgres as a child process, and a Redis protocol server inside
// this one.
package embedded

import (
	"bytes"
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
	stopWait   = 30 * time.Second
	pollsEvery = 20 * time.Millisecond
)

// Postgres is a running server of our own.
type Postgres struct {
	URL    string // over a unix socket in a private directory
	data   string
	socket string
	lock   *os.File
	cmd    *exec.Cmd
	done   chan struct{} // closed once the server has ended
	log    *slog.Logger
}

// StartPostgres starts a server on the data directory, which is made on first use and kept
// between starts. Binaries are looked for below the search directories, then on the system.
// Settings are further ones, as "fsync=off".
func StartPostgres(ctx context.Context, data string, search []string, log *slog.Logger, settings ...string) (p *Postgres, err error) {
	bin, err := find(search)
	if err != nil {
		return nil, err
	}
	if data, err = filepath.Abs(data); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(data), 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	p = &Postgres{data: data, log: log, done: make(chan struct{})}
	defer func() {
		if err != nil {
			p.release()
		}
	}()
	if err := p.claim(); err != nil {
		return nil, err
	}
	if err := p.prepare(ctx, bin); err != nil {
		return nil, err
	}
	if err := p.start(bin, settings); err != nil {
		return nil, err
	}
	if err := p.ready(ctx); err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	return p, nil
}

// claim makes sure that one process has the directory; the lock ends with the process,
// however that ends.
func (p *Postgres) claim() (err error) {
	p.lock, err = os.OpenFile(p.data+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("lock the data directory: %w", err)
	}
	if err := syscall.Flock(int(p.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil { //nolint:gosec // a descriptor fits
		return fmt.Errorf("another frontdesk is running on %s: stop it, or set VAR_DIR to another directory", p.data)
	}
	return nil
}

// prepare makes the directory on first use, and clears what a killed server has left.
func (p *Postgres) prepare(ctx context.Context, bin binaries) error {
	raw, err := os.ReadFile(filepath.Join(p.data, "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return p.initialise(ctx, bin)
	}
	if err != nil {
		return fmt.Errorf("read the data directory: %w", err)
	}
	if have := strings.TrimSpace(string(raw)); have != bin.major {
		return fmt.Errorf("the data in %s is of Postgres %s, but the Postgres found in %s is %s: install Postgres %s, or move the directory away to begin anew", p.data, have, bin.dir, bin.major, have)
	}
	return p.endOrphan()
}

// initialise makes the cluster beside its place and moves it there when it is whole, so
// that an interrupted first start leaves nothing half done.
func (p *Postgres) initialise(ctx context.Context, bin binaries) error {
	made := p.data + ".new"
	if err := os.RemoveAll(made); err != nil {
		return err
	}
	args := []string{"-D", made, "-U", owner, "--auth=trust", "-E", "UTF8", "--no-instructions"}
	if bin.major >= "17" {
		args = append(args, "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
	} else {
		args = append(args, "--locale=C.UTF-8")
	}
	cmd := exec.CommandContext(ctx, filepath.Join(bin.dir, "initdb"), args...) //nolint:gosec // our own binary
	cmd.Env, cmd.SysProcAttr = bin.env(), attributes(p.log, filepath.Dir(p.data))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("make the database cluster in %s: %w: %s", made, err, bytes.TrimSpace(out))
	}
	if err := os.Remove(p.data); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s is there but holds no database: move it away", p.data)
	}
	return os.Rename(made, p.data)
}

func (p *Postgres) start(bin binaries, settings []string) (err error) {
	// A socket's path must stay under 108 bytes, so it is not below the project.
	if p.socket, err = os.MkdirTemp("", "frontdesk-"); err != nil {
		return err
	}
	args := []string{"-D", p.data, "-k", p.socket}
	for _, s := range append([]string{
		"listen_addresses=", "unix_socket_permissions=0700", "max_connections=100", "shared_buffers=256MB",
		"logging_collector=off", "log_min_messages=warning", "max_wal_size=1GB", "random_page_cost=1.1", "timezone=UTC",
	}, settings...) {
		args = append(args, "-c", s)
	}
	p.cmd = exec.Command(filepath.Join(bin.dir, "postgres"), args...) //nolint:noctx,gosec // it is stopped by Stop, which knows how
	p.cmd.Env, p.cmd.SysProcAttr = bin.env(), attributes(p.log, p.data, p.socket)
	p.cmd.Stderr = &lines{log: p.log}
	p.URL = (&url.URL{Scheme: "postgres", User: url.User(owner), Path: "/postgres", RawQuery: url.Values{"host": {p.socket}}.Encode()}).String()
	started := make(chan error, 1)
	go func() {
		// The kernel ends the child when this thread ends, and so when we are killed.
		runtime.LockOSThread()
		defer close(p.done)
		if err := p.cmd.Start(); err != nil {
			started <- fmt.Errorf("start Postgres: %w", err)
			return
		}
		started <- nil
		if err := p.cmd.Wait(); err != nil {
			p.log.Warn("Postgres has ended", "err", err)
		}
	}()
	return <-started
}

func (p *Postgres) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	for tick := time.NewTicker(pollsEvery); ; {
		conn, err := pgx.Connect(ctx, p.URL)
		if err == nil {
			tick.Stop()
			return conn.Close(ctx)
		}
		select {
		case <-p.done:
			return fmt.Errorf("the Postgres in %s ended while it started: the lines above say why", p.data)
		case <-ctx.Done():
			return fmt.Errorf("the Postgres in %s does not answer: %w", p.data, err)
		case <-tick.C:
		}
	}
}

// Done is closed when the server has ended, asked to or not.
func (p *Postgres) Done() <-chan struct{} { return p.done }

// Stop ends the server cleanly: connections are cut, and everything committed is on disk.
func (p *Postgres) Stop() error {
	defer p.release()
	if p.cmd == nil || p.cmd.Process == nil {
		return nil
	}
	return end(p.cmd.Process, p.done)
}

// end asks for a fast shutdown, then for an immediate one, from which Postgres recovers.
func end(process *os.Process, done <-chan struct{}) error {
	for _, ask := range []os.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		if err := process.Signal(ask); errors.Is(err, os.ErrProcessDone) {
			return nil
		}
		select {
		case <-done:
			return nil
		case <-time.After(stopWait):
		}
	}
	return fmt.Errorf("the Postgres process %d does not end: end it by hand", process.Pid)
}

func (p *Postgres) release() {
	if p.socket != "" {
		os.RemoveAll(p.socket) //nolint:errcheck // a directory in /tmp, empty by now
	}
	if p.lock != nil {
		p.lock.Close() //nolint:errcheck // unlocks; nothing was written
	}
}
