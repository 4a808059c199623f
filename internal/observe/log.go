// Package observe is what operators see: the log and the figures.
package observe

import (
	"encoding"
	"fmt"
	"io"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"strings"
)

// private are the keys that never reach the log, whoever passes them.
func private(key string) bool {
	return slices.Contains([]string{
		"body", "subject", "text", "preview", "note", "filename", // what people write
		"name", "email", "phone", "address", "to", "from", "birth_date", // who they are
		"password", "token", "secret", "cookie", "authorization", "signature", // what lets one in
	}, strings.ToLower(key))
}

// NewLog makes the process's log, as text, json or auto, which is text on a terminal. What
// patients write, and how to reach them, is dropped from it.
func NewLog(w io.Writer, level slog.Level, format string) *slog.Logger {
	opts := &slog.HandlerOptions{Level: level, ReplaceAttr: redact}
	if format == "json" || format == "auto" && !terminal(w) {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}

// redact drops what is private by its key or by that of a group around it. A struct is
// named, not shown: nobody looks through its fields here.
func redact(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && builtIn(a.Key) {
		return a
	}
	if private(a.Key) || slices.ContainsFunc(groups, private) {
		return slog.Attr{}
	}
	if a.Value.Kind() == slog.KindAny && !sayable(a.Value.Any()) {
		a.Value = slog.StringValue(fmt.Sprintf("(%T)", a.Value.Any()))
	}
	return a
}

func builtIn(key string) bool {
	return slices.Contains([]string{slog.TimeKey, slog.LevelKey, slog.MessageKey, slog.SourceKey}, key)
}

// sayable are words, and the types that say themselves what they want to be known as.
func sayable(v any) bool {
	switch v.(type) {
	case nil, error, fmt.Stringer, encoding.TextMarshaler, []string:
		return true
	}
	return reflect.TypeOf(v).Kind() == reflect.String // such as a channel
}

func terminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
