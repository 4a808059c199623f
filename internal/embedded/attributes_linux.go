package embedded

import (
	"log/slog"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// inside is who Postgres believes to be. It refuses to run as root, so root becomes this user
// of a namespace of its own, while the files stay root's.
const inside = 1000

// attributes are how a child is started: in its own process group, so that Ctrl-C reaches
// us alone; ended when we are; and never as root. The directories are those it must own.
func attributes(log *slog.Logger, dirs ...string) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
	if os.Geteuid() != 0 {
		return attr
	}
	attr.Cloneflags = syscall.CLONE_NEWUSER
	attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: inside, HostID: 0, Size: 1}}
	attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: inside, HostID: 0, Size: 1}}
	attr.Credential = &syscall.Credential{Uid: inside, Gid: inside, NoSetGroups: true}
	probe := exec.Command("/bin/true") //nolint:noctx // ends at once
	probe.SysProcAttr = attr
	if probe.Run() == nil {
		return attr
	}
	return asNobody(log, dirs)
}

// asNobody is for kernels that forbid user namespaces: another account runs the child and
// owns its directories.
func asNobody(log *slog.Logger, dirs []string) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
	for _, name := range []string{"postgres", "nobody"} {
		account, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.ParseUint(account.Uid, 10, 32)
		gid, _ := strconv.ParseUint(account.Gid, 10, 32)
		for _, dir := range dirs {
			if err := os.Chown(dir, int(uid), int(gid)); err != nil { //nolint:gosec // 32 bits
				log.Warn("hand a directory to the account that runs Postgres", "account", name, "err", err)
			}
		}
		log.Info("user namespaces are not allowed here: Postgres runs under another account", "account", name)
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return attr
	}
	return attr
}
