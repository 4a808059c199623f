package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// endOrphan stops the Postgres that a killed frontdesk has left, should it still run. We
// hold the lock on the directory, so nobody's work is cut off.
func (p *Postgres) endOrphan() error {
	pid := p.left()
	if pid == 0 || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return nil // Postgres itself clears the file of a process that is gone
	}
	args := arguments(pid)
	switch {
	case len(args) < 4 || filepath.Base(args[0]) != "postgres" || !slices.Contains(args, p.data):
		// Another program has the number by now. Postgres would take it for its own.
		return os.Remove(p.pidFile())
	case args[1] != "-D" || args[2] != p.data || args[3] != "-k":
		return fmt.Errorf("another Postgres (process %d) works on %s: stop it", pid, p.data)
	}
	p.log.Info("a killed frontdesk has left its Postgres running: stopping it", "pid", pid)
	for _, ask := range shutdowns() {
		// One of another namespace is not ours to signal; the kernel has told it to end, with
		// the frontdesk that started it.
		if err := syscall.Kill(pid, ask); err != nil && !errors.Is(err, syscall.ESRCH) && !errors.Is(err, syscall.EPERM) {
			return fmt.Errorf("stop the Postgres process %d: %w", pid, err)
		}
		for end := time.Now().Add(stopWait); time.Now().Before(end); time.Sleep(pollsEvery) {
			if !slices.Equal(arguments(pid), args) {
				return nil
			}
		}
	}
	return unending(pid)
}

func (p *Postgres) pidFile() string { return filepath.Join(p.data, "postmaster.pid") }

// left is the process that the directory's pid file names, or 0.
func (p *Postgres) left() int {
	pid, err := strconv.Atoi(p.pidLine(0))
	if err != nil || pid <= 0 {
		return 0
	}
	return pid
}

// pidLine is a line of Postgres's pid file, or "".
func (p *Postgres) pidLine(n int) string {
	raw, err := os.ReadFile(p.pidFile())
	lines := strings.Split(string(raw), "\n")
	if err != nil || n >= len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[n])
}

// arguments are a process's command line; none if it has ended.
func arguments(pid int) []string {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err == nil {
		return strings.FieldsFunc(string(raw), func(r rune) bool { return r == 0 })
	}
	if _, linux := os.Stat("/proc/self/cmdline"); !errors.Is(linux, fs.ErrNotExist) {
		return nil
	}
	out, err := exec.Command("ps", "-ww", "-o", "args=", "-p", strconv.Itoa(pid)).Output() //nolint:noctx,gosec // a number; answers at once
	if err != nil {
		return nil
	}
	return strings.Fields(string(out))
}
