//go:build !linux

package testkit

import "syscall"

// attached is Linux's alone: elsewhere a run that is killed leaves its children.
func attached() *syscall.SysProcAttr { return nil }
