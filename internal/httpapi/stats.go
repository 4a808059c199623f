package httpapi

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk/internal/figures"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

// Sheet are the inputs of what is also a sheet; exported because huma looks at exported
// fields alone.
type Sheet struct {
	Format string `query:"format" enum:"json,csv" doc:"Wins over Accept."`
	Accept string `header:"Accept"`
}

// DaySpan is a range of days.
type DaySpan struct {
	Sheet
	From string `query:"from" format:"date" doc:"The first day, in the clinic's time zone; 30 days in all where it is left out."`
	To   string `query:"to" format:"date" doc:"The last day; today where it is left out. At most 366 days."`
}

func (in DaySpan) asked() figures.Asked { return figures.Asked{From: in.From, To: in.To} }

// Spanned says of which days the figures are; exported for the same reason.
type Spanned struct {
	From     string `json:"from" format:"date"`
	To       string `json:"to" format:"date"`
	Timezone string `json:"timezone" doc:"The clinic's: days and hours are its own."`
}

func spannedOf(r figures.Range) Spanned {
	return Spanned{r.From.String(), r.To.String(), r.Zone.String()}
}

type nowFigures struct {
	Open                int64      `json:"open" doc:"Conversations with patients that are not archived."`
	Waiting             int64      `json:"waiting" doc:"Of them, those whose last word is the patient's."`
	Snoozed             int64      `json:"snoozed" doc:"Of them, those that are out of the way; they do not wait."`
	Unread              int64      `json:"unread" doc:"Of them, those with something that nobody has opened."`
	Unanswered          int64      `json:"unanswered" doc:"Messages, in those that wait."`
	LongestWaitingSince *wire.Time `json:"longest_waiting_since" nullable:"true"`
	At                  wire.Time  `json:"at"`
}

func (f nowFigures) rows() [][]string {
	longest := ""
	if f.LongestWaitingSince != nil {
		longest = time.Time(*f.LongestWaitingSince).Format(time.RFC3339)
	}
	return [][]string{
		{"at", "open", "waiting", "snoozed", "unread", "unanswered", "longest_waiting_since"},
		{time.Time(f.At).UTC().Format(time.RFC3339), whole(f.Open), whole(f.Waiting), whole(f.Snoozed), whole(f.Unread), whole(f.Unanswered), longest},
	}
}

type volumeFigures struct {
	Spanned
	Items []volumeFigure `json:"items" doc:"What is none is left out."`
}

type volumeFigure struct {
	Day       string            `json:"day" format:"date"`
	Channel   rules.Channel     `json:"channel" enum:"sms,email,portal,whatsapp,call,note"`
	Direction figures.Direction `json:"direction" enum:"inbound,outbound,internal" doc:"A note is internal."`
	Messages  int64             `json:"messages"`
}

func (f volumeFigures) rows() [][]string {
	out := [][]string{{"day", "channel", "direction", "messages"}}
	for _, v := range f.Items {
		out = append(out, []string{v.Day, string(v.Channel), string(v.Direction), whole(v.Messages)})
	}
	return out
}

type loadFigures struct {
	Spanned
	Items []loadFigure `json:"items" doc:"Hours without anything are left out."`
}

type loadFigure struct {
	Weekday  int   `json:"weekday" minimum:"1" maximum:"7" doc:"Monday is 1."`
	Hour     int   `json:"hour" minimum:"0" maximum:"23"`
	Inbound  int64 `json:"inbound"`
	Outbound int64 `json:"outbound"`
}

func (f loadFigures) rows() [][]string {
	out := [][]string{{"weekday", "hour", "inbound", "outbound"}}
	for _, l := range f.Items {
		out = append(out, []string{strconv.Itoa(l.Weekday), strconv.Itoa(l.Hour), whole(l.Inbound), whole(l.Outbound)})
	}
	return out
}

// WaitFigure is how long patients waited.
type WaitFigure struct {
	Answers int64    `json:"answers"`
	Median  *float64 `json:"median_seconds" nullable:"true" doc:"Null where nothing was answered."`
	P90     *float64 `json:"p90_seconds" nullable:"true"`
}

func waitOf(w figures.Wait) WaitFigure {
	return WaitFigure{w.Answers, maybeSeconds(w.Answers, w.Median), maybeSeconds(w.Answers, w.Ninetieth)}
}

type responseFigures struct {
	Spanned
	Overall WaitFigure    `json:"overall"`
	Items   []dayResponse `json:"items" doc:"By the day of the answer; days without one are left out."`
}

type dayResponse struct {
	Day string `json:"day" format:"date"`
	WaitFigure
}

func (f responseFigures) rows() [][]string {
	out := [][]string{{"day", "answers", "median_seconds", "p90_seconds"}}
	for _, d := range f.Items {
		out = append(out, []string{d.Day, whole(d.Answers), decimal(d.Median), decimal(d.P90)})
	}
	return append(out, []string{"all", whole(f.Overall.Answers), decimal(f.Overall.Median), decimal(f.Overall.P90)})
}

type workFigures struct {
	Spanned
	Items []workFigure `json:"items" doc:"Everybody's for an admin, else the caller's own."`
}

