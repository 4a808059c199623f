package clinic

import (
	"iter"
	"time"
)

// horizon is how far ahead and back openings are looked for: past the longest closure.
const horizon = maxClosure + 14 // days

// interval is an opening, as instants.
type interval struct{ from, to time.Time }

// OpenAt tells whether the clinic is open at an instant, and until when that stays so. A
// zero time is no end in sight.
func (s Settings) OpenAt(t time.Time, zone *time.Location) (open bool, until time.Time) {
	for opening := range s.openings(t.In(zone), zone) {
		switch {
		case opening.from.After(t):
			return false, opening.from
		case opening.to.IsZero() || opening.to.After(t):
			return true, opening.to
		}
	}
	return false, time.Time{}
}

// ClosingOf is the instant since which the clinic is closed, and the same for all of that
// time: whatever is done once for each closing goes by it. Where the clinic is open it is
// zero; where it has not been open for a year, it is the beginning of 1970.
func (s Settings) ClosingOf(t time.Time, zone *time.Location) time.Time {
	today := civil(t.In(zone))
	for back := range horizon {
		var closed time.Time
		for _, opening := range s.openingsOn(today.AddDate(0, 0, -back), zone) {
			switch {
			case opening.from.After(t):
			case opening.to.After(t):
				return time.Time{}
			default:
				closed = opening.to
			}
		}
		if !closed.IsZero() {
			return closed
		}
	}
	return time.Unix(0, 0).UTC()
}

// openings are those from the day before t on, those that touch as one.
func (s Settings) openings(t time.Time, zone *time.Location) iter.Seq[interval] {
	return func(yield func(interval) bool) {
		var current interval
		day := civil(t).AddDate(0, 0, -1)
		for range horizon {
			for _, opening := range s.openingsOn(day, zone) {
				if !current.to.IsZero() && !opening.from.After(current.to) {
					current.to = opening.to
					continue
				}
				if !current.to.IsZero() && !yield(current) {
					return
				}
				current = opening
			}
			day = day.AddDate(0, 0, 1)
		}
		if current.to.IsZero() {
			return
		}
		if !current.to.Before(at(day, 0, zone)) {
			current.to = time.Time{} // open all the way
		}
		yield(current)
	}
}

// openingsOn are those that begin on a day.
func (s Settings) openingsOn(day time.Time, zone *time.Location) []interval {
	if s.closedOn(day) {
		return nil
	}
	spans := s.Hours[day.Weekday()]
	if !s.Hours.Said() {
		spans = []Span{{0, wholeDay}}
	}
	out := make([]interval, 0, len(spans))
	for _, span := range spans {
		end := span.end()
		if end > wholeDay && s.closedOn(day.AddDate(0, 0, 1)) {
			end = wholeDay // the closure begins at midnight
		}
		// A span within the hour that the clock leaves out in spring is none.
		if opening := (interval{at(day, span.From, zone), at(day, end, zone)}); opening.from.Before(opening.to) {
			out = append(out, opening)
		}
	}
	return out
}

func (s Settings) closedOn(day time.Time) bool {
	date := Date(day.Format(time.DateOnly))
	for _, c := range s.Closures {
		if c.From <= date && date <= c.To {
			return true
		}
	}
	return false
}

// civil is the day itself, free of any zone's jumps.
func civil(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// at is the instant at which the clock on the wall shows a time of a day.
func at(day time.Time, c Clock, zone *time.Location) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, int(c), 0, 0, zone)
}
