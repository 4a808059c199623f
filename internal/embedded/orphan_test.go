package embedded

import (
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func startQuietly(t *testing.T, data string) *Postgres {
	t.Helper()
	pg, err := StartPostgres(t.Context(), data, []string{filepath.Join("..", "..", "var")}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pg.Stop(); err != nil {
			t.Error(err)
		}
	})
	return pg
}

func TestAnOrphanIsStopped(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "postgres")
	orphan := startQuietly(t, data)
	if err := orphan.lock.Close(); err != nil { // as the kernel does for a killed process
		t.Fatal(err)
	}
	startQuietly(t, data)
	select {
	case <-orphan.Done():
	default:
		t.Error("the orphan still runs")
	}
	if exists(orphan.socket) {
		t.Error("its socket's directory is left")
	}
}

func TestAStalePidFile(t *testing.T) {
	t.Parallel()
	for name, pid := range map[string]int{"of a process that is gone": 1 << 30, "of another program by now": os.Getpid()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := filepath.Join(t.TempDir(), "postgres")
			pg := startQuietly(t, data)
			raw, err := os.ReadFile(pg.pidFile())
			if err != nil {
				t.Fatal(err)
			}
			if err := pg.Stop(); err != nil {
				t.Fatal(err)
			}
			stale := strings.Replace(string(raw), strconv.Itoa(pg.cmd.Process.Pid), strconv.Itoa(pid), 1)
			if err := os.WriteFile(pg.pidFile(), []byte(stale), 0o600); err != nil {
				t.Fatal(err)
			}
			startQuietly(t, data)
		})
	}
}
