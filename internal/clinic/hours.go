package clinic

import (
	"fmt"
	"slices"
	"time"

	"frontdesk/internal/refusal"
)

// Hours are the spans in which the clinic is open, by time.Weekday. A clinic without any is
// one that has not said: it counts as open.
type Hours [7][]Span

// Span is from a time of the day until another; one that is not later is of the next day.
type Span struct {
	From Clock `json:"from"`
	To   Clock `json:"to"`
}

// Clock is minutes since midnight, as the clock on the wall shows them; 24:00 is the end.
type Clock int

const wholeDay Clock = 24 * 60

// ParseClock reads 08:30.
func ParseClock(s string) (Clock, error) {
	if s == "24:00" {
		return wholeDay, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != 5 {
		return 0, fmt.Errorf("%q is no time of the day", s)
	}
	return Clock(t.Hour()*60 + t.Minute()), nil
}

func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// MarshalText makes 08:30 of it in JSON.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText is ParseClock.
func (c *Clock) UnmarshalText(text []byte) (err error) {
	*c, err = ParseClock(string(text))
	return err
}

// Date is a day of the calendar, as 2026-12-24: in order as text.
type Date string

// Closure is days on which the clinic is closed, whatever its hours say.
type Closure struct {
	From   Date   `json:"from"`
	To     Date   `json:"to"` // the last day
	Reason string `json:"reason"`
}

// Said tells whether the clinic has said when it is open.
func (h Hours) Said() bool {
	return slices.ContainsFunc(h[:], func(day []Span) bool { return len(day) > 0 })
}

func (h Hours) sorted() Hours {
	for i, day := range h {
		h[i] = slices.SortedFunc(slices.Values(day), func(a, b Span) int { return int(a.From - b.From) })
	}
	return h
}

// Days name the days in fields, by time.Weekday.
var Days = [7]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

const maxSpans = 6 // of a day

func (h Hours) check() error {
	for i, day := range h {
		if len(day) > maxSpans {
			return refusal.Field("hours."+Days[i], "spans_too_many", fmt.Sprintf("Keep to %d spans a day.", maxSpans))
		}
		for j, span := range day {
			field := fmt.Sprintf("hours.%s[%d]", Days[i], j)
			switch {
			case span.From < 0 || span.From >= wholeDay:
				return refusal.Field(field+".from", "time_invalid", "Write the time as 08:30.")
			case span.To < 0 || span.To > wholeDay:
				return refusal.Field(field+".to", "time_invalid", "Write the time as 17:30.")
			case span.From == span.To:
				return refusal.Field(field+".to", "span_empty", "The span ends when it begins. Choose a later time, or remove it.")
			case h.next(i, j) < span.end():
				return refusal.Field(field+".to", "spans_overlap", "The span runs into the next one. End it earlier, or make one span of both.")
			}
		}
	}
	return nil
}

// end is in minutes from the midnight before it.
func (s Span) end() Clock {
	if s.To <= s.From {
		return s.To + wholeDay
	}
	return s.To
}

// next is when the span after another begins, today or tomorrow, in minutes from today's
// midnight; spans run no further than that.
func (h Hours) next(day, at int) Clock {
	if at+1 < len(h[day]) {
		return h[day][at+1].From
	}
	if tomorrow := h[(day+1)%7]; len(tomorrow) > 0 {
		return tomorrow[0].From + wholeDay
	}
	return 2 * wholeDay
}
