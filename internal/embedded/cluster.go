package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// claim makes sure that one process has the directory; the lock ends with the process,
// however that ends. The lock file names the socket's directory, for whoever comes after a
// process that could not clear up.
func (p *Postgres) claim() (err error) {
	if err := os.MkdirAll(filepath.Dir(p.data), 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	p.lock, err = os.OpenFile(p.data+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("lock the data directory: %w", err)
	}
	// A process that is just ending holds it a moment longer, and so does a child of anybody
	// between its fork and its exec.
	for deadline := time.Now().Add(claimWait); ; time.Sleep(pollsEvery) {
		err = syscall.Flock(int(p.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) || time.Now().After(deadline) {
			break
		}
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return fmt.Errorf("another frontdesk is running on %s: stop it, or set VAR_DIR to another directory", p.data)
	}
	if err != nil {
		return fmt.Errorf("lock the data directory: %w", err)
	}
	return nil
}

// version is the one that the data is of, or 0 where there is none yet.
func (p *Postgres) version() (int, error) {
	raw, err := os.ReadFile(filepath.Join(p.data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the data directory: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err != nil {
		return 0, fmt.Errorf("the data in %s is of no known version of Postgres: move the directory away to begin anew", p.data)
	}
	return major, nil
}

// prepare makes the cluster on first use, and stops what a killed frontdesk has left.
func (p *Postgres) prepare(ctx context.Context, have int, settings []string) error {
	switch {
	case have == 0:
		return p.initialise(ctx, settings)
	case have != p.bin.major:
		return fmt.Errorf("the data in %s is of Postgres %d, but the Postgres found in %s is %d: install Postgres %d, or move the directory away to begin anew",
			p.data, have, p.bin.dir, p.bin.major, have)
	}
	if err := p.endOrphan(); err != nil {
		return err
	}
	return p.as.own(p.data)
}

// initialise makes the cluster beside its place and moves it there when it is whole, so
// that an interrupted first start leaves nothing half done.
func (p *Postgres) initialise(ctx context.Context, settings []string) error {
	if err := os.Remove(p.data); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there but holds no database: move it away", p.data)
	}
	made := p.data + ".new"
	err := errors.Join(os.RemoveAll(made), os.Mkdir(made, 0o700))
	if err == nil {
		err = p.as.own(made)
	}
	if err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	args := []string{"-D", made, "-U", owner, "--auth=trust", "-E", "UTF8", "--no-instructions"}
	if p.bin.major >= 17 {
		args = append(args, "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8") // the same on every machine
	} else {
		args = append(args, "--locale=C.UTF-8")
	}
	if slices.Contains(settings, "fsync=off") {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, filepath.Join(p.bin.dir, "initdb"), args...) //nolint:gosec // our own binary
	cmd.Env, cmd.SysProcAttr, cmd.Dir = p.bin.env(), p.as.attr, "/"
	runtime.LockOSThread() // the child ends with the thread that started it
	defer runtime.UnlockOSThread()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("make the database cluster in %s: %w: %s", made, err, wrong(out))
	}
	return os.Rename(made, p.data)
}

// wrong are the lines in which a command says what went wrong, as one.
func wrong(out []byte) string {
	var lines []string
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "error:") || strings.Contains(line, "FATAL:") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return strings.Join(lines, "; ")
}
