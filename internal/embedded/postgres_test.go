package embedded_test

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"frontdesk/internal/embedded"
)

// TestMain is also the helper process that tests kill: it runs a server until then.
func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Arg(0) == "serve" || flag.Arg(0) == "alone" {
		if flag.Arg(0) == "alone" {
			os.WriteFile("/proc/sys/user/max_user_namespaces", []byte("0"), 0) //nolint:errcheck // of the helper's own namespace
		}
		pg, err := embedded.StartPostgres(context.Background(), flag.Arg(1), search(), slog.Default())
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(pg.URL)
		select {}
	}
	os.Exit(m.Run())
}

func search() []string { return []string{filepath.Join("..", "..", "var")} }

// journal is a log that a test can read.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func start(t *testing.T, data string) (*embedded.Postgres, *journal) {
	t.Helper()
	said := &journal{}
	pg, err := embedded.StartPostgres(t.Context(), data, search(), slog.New(slog.NewTextHandler(said, nil)))
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	t.Cleanup(func() {
		if err := pg.Stop(); err != nil {
			t.Error(err)
		}
	})
	return pg, said
}

func query(t *testing.T, url, sql string) (answer string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background()) //nolint:errcheck // only read
	if err := conn.QueryRow(t.Context(), sql).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestPostgresKeepsItsData(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "var", "postgres")
	pg, _ := start(t, data)
	run(t, pg.URL, `CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent; CREATE TABLE kept AS SELECT 'Zoë' AS name`)
	if got := query(t, pg.URL, `SELECT current_setting('server_encoding') || upper('é') || current_setting('listen_addresses')`); got != "UTF8É" {
		t.Errorf("settings are %q", got)
	}
	if err := pg.Stop(); err != nil {
		t.Fatal(err)
	}
	<-pg.Done()
	pg, said := start(t, data)
	if got := query(t, pg.URL, `SELECT name FROM kept`); got != "Zoë" {
		t.Errorf("read %q", got)
	}
	if said.String() != "" {
		t.Errorf("a start that goes well has something to say: %s", said)
	}
}

func run(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background()) //nolint:errcheck // only read
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func TestOneServerForADirectory(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "postgres")
	start(t, data)
	_, err := embedded.StartPostgres(t.Context(), data, search(), slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "another frontdesk is running") || strings.Contains(err.Error(), "\n") {
		t.Errorf("a second server: %v", err)
	}
}

func TestAnotherVersionsData(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "postgres")
	pg, _ := start(t, data)
	if err := pg.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "PG_VERSION"), []byte("12\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := embedded.StartPostgres(t.Context(), data, search(), slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "is of Postgres 12") || strings.Contains(err.Error(), "\n") {
		t.Errorf("data of another version: %v", err)
	}
	if _, err := os.Stat(filepath.Join(data, "base")); err != nil {
		t.Errorf("it was touched: %v", err)
	}
}

func TestADirectoryOfSomethingElse(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "letter"), []byte("keep me"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := embedded.StartPostgres(t.Context(), data, search(), slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "holds no database") {
		t.Errorf("a directory of something else: %v", err)
	}
}

func TestAfterKill(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "postgres")
	url, kill := helper(t, data, "serve", nil)
	run(t, url, `CREATE TABLE kept AS SELECT 'here' AS word`)
	kill()
	pg, _ := start(t, data) // at once: the old one may still be ending
	if got := query(t, pg.URL, `SELECT word FROM kept`); got != "here" {
		t.Errorf("read %q", got)
	}
}

// helper starts a server in a process of its own, which kill ends without a word.
func helper(t *testing.T, data, mode string, as *syscall.SysProcAttr) (url string, kill func()) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, mode, data)
	cmd.Stderr, cmd.WaitDelay, cmd.SysProcAttr = os.Stderr, time.Second, as
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	url, err = bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the helper did not start: %v", err)
	}
	return strings.TrimSpace(url), func() {
		if err := cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
		cmd.Wait() //nolint:errcheck // killed
	}
}
