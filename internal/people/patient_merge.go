package people

import (
	"slices"
	"strings"
	"unicode/utf8"

	"frontdesk/internal/refusal"
)

// MergedField is one thing that two records say of a patient, and what stays of it.
type MergedField struct {
	Name         string // as the API names it
	Kept, Double string
	Taken        bool // the double's stays
}

type mergeableField struct {
	name string
	get  func(Patient) string
	set  func(to *Patient, from Patient)
}

// mergeable are the fields of which one is chosen, in the order in which they are shown.
// Remarks are joined.
var mergeable = []mergeableField{
	{"name", func(p Patient) string { return p.Name }, func(to *Patient, from Patient) { to.Name = from.Name }},
	{"birth_date", born, func(to *Patient, from Patient) { to.BirthDate = from.BirthDate }},
	{"phone", func(p Patient) string { return p.Phone }, func(to *Patient, from Patient) { to.Phone = from.Phone }},
	{"email", func(p Patient) string { return p.Email }, func(to *Patient, from Patient) { to.Email = from.Email }},
	{"language", func(p Patient) string { return p.Language }, func(to *Patient, from Patient) { to.Language = from.Language }},
	{"preferred_channel", func(p Patient) string { return string(p.PreferredChannel) }, func(to *Patient, from Patient) { to.PreferredChannel = from.PreferredChannel }},
	{"external_id", func(p Patient) string { return p.ExternalID }, func(to *Patient, from Patient) { to.ExternalID = from.ExternalID }},
}

func born(p Patient) string {
	if p.BirthDate == nil {
		return ""
	}
	return p.BirthDate.Format("2006-01-02")
}

// Merged answers what becomes of two records: what the kept one lacks is the double's, and
// of what both have the double's only where take names it.
func Merged(kept, double Patient, take []string) (Patient, []MergedField, error) {
	for _, name := range take {
		if !slices.ContainsFunc(mergeable, func(f mergeableField) bool { return f.name == name }) {
			return Patient{}, nil, refusal.Field("take", "field_unknown", "There is no field "+name+" to take from the double.")
		}
	}
	result, fields := kept, []MergedField{}
	for _, f := range mergeable {
		own, other := f.get(kept), f.get(double)
		taken := other != "" && (own == "" || own != other && slices.Contains(take, f.name))
		if taken {
			f.set(&result, double)
		}
		if own != "" || other != "" {
			fields = append(fields, MergedField{f.name, own, other, taken})
		}
	}
	result.Remarks = joinRemarks(kept.Remarks, double.Remarks)
	if !kept.PortalAccess && double.PortalAccess {
		result.PortalAccess, result.PortalEmail, result.PortalReady, result.hash = true, double.PortalEmail, double.PortalReady, double.hash
	}
	return result, fields, nil
}

// joinRemarks loses nothing but what is said twice, or what there is no room for.
func joinRemarks(a, b string) string {
	if b == "" || strings.Contains(a, b) {
		return a
	}
	joined := strings.TrimSpace(a + "\n\n" + b)
	for utf8.RuneCountInString(joined) > 4000 {
		_, size := utf8.DecodeLastRuneInString(joined)
		joined = joined[:len(joined)-size]
	}
	return joined
}

// former are the addresses that neither stay on record nor are to be forgotten: what comes
// from there is still the patient's.
func former(kept, double, result Patient) []string {
	out := []string{}
	for _, a := range append(kept.Addresses(), double.Addresses()...) {
		if !slices.Contains(result.Addresses(), a) && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// MergeNotes says in words what the fields do not show.
func MergeNotes(kept, double, result Patient) []string {
	var out []string
	switch {
	case kept.PortalAccess && double.PortalAccess:
		out = append(out, "The patient goes on signing in to the portal as "+kept.PortalEmail+". The sign-in as "+double.PortalEmail+" ends at once.")
	case double.PortalAccess:
		out = append(out, "The sign-in to the portal as "+double.PortalEmail+" becomes this patient's; open sessions end and begin anew.")
	}
	if result.PortalAccess {
		out = append(out, "In the portal the patient will see the messages of both records. Make sure that they are one person.")
	}
	for _, a := range former(kept, double, result) {
		out = append(out, a+" is remembered as a former address.")
	}
	if kept.ExternalID != "" && double.ExternalID != "" && kept.ExternalID != double.ExternalID {
		out = append(out, "Only one of the numbers in your other system stays: "+result.ExternalID+".")
	}
	return out
}

var errOwnDouble = refusal.Field("double_id", "own_double", "Choose another record: this one cannot be its own double.")
