package embedded

import (
	"bytes"
	"log/slog"
	"strings"
)

// output hands what Postgres says to our log, line by line, and keeps the last one for the
// error of a start that failed.
type output struct {
	log  *slog.Logger
	rest []byte
	last string
}

// Write never fails: a lost line must not end a database.
func (o *output) Write(p []byte) (int, error) {
	o.rest = append(o.rest, p...)
	for {
		line, rest, whole := bytes.Cut(o.rest, []byte{'\n'})
		if !whole {
			return len(p), nil
		}
		if text := string(bytes.TrimSpace(line)); text != "" {
			o.say(text)
		}
		o.rest = rest
	}
}

func (o *output) say(text string) {
	if strings.Contains(text, "terminating connection due to administrator command") {
		return // a fast shutdown says so of each connection
	}
	o.last = text
	o.log.Warn("postgres", "line", text)
}
