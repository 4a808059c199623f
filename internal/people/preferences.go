package people

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Ways are how somebody is told of one kind of thing. In the list behind the bell it stands
// in any case.
type Ways struct {
	Page  bool `json:"page" doc:"A notice on the page, where another conversation is open."`
	Sound bool `json:"sound"`
	Push  bool `json:"push" doc:"A message of the browser, where no page is open."`
}

// Quiet is when nobody is to be disturbed: no sound, and nothing outside the page. The times
// are of the clinic's clock; a night begins on the day that is named.
type Quiet struct {
	On   bool     `json:"on"`
	From string   `json:"from" example:"20:00"`
	To   string   `json:"to" example:"07:00" doc:"No later than from: of the next day."`
	Days []string `json:"days" enum:"monday,tuesday,wednesday,thursday,friday,saturday,sunday"`
}

// Tone is what a notice sounds like.
type Tone struct {
	Name   string  `json:"name" enum:"chime,drop,knock"`
	Volume float64 `json:"volume" minimum:"0" maximum:"1"`
}

// Preferences are how one member of staff wants to be notified.
type Preferences struct {
	Kinds map[rules.NoticeKind]Ways `json:"kinds" doc:"By kind: message, reply, mention, assigned, returned, failed, unsent, woken."`
	Tone  Tone                      `json:"tone"`
	Names bool                      `json:"names" doc:"A message of the browser names the patient. It never holds what was written."`
	Quiet Quiet                     `json:"quiet"`
}

// PreferencesChange is what is to be another way; what is left out stays.
type PreferencesChange struct {
	Kinds map[rules.NoticeKind]Ways `json:"kinds,omitempty" doc:"Those to change."`
	Tone  *Tone                     `json:"tone,omitempty"`
	Names *bool                     `json:"names,omitempty"`
	Quiet *Quiet                    `json:"quiet,omitempty"`
}

func ordinarily() Preferences {
	p := Preferences{
		Kinds: map[rules.NoticeKind]Ways{}, Tone: Tone{Name: "chime", Volume: 0.6},
		Quiet: Quiet{From: "20:00", To: "07:00", Days: slices.Clone(weekdays[:])},
	}
	for _, k := range rules.NoticeKinds {
		p.Kinds[k] = Ways{Page: true, Sound: true, Push: true}
	}
	return p
}

// ParsePreferences reads what was kept; what somebody has never chosen is as it ordinarily
// is.
func ParsePreferences(raw []byte) (Preferences, error) {
	p := ordinarily()
	if err := json.Unmarshal(raw, &p); err != nil {
		return Preferences{}, fmt.Errorf("read preferences: %w", err)
	}
	return p, nil
}

// Preferences answers how the actor wants to be notified.
func (s *Service) Preferences(ctx context.Context, by rules.Actor) (Preferences, error) {
	if err := rules.LookUp(by); err != nil {
		return Preferences{}, err
	}
	return s.preferences(ctx, by.ClinicID, by.ID)
}

// SetPreferences changes how the actor is notified, in all of their pages.
func (s *Service) SetPreferences(ctx context.Context, by rules.Actor, change PreferencesChange) (set Preferences, err error) {
	if err := rules.LookUp(by); err != nil {
		return Preferences{}, err
	}
	if err := change.check(); err != nil {
		return Preferences{}, err
	}
	seq, err := s.store.Change(ctx, by.ClinicID, func(tx *store.Tx) error {
		before, err := lockPreferences(ctx, tx, by)
		if err != nil {
			return err
		}
		set = change.on(before)
		tx.Log(store.Entry{Topics: []string{"preferences"}, Persons: []uuid.UUID{by.ID}})
		return writePreferences(ctx, tx, by, set)
	})
	if err == nil {
		s.announcer.Committed(by.ClinicID, seq)
	}
	return set, err
}

func (c PreferencesChange) on(p Preferences) Preferences {
	for k, w := range c.Kinds {
		p.Kinds[k] = w
	}
	if c.Tone != nil {
		p.Tone = *c.Tone
	}
	if c.Names != nil {
		p.Names = *c.Names
	}
	if c.Quiet != nil {
		p.Quiet = *c.Quiet
	}
	return p
}

var (
	tones    = []string{"chime", "drop", "knock"}
	weekdays = [7]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"} // by time.Weekday
)

func (c PreferencesChange) check() error {
	for k := range c.Kinds {
		if !slices.Contains(rules.NoticeKinds, k) {
			return refusal.Field("kinds", "kind_unknown", "Choose a kind that there is, such as message or mention.")
		}
	}
	if t := c.Tone; t != nil && (!slices.Contains(tones, t.Name) || t.Volume < 0 || t.Volume > 1) {
		return refusal.Field("tone", "tone_unknown", "Choose chime, drop or knock, and a volume from 0 to 1.")
	}
	if c.Quiet == nil {
		return nil
	}
	from, err := clock(c.Quiet.From)
	if err != nil {
		return refusal.Field("quiet.from", "time_invalid", "Write the time as 20:00.")
	}
	to, err := clock(c.Quiet.To)
	if err != nil {
		return refusal.Field("quiet.to", "time_invalid", "Write the time as 07:00.")
	}
	if c.Quiet.On && from == to {
		return refusal.Field("quiet.to", "quiet_empty", "The quiet time ends when it begins. Choose another end.")
	}
	for i, d := range c.Quiet.Days {
		if !slices.Contains(weekdays[:], d) || slices.Contains(c.Quiet.Days[:i], d) {
			return refusal.Field("quiet.days", "day_unknown", "Name each day of the week once, as monday.")
		}
	}
	return nil
}

// clock reads 20:00 as minutes since midnight.
func clock(s string) (int, error) {
	t, err := time.Parse("15:04", s)
	if err == nil && len(s) != 5 {
		err = fmt.Errorf("%q is no time of the day", s)
	}
	return t.Hour()*60 + t.Minute(), err
}

// At tells whether it is quiet at an instant, as the clock on the clinic's wall shows it.
func (q Quiet) At(t time.Time, zone *time.Location) bool {
	from, wrongFrom := clock(q.From)
	to, wrongTo := clock(q.To)
	if !q.On || wrongFrom != nil || wrongTo != nil {
		return false
	}
	local := t.In(zone)
	now, today := local.Hour()*60+local.Minute(), local.Weekday()
	if from < to {
		return q.on(today) && from <= now && now < to
	}
	return q.on(today) && from <= now || q.on((today+6)%7) && now < to
}

func (q Quiet) on(day time.Weekday) bool { return slices.Contains(q.Days, weekdays[day]) }
