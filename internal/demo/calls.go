package demo

import (
	"context"
	"errors"
	"time"

	"frontdesk/internal/clinic"
	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"

	"github.com/google/uuid"
)

// calls are logged in the threads, each some minutes after it began.
var calls = []struct {
	thread, at, who string
	inbound         bool
	outcome         inbox.Outcome
	took            time.Duration
	summary         string
}{
	{"elena front_desk", "-68m", "r", false, inbox.Reached, 160 * time.Second, "Called her as well: no shortness of breath, no pain in the chest. She sets off now."},
	{"chloe front_desk", "-21d14:08", "r", true, inbox.Reached, 95 * time.Second, "Emma’s father calls too, he heard of the fever at work. Told him that they are coming at 16:10."},
	{"frank front_desk", "-26d09:20", "r", false, inbox.NoAnswer, 0, ""},
	{"jakob front_desk", "-11d14:30", "r", false, inbox.Voicemail, 35 * time.Second, "Asked him to look into the portal for the result of the X-ray."},
	{"david front_desk", "-9d10:30", "r2", true, inbox.Reached, 185 * time.Second, "Asks for the invoice by phone as well; the insurance wants it by Friday."},
	{"greta front_desk", "-5d10:18", "r2", true, inbox.Reached, 70 * time.Second, "Her brother asks until when the desk is staffed. Until six."},
}

// phoned makes the calls part of the threads.
func (f *filler) phoned() ([]event, error) {
	events := make([]event, len(calls))
	for i, c := range calls {
		at, err := f.when(c.at)
		if err != nil {
			return nil, err
		}
		began := at.Add(-c.took - 3*time.Minute).UTC().Truncate(time.Minute)
		events[i] = event{thread: c.thread, who: c.who, what: "call", text: c.summary, at: at, call: &inbox.Call{
			StartedAt: began, Seconds: int(c.took.Seconds()), Inbound: c.inbound, Outcome: c.outcome,
		}}
	}
	return events, nil
}

func (f *filler) log(ctx context.Context, by rules.Actor, there uuid.UUID, e event) error {
	_, _, err := f.inbox.Send(ctx, by, there, inbox.Draft{
		ID: id("call", e.thread, e.text), Channel: rules.Call, Body: e.text, Call: e.call,
	})
	return err
}

var templates = []struct{ who, name, shortcut, body string }{
	{"", "Opening hours", "hours", "Hello {{patient.first_name}}, we are open from Monday to Thursday from 8:00 to 12:30 and 13:30 to 18:00, on Friday until 14:00, and on Saturday from 9:00 to 12:00."},
	{"", "Offer an appointment", "offer", "Hello {{patient.first_name}}, we can offer you {{first time}} or {{second time}} with {{doctor}}. Which suits you better?"},
	{"", "Appointment confirmed", "booked", "Thank you {{patient.first_name}}, you are booked for {{day and time}}. If something comes up, please write to us here or call {{clinic.phone}}."},
	{"", "Blood test: come fasting", "fasting", "Hello {{patient.first_name}}, for the blood test please come fasting: nothing to eat for twelve hours, water is fine. Take your medicines as usual unless your doctor has told you otherwise."},
	{"", "Prescription is ready", "ready", "Hello {{patient.first_name}}, your prescription is ready. You can pick it up at the desk, or we send it to your pharmacy: {{pharmacy}}?"},
	{"", "Results have arrived", "results", "Hello {{patient.first_name}}, your results have arrived. Your doctor looks at them and writes to you here. If you have not heard from us by {{day}}, please call {{clinic.phone}}."},
	{"", "Not for emergencies", "112", "If you get short of breath, have pain in the chest or feel that you are getting worse, do not wait for our answer: call 112 at once."},
	{"d", "Everything within range", "fine", "Hello {{patient.first_name}}, everything is within range. No change is needed; we look at it again at your next check-up.\n\n{{me.name}}"},
}

// words keeps the clinic's templates, and one of a doctor's own.
func (f *filler) words(ctx context.Context, st *store.Store) error {
	f.clock = f.now.AddDate(0, -10, 0)
	setup := clinic.New(st, quiet{})
	for _, t := range templates {
		by, made := f.actors["r"], clinic.Template{ID: id("template", t.shortcut), Name: t.name, Shortcut: t.shortcut, Body: t.body}
		if t.who != "" {
			by = f.actors[t.who]
			made.Owner = by.ID
		}
		if _, _, err := setup.AddTemplate(ctx, by, made); err != nil {
			return err
		}
	}
	return nil
}

// later leaves two messages waiting, one of them with a file.
func (f *filler) later(ctx context.Context) error {
	f.clock = f.now
	schedule := func(thread, who, body string, in int, of time.Duration) error {
		e := event{thread: thread, text: body}
		with, err := f.attached(ctx, f.actors[who], &e)
		if err != nil {
			return err
		}
		d := inbox.Draft{ID: id("later", thread), Channel: rules.Portal, Body: e.text, Files: with}
		_, _, err = f.inbox.Schedule(ctx, f.actors[who], f.threads[thread], d, f.day(-in).Add(of))
		return err
	}
	return errors.Join(
		schedule("greta front_desk", "r2", "[Blood count.pdf] Hello Greta, your new vaccination card is at the desk. Your brother can pick it up until 18:00. The blood count of this week is here.", 1, 9*time.Hour),
		schedule("mona front_desk", "r", "Hello Mona, your check-up is on Friday. Has the cardiologist’s report reached you?", 2, 9*time.Hour+30*time.Minute),
	)
}
