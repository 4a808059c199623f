package httpapi

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"frontdesk/internal/people"
	"frontdesk/internal/record"
	"frontdesk/internal/refusal"
)

// What can be searched by; CapabilityStatement says the same.
var (
	patientParams       = []string{"_id", "name", "identifier", "phone", "email", "birthdate", "_count", "_cursor", "_format"}
	communicationParams = []string{"_id", "identifier", "subject", "patient", "sent", "part-of", "part-of:missing", "_count", "_sort", "_cursor", "_format"}
)

// understood takes what is known of a query. Whoever asks for strict handling is told of what
// is not; a modifier that is not known is always refused, as it would turn the meaning.
func understood(c *fiber.Ctx, known []string) (url.Values, error) {
	all, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return nil, badParam("query", "The query is broken: escape it as a URL.")
	}
	strict := strings.Contains(strings.ReplaceAll(c.Get("Prefer"), " ", ""), "handling=strict")
	for name, values := range all {
		base, _, modified := strings.Cut(name, ":")
		switch {
		case slices.Contains(known, name):
			for _, v := range values {
				if !utf8.ValidString(v) || strings.ContainsRune(v, 0) || len(v) > 500 {
					return nil, badParam(name, "Send text of at most 500 bytes.")
				}
			}
			if len(values) > 1 && name != "sent" && name != "birthdate" {
				return nil, badParam(name, "Give "+name+" once.")
			}
		case modified && slices.Contains(known, base):
			return nil, badParam(name, "This modifier is not supported.")
		case strict:
			return nil, badParam(name, "There is no parameter "+clean(name)+". There are "+strings.Join(known, ", ")+".")
		default:
			all.Del(name)
		}
	}
	return all, nil
}

func clean(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError {
			return -1
		}
		return r
	}, name[:min(len(name), 40)])
}

func badParam(name, detail string) error {
	return refusal.Field("query."+name, "parameter_invalid", detail)
}

func (s *Server) searchPatients(c *fiber.Ctx, by people.Session) (any, error) {
	params, err := understood(c, patientParams)
	if err != nil {
		return nil, err
	}
	in := record.PatientSearch{Name: strings.TrimSpace(params.Get("name")), Phone: strings.NewReplacer(" ", "", "-", "").Replace(params.Get("phone")), Email: strings.ToLower(params.Get("email"))}
	if in.IDs, err = idsOf(params); err != nil {
		return nil, err
	}
	if in.Phone != "" && in.Phone[0] != '+' {
		in.Phone = "+" + in.Phone // a plus in a query is a space
	}
	if in.Limit, err = countOf(params); err != nil {
		return nil, err
	}
	from, until, err := periodOf(params, "birthdate")
	if err != nil {
		return nil, err
	}
	in.BornFrom, in.BornBefore = orNoTime(from), orNoTime(until)
	if cursor := params.Get("_cursor"); cursor != "" {
		if in.After, err = uuid.Parse(cursor); err != nil {
			return nil, badParam("_cursor", "Follow the next link unchanged.")
		}
	}
	found, more, err := s.Record.FHIRPatients(c.UserContext(), by.Actor, in)
	if err != nil {
		return nil, err
	}
	next := ""
	if more {
		next = found[len(found)-1].ID
	}
	return bundleOf(s.base(c), "Patient", params, next, found, func(p record.FHIRPatient) string { return p.ID }), nil
}

func (s *Server) searchCommunications(c *fiber.Ctx, by people.Session) (any, error) {
	params, err := understood(c, communicationParams)
	if err != nil {
		return nil, err
	}
	in := record.CommunicationSearch{Base: s.base(c), NewestFirst: params.Get("_sort") == "-sent"}
	if sort := params.Get("_sort"); sort != "" && sort != "sent" && sort != "-sent" {
		return nil, badParam("_sort", "Sort by sent or -sent.")
	}
	if in.IDs, err = idsOf(params); err != nil {
		return nil, err
	}
	if in.Limit, err = countOf(params); err != nil {
		return nil, err
	}
	if in.Since, in.Until, err = periodOf(params, "sent"); err != nil {
		return nil, err
	}
	for name, into := range map[string]*uuid.UUID{"subject": &in.Patient, "patient": &in.Patient, "part-of": &in.PartOf} {
		if params.Has(name) {
			*into = referenceOf(params.Get(name), map[bool]string{true: "Communication/", false: "Patient/"}[name == "part-of"])
		}
	}
	switch params.Get("part-of:missing") {
	case "":
	case "true":
		in.Threads = true
	case "false":
		in.Messages = true
	default:
		return nil, badParam("part-of:missing", "Say true or false.")
	}
	if in.After, err = placeOf(params.Get("_cursor")); err != nil {
		return nil, err
	}
	found, next, err := s.Record.Communications(c.UserContext(), by.Actor, in)
	if err != nil {
		return nil, err
	}
	return bundleOf(s.base(c), "Communication", params, cursorOf(next), found, func(f record.Communication) string { return f.ID }), nil
}

