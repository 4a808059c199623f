// Package testkit gives tests the real thing: a database and a Redis of their own, a clinic
// with people to act as, and the whole program on a port.
package testkit

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"

	"frontdesk/internal/embedded"
	"frontdesk/internal/jobs"
	"frontdesk/internal/store"
	sqlfiles "frontdesk/sql"
)

// URLVariable names a cluster that is there already; `make test` starts one for all packages.
const URLVariable = "TEST_DATABASE_URL"

var (
	cluster  = sync.OnceValues(findCluster)
	template = sync.OnceValues(makeTemplate)
	serial   atomic.Int64
	cleanups []func()
)

// others are goroutines of libraries that end late or never, by their design.
var others = []goleak.Option{
	goleak.IgnoreTopFunction("github.com/jackc/pgx/v5/pgxpool.(*Pool).backgroundHealthCheck"),
	goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"), // wakes every ten seconds
	goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
}

// Main runs a package's tests, ends what they started together, and reports goroutines that
// are left over.
func Main(m *testing.M) {
	code := m.Run()
	for _, end := range cleanups {
		end()
	}
	if code == 0 {
		if err := goleak.Find(others...); err != nil {
			fmt.Fprintln(os.Stderr, "left over:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// StartCluster starts a Postgres that forgets: for tests alone. dir is removed by end.
func StartCluster(ctx context.Context) (clusterURL string, end func(), err error) {
	dir, err := os.MkdirTemp("", "frontdesk-test-")
	if err != nil {
		return "", nil, err
	}
	pg, err := embedded.StartPostgres(ctx, filepath.Join(dir, "postgres"), []string{filepath.Join(root(), "var")}, slog.New(slog.DiscardHandler),
		"fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=400", "autovacuum=off")
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	return pg.URL, func() {
		if err := errors.Join(pg.Stop(), os.RemoveAll(dir)); err != nil {
			fmt.Fprintln(os.Stderr, "testkit:", err)
		}
	}, nil
}

// root is the module's, seen from this file.
func root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

func findCluster() (string, error) {
	if given := os.Getenv(URLVariable); given != "" {
		return given, nil
	}
	clusterURL, end, err := StartCluster(context.Background())
	if err == nil {
		cleanups = append(cleanups, end)
	}
	return clusterURL, err
}

// Database is one test's own.
type Database struct {
	URL   string        // for store.Open
	Owner *pgxpool.Pool // looks behind row-level security
}

// DB clones the migrated template: about 20 ms, and no test sees another's rows. A failed
// test keeps its database and says its name.
func DB(tb testing.TB) Database {
	tb.Helper()
	from, err := template()
	if err != nil {
		tb.Fatalf("testkit: %v", err)
	}
	name := fmt.Sprintf("%s_%d_%d", from, os.Getpid(), serial.Add(1))
	if err := admin("CREATE DATABASE " + name + " TEMPLATE " + from + " STRATEGY FILE_COPY"); err != nil {
		tb.Fatalf("testkit: %v", err)
	}
	db := Database{URL: at(name)}
	if db.Owner, err = pgxpool.New(context.Background(), db.URL); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		db.Owner.Close()
		if tb.Failed() {
			tb.Logf("its database is kept: %s", name)
		} else if err := admin("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			tb.Errorf("testkit: %v", err)
		}
	})
	return db
}

// at is the URL of another database of the cluster.
func at(name string) string {
	base, err := cluster()
	if err != nil {
		return ""
	}
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	u.Path = "/" + name
	return u.String()
}

func admin(sql string) error {
	base, err := cluster()
	if err != nil {
		return err
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, base)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}

// makeTemplate migrates one database for all packages of this run: its name tells which
// migrations it has.
func makeTemplate() (string, error) {
	base, err := cluster()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	err = fs.WalkDir(sqlfiles.Migrations, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(sqlfiles.Migrations, path)
		sum.Write(body)
		return err
	})
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf("fd_%x", sum.Sum(nil)[:6])
	return name, prepare(base, name)
}

// prepare lets one process at a time make the template; a database of that name is whole.
func prepare(base, name string) (err error) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, base)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock(727274)`); err != nil {
		return err
	}
	var there bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&there); err != nil || there {
		return err
	}
	for _, sql := range []string{`DROP DATABASE IF EXISTS ` + name + `_new WITH (FORCE)`, `CREATE DATABASE ` + name + `_new`} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	if err := store.Migrate(ctx, at(name+"_new")); err != nil {
		return err
	}
	if err := jobs.Migrate(ctx, at(name+"_new")); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, `ALTER DATABASE `+name+`_new RENAME TO `+name)
	return err
}
