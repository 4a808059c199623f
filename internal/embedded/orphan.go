package embedded

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// endOrphan clears what a killed frontdesk has left: its Postgres, should that still run,
// and the pid file, which Postgres itself would believe if another process has the number
// by now. The lock on the directory says that nobody else is at work here.
func (p *Postgres) endOrphan() error {
	file := filepath.Join(p.data, "postmaster.pid")
	raw, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(raw), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err == nil && p.serves(pid) {
		p.log.Info("a killed server has left its Postgres running: stopping it", "pid", pid)
		process, err := os.FindProcess(pid)
		if err != nil {
			return err
		}
		if err := end(process, p.gone(pid)); err != nil {
			return err
		}
	}
	if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("clear a stale lock: %w", err)
	}
	return nil
}

// serves tells whether a process is a Postgres on our directory.
func (p *Postgres) serves(pid int) bool {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return false
	}
	args := bytes.Split(line, []byte{0})
	return len(args) > 2 && filepath.Base(string(args[0])) == "postgres" && string(args[2]) == p.data
}

// gone is closed when a process that is not our child has ended.
func (p *Postgres) gone(pid int) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(pollsEvery)
		defer tick.Stop()
		for deadline := time.Now().Add(2 * stopWait); time.Now().Before(deadline) && syscall.Kill(pid, 0) == nil && p.serves(pid); {
			<-tick.C
		}
	}()
	return done
}

// lines hands what Postgres says to our log, line by line.
type lines struct {
	log  *slog.Logger
	rest []byte
}

// Write never fails: a lost line must not end a database.
func (l *lines) Write(p []byte) (int, error) {
	l.rest = append(l.rest, p...)
	for {
		line, rest, whole := bytes.Cut(l.rest, []byte{'\n'})
		if !whole {
			return len(p), nil
		}
		if text := string(bytes.TrimSpace(line)); text != "" {
			l.log.Warn("postgres", "line", text)
		}
		l.rest = rest
	}
}
