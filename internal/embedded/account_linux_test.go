package embedded_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestRootWithoutNamespaces starts as a root that may not make user namespaces, as in many
// containers: Postgres then runs under another account.
func TestRootWithoutNamespaces(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can become another account")
	}
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o711); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "var", "postgres")
	all := []syscall.SysProcIDMap{{Size: 1 << 16}}
	for range 2 { // makes it, then finds it
		url, kill := helper(t, data, "alone", &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER, UidMappings: all, GidMappings: all, GidMappingsEnableSetgroups: true})
		if got := query(t, url, `SELECT current_database()`); got != "postgres" {
			t.Errorf("read %q", got)
		}
		kill()
	}
	info, err := os.Stat(data)
	if err != nil {
		t.Fatal(err)
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !ok || owner.Uid == 0 || info.Mode().Perm() != 0o700 {
		t.Errorf("the data is %v", info)
	}
	pg, _ := start(t, data) // with namespaces again: the files come back to root
	query(t, pg.URL, `SELECT current_database()`)
}