// referenceOf reads Patient/ID or ID alone, also as part of a URL. What is neither is an id of
// nothing: nothing is found.
func referenceOf(s, prefix string) uuid.UUID {
	if at := strings.LastIndex(s, prefix); at >= 0 {
		s = s[at+len(prefix):]
	}
	return idOr(s)
}

// idsOf are those that _id and identifier name, both together where both are given; nil is
// all.
func idsOf(params url.Values) (ids []uuid.UUID, err error) {
	if params.Has("_id") {
		ids = []uuid.UUID{}
		for one := range strings.SplitSeq(params.Get("_id"), ",") {
			ids = append(ids, idOr(one))
		}
	}
	if !params.Has("identifier") {
		return ids, nil
	}
	named := []uuid.UUID{}
	for one := range strings.SplitSeq(params.Get("identifier"), ",") {
		system, value, cut := strings.Cut(one, "|")
		if !cut {
			system, value = "urn:ietf:rfc:3986", one
		}
		if id := idOr(strings.TrimPrefix(value, "urn:uuid:")); system == "urn:ietf:rfc:3986" && (ids == nil || slices.Contains(ids, id)) {
			named = append(named, id)
		}
	}
	return named, nil
}

const (
	usualCount = 50
	maxCount   = 200
)

// countOf is how many a page has; a server may answer fewer than were asked for.
func countOf(params url.Values) (int, error) {
	if !params.Has("_count") {
		return usualCount, nil
	}
	n, err := strconv.Atoi(params.Get("_count"))
	if err != nil || n < 1 {
		return 0, badParam("_count", fmt.Sprintf("Ask for 1 to %d.", maxCount))
	}
	return min(n, maxCount), nil
}

// periodOf reads dates with prefixes, as ge2026-03-01; several narrow each other. A date
// without a zone is in UTC.
func periodOf(params url.Values, name string) (since, until time.Time, err error) {
	for _, v := range params[name] {
		prefix := "eq"
		if len(v) > 2 && v[0] >= 'a' && v[0] <= 'z' {
			prefix, v = v[:2], v[2:]
		}
		from, to, ok := covers(v)
		if !ok {
			return since, until, badParam(name, "Write it as ge2026-03-01 or lt2026-03-01T12:00:00Z.")
		}
		switch prefix {
		case "eq":
			since, until = latest(since, from), earliest(until, to)
		case "ge":
			since = latest(since, from)
		case "gt", "sa":
			since = latest(since, to)
		case "lt", "eb":
			until = earliest(until, from)
		case "le":
			until = earliest(until, to)
		default:
			return since, until, badParam(name, "The prefix "+clean(prefix)+" is not supported: use eq, ge, gt, le or lt.")
		}
	}
	return since, until, nil
}

// covers is what a date or time of some precision covers: from, and up to but without.
func covers(v string) (from, to time.Time, ok bool) {
	for _, p := range []struct {
		layout        string
		years, months int
		days          int
		more          time.Duration
	}{
		{layout: "2006", years: 1},
		{layout: "2006-01", months: 1},
		{layout: time.DateOnly, days: 1},
		{layout: "2006-01-02T15:04Z07:00", more: time.Minute},
		{layout: "2006-01-02T15:04", more: time.Minute},
		{layout: "2006-01-02T15:04:05", more: time.Second},
		{layout: time.RFC3339, more: time.Second},
	} {
		v := strings.Replace(v, " ", "+", 1) // a plus in a query is a space
		from, err := time.Parse(p.layout, v)
		if err != nil || from.Year() < 1 {
			continue
		}
		if strings.Contains(v, ".") {
			p.more = time.Microsecond
		}
		return from.UTC(), from.AddDate(p.years, p.months, p.days).Add(p.more).UTC(), true
	}
	return from, to, false
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earliest(a, b time.Time) time.Time {
	if !a.IsZero() && a.Before(b) {
		return a
	}
	return b
}

func orNoTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
