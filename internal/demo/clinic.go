package demo

import (
	"context"
	"errors"
	"time"

	"frontdesk/internal/clinic"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// clinicSetup says when the clinic is open and what it answers by itself.
func (f *filler) clinicSetup(ctx context.Context, st *store.Store) error {
	f.clock = f.now.AddDate(0, -11, 0)
	day, friday := spans("08:00-12:30", "13:30-18:00"), spans("08:00-14:00")
	hours := clinic.Hours{
		time.Monday: day, time.Tuesday: day, time.Wednesday: day, time.Thursday: day, time.Friday: friday, time.Saturday: spans("09:00-12:00"),
	}
	year := f.now.In(f.zone).Format("2006")
	_, err := clinic.New(st, quiet{}).Set(ctx, f.actors["a"], clinic.Change{
		Phone: in("+351 213 000 100"), Email: in("reception@demo.test"), Address: in("Rua do Porto 12\n1200-001 Lisboa"),
		Website: in("https://harbour-street.example"), Country: in("PT"), Hours: &hours,
		Closures: &[]clinic.Closure{
			{From: clinic.Date(year + "-12-24"), To: clinic.Date(year + "-12-26"), Reason: "Christmas"},
			{From: clinic.Date(year + "-06-13"), To: clinic.Date(year + "-06-13"), Reason: "Saint Anthony’s Day"},
		},
		AutoReply:     &clinic.AutoReply{On: false, Text: "Thank you for writing to Harbour Street Clinic. We are closed now and will answer as soon as we open again."},
		EmergencyText: in("In an emergency call 112. For medical advice at night call SNS 24 on 808 24 24 24."),
		Nudge:         &clinic.Nudge{On: true, AfterMinutes: 60},
	})
	return err
}

func in(s string) *string { return &s }

// spans are written as they are in the demo alone: a mistake ends it at once.
func spans(texts ...string) (out []clinic.Span) {
	for _, text := range texts {
		from, err := clinic.ParseClock(text[:5])
		if err != nil {
			panic(err)
		}
		to, err := clinic.ParseClock(text[6:])
		if err != nil {
			panic(err)
		}
		out = append(out, clinic.Span{From: from, To: to})
	}
	return out
}

// colleagues are one who was invited yesterday, and one who has left.
func (f *filler) colleagues(ctx context.Context, st *store.Store) error {
	f.clock = f.now.AddDate(-1, 0, 0)
	may := []string{rules.SendMessages}
	left := people.User{ID: id("user", "left"), Role: rules.Receptionist, Name: "Sofia Ramos", Email: "sofia@demo.test", Permissions: may}
	hash, err := people.HashPassword(Password)
	if err != nil {
		return err
	}
	if err := f.people.AddUser(ctx, f.clinic, left, hash); err != nil {
		return err
	}
	f.clock = f.now.AddDate(0, 0, -1)
	invited := people.User{ID: id("user", "invited"), Role: rules.Doctor, Name: "Dr. Nuno Faria", Email: "nuno@demo.test", Permissions: may, Active: true}
	return errors.Join(
		f.people.AddUser(ctx, f.clinic, invited, ""),
		st.Write(ctx, f.clinic, func(tx *store.Tx) error {
			_, err := f.people.Link(ctx, tx, f.clinic, people.Invitation, rules.User, invited.ID)
			return err
		}),
	)
}
