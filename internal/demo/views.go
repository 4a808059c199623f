package demo

import (
	"context"

	"frontdesk/internal/inbox"
)

// saved are the views of the first receptionist.
var saved = []struct{ name, filter string }{
	{"Prescriptions", "view=all&label=prescription"},
	{"Nobody’s yet", "view=waiting&assignee_id=nobody&sort=waiting"},
}

// views keeps lists for reception, as somebody would after a few weeks.
func (f *filler) views(ctx context.Context) error {
	f.clock = f.now
	for _, v := range saved {
		if _, err := f.inbox.SaveView(ctx, f.actors["r"], inbox.SavedView{ID: id("view", v.name), Name: v.name, Filter: v.filter}); err != nil {
			return err
		}
	}
	return nil
}
