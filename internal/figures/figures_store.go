package figures

import (
	"context"
	"fmt"
	"time"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

var q = db.New() // stateless: each query is handed its connection

// within reads the range that was asked for, in the zone of the actor's clinic.
func (s *Service) within(ctx context.Context, by rules.Actor, asked Asked) (Range, error) {
	clinic, err := q.ClinicGet(ctx, s.store.View(by.ClinicID), by.ClinicID)
	if err != nil {
		return Range{}, err
	}
	zone, err := time.LoadLocation(clinic.Timezone)
	if err != nil {
		return Range{}, fmt.Errorf("read the time zone of clinic %s: %w", by.ClinicID, err)
	}
	return asked.within(zone, s.clock())
}

// Now answers how things stand.
func (s *Service) Now(ctx context.Context, by rules.Actor) (Now, error) {
	if err := rules.SeeFigures(by); err != nil {
		return Now{}, err
	}
	row, err := q.FigureNow(ctx, s.store.View(by.ClinicID), by.ClinicID)
	out := Now{Open: row.Open, Waiting: row.Waiting, Snoozed: row.Snoozed, Unread: row.Unread, Unanswered: row.Unanswered, At: s.clock()}
	if row.Waiting > 0 {
		out.LongestSince = row.LongestSince
	}
	return out, err
}

// Volume answers how many messages there were, by day, channel and direction.
func (s *Service) Volume(ctx context.Context, by rules.Actor, asked Asked) (Range, []Volume, error) {
	r, since, until, err := s.prepare(ctx, by, asked)
	if err != nil {
		return r, nil, err
	}
	rows, err := q.FigureVolume(ctx, s.store.View(by.ClinicID), db.FigureVolumeParams{Zone: r.Zone.String(), ClinicID: by.ClinicID, Since: since, Until: until})
	out := make([]Volume, len(rows))
	for i, row := range rows {
		out[i] = Volume{Day: Day{row.Day.Time}, Channel: rules.Channel(row.Channel), Direction: Direction(row.Direction), Messages: row.Messages}
	}
	return r, out, err
}

// Load answers how much came and went, by weekday and hour; hours without anything are left
// out.
func (s *Service) Load(ctx context.Context, by rules.Actor, asked Asked) (Range, []Load, error) {
	r, since, until, err := s.prepare(ctx, by, asked)
	if err != nil {
		return r, nil, err
	}
	rows, err := q.FigureLoad(ctx, s.store.View(by.ClinicID), db.FigureLoadParams{Zone: r.Zone.String(), ClinicID: by.ClinicID, Since: since, Until: until})
	out := make([]Load, len(rows))
	for i, row := range rows {
		out[i] = Load{Weekday: int(row.Weekday), Hour: int(row.Hour), Inbound: row.Inbound, Outbound: row.Outbound}
	}
	return r, out, err
}

// Responses answers how long patients waited: overall, and by the day of the answer.
func (s *Service) Responses(ctx context.Context, by rules.Actor, asked Asked) (r Range, overall Wait, days []DayWait, err error) {
	r, since, until, err := s.prepare(ctx, by, asked)
	if err != nil {
		return r, Wait{}, nil, err
	}
	rows, err := q.FigureResponses(ctx, s.store.View(by.ClinicID), db.FigureResponsesParams{Zone: r.Zone.String(), ClinicID: by.ClinicID, Since: since, Until: until})
	for _, row := range rows {
		w := Wait{Answers: row.Answers, Median: seconds(row.Median), Ninetieth: seconds(row.Ninetieth)}
		if row.Day.Valid {
			days = append(days, DayWait{Day{row.Day.Time}, w})
		} else {
			overall = w
		}
	}
	return r, overall, days, err
}

// People answers what each member of staff did, as far as the actor may know.
func (s *Service) People(ctx context.Context, by rules.Actor, asked Asked) (Range, []Work, error) {
	whose, err := rules.WhoseFigures(by)
	if err != nil {
		return Range{}, nil, err
	}
	r, since, until, err := s.prepare(ctx, by, asked)
	if err != nil {
		return r, nil, err
	}
	rows, err := q.FigurePeople(ctx, s.store.View(by.ClinicID), db.FigurePeopleParams{ClinicID: by.ClinicID, Person: store.Maybe(whose), Since: since, Until: until})
	out := make([]Work, len(rows))
	for i, row := range rows {
		out[i] = Work{
			ID: row.UserID, Name: row.Name, Role: rules.Role(row.Role), Active: row.Active, Messages: row.Messages, Calls: row.Calls,
			Notes: row.Notes, Conversations: row.Conversations, Answers: row.Answers, Median: seconds(row.Median),
		}
	}
	return r, out, err
}

// prepare asks the rules, and reads the range.
func (s *Service) prepare(ctx context.Context, by rules.Actor, asked Asked) (r Range, since, until time.Time, err error) {
	if err = rules.SeeFigures(by); err != nil {
		return r, since, until, err
	}
	if r, err = s.within(ctx, by, asked); err == nil {
		since, until = r.span()
	}
	return r, since, until, err
}

func seconds(s float64) time.Duration {
	return time.Duration(s * float64(time.Second)).Round(time.Microsecond)
}
