package testkit

import "syscall"

// attached ends a child when the thread that started it ends: with a test run that panics or
// is killed, cleanups are not called.
func attached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
