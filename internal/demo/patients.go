package demo

import (
	"context"
	"time"

	"frontdesk/internal/people"
	"frontdesk/internal/rules"
)

// records are what reception has come to know of some patients.
var records = []struct{ short, language, channel, remarks string }{
	{"david", "en", "email", "Hears badly on the phone: write rather than call."},
	{"karin", "de", "sms", "Afraid of needles. Book 10 minutes more for a blood sample."},
	{"luis", "es", "whatsapp", "Works nights; call after 15:00."},
	{"mona", "ar", "portal", "Her daughter Lina interprets where needed."},
	{"nikos", "el", "", ""},
	{"elena", "it", "portal", ""},
}

// optOuts are those that were written down at the desk.
var optOuts = []struct {
	short   string
	channel rules.Channel
	given   bool
	reason  string
	ago     time.Duration
}{
	{"luis", rules.SMS, true, "Agreed on the registration form.", 300 * 24 * time.Hour},
	{"luis", rules.SMS, false, "Asked on the phone: WhatsApp only.", 20 * 24 * time.Hour},
	{"mona", rules.Email, false, "Shares the address with her employer.", 44 * 24 * time.Hour},
	{"karin", rules.SMS, true, "Agreed at the desk.", 90 * 24 * time.Hour},
}

// directory makes the patients' records what a year of use would have made of them, with one
// patient who is there twice.
func (f *filler) directory(ctx context.Context) error {
	by := f.actors["r"]
	f.clock = f.now.Add(-30 * 24 * time.Hour)
	for _, r := range records {
		in := people.PatientFields{Language: &r.language, PreferredChannel: &r.channel, Remarks: &r.remarks}
		if _, err := f.people.EditPatient(ctx, by, f.actors[r.short].ID, in); err != nil {
			return err
		}
	}
	for _, o := range optOuts {
		f.clock = f.now.Add(-o.ago)
		if err := f.people.SetConsent(ctx, by, f.actors[o.short].ID, o.channel, o.given, o.reason); err != nil {
			return err
		}
	}
	karin, err := f.people.Patient(ctx, by, f.actors["karin"].ID)
	if err != nil {
		return err
	}
	name, born, email := "Karin Schultz", karin.BirthDate.Format("2006-01-02"), "k.schultz@demo.test"
	f.clock = f.now.Add(-6 * 24 * time.Hour)
	_, _, err = f.people.AddPatient(ctx, f.actors["r2"], id("patient", "karin twice"), people.PatientFields{
		Name: &name, BirthDate: &born, Phone: &karin.Phone, Email: &email,
	}, true)
	return err
}
