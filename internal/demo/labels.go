package demo

import (
	"context"

	"frontdesk/internal/inbox"
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
