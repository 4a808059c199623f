package demo

import (
	"context"

	"frontdesk/internal/people"
	"frontdesk/internal/rules"
)

// preferences are as two of the staff would have them: a doctor whose nights are quiet, and
// a receptionist who wants no sound for what colleagues answer. What people are told comes
// with what the threads do.
func (f *filler) preferences(ctx context.Context) error {
	night := people.Quiet{On: true, From: "20:00", To: "07:30", Days: []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}}
	if _, err := f.people.SetPreferences(ctx, f.actors["d2"], people.PreferencesChange{Quiet: &night}); err != nil {
		return err
	}
	_, err := f.people.SetPreferences(ctx, f.actors["r2"], people.PreferencesChange{
		Kinds: map[rules.NoticeKind]people.Ways{rules.NoticeReply: {Page: true, Push: true}},
	})
	return err
}
