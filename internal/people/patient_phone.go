package people

import (
	_ "embed" // which country a time zone is of
	"strings"
	"sync"

	"github.com/nyaruka/phonenumbers"

	"frontdesk/internal/refusal"
)

// Each time zone with the country that the IANA's zone.tab has for it.
//
//go:embed patient_zones.txt
var zones string

var countries = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(zones) {
		zone, country, _ := strings.Cut(strings.TrimSpace(line), " ")
		out[zone] = country
	}
	return out
})

// Country answers where a clinic's numbers without a country code are from: its setting, or
// else its time zone's country. Empty means that nobody knows.
func Country(setting, timezone string) string {
	if setting != "" {
		return strings.ToUpper(setting)
	}
	return countries()[timezone]
}

// Phone answers a number in E.164, however it was written. Without a country code it is of
// the region.
func Phone(v, region string) (string, error) {
	v = strings.TrimSpace(v)
	if v == "" {
		return "", nil
	}
	if len(v) > 60 {
		return "", errPhone
	}
	if digits, ok := strings.CutPrefix(v, "00"); ok {
		v = "+" + digits // as it is dialled from most of the world
	}
	if !strings.HasPrefix(v, "+") && region == "" {
		return "", refusal.Field("phone", "phone_without_country", "Write the number with + and the country code, such as +351 912 345 678.")
	}
	parsed, err := phonenumbers.Parse(v, region)
	if err != nil || !phonenumbers.IsValidNumber(parsed) {
		return "", errPhone
	}
	return phonenumbers.Format(parsed, phonenumbers.E164), nil
}

var errPhone = refusal.Field("phone", "phone_invalid", "This is not a phone number that can be reached. Check its digits, and write foreign numbers with + and the country code.")
