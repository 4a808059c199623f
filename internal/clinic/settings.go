package clinic

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"time"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Settings are what a clinic has set up. What it has not said is as defaults says.
type Settings struct {
	Name     string `json:"-"` // these two have columns of their own
	Timezone string `json:"-"` // IANA name

	Hours         Hours     `json:"hours"`
	Closures      []Closure `json:"closures"`
	AutoReply     AutoReply `json:"auto_reply"`
	EmergencyText string    `json:"emergency_text"` // what patients are told about emergencies
	Nudge         Nudge     `json:"nudge"`
	Phone         string    `json:"phone"`
	Email         string    `json:"email"`
	Address       string    `json:"address"`
	Website       string    `json:"website"`
	Country       string    `json:"country"` // ISO 3166, two letters; how a number without a prefix is read

	Revision  int       `json:"revision"` // one more with each change
	ChangedBy string    `json:"changed_by"`
	ChangedAt time.Time `json:"changed_at"`
}

// AutoReply is what the clinic answers by itself, once for each time that it is closed.
type AutoReply struct {
	On   bool   `json:"on"`
	Text string `json:"text"`
}

// Nudge tells a patient who is away, by email, that there is something in the portal.
type Nudge struct {
	On           bool `json:"on"`
	AfterMinutes int  `json:"after_minutes"` // since the first that they have not read
}

// defaults are what a new clinic has.
func defaults() Settings {
	return Settings{
		Closures:      []Closure{},
		AutoReply:     AutoReply{Text: "Thank you for your message. We are closed at the moment and will answer when we are open again."},
		EmergencyText: "In an emergency, call your local emergency number. Do not wait for an answer here.",
		Nudge:         Nudge{On: true, AfterMinutes: 10},
	}
}

// Zone is the clinic's time zone.
func (s Settings) Zone() *time.Location {
	zone, err := time.LoadLocation(s.Timezone)
	if err != nil {
		return time.UTC // it was checked when it was set
	}
	return zone
}

// Change is what is to be another way; nil leaves a thing as it is.
type Change struct {
	Name, Timezone                          *string
	Hours                                   *Hours
	Closures                                *[]Closure
	AutoReply                               *AutoReply
	EmergencyText                           *string
	Nudge                                   *Nudge
	Phone, Email, Address, Website, Country *string

	Revision *int // refused where somebody has changed the settings since this one
}

var errChanged = &refusal.Error{
	Kind: refusal.Conflict, Code: "settings_changed", Field: "revision",
	Detail: "Somebody has changed the settings in the meantime. Look at them as they are now, then save again.",
}

// Set changes the settings; administrators may.
func (s *Service) Set(ctx context.Context, by rules.Actor, change Change) (set Settings, err error) {
	if err := rules.Administrate(by); err != nil {
		return Settings{}, err
	}
	seq, err := s.store.Change(ctx, by.ClinicID, func(tx *store.Tx) error {
		before, err := lock(ctx, tx, by.ClinicID)
		if err != nil {
			return err
		}
		if change.Revision != nil && *change.Revision != before.Revision {
			return errChanged
		}
		if set = change.on(before); reflect.DeepEqual(set, before) {
			return nil
		}
		if err := set.check(); err != nil {
			return err
		}
		set.Revision, set.ChangedBy, set.ChangedAt = before.Revision+1, by.Name, tx.Now
		tx.Log(store.Entry{Topics: []string{"clinic"}})
		return write(ctx, tx, by.ClinicID, set)
	})
	if err != nil {
		return Settings{}, err
	}
	if seq > 0 {
		s.announcer.Committed(by.ClinicID, seq)
	}
	return set, nil
}

// on answers the settings with what changes.
func (c Change) on(s Settings) Settings {
	put(&s.Name, c.Name)
	put(&s.Timezone, c.Timezone)
	put(&s.EmergencyText, c.EmergencyText)
	put(&s.Phone, c.Phone)
	put(&s.Email, c.Email)
	put(&s.Address, c.Address)
	put(&s.Website, c.Website)
	put(&s.Country, c.Country)
	if c.Hours != nil {
		s.Hours = c.Hours.sorted()
	}
	if c.Closures != nil {
		s.Closures = slices.SortedFunc(slices.Values(*c.Closures), func(a, b Closure) int { return strings.Compare(string(a.From), string(b.From)) })
	}
	if c.AutoReply != nil {
		s.AutoReply = AutoReply{c.AutoReply.On, strings.TrimSpace(c.AutoReply.Text)}
	}
	if c.Nudge != nil {
		s.Nudge = *c.Nudge
	}
	return s
}

func put(into, from *string) {
	if from != nil {
		*into = strings.TrimSpace(*from)
	}
}
