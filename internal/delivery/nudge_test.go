package delivery_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/clinic"
	"frontdesk/internal/delivery"
	"frontdesk/internal/inbox"
	"frontdesk/internal/jobs"
	"frontdesk/internal/store"
	"frontdesk/internal/testkit"
)

// portal is a clinic that tells patients of what they have not read, at a time of its own.
type portal struct {
	*testkit.Clinic
	t       *testing.T
	now     time.Time
	looking looking
	at      *store.Store
	mailer  *delivery.Mailer
}

func openPortal(t *testing.T) *portal {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Lisbon")
	if err != nil {
		t.Fatal(err)
	}
	p := &portal{Clinic: testkit.NewClinic(t), t: t, now: time.Date(2027, 3, 2, 10, 0, 0, 0, zone), looking: looking{map[uuid.UUID]bool{}}}
	p.at = p.Store.WithClock(func() time.Time { return p.now })
	if p.mailer, err = delivery.NewMailer("smtp://mail.test", "desk@clinic.test", testkit.Log()); err != nil {
		t.Fatal(err)
	}
	p.Inbox = inbox.New(p.at, p, p.Queue)
	return p
}

func (p *portal) sweep() []jobs.Letter {
	p.t.Helper()
	nudges := delivery.NewNudges(delivery.NudgeParts{
		Store: p.at, Queue: p.Queue, People: p.People, Clinic: clinic.New(p.at, p), Presence: p.looking,
		Ways: []delivery.Way{delivery.ByMail{Mailer: p.mailer, Jobs: p.Queue}, delivery.ByText{Jobs: p.Queue}}, URL: "https://desk.test/", Clock: func() time.Time { return p.now }, Log: testkit.Log(),
	})
	var all sync.WaitGroup
	for range 3 { // workers at once
		all.Go(func() {
			if err := nudges.Sweep(p.t.Context(), delivery.Sweep{}); err != nil {
				p.t.Error(err)
			}
		})
	}
	all.Wait()
	return queued[jobs.Letter](p.t, p.Clinic)
}

func (p *portal) toAna() uuid.UUID {
	p.t.Helper()
	c, _, _, err := p.Inbox.Start(p.t.Context(), p.Reception, inbox.Opening{PatientID: p.Ana.ID, Message: testkit.Text("Your secret results")})
	if err != nil {
		p.t.Fatal(err)
	}
	return c.ID
}

func TestAPatientWhoIsAwayIsToldOnce(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	thread := p.toAna()
	for _, s := range []struct {
		name    string
		after   time.Duration
		do      func() error
		letters int
	}{
		{"nine minutes later", 9 * time.Minute, nil, 0},
		{"ten minutes later", time.Minute, nil, 1},
		{"another message", time.Hour, func() error { p.toAna(); return nil }, 0},
		{"a day later, still unread", 24 * time.Hour, nil, 0},
		{"she reads, and gets another", time.Minute, func() error {
			_, err := p.Inbox.Read(t.Context(), p.Ana, thread, uuid.Nil)
			p.toAna()
			return err
		}, 0},
		{"which she does not read", 11 * time.Minute, nil, 1},
		{"she answers, and gets another", time.Minute, func() error {
			_, _, err := p.Inbox.Send(t.Context(), p.Ana, thread, testkit.Text("Thanks"))
			p.toAna()
			return err
		}, 0},
		{"in the evening", 11 * time.Hour, nil, 0}, // past nine
		{"in the morning", 11 * time.Hour, nil, 1},
	} {
		p.now = p.now.Add(s.after)
		if s.do != nil {
			if err := s.do(); err != nil {
				t.Fatal(s.name, err)
			}
		}
		letters := p.sweep()
		if len(letters) != s.letters {
			t.Errorf("%s: %d letters, want %d", s.name, len(letters), s.letters)
		}
		for _, l := range letters {
			if l.To != p.Email("ana") || strings.Contains(l.Text+l.Subject, "secret") || strings.Contains(l.Text, "Ana") ||
				!strings.Contains(l.Text, "https://desk.test/signin#") || !strings.Contains(l.Text, "https://desk.test/portal\n") || !strings.Contains(l.Subject, "Elm Street") {
				t.Errorf("%s: the letter is %+v", s.name, l)
			}
		}
	}
}

func TestWhoIsNotNudged(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*portal) error{
		"who has a page open": func(p *portal) error { p.looking.at[p.Ana.ID] = true; return nil },
		"who wants no email": func(p *portal) error {
			_, err := p.DB.Owner.Exec(p.t.Context(), `UPDATE patient SET opted_out = '{email}' WHERE patient_id = $1`, p.Ana.ID)
			return err
		},
		"who may use the portal no more": func(p *portal) error {
			_, err := p.DB.Owner.Exec(p.t.Context(), `UPDATE patient SET portal_access = false WHERE patient_id = $1`, p.Ana.ID)
			return err
		},
		"where the clinic does not want it": func(p *portal) error {
			_, err := p.Setup.Set(p.t.Context(), p.Admin, clinic.Change{Nudge: &clinic.Nudge{AfterMinutes: 10}})
			return err
		},
		"without a mail server": func(p *portal) (err error) {
			p.mailer, err = delivery.NewMailer("", "", testkit.Log())
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := openPortal(t)
			p.toAna()
			if err := prepare(p); err != nil {
				t.Fatal(err)
			}
			p.now = p.now.Add(time.Hour)
			if letters := p.sweep(); len(letters) != 0 {
				t.Errorf("told all the same: %v", letters)
			}
		})
	}
}

// The link lets her in, once; colleagues' conversations and the clinic's own replies are no
// reason to write.
func TestWhatIsNoReason(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	if _, _, _, err := p.Inbox.Start(t.Context(), p.Admin, inbox.Opening{UserID: p.Doctor.ID, Message: testkit.Text("A word")}); err != nil {
		t.Fatal(err)
	}
	c, _, _, err := p.Inbox.Start(t.Context(), p.Ben, inbox.Opening{Message: testkit.Text("Hello")})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Inbox.Send(t.Context(), p.Reception, c.ID, testkit.Note("note")); err != nil {
		t.Fatal(err)
	}
	p.now = p.now.Add(time.Hour)
	if letters := p.sweep(); len(letters) != 0 {
		t.Errorf("told %v", letters)
	}
}
