//go:build !linux

package embedded

import "syscall"

// attached are the attributes of every child: a process group of its own, so that Ctrl-C
// reaches us alone.
func attached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// inNamespace is Linux's alone.
func inNamespace(syscall.SysProcAttr, int, int) (*syscall.SysProcAttr, bool) { return nil, false }
