package httpapi

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"frontdesk/internal/people"
	"frontdesk/internal/record"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

const (
	fhirRoot = "/fhir"
	fhirType = "application/fhir+json; charset=utf-8"
)

// fhir serves histories as HL7 FHIR R4 to other programs: only to read. Its formats and its
// errors are FHIR's own, so it stands beside the described API; outcome is where a problem
// becomes one of FHIR's.
func (s *Server) fhir() {
	serve := func(path string, answer func(*fiber.Ctx, people.Session) (any, error)) {
		s.app.Get(fhirRoot+path, func(c *fiber.Ctx) error {
			by, err := s.session(c)
			if err != nil {
				return err
			}
			if err := rules.Export(by.Actor); err != nil {
				return err
			}
			if err := speaksJSON(c.Query("_format")); err != nil {
				return err
			}
			body, err := answer(c, by)
			if err != nil {
				return err
			}
			s.took(c.UserContext(), by, "fhir", "resource", strings.Trim(path, "/"), "id", c.Params("id"))
			return sendFHIR(c, http.StatusOK, body)
		})
	}
	serve("/metadata", func(c *fiber.Ctx, _ people.Session) (any, error) { return capabilities(s.base(c)), nil })
	serve("/Patient", s.searchPatients)
	serve("/Patient/:id", func(c *fiber.Ctx, by people.Session) (any, error) {
		return s.Record.FHIRPatient(c.UserContext(), by.Actor, idOr(c.Params("id")))
	})
	serve("/Communication", s.searchCommunications)
	serve("/Communication/:id", func(c *fiber.Ctx, by people.Session) (any, error) {
		return s.Record.Communication(c.UserContext(), by.Actor, idOr(c.Params("id")), s.base(c))
	})
	s.app.All(fhirRoot+"/*", func(*fiber.Ctx) error { return errNotServed })
}

var errNotServed = &refusal.Error{Kind: refusal.NotFound, Code: "not_supported", Detail: "This is not served: read Patient and Communication; /fhir/metadata says what there is."}

// idOr is the id of nothing for what is no id: there is nothing of that name.
func idOr(s string) uuid.UUID {
	id, err := uuid.Parse(s)
	if err != nil || len(s) != 36 {
		return uuid.Max
	}
	return id
}

// base is where we are reached, as whoever asks knows it.
func (s *Server) base(c *fiber.Ctx) string {
	if s.settings.PublicURL != "" {
		return strings.TrimSuffix(s.settings.PublicURL, "/")
	}
	return c.BaseURL()
}

func speaksJSON(format string) error {
	switch format {
	case "", "json", "application/json", "application/fhir+json", "application/fhir json": // a plus in a query is a space
		return nil
	}
	return fiber.NewError(http.StatusNotAcceptable, "_format")
}

func sendFHIR(c *fiber.Ctx, status int, body any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fhirType)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(status).Send(raw)
}

// ofFHIR tells whose answers are in FHIR's format.
func ofFHIR(c *fiber.Ctx) bool { return strings.HasPrefix(c.Path(), fhirRoot+"/") }

type operationOutcome struct {
	ResourceType string  `json:"resourceType"`
	Issue        []issue `json:"issue"`
}

type issue struct {
	Severity    string         `json:"severity"`
	Code        string         `json:"code"`
	Details     record.Concept `json:"details"`
	Diagnostics string         `json:"diagnostics,omitempty"`
	Expression  []string       `json:"expression,omitempty"`
}

var issueOf = map[int]string{
	http.StatusBadRequest: "invalid", http.StatusUnauthorized: "login", http.StatusForbidden: "forbidden", http.StatusNotFound: "not-found",
	http.StatusMethodNotAllowed: "not-supported", http.StatusNotAcceptable: "not-supported", http.StatusConflict: "conflict",
	http.StatusTooManyRequests: "throttled", http.StatusServiceUnavailable: "timeout",
}

// outcome is a problem in FHIR's words. What the input was to blame for is 400 there.
func outcome(c *fiber.Ctx, p *problem) error {
	status := p.Status
	if status == http.StatusUnprocessableEntity {
		status = http.StatusBadRequest
	}
	code := issueOf[status]
	switch {
	case code == "":
		code = "exception"
	case p.Code == "not_supported":
		code = "not-supported"
	}
	out := operationOutcome{"OperationOutcome", []issue{{
		Severity: "error", Code: code, Details: record.Concept{Coding: []record.Coding{{System: "urn:frontdesk:problem", Code: p.Code}}, Text: p.Detail},
		Diagnostics: "request " + p.Instance,
	}}}
	if p.Detail == "" {
		out.Issue[0].Details.Text = p.Title
	}
	if name, found := strings.CutPrefix(p.Location, "query."); found {
		out.Issue[0].Expression = []string{"http." + name}
	}
	return sendFHIR(c, status, out)
}

type bundle struct {
	ResourceType string        `json:"resourceType"`
	Type         string        `json:"type"`
	Timestamp    string        `json:"timestamp"`
	Link         []bundleLink  `json:"link"`
	Entry        []bundleEntry `json:"entry,omitempty"`
}

type bundleLink struct {
	Relation string `json:"relation"`
	URL      string `json:"url"`
}

type bundleEntry struct {
	FullURL  string      `json:"fullUrl"`
	Resource any         `json:"resource"`
	Search   searchEntry `json:"search"`
}

type searchEntry struct {
	Mode string `json:"mode"`
}

// bundleOf is a page of what was found. Its own link has what was understood of the search;
// without a next there is no more.
func bundleOf[T any](base, resource string, understood url.Values, next string, found []T, id func(T) string) bundle {
	at := base + fhirRoot + "/" + resource
	understood.Del("_cursor")
	out := bundle{ResourceType: "Bundle", Type: "searchset", Timestamp: time.Now().UTC().Format(time.RFC3339), Link: []bundleLink{{"self", address(at, understood)}}}
	if next != "" {
		understood.Set("_cursor", next)
		out.Link = append(out.Link, bundleLink{"next", address(at, understood)})
	}
	for _, f := range found {
		out.Entry = append(out.Entry, bundleEntry{at + "/" + id(f), f, searchEntry{"match"}})
	}
	return out
}

func address(at string, values url.Values) string {
	if len(values) == 0 {
		return at
	}
	return at + "?" + values.Encode()
}
