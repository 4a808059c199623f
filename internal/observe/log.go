// Package observe is what operators see: the log and the figures.
package observe

import (
	"io"
	"log/slog"
	"slices"
)

// private are the keys that never reach the log, whoever passes them.
var private = []string{"body", "subject", "email", "phone", "password", "token", "address", "name"}

// NewLog makes the process's log. What patients write, and how to reach them, is dropped
// from it.
func NewLog(w io.Writer, level slog.Level, format string) *slog.Logger {
	opts := &slog.HandlerOptions{Level: level, ReplaceAttr: redact}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}

func redact(_ []string, a slog.Attr) slog.Attr {
	if slices.Contains(private, a.Key) {
		return slog.Attr{}
	}
	return a
}
