package demo

import (
	"bufio"
	"cmp"
	"context"
	_ "embed" // the threads
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
)

//go:embed threads.txt
var threads string

//go:embed short.txt
var shorts string

// event is one line of a thread, at its time.
type event struct {
	thread, who, what, text string
	at                      time.Time
	call                    *inbox.Call
}

// play does everything in the order of time, as it would have happened.
func (f *filler) play(ctx context.Context) error {
	events, err := f.written()
	if err != nil {
		return err
	}
	phoned, err := f.phoned()
	if err != nil {
		return err
	}
	events = append(append(events, f.filledUp()...), phoned...)
	slices.SortStableFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	for _, e := range events {
		f.clock = e.at
		if err := f.do(ctx, e); err != nil {
			return fmt.Errorf("%s, %s %s %q: %w", e.thread, e.who, e.what, e.text, err)
		}
	}
	return nil
}

// written reads the hand-written threads.
func (f *filler) written() ([]event, error) {
	var events []event
	var heading string
	lines := bufio.NewScanner(strings.NewReader(threads))
	for lines.Scan() {
		line := lines.Text()
		switch {
		case line == "" || line[0] == '#':
		case strings.HasPrefix(line, "== "):
			heading = strings.TrimPrefix(line, "== ")
		default:
			part := append(strings.SplitN(line, " ", 4), "")
			at, err := f.when(part[0])
			if err != nil {
				return nil, err
			}
			events = append(events, event{thread: heading, who: part[1], what: part[2], text: part[3], at: at})
		}
	}
	return events, lines.Err()
}

// filledUp gives everybody else who has portal access a short, older exchange.
func (f *filler) filledUp() []event {
	var events []event
	bank := strings.Split(strings.TrimSpace(shorts), "\n")
	for i, p := range patientsAt(f.now) {
		if i < 12 || !p.PortalAccess {
			continue
		}
		thread := short(p.Name) + " front_desk"
		at := f.day(3 + (i*37)%150).Add(8*time.Hour + time.Duration(i*23%480)*time.Minute)
		for _, line := range strings.Split(bank[i%len(bank)], "|") {
			who, text, _ := strings.Cut(line, " ")
			if who == "d" { // a doctor answers what is handed over
				events = append(events, event{thread: thread, who: "r", what: "assign", text: "d", at: at})
			}
			events = append(events, event{thread: thread, who: who, what: "say", text: text, at: at})
			at = at.Add(time.Duration(4+i%19) * time.Minute)
		}
		events = append(events, event{thread: thread, who: "p", what: "read", text: "", at: at}, event{thread: thread, who: "r", what: "read", text: "", at: at})
		if last := bank[i%len(bank)]; i%4 != 0 || strings.HasPrefix(last[strings.LastIndex(last, "|")+1:], "p ") {
			events = append(events, event{thread: thread, who: "r", what: "archive", text: "", at: at.Add(time.Minute)})
		}
	}
	return events
}

func (f *filler) day(ago int) time.Time {
	y, m, d := f.now.In(f.zone).AddDate(0, 0, -ago).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, f.zone)
}

// when reads "-12d09:14" or a duration such as "-25m".
func (f *filler) when(s string) (time.Time, error) {
	days, clock, dated := strings.Cut(s, "d")
	if !dated {
		ago, err := time.ParseDuration(s)
		return f.now.Add(ago), err
	}
	n, err := strconv.Atoi(strings.TrimPrefix(days, "-"))
	if err != nil {
		return time.Time{}, err
	}
	of, err := time.Parse("15:04", clock)
	return f.day(n).Add(time.Duration(of.Hour())*time.Hour + time.Duration(of.Minute())*time.Minute), err
}

func (f *filler) do(ctx context.Context, e event) error {
	words := strings.Fields(e.thread)
	by := f.actors[e.who]
	if e.who == "p" {
		by = f.actors[words[0]]
	}
	there, begun := f.threads[e.thread]
	if !begun {
		return f.start(ctx, by, words, e)
	}
	switch e.what {
	case "say", "note":
		sent, err := f.attached(ctx, by, &e)
		if err != nil {
			return err
		}
		draft := f.draft(e)
		draft.Files = sent
		_, _, err = f.inbox.Send(ctx, by, there, draft)
		return err
	case "call":
		return f.log(ctx, by, there, e)
	case "read":
		_, err := f.inbox.Read(ctx, by, there, uuid.Nil)
		return err
	case "star":
		page, _, err := f.inbox.Messages(ctx, by, there, uuid.Nil, 1)
		if err == nil {
			_, err = f.inbox.Star(ctx, by, page[0].ID, true)
		}
		return err
	}
	return f.file(ctx, by, there, e)
}

// start begins the thread; the heading's other words say with whom.
func (f *filler) start(ctx context.Context, by rules.Actor, words []string, e event) error {
	opening := inbox.Opening{Message: f.draft(e)}
	switch {
	case words[1] == "direct":
		opening.UserID = f.actors[words[3]].ID
	case by.Kind == rules.User:
		opening.PatientID = f.actors[words[0]].ID
	}
	c, _, _, err := f.inbox.Start(ctx, by, opening)
	f.threads[e.thread] = c.ID
	return err
}

func (f *filler) draft(e event) inbox.Draft {
	f.said++
	draft := inbox.Draft{ID: id("message", e.thread, strconv.Itoa(f.said)), Channel: rules.Portal, Body: cmp.Or(e.text, "…")}
	if e.what == "note" {
		draft.Channel, draft.Mentions = rules.Note, f.mentioned(e.text)
	}
	return draft
}
