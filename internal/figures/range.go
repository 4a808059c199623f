package figures

import (
	"fmt"
	"time"

	"frontdesk/internal/refusal"
)

const (
	// MaxDays is how much can be asked for at once: a leap year.
	MaxDays = 366
	// usualDays is what is answered when nothing is asked for.
	usualDays = 30
)

// Day is a date without a time or a zone, as 2026-03-29.
type Day struct{ time.Time }

// String writes it as the API does.
func (d Day) String() string { return d.Format(time.DateOnly) }

func dayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day{time.Date(y, m, d, 0, 0, 0, 0, time.UTC)}
}

// Range is whole days of a clinic, both ends included.
type Range struct {
	From, To Day
	Zone     *time.Location
}

// Asked is a range as somebody asks for it; what is empty is the usual.
type Asked struct{ From, To string }

// within reads what was asked for, in the clinic's zone.
func (a Asked) within(zone *time.Location, now time.Time) (Range, error) {
	r := Range{To: dayOf(now.In(zone)), Zone: zone}
	var err error
	if a.To != "" {
		if r.To, err = parse("to", a.To); err != nil {
			return Range{}, err
		}
	}
	r.From = Day{r.To.AddDate(0, 0, 1-usualDays)}
	if a.From != "" {
		if r.From, err = parse("from", a.From); err != nil {
			return Range{}, err
		}
	}
	switch {
	case r.To.Before(r.From.Time):
		return Range{}, refusal.Field("to", "range_reversed", "Choose a last day that is not before the first.")
	case r.Days() > MaxDays:
		return Range{}, refusal.Field("from", "range_too_long", fmt.Sprintf("Choose at most %d days at once.", MaxDays))
	}
	return r, nil
}

func parse(field, s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1970 || t.Year() > 9000 {
		return Day{}, refusal.Field(field, "date_invalid", "Write the day as 2026-03-29.")
	}
	return Day{t}, nil
}

// Days is how many there are.
func (r Range) Days() int { return int(r.To.Sub(r.From.Time).Hours()/24) + 1 }

// span is the range in time: from the beginning of its first day up to that of the day after
// its last.
func (r Range) span() (since, until time.Time) {
	return r.begins(r.From), r.begins(Day{r.To.AddDate(0, 0, 1)})
}

// begins is the first moment at which the clinic's calendar shows the day. Where the clock
// changes at midnight, that is not always 00:00: the hour may be left out, or come twice.
func (r Range) begins(d Day) time.Time {
	y, m, day := d.Date()
	at := time.Date(y, m, day, 0, 0, 0, 0, r.Zone)
	for dayOf(at.In(r.Zone)).Before(d.Time) {
		at = at.Add(15 * time.Minute)
	}
	for before := at.Add(-15 * time.Minute); dayOf(before.In(r.Zone)) == d; before = at.Add(-15 * time.Minute) {
		at = before
	}
	return at
}
