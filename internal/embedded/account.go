package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
)

// account is who a child runs as. Postgres refuses to be root: then it is root seen as
// somebody else, or, where user namespaces are forbidden, another account.
type account struct {
	attr *syscall.SysProcAttr
	uid  int // who the files belong to
	gid  int
}

// runAs finds an account that can start these binaries and reach the data's directory.
func runAs(ctx context.Context, bin binaries, data string, log *slog.Logger) (account, error) {
	self := account{attr: attached(), uid: os.Geteuid(), gid: os.Getegid()}
	if self.uid != 0 {
		return self, nil
	}
	name, uid, gid, err := unprivileged()
	if err != nil {
		return account{}, err
	}
	attr, possible := inNamespace(*self.attr, uid, gid)
	if possible && bin.start(ctx, attr) == nil {
		return account{attr: attr}, nil
	}
	log.Warn("this is root, and user namespaces are not allowed here: Postgres runs under another account, which owns its files", "account", name)
	self.attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)} //nolint:gosec // ids of accounts fit
	self.uid, self.gid = uid, gid
	if err := open(filepath.Dir(data)); err != nil {
		return account{}, err
	}
	if err := bin.start(ctx, self.attr); err != nil {
		return account{}, fmt.Errorf("the account %s cannot run the Postgres in %s: start frontdesk as a user that is not root, or set DATABASE_URL: %w", name, bin.dir, err)
	}
	return self, nil
}

// unprivileged must have an entry in the list of accounts: initdb looks itself up.
func unprivileged() (name string, uid, gid int, err error) {
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, notUID := strconv.Atoi(found.Uid)
		gid, notGID := strconv.Atoi(found.Gid)
		if notUID == nil && notGID == nil {
			return name, uid, gid, nil
		}
	}
	return "", 0, 0, errors.New("Postgres refuses to run as root, and there is no account postgres or nobody: start frontdesk as another user, or set DATABASE_URL")
}

// open lets another account through a directory of ours, without letting it look around.
// The directories above it are not ours to open.
func open(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o001 == 0 {
		if err := os.Chmod(dir, info.Mode().Perm()|0o011); err != nil {
			return err
		}
	}
	for above := filepath.Dir(dir); above != filepath.Dir(above); above = filepath.Dir(above) {
		if info, err := os.Stat(above); err != nil || info.Mode().Perm()&0o001 == 0 {
			return fmt.Errorf("another account than root cannot reach %s, as %s is closed: set VAR_DIR to another directory, or DATABASE_URL", dir, above)
		}
	}
	return nil
}

// own hands a directory and all in it to the account, if it is not its own already.
func (a account) own(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if s, ok := info.Sys().(*syscall.Stat_t); os.Geteuid() != 0 || ok && int(s.Uid) == a.uid {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, a.uid, a.gid) //nolint:gosec // in a directory that root alone, or the account itself, writes to
	})
}

// start asks the binary for its version under these attributes.
func (b binaries) start(ctx context.Context, attr *syscall.SysProcAttr) error {
	cmd := exec.CommandContext(ctx, filepath.Join(b.dir, "postgres"), "--version") //nolint:gosec // our own binary
	cmd.Env, cmd.SysProcAttr = b.env(), attr
	runtime.LockOSThread() // the child ends with the thread that started it
	defer runtime.UnlockOSThread()
	return cmd.Run()
}
