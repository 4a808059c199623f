package clinic_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk/internal/clinic"
)

// week says when a clinic is open: "mon 08:00-12:00 13:00-18:00" for each day.
func week(t *testing.T, days map[time.Weekday][]string) (h clinic.Hours) {
	t.Helper()
	for day, spans := range days {
		for _, span := range spans {
			from, err := clinic.ParseClock(span[:5])
			if err != nil {
				t.Fatal(err)
			}
			to, err := clinic.ParseClock(span[6:])
			if err != nil {
				t.Fatal(err)
			}
			h[day] = append(h[day], clinic.Span{From: from, To: to})
		}
	}
	return h
}

func everyDay(spans ...string) map[time.Weekday][]string {
	out := map[time.Weekday][]string{}
	for day := time.Sunday; day <= time.Saturday; day++ {
		out[day] = spans
	}
	return out
}

func TestWhenAClinicIsOpen(t *testing.T) {
	t.Parallel()
	office := map[time.Weekday][]string{
		time.Monday: {"08:00-12:00", "13:00-18:00"}, time.Tuesday: {"08:00-12:00", "13:00-18:00"}, time.Friday: {"08:00-12:00"},
	}
	night := map[time.Weekday][]string{time.Saturday: {"20:00-06:00"}}
	always := everyDay("00:00-24:00")
	const lisbon, berlin, lordHowe = "Europe/Lisbon", "Europe/Berlin", "Australia/Lord_Howe"
	tests := map[string]struct {
		days     map[time.Weekday][]string
		closures []clinic.Closure
		zone, at string // on the wall
		open     bool
		until    string // on the wall with its offset; empty: no end in sight
		closed   string // since when; empty: open
	}{
		// 2026-06-01 is a Monday.
		"in the morning":                {office, nil, lisbon, "2026-06-01 09:00", true, "2026-06-01 12:00 +01", ""},
		"at the first minute":           {office, nil, lisbon, "2026-06-01 08:00", true, "2026-06-01 12:00 +01", ""},
		"at the last":                   {office, nil, lisbon, "2026-06-01 12:00", false, "2026-06-01 13:00 +01", "2026-06-01 12:00 +01"},
		"at lunch":                      {office, nil, lisbon, "2026-06-01 12:30", false, "2026-06-01 13:00 +01", "2026-06-01 12:00 +01"},
		"before the first":              {office, nil, lisbon, "2026-06-01 07:59", false, "2026-06-01 08:00 +01", "2026-05-29 12:00 +01"},
		"in the evening":                {office, nil, lisbon, "2026-06-02 19:00", false, "2026-06-05 08:00 +01", "2026-06-02 18:00 +01"},
		"on a day without hours":        {office, nil, lisbon, "2026-06-03 10:00", false, "2026-06-05 08:00 +01", "2026-06-02 18:00 +01"},
		"over the weekend":              {office, nil, lisbon, "2026-06-07 10:00", false, "2026-06-08 08:00 +01", "2026-06-05 12:00 +01"},
		"before midnight":               {night, nil, lisbon, "2026-06-06 23:30", true, "2026-06-07 06:00 +01", ""},
		"after midnight":                {night, nil, lisbon, "2026-06-07 05:59", true, "2026-06-07 06:00 +01", ""},
		"after the night":               {night, nil, lisbon, "2026-06-07 06:00", false, "2026-06-13 20:00 +01", "2026-06-07 06:00 +01"},
		"spans that touch are one":      {map[time.Weekday][]string{time.Monday: {"08:00-24:00"}, time.Tuesday: {"00:00-03:00", "03:00-05:00"}}, nil, lisbon, "2026-06-01 22:00", true, "2026-06-02 05:00 +01", ""},
		"never closed":                  {always, nil, lisbon, "2026-06-01 22:00", true, "", ""},
		"never said":                    {nil, nil, lisbon, "2026-06-01 22:00", true, "", ""},
		"never said, but closed":        {nil, []clinic.Closure{{From: "2026-06-01", To: "2026-06-02"}}, lisbon, "2026-06-01 22:00", false, "2026-06-03 00:00 +01", "2026-06-01 00:00 +01"},
		"until a closure":               {always, []clinic.Closure{{From: "2026-12-24", To: "2026-12-26"}}, lisbon, "2026-06-01 22:00", true, "2026-12-24 00:00 +00", ""},
		"on the first day of a closure": {office, []clinic.Closure{{From: "2026-06-01", To: "2026-06-01"}}, lisbon, "2026-06-01 09:00", false, "2026-06-02 08:00 +01", "2026-05-29 12:00 +01"},
		"on the last day of a closure":  {office, []clinic.Closure{{From: "2026-05-25", To: "2026-06-01"}}, lisbon, "2026-06-01 23:59", false, "2026-06-02 08:00 +01", "2026-05-22 12:00 +01"},
		"two closures in a row":         {office, []clinic.Closure{{From: "2026-06-01", To: "2026-06-01"}, {From: "2026-06-02", To: "2026-06-05"}}, lisbon, "2026-06-01 09:00", false, "2026-06-08 08:00 +01", "2026-05-29 12:00 +01"},
		"a night into a closure":        {night, []clinic.Closure{{From: "2026-06-07", To: "2026-06-07"}}, lisbon, "2026-06-06 23:00", true, "2026-06-07 00:00 +01", ""},
		"closed after half a night":     {night, []clinic.Closure{{From: "2026-06-07", To: "2026-06-07"}}, lisbon, "2026-06-07 01:00", false, "2026-06-13 20:00 +01", "2026-06-07 00:00 +01"},
		"a night of a closed day":       {night, []clinic.Closure{{From: "2026-06-06", To: "2026-06-06"}}, lisbon, "2026-06-07 01:00", false, "2026-06-13 20:00 +01", "2026-05-31 06:00 +01"},
		"closed for a year":             {office, []clinic.Closure{{From: "2025-06-05", To: "2026-06-05"}}, lisbon, "2026-06-05 09:00", false, "2026-06-08 08:00 +01", "2025-06-03 18:00 +01"},
		// Clocks go forward in Europe on Sunday 2026-03-29, and back on 2026-10-25.
		"an hour less in spring":      {everyDay("08:00-18:00"), nil, berlin, "2026-03-28 19:00", false, "2026-03-29 08:00 +02", "2026-03-28 18:00 +01"},
		"a night of spring":           {map[time.Weekday][]string{time.Saturday: {"22:00-04:00"}}, nil, berlin, "2026-03-28 23:00", true, "2026-03-29 04:00 +02", ""},
		"within the hour left out":    {map[time.Weekday][]string{time.Sunday: {"02:00-03:00", "09:00-10:00"}}, nil, berlin, "2026-03-29 01:30", false, "2026-03-29 09:00 +02", "2026-03-22 10:00 +01"},
		"a night of autumn":           {map[time.Weekday][]string{time.Saturday: {"22:00-04:00"}}, nil, berlin, "2026-10-24 23:00", true, "2026-10-25 04:00 +01", ""},
		"after the night of autumn":   {map[time.Weekday][]string{time.Saturday: {"22:00-04:00"}}, nil, berlin, "2026-10-25 05:00", false, "2026-10-31 22:00 +01", "2026-10-25 04:00 +01"},
		"where a clock moves by half": {everyDay("08:00-18:00"), nil, lordHowe, "2026-04-05 07:00", false, "2026-04-05 08:00 +1030", "2026-04-04 18:00 +11"},
		"where midnight is left out":  {everyDay("00:00-24:00"), []clinic.Closure{{From: "2026-03-28", To: "2026-03-28"}}, "Asia/Beirut", "2026-03-28 12:00", false, "2026-03-29 01:00 +03", "2026-03-28 00:00 +02"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(tt.zone)
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.ParseInLocation("2006-01-02 15:04", tt.at, zone)
			if err != nil {
				t.Fatal(err)
			}
			s := clinic.Settings{Hours: week(t, tt.days), Closures: tt.closures}
			shown := func(at time.Time) string {
				if at.IsZero() {
					return ""
				}
				return strings.TrimSuffix(at.In(zone).Format("2006-01-02 15:04 -0700"), "00")
			}
			open, until := s.OpenAt(at.UTC(), zone)
			if open != tt.open || shown(until) != tt.until {
				t.Errorf("open %v until %q, want %v until %q", open, shown(until), tt.open, tt.until)
			}
			if closed := shown(s.ClosingOf(at.UTC(), zone)); closed != tt.closed {
				t.Errorf("closed since %q, want %q", closed, tt.closed)
			}
		})
	}
}

func TestAClinicThatNeverOpens(t *testing.T) {
	t.Parallel()
	s := clinic.Settings{Hours: week(t, map[time.Weekday][]string{time.Monday: {"08:00-12:00"}}), Closures: []clinic.Closure{
		{From: "2024-01-01", To: "2024-12-31"}, {From: "2025-01-01", To: "2025-12-31"}, {From: "2026-01-01", To: "2026-12-31"}, {From: "2027-01-01", To: "2027-12-31"},
	}}
	at := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	if open, until := s.OpenAt(at, time.UTC); open || !until.IsZero() {
		t.Errorf("open %v until %v", open, until)
	}
	if closed := s.ClosingOf(at, time.UTC); !closed.Equal(time.Unix(0, 0)) {
		t.Errorf("closed since %v", closed)
	}
}
