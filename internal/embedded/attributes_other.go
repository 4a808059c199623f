//go:build !linux

package embedded

import (
	"log/slog"
	"syscall"
)

// attributes start a child in its own process group, so that Ctrl-C reaches us alone.
func attributes(*slog.Logger, ...string) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
