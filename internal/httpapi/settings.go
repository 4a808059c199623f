package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	clinics "frontdesk/internal/clinic"
	"frontdesk/internal/people"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

type span struct {
	From string `json:"from" example:"08:30"`
	To   string `json:"to" example:"12:00" doc:"24:00 is the end of the day; what is not later than from is of the next day."`
}

// hours have a list of spans for each day.
type hours struct {
	Monday    []span `json:"monday" maxItems:"6"`
	Tuesday   []span `json:"tuesday" maxItems:"6"`
	Wednesday []span `json:"wednesday" maxItems:"6"`
	Thursday  []span `json:"thursday" maxItems:"6"`
	Friday    []span `json:"friday" maxItems:"6"`
	Saturday  []span `json:"saturday" maxItems:"6"`
	Sunday    []span `json:"sunday" maxItems:"6"`
}

// days are the fields by time.Weekday.
func (h *hours) days() [7]*[]span {
	return [7]*[]span{&h.Sunday, &h.Monday, &h.Tuesday, &h.Wednesday, &h.Thursday, &h.Friday, &h.Saturday}
}

type closure struct {
	From   string `json:"from" example:"2026-12-24"`
	To     string `json:"to" example:"2026-12-26" doc:"The last day."`
	Reason string `json:"reason" example:"Christmas"`
}

type autoReply struct {
	On   bool   `json:"on"`
	Text string `json:"text"`
}

type nudge struct {
	On           bool `json:"on"`
	AfterMinutes int  `json:"after_minutes"`
}

// settings are the clinic's.
type settings struct {
	Name          string     `json:"name"`
	Timezone      string     `json:"timezone" example:"Europe/Lisbon"`
	Phone         string     `json:"phone"`
	Email         string     `json:"email"`
	Address       string     `json:"address"`
	Website       string     `json:"website"`
	Country       string     `json:"country" example:"PT" doc:"ISO 3166; empty where it is not known."`
	Hours         hours      `json:"hours" doc:"Without any, the clinic counts as open."`
	Closures      []closure  `json:"closures"`
	AutoReply     autoReply  `json:"auto_reply"`
	EmergencyText string     `json:"emergency_text"`
	Nudge         nudge      `json:"nudge"`
	Revision      int        `json:"revision" doc:"One more with each change."`
	ChangedBy     string     `json:"changed_by"`
	ChangedAt     *wire.Time `json:"changed_at" nullable:"true"`
	Open          bool       `json:"open" doc:"Whether the clinic is open at this moment."`
	OpenUntil     *wire.Time `json:"open_until" nullable:"true" doc:"When that ends; null where no end is in sight."`
}

func settingsOf(s clinics.Settings) settings {
	out := settings{
		Name: s.Name, Timezone: s.Timezone, Phone: s.Phone, Email: s.Email, Address: s.Address, Website: s.Website, Country: s.Country,
		Closures: make([]closure, len(s.Closures)), AutoReply: autoReply(s.AutoReply), EmergencyText: s.EmergencyText, Nudge: nudge(s.Nudge),
		Revision: s.Revision, ChangedBy: s.ChangedBy, ChangedAt: timeOrNull(s.ChangedAt),
	}
	for i, day := range out.Hours.days() {
		*day = make([]span, len(s.Hours[i]))
		for j, spoken := range s.Hours[i] {
			(*day)[j] = span{spoken.From.String(), spoken.To.String()}
		}
	}
	for i, c := range s.Closures {
		out.Closures[i] = closure{string(c.From), string(c.To), c.Reason}
	}
	return out
}

type settingsChange struct {
	Body struct {
		Name          *string    `json:"name,omitempty"`
		Timezone      *string    `json:"timezone,omitempty"`
		Phone         *string    `json:"phone,omitempty"`
		Email         *string    `json:"email,omitempty"`
		Address       *string    `json:"address,omitempty"`
		Website       *string    `json:"website,omitempty"`
		Country       *string    `json:"country,omitempty"`
		Hours         *hours     `json:"hours,omitempty"`
		Closures      *[]closure `json:"closures,omitempty" nullable:"false"`
		AutoReply     *autoReply `json:"auto_reply,omitempty"`
		EmergencyText *string    `json:"emergency_text,omitempty"`
		Nudge         *nudge     `json:"nudge,omitempty"`
		Revision      *int       `json:"revision,omitempty" doc:"That the change is made on; refused where there is a later one."`
	}
}

func (in *settingsChange) change() (clinics.Change, error) {
	b := in.Body
	out := clinics.Change{
		Name: b.Name, Timezone: b.Timezone, Phone: b.Phone, Email: b.Email, Address: b.Address, Website: b.Website, Country: b.Country,
		AutoReply: (*clinics.AutoReply)(b.AutoReply), EmergencyText: b.EmergencyText, Nudge: (*clinics.Nudge)(b.Nudge), Revision: b.Revision,
	}
	if b.Closures != nil {
		closures := make([]clinics.Closure, len(*b.Closures))
		for i, c := range *b.Closures {
			closures[i] = clinics.Closure{From: clinics.Date(c.From), To: clinics.Date(c.To), Reason: c.Reason}
		}
		out.Closures = &closures
	}
	if b.Hours == nil {
		return out, nil
	}
	week, err := b.Hours.read()
	out.Hours = &week
	return out, err
}

// read answers the spans as the domain has them.
func (h *hours) read() (out clinics.Hours, err error) {
	for i, day := range h.days() {
		out[i] = make([]clinics.Span, len(*day))
		for j, s := range *day {
			field := fmt.Sprintf("hours.%s[%d]", clinics.Days[i], j)
			if out[i][j].From, err = clinics.ParseClock(s.From); err != nil {
				return out, refusal.Field(field+".from", "time_invalid", "Write the time as 08:30.")
			}
			if out[i][j].To, err = clinics.ParseClock(s.To); err != nil {
				return out, refusal.Field(field+".to", "time_invalid", "Write the time as 17:30.")
			}
		}
	}
	return out, nil
}

func (s *Server) clinicSettings() {
	const path = "/api/v1/settings"
	op := func(id, method, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Administration"}}
	}
	route(s, op("get-settings", http.MethodGet, "What the clinic has set up"), func(ctx context.Context, by people.Session, _ *struct{}) (*answer[settings], error) {
		if err := rules.UseAsStaff(by.Actor); err != nil {
			return nil, err
		}
		return s.settingsNow(s.Clinic.Settings(ctx, by.ClinicID))
	})
	route(s, op("change-settings", http.MethodPatch, "Change what is named; the rest stays"), func(ctx context.Context, by people.Session, in *settingsChange) (*answer[settings], error) {
		change, err := in.change()
		if err != nil {
			return nil, err
		}
		return s.settingsNow(s.Clinic.Set(ctx, by.Actor, change))
	})
}

// settingsNow adds what the settings say of this moment.
func (s *Server) settingsNow(now clinics.Settings, err error) (*answer[settings], error) {
	if err != nil {
		return nil, err
	}
	out := settingsOf(now)
	open, until := now.OpenAt(time.Now(), now.Zone())
	out.Open, out.OpenUntil = open, timeOrNull(until)
	return &answer[settings]{Body: out}, nil
}

func timeOrNull(t time.Time) *wire.Time {
	if t.IsZero() {
		return nil
	}
	shown := wire.Time(t)
	return &shown
}
