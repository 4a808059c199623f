package embedded

import "syscall"

// attached are the attributes of every child: a process group of its own, so that Ctrl-C
// reaches us alone, and an end when we end, however that comes about.
func attached() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
}

// inNamespace makes the child see root as this user, in a user namespace of its own. On disk
// everything stays root's, so nothing changes hands.
func inNamespace(attr syscall.SysProcAttr, uid, gid int) (*syscall.SysProcAttr, bool) {
	attr.Cloneflags = syscall.CLONE_NEWUSER
	attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: 0, Size: 1}}
	attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: 0, Size: 1}}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), NoSetGroups: true} //nolint:gosec // ids of accounts fit
	return &attr, true
}
