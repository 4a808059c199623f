package people

import (
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

// PatientFields are what staff write of a patient; nil leaves a thing as it is, an empty text
// takes it away.
type PatientFields struct {
	Name, Email, Phone, Language, PreferredChannel, Remarks, ExternalID *string
	BirthDate                                                           *string // as 1986-03-14
}

// apply checks each field and writes it in the form in which it is kept. Numbers without a
// country code are of the region.
func (in PatientFields) apply(p *Patient, region string, now time.Time) (err error) {
	for _, f := range []struct {
		value *string
		take  func(string) error
	}{
		{in.Name, func(v string) error { p.Name, err = patientName(v); return err }},
		{in.BirthDate, func(v string) error { p.BirthDate, err = birthDate(v, now); return err }},
		{in.Phone, func(v string) error { p.Phone, err = Phone(v, region); return err }},
		{in.Email, func(v string) error { p.Email, err = emailAddress(v); return err }},
		{in.Language, func(v string) error { p.Language, err = languageTag(v); return err }},
		{in.PreferredChannel, func(v string) error { p.PreferredChannel, err = preferred(v); return err }},
		{in.Remarks, func(v string) error { p.Remarks, err = wording("remarks", v, 4000, true); return err }},
		{in.ExternalID, func(v string) error { p.ExternalID, err = wording("external_id", v, 100, false); return err }},
	} {
		if f.value == nil {
			continue
		}
		if err := f.take(*f.value); err != nil {
			return err
		}
	}
	return nil
}

func patientName(v string) (string, error) {
	name, err := wording("name", strings.Join(strings.Fields(v), " "), 200, false)
	if err == nil && name == "" {
		err = refusal.Field("name", "name_missing", "Give the patient's name.")
	}
	return name, err
}

// wording refuses what the database could not hold, or nobody would want to read.
func wording(field, v string, most int, lines bool) (string, error) {
	if !utf8.ValidString(v) {
		return "", refusal.Field(field, field+"_invalid", "Remove the characters that are not text.")
	}
	v = strings.TrimSpace(strings.ReplaceAll(v, "\r\n", "\n"))
	for _, r := range v {
		if unicode.IsControl(r) && (!lines || r != '\n' && r != '\t') {
			return "", refusal.Field(field, field+"_invalid", "Remove the characters that are not text.")
		}
	}
	if utf8.RuneCountInString(v) > most {
		return "", refusal.Field(field, field+"_too_long", fmt.Sprintf("Shorten this to %d characters.", most))
	}
	return v, nil
}

// birthDate reads 1986-03-14, and the ways in which people write dates day first.
func birthDate(v string, now time.Time) (*time.Time, error) {
	v = strings.TrimSpace(v)
	if v == "" {
		return nil, nil
	}
	for _, layout := range []string{"2006-1-2", "2.1.2006", "2/1/2006", "2-1-2006", "20060102"} {
		born, err := time.Parse(layout, v)
		if err != nil {
			continue
		}
		if born.After(now) || born.Year() < 1880 {
			return nil, refusal.Field("birth_date", "birth_date_out_of_range", "The birth date lies in the future or too far back. Check the year.")
		}
		return &born, nil
	}
	return nil, refusal.Field("birth_date", "birth_date_invalid", "Write the birth date as year-month-day, such as 1986-03-14.")
}

func emailAddress(v string) (string, error) {
	v = strings.TrimSpace(v)
	if v == "" {
		return "", nil
	}
	wrong := refusal.Field("email", "email_invalid", "This is not an email address. Check it for a missing @ or a space.")
	parsed, err := mail.ParseAddress(v)
	if err != nil || parsed.Address != v || len(v) > 254 || !utf8.ValidString(v) {
		return "", wrong
	}
	_, domain, _ := strings.Cut(v, "@")
	if !strings.Contains(domain, ".") || strings.HasPrefix(domain, ".") || strings.HasSuffix(domain, ".") || strings.ContainsAny(domain, "[]@") || strings.IndexFunc(v, unicode.IsControl) >= 0 {
		return "", wrong
	}
	return v, nil
}

// languageTag answers the one way to write a language: EN-gb is en-GB.
func languageTag(v string) (string, error) {
	v = strings.TrimSpace(v)
	if v == "" {
		return "", nil
	}
	tag, err := language.Parse(v)
	if err != nil || tag == language.Und || len(v) > 35 {
		return "", refusal.Field("language", "language_invalid", "Write the language as a code such as en, pt or de-AT.")
	}
	return tag.String(), nil
}

func preferred(v string) (rules.Channel, error) {
	switch c := rules.Channel(strings.ToLower(strings.TrimSpace(v))); c {
	case "", rules.SMS, rules.Email, rules.Portal, rules.WhatsApp:
		return c, nil
	default:
		return "", refusal.Field("preferred_channel", "channel_unknown", "The preferred channel is sms, email, portal or whatsapp; leave it empty for none.")
	}
}
