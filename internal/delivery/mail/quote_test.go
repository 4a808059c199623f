package mail_test

import (
	"strings"
	"testing"

	"frontdesk/internal/delivery/mail"
)

// How programs and languages begin what they quote. The patient's words are "Yes."; nothing
// else is new.
func TestQuotesAreFoldedAway(t *testing.T) {
	t.Parallel()
	for name, below := range map[string]string{
		"gmail":            "On Mon, Nov 2, 2026 at 4:12 PM Elm Street <desk@clinic.test> wrote:\n\n> Friday?",
		"gmail, unmarked":  "On Mon, Nov 2, 2026 at 4:12 PM Elm Street <desk@clinic.test> wrote:\n\nFriday?",
		"german":           "Am Mo., 2. Nov. 2026 um 16:12 Uhr schrieb Praxis <desk@clinic.test>:\n\n> Freitag?",
		"german, name 1st": "Praxis Ulmenweg schrieb am 02.11.2026 um 16:12:\n> Freitag?",
		"french":           "Le lun. 2 nov. 2026 à 16:12, Elm Street <desk@clinic.test> a écrit\u00a0:\n\n> Vendredi ?",
		"spanish":          "El lun, 2 nov 2026 a las 16:12, Elm Street (<desk@clinic.test>) escribió:\n\n> ¿Viernes?",
		"italian":          "Il giorno lun 2 nov 2026 alle ore 16:12 Elm <desk@clinic.test> ha scritto:\n\n> Venerdì?",
		"dutch":            "Op ma 2 nov 2026 om 16:12 schreef Elm <desk@clinic.test>:\n\n> Vrijdag?",
		"portuguese":       "Em seg., 2 de nov. de 2026 às 16:12, Elm <desk@clinic.test> escreveu:\n\n> Sexta?",
		"gmx":              "Gesendet: Montag, 02. November 2026 um 16:12 Uhr\nVon: \"Praxis\" <desk@clinic.test>\nAn: Ana\nBetreff: Termin\n\nFreitag?",
		"outlook":          "From: Elm Street\nSent: Monday, November 2, 2026 4:12 PM\nTo: Ana\nSubject: Friday\n\nFriday?",
		"original message": "-----Original Message-----\nFrom: Elm Street\n\nFriday?",
		"german original":  "-----Ursprüngliche Nachricht-----\nVon: Praxis\n\nFreitag?",
		"only marks":       "> Friday?\n> The desk",
		"by iso date":      "2026-11-02 16:12 GMT+01:00 Elm Street <desk@clinic.test>:\n> Friday?",
		"signature":        "-- \nAna Lima\nElm Street 1",
		"phone":            "Sent from my iPhone",
		"our line":         "##- Please reply above this line -##\n\nFriday?",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := parsed(t, "Re: Friday", "Yes.\n\n"+below+"\n")
			if m.Text != "Yes." || m.Quoted != strings.TrimSpace(strings.ReplaceAll(below, "\n\n\n", "\n\n")) {
				t.Errorf("new is %q, folded %q", m.Text, m.Quoted)
			}
		})
	}
}

// What looks like a quote and is none, or is more than one, stays.
func TestNoWordIsFoldedAwayThatIsNew(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ subject, text, kept string }{
		"a sentence":      {"Question", "On Tuesday I read what the doctor wrote:\nplease explain it.", "please explain it."},
		"between":         {"Re: Q", "On 2/11/26 Elm wrote:\n> Fever?\nYes, 39.\n> Cough?\nNo.\n", "Yes, 39."},
		"below":           {"Re: Q", "On 2/11/26 Elm wrote:\n> Fever?\n\nYes, 39.", "Yes, 39."},
		"nothing else":    {"Re: Q", "> Fever? My own marks.\n> Yes.", "My own marks"},
		"forward":         {"FW: Lab", "See below.\n\nFrom: Lab\nSent: Monday\nTo: Ana\nSubject: Lab\n\nThe values are fine.", "The values are fine."},
		"only a forward":  {"Lab", "-----Original Message-----\nFrom: Lab\n\nThe values are fine.", "The values are fine."},
		"a list":          {"Drugs", "I take:\n-- aspirin\n-- ibuprofen", "ibuprofen"},
		"greater than":    {"Values", "The first was\n> 140\nand the second\n> 150\nin the morning", "> 150"},
		"only signature":  {"Hi", "-- \nAna", "Ana"},
		"answer and sign": {"Re: Q", "On 2/11/26 Elm wrote:\n> Fever?\n\nYes, 39.\n-- \nAna", "Yes, 39."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if m := parsed(t, c.subject, c.text); !strings.Contains(m.Text, c.kept) {
				t.Errorf("new is %q, folded %q", m.Text, m.Quoted)
			}
		})
	}
}

func parsed(t *testing.T, subject, text string) mail.Mail {
	t.Helper()
	m, err := mail.Parse([]byte("From: ana@patients.test\nSubject: "+subject+"\nContent-Type: text/plain; charset=utf-8\n\n"+text), mail.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}
