package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/people"
	"frontdesk/internal/refusal"
	"frontdesk/internal/wire"
)

// problem is the body of every answer that is not a success: RFC 9457, with members of our
// own from code on.
type problem struct {
	Type           string         `json:"type" example:"about:blank"`
	Title          string         `json:"title"`
	Status         int            `json:"status"`
	Detail         string         `json:"detail,omitempty" doc:"One sentence that says what to do next."`
	Instance       string         `json:"instance,omitempty" doc:"The request's id, to quote to support."`
	Code           string         `json:"code" doc:"Stable; switch on it."`
	Location       string         `json:"location,omitempty" example:"body.channel" doc:"The input at fault."`
	ConversationID *uuid.UUID     `json:"conversation_id,omitempty" doc:"Where to write instead."`
	Messages       []wire.Message `json:"messages,omitempty" doc:"What has come in the meantime."`
	Patients       []patient      `json:"patients,omitempty" doc:"Who is likely the same person."`
}

func (p *problem) Error() string             { return p.Code + ": " + p.Detail }
func (p *problem) GetStatus() int            { return p.Status }
func (p *problem) ContentType(string) string { return "application/problem+json" }

var statusOf = map[refusal.Kind]int{
	refusal.Invalid:    http.StatusUnprocessableEntity,
	refusal.Unknown:    http.StatusUnauthorized,
	refusal.Refused:    http.StatusForbidden,
	refusal.NotFound:   http.StatusNotFound,
	refusal.Conflict:   http.StatusConflict,
	refusal.TooMany:    http.StatusTooManyRequests,
	refusal.Unworkable: http.StatusUnprocessableEntity,
}

// codeOf names what the HTTP layer itself refuses, before the domain is asked.
var codeOf = map[int]string{
	http.StatusBadRequest:            "bad_request",
	http.StatusNotFound:              "not_found",
	http.StatusMethodNotAllowed:      "method_not_allowed",
	http.StatusRequestTimeout:        "timeout",
	http.StatusNotAcceptable:         "not_acceptable",
	http.StatusRequestEntityTooLarge: "too_large",
	http.StatusUnsupportedMediaType:  "unsupported_media_type",
	http.StatusUnprocessableEntity:   "invalid",

	http.StatusRequestedRangeNotSatisfiable: "no_such_range",
}

// problemOf is the one way from an error to what a client gets. A refusal is told; a fault
// is logged whole and shown as nothing but the request's id.
func problemOf(ctx context.Context, request string, err error) *problem {
	p := &problem{Type: "about:blank", Status: http.StatusInternalServerError, Code: "internal", Instance: request}
	var refused *refusal.Error
	var routing *fiber.Error
	var made *problem
	switch {
	case errors.As(err, &made):
		*p = *made
		p.Instance = request
	case errors.As(err, &refused):
		p.refuse(refused)
	case errors.As(err, &routing): // no such route, body too large
		p.Status, p.Code = routing.Code, codeFor(routing.Code)
	case errors.Is(err, context.DeadlineExceeded):
		p.Status, p.Code, p.Detail = http.StatusServiceUnavailable, "busy", "There was no answer in time. Send it again with the same id: it is never done twice."
	default:
		p.Detail = "Something went wrong on our side. Try again; if it goes on, tell support the instance."
		slog.ErrorContext(ctx, "request failed", "request", request, "err", err)
	}
	p.Title = http.StatusText(p.Status)
	return p
}

func (p *problem) refuse(e *refusal.Error) {
	p.Status, p.Code, p.Detail = statusOf[e.Kind], e.Code, e.Detail
	if e.Field != "" {
		p.Location = place(e.Field)
	}
	if e.Conversation != uuid.Nil {
		p.ConversationID = &e.Conversation
	}
	if newer, ok := e.Newer.([]inbox.Message); ok {
		for _, m := range newer {
			p.Messages = append(p.Messages, wire.MessageForStaff(m)) // only staff answer for one another
		}
	}
	if likely, ok := e.Newer.([]people.Patient); ok {
		for _, l := range likely {
			p.Patients = append(p.Patients, patientOf(l))
		}
	}
}

// place says where a field of the domain stands in a request.
func place(field string) string {
	if strings.HasPrefix(field, "query.") {
		return field
	}
	switch field {
	case "cursor", "before", "since", "from", "to":
		return "query." + field
	}
	return "body." + field
}

func codeFor(status int) string {
	if code := codeOf[status]; code != "" {
		return code
	}
	return "http"
}

// invalid stands in for huma's own errors: what it refuses before a handler runs. The value
// that was sent is not repeated.
func invalid(status int, message string, errs ...error) huma.StatusError {
	p := &problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: codeFor(status), Detail: message}
	for _, err := range errs {
		var detail *huma.ErrorDetail
		if errors.As(err, &detail) {
			p.Location, p.Detail = at(detail), detail.Location+": "+detail.Message
			break
		}
	}
	return p
}

var missing = regexp.MustCompile(`^expected required property (\w+) to be present$`)

// at names the field itself where huma names the object that lacks it.
func at(d *huma.ErrorDetail) string {
	if field := missing.FindStringSubmatch(d.Message); field != nil {
		return d.Location + "." + field[1]
	}
	return d.Location
}

// fail answers errors from outside huma's routes.
func fail(c *fiber.Ctx, err error) error {
	p := problemOf(c.UserContext(), requestID(c), err)
	if ofFHIR(c) {
		return outcome(c, p)
	}
	return c.Status(p.Status).JSON(p, "application/problem+json")
}