type workFigure struct {
	User          User     `json:"user"`
	Messages      int64    `json:"messages" doc:"To patients."`
	Calls         int64    `json:"calls"`
	Notes         int64    `json:"notes"`
	Conversations int64    `json:"conversations" doc:"In which a waiting patient got an answer."`
	Answers       int64    `json:"answers"`
	Median        *float64 `json:"median_seconds" nullable:"true" doc:"Of the waits that the answers ended."`
}

func (f workFigures) rows() [][]string {
	out := [][]string{{"user_id", "name", "role", "messages", "calls", "notes", "conversations", "answers", "median_seconds"}}
	for _, w := range f.Items {
		out = append(out, []string{
			w.User.ID.String(), w.User.Name, string(w.User.Role), whole(w.Messages), whole(w.Calls), whole(w.Notes),
			whole(w.Conversations), whole(w.Answers), decimal(w.Median),
		})
	}
	return out
}

func (s *Server) stats() {
	figure(s, "now", "How many conversations are open, waiting and unanswered, by now", func(ctx context.Context, by people.Session, _ *Sheet) (nowFigures, error) {
		n, err := s.Figures.Now(ctx, by.Actor)
		out := nowFigures{Open: n.Open, Waiting: n.Waiting, Snoozed: n.Snoozed, Unread: n.Unread, Unanswered: n.Unanswered, At: wire.Time(n.At)}
		if !n.LongestSince.IsZero() {
			since := wire.Time(n.LongestSince)
			out.LongestWaitingSince = &since
		}
		return out, err
	})
	figure(s, "volume", "Messages by day, channel and direction", func(ctx context.Context, by people.Session, in *DaySpan) (volumeFigures, error) {
		r, found, err := s.Figures.Volume(ctx, by.Actor, in.asked())
		if err != nil {
			return volumeFigures{}, err
		}
		return volumeFigures{spannedOf(r), each(found, func(v figures.Volume) volumeFigure {
			return volumeFigure{v.Day.String(), v.Channel, v.Direction, v.Messages}
		})}, nil
	})
	figure(s, "load", "What comes and goes, by weekday and hour", func(ctx context.Context, by people.Session, in *DaySpan) (loadFigures, error) {
		r, found, err := s.Figures.Load(ctx, by.Actor, in.asked())
		if err != nil {
			return loadFigures{}, err
		}
		return loadFigures{spannedOf(r), each(found, func(l figures.Load) loadFigure { return loadFigure(l) })}, nil
	})
	figure(s, "responses", "How long patients wait for an answer", func(ctx context.Context, by people.Session, in *DaySpan) (responseFigures, error) {
		r, overall, days, err := s.Figures.Responses(ctx, by.Actor, in.asked())
		if err != nil {
			return responseFigures{}, err
		}
		return responseFigures{spannedOf(r), waitOf(overall), each(days, func(d figures.DayWait) dayResponse {
			return dayResponse{d.Day.String(), waitOf(d.Wait)}
		})}, nil
	})
	figure(s, "people", "What each member of staff does", func(ctx context.Context, by people.Session, in *DaySpan) (workFigures, error) {
		r, found, err := s.Figures.People(ctx, by.Actor, in.asked())
		if err != nil {
			return workFigures{}, err
		}
		return workFigures{spannedOf(r), each(found, func(w figures.Work) workFigure {
			return workFigure{User{ID: w.ID, Name: w.Name, Role: w.Role, Active: w.Active}, w.Messages, w.Calls, w.Notes, w.Conversations, w.Answers, maybeSeconds(w.Answers, w.Median)}
		})}, nil
	})
}

// asSheet is what every figure takes.
type asSheet interface{ sheet() Sheet }

func (in *Sheet) sheet() Sheet { return *in }

// figure registers one figure, as JSON and as CSV.
func figure[T table, I any, P interface {
	*I
	asSheet
}](s *Server, name, summary string, count func(context.Context, people.Session, *I) (T, error)) {
	op := huma.Operation{
		OperationID: "get-stats-" + name, Method: http.MethodGet, Path: "/api/v1/stats/" + name, Tags: []string{"Statistics"},
		Summary: summary, Responses: answers[T](s, jsonType, csvType),
	}
	route(s, op, func(ctx context.Context, by people.Session, in *I) (*document, error) {
		found, err := count(ctx, by, in)
		if err != nil {
			return nil, err
		}
		asked := P(in).sheet()
		return inFormat(found, asked.Format, asked.Accept, "frontdesk-"+name)
	})
}

func each[F, T any](from []F, shape func(F) T) []T {
	out := make([]T, len(from))
	for i, f := range from {
		out[i] = shape(f)
	}
	return out
}

func whole(n int64) string { return strconv.FormatInt(n, 10) }

func decimal(n *float64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(*n, 'f', -1, 64)
}

// maybeSeconds is null where there is nothing to take it of.
func maybeSeconds(of int64, d time.Duration) *float64 {
	if of == 0 {
		return nil
	}
	s := d.Seconds()
	return &s
}
