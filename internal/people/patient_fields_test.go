package people

import (
	"errors"
	"testing"
	"time"

	"frontdesk/internal/refusal"
)

func TestPhonesAreKeptInOneForm(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"912345678": "+351912345678", "912 345 678": "+351912345678", "(+351) 912-345-678": "+351912345678",
		"00351 912 345 678": "+351912345678", "+44 20 7946 0018": "+442079460018", "+49 (0) 30 901820": "+4930901820",
		"": "", "  ": "", "12": "!", "abc": "!", "+999 12345678": "!", "0": "!", "+": "!", "912 345 678 ext": "!",
	} {
		got, err := Phone(written, "PT")
		if err != nil {
			got = "!"
		}
		if got != want {
			t.Errorf("%q is kept as %q (%v), want %q", written, got, err, want)
		}
	}
	if _, err := Phone("912345678", ""); code(err) != "phone_without_country" {
		t.Errorf("a number of nowhere: %v", err)
	}
}

func TestTheClinicsCountry(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ setting, zone, want string }{
		{"", "Europe/Lisbon", "PT"}, {"", "Europe/Berlin", "DE"}, {"", "America/New_York", "US"}, {"", "UTC", ""}, {"at", "Europe/Berlin", "AT"},
	} {
		if got := Country(tt.setting, tt.zone); got != tt.want {
			t.Errorf("%+v: %q", tt, got)
		}
	}
}

func code(err error) string {
	var refused *refusal.Error
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}

func TestFieldsAreCheckedAndKeptInOneForm(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		field, written, want string // want begins with ! for a refusal
	}{
		{"name", "  Ana   Silva ", "Ana Silva"},
		{"name", "", "!name_missing"},
		{"name", "a\u0007b", "!name_invalid"},
		{"birth_date", "1986-03-14", "1986-03-14"},
		{"birth_date", "14.3.1986", "1986-03-14"},
		{"birth_date", "14/03/1986", "1986-03-14"},
		{"birth_date", "03/14/1986", "!birth_date_invalid"},
		{"birth_date", "1879-01-01", "!birth_date_out_of_range"},
		{"birth_date", "2026-11-25", "!birth_date_out_of_range"},
		{"birth_date", "", ""},
		{"email", " Ana.Silva@Example.PT ", "Ana.Silva@Example.PT"},
		{"email", "ana@", "!email_invalid"},
		{"email", "a b@c.de", "!email_invalid"},
		{"email", "ana@localhost", "!email_invalid"},
		{"email", "ana@ünïcode.example", "ana@ünïcode.example"},
		{"email", "", ""},
		{"language", "EN-gb", "en-GB"},
		{"language", "pt", "pt"},
		{"language", "portuguese please", "!language_invalid"},
		{"language", "", ""},
		{"preferred_channel", "SMS", "sms"},
		{"preferred_channel", "fax", "!channel_unknown"},
		{"preferred_channel", "call", "!channel_unknown"},
		{"external_id", " 007 ", "007"},
	} {
		var p Patient
		in := map[string]PatientFields{
			"name": {Name: &tt.written}, "birth_date": {BirthDate: &tt.written}, "email": {Email: &tt.written},
			"language": {Language: &tt.written}, "preferred_channel": {PreferredChannel: &tt.written}, "external_id": {ExternalID: &tt.written},
		}[tt.field]
		err := in.apply(&p, "PT", now)
		got := map[string]string{
			"name": p.Name, "birth_date": born(p), "email": p.Email, "language": p.Language,
			"preferred_channel": string(p.PreferredChannel), "external_id": p.ExternalID,
		}[tt.field]
		if err != nil {
			got = "!" + code(err)
		}
		if got != tt.want {
			t.Errorf("%s %q: %q, want %q", tt.field, tt.written, got, tt.want)
		}
	}
}

func TestWhatIsDialled(t *testing.T) {
	t.Parallel()
	for sought, want := range map[string]string{
		"912 345": "912345", "+351 (912) 345-678": "351912345678", "00351912": "351912", "0912": "912", "12": "", "ana": "", "ana 912": "", "": "", "000": "",
	} {
		if got := dialled(sought); got != want {
			t.Errorf("%q: %q, want %q", sought, got, want)
		}
	}
}

func TestWhatStaysOfTwoRecords(t *testing.T) {
	t.Parallel()
	birth := time.Date(1986, 3, 14, 0, 0, 0, 0, time.UTC)
	kept := Patient{Name: "Ana Silva", Phone: "+351912345678", Email: "ana@a.pt", Remarks: "Afraid of needles.", PortalAccess: true, PortalEmail: "ana@a.pt"}
	double := Patient{Name: "Anna Silva", Phone: "+351912345679", BirthDate: &birth, Language: "pt", Remarks: "Prefers mornings.", PortalAccess: true, PortalEmail: "anna@a.pt"}
	got, fields, err := Merged(kept, double, []string{"phone"})
	if err != nil || got.Name != "Ana Silva" || got.Phone != double.Phone || got.Email != "ana@a.pt" || born(got) != "1986-03-14" || got.Language != "pt" ||
		got.Remarks != "Afraid of needles.\n\nPrefers mornings." || got.PortalEmail != "ana@a.pt" {
		t.Errorf("%+v (%v)", got, err)
	}
	taken := map[string]bool{}
	for _, f := range fields {
		taken[f.Name] = f.Taken
	}
	if len(fields) != 5 || taken["name"] || !taken["phone"] || !taken["birth_date"] || taken["email"] || !taken["language"] {
		t.Errorf("%+v", fields)
	}
	if a := former(kept, double, got); len(a) != 1 || a[0] != "+351912345678" {
		t.Errorf("remembered: %v", a)
	}
	if _, _, err := Merged(kept, double, []string{"password"}); code(err) != "field_unknown" {
		t.Errorf("any field is taken: %v", err)
	}
	kept.PortalAccess, kept.PortalEmail = false, ""
	if got, _, _ := Merged(kept, double, nil); !got.PortalAccess || got.PortalEmail != "anna@a.pt" {
		t.Errorf("the double's sign-in is lost: %+v", got)
	}
}
