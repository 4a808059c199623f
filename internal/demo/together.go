package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
)

// labels are those of the clinic, in its order.
var labels = []struct{ name, colour string }{
	{"urgent", "red"},
	{"prescription", "teal"},
	{"results", "blue"},
	{"billing", "yellow"},
	{"call back", "orange"},
	{"insurance", "purple"},
	{"travel", "green"},
	{"new patient", "pink"},
}

func (f *filler) labels(ctx context.Context) error {
	for _, l := range labels {
		if _, err := f.inbox.AddLabel(ctx, f.actors["a"], inbox.Label{ID: id("label", l.name), Name: l.name, Colour: l.colour}); err != nil {
			return err
		}
	}
	return nil
}

// file does what a line of a thread says is done with the conversation as a whole.
func (f *filler) file(ctx context.Context, by rules.Actor, there uuid.UUID, e event) error {
	var change inbox.Filing
	yes := true
	switch e.what {
	case "archive":
		change.Archived = &yes
	case "assign":
		to := f.actors[e.text].ID // of nobody: uuid.Nil
		change.Assignee = &to
	case "label":
		labels := strings.Split(e.text, ",")
		change.Labels = &labels
	case "snooze":
		until, err := f.until(e.text)
		if err != nil {
			return err
		}
		change.Snooze = &inbox.Snoozing{On: true, Until: until}
	default:
		return fmt.Errorf("there is no act %q", e.what)
	}
	_, err := f.inbox.File(ctx, by, there, change)
	return err
}

// until reads "answer", or "1d09:00": so many days from now, at that time.
func (f *filler) until(s string) (time.Time, error) {
	if s == "answer" {
		return time.Time{}, nil
	}
	return f.when("--" + s) // ago, the other way round
}

// mentioned finds the colleagues whom a note calls by their names.
func (f *filler) mentioned(note string) (called []uuid.UUID) {
	for _, s := range staff {
		if strings.Contains(note, "@"+s.name) {
			called = append(called, f.actors[s.short].ID)
		}
	}
	return called
}
