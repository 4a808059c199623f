package clinic

import (
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"time"

	"frontdesk/internal/refusal"
)

const (
	maxName    = 200 // characters, like the others
	maxText    = 1000
	maxContact = 300
	maxNudge   = 24 * 60 // minutes
	minNudge   = 5
)

var (
	phonePattern   = regexp.MustCompile(`^\+?[0-9][0-9 ()./-]{3,38}[0-9]$`)
	countryPattern = regexp.MustCompile(`^[A-Z]{2}$`)
)

// check says what is wrong, the first thing first.
func (s Settings) check() error {
	for _, check := range []func() error{s.checkIdentity, s.checkContact, s.checkTexts, s.Hours.check, s.checkClosures} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (s Settings) checkIdentity() error {
	if s.Name == "" || tooLong(s.Name, maxName) {
		return refusal.Field("name", "name_invalid", fmt.Sprintf("Give the clinic a name of 1 to %d characters.", maxName))
	}
	if _, err := time.LoadLocation(s.Timezone); err != nil || s.Timezone == "" || s.Timezone == "Local" {
		return refusal.Field("timezone", "timezone_unknown", "Choose a time zone from the list, such as Europe/Lisbon.")
	}
	return nil
}

func (s Settings) checkContact() error {
	if s.Phone != "" && !phonePattern.MatchString(s.Phone) {
		return refusal.Field("phone", "phone_invalid", "Write the number with digits and spaces, such as +351 21 000 0000.")
	}
	if address, err := mail.ParseAddress(s.Email); s.Email != "" && (err != nil || address.Address != s.Email || tooLong(s.Email, 254)) {
		return refusal.Field("email", "email_invalid", "Write one address, such as reception@example.org.")
	}
	if tooLong(s.Address, maxContact) {
		return refusal.Field("address", "address_too_long", fmt.Sprintf("Keep the address to %d characters.", maxContact))
	}
	if s.Website != "" {
		u, err := url.Parse(s.Website)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || tooLong(s.Website, maxContact) {
			return refusal.Field("website", "website_invalid", "Write the whole address, such as https://example.org.")
		}
	}
	if s.Country != "" && !countryPattern.MatchString(s.Country) {
		return refusal.Field("country", "country_unknown", "Choose a country from the list.")
	}
	return nil
}

func (s Settings) checkTexts() error {
	if s.AutoReply.On && s.AutoReply.Text == "" {
		return refusal.Field("auto_reply.text", "text_missing", "Write what patients are answered while you are closed, or switch it off.")
	}
	if tooLong(s.AutoReply.Text, maxText) {
		return refusal.Field("auto_reply.text", "text_too_long", fmt.Sprintf("Keep the text to %d characters.", maxText))
	}
	if tooLong(s.EmergencyText, maxText) {
		return refusal.Field("emergency_text", "text_too_long", fmt.Sprintf("Keep the text to %d characters.", maxText))
	}
	if s.Nudge.AfterMinutes < minNudge || s.Nudge.AfterMinutes > maxNudge {
		return refusal.Field("nudge.after_minutes", "minutes_invalid", fmt.Sprintf("Choose %d minutes to one day.", minNudge))
	}
	return nil
}

// tooLong is also true of what the database cannot keep.
func tooLong(s string, most int) bool { return len([]rune(s)) > most || strings.ContainsRune(s, 0) }

const (
	maxClosures = 100
	maxReason   = 100
	maxClosure  = 366 // days
)

func (s Settings) checkClosures() error {
	if len(s.Closures) > maxClosures {
		return refusal.Field("closures", "closures_too_many", fmt.Sprintf("Keep to %d closures: remove those that are over.", maxClosures))
	}
	for i, c := range s.Closures {
		field := fmt.Sprintf("closures[%d].", i)
		from, err := time.Parse(time.DateOnly, string(c.From))
		if err != nil {
			return refusal.Field(field+"from", "date_invalid", "Write the date as 2026-12-24.")
		}
		to, err := time.Parse(time.DateOnly, string(c.To))
		switch {
		case err != nil:
			return refusal.Field(field+"to", "date_invalid", "Write the date as 2026-12-24.")
		case to.Before(from):
			return refusal.Field(field+"to", "closure_ends_early", "The last day comes before the first. Choose a later one.")
		case to.Sub(from) >= maxClosure*24*time.Hour:
			return refusal.Field(field+"to", "closure_too_long", "A closure lasts a year at most.")
		case tooLong(c.Reason, maxReason):
			return refusal.Field(field+"reason", "reason_too_long", fmt.Sprintf("Keep the reason to %d characters.", maxReason))
		}
	}
	return nil
}
