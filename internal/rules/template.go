package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
)

// KeepTemplate asks whether the actor may make, change or remove a template: one's own, or
// one that is shared (owner is uuid.Nil).
//
//	everybody on the staff       the own ones
//	receptionists and admins     those that are shared
//	nobody                       those of somebody else, which are not found
func KeepTemplate(a Actor, owner uuid.UUID) error {
	if err := UseTemplates(a); err != nil {
		return err
	}
	switch {
	case owner == a.ID:
		return nil
	case owner != uuid.Nil:
		return ErrTemplateNotFound
	case a.Role == Receptionist || a.Role == Admin:
		return nil
	}
	return &refusal.Error{Kind: refusal.Refused, Code: "not_allowed_to_share", Field: "shared", Detail: "Reception keeps the templates that everybody uses. Make one of your own instead."}
}

// UseTemplates asks whether the actor may look at templates: the shared and the own ones.
func UseTemplates(a Actor) error {
	if a.Kind != User {
		return &refusal.Error{Kind: refusal.Refused, Code: "staff_only", Detail: "Only the clinic's staff can do this. Write to reception instead."}
	}
	return UseHub(a)
}

// ErrTemplateNotFound is the answer for what is not there and for what is somebody else's own.
var ErrTemplateNotFound = &refusal.Error{Kind: refusal.NotFound, Code: "template_not_found", Detail: "There is no such template. Somebody may have removed it; choose another one."}

// Field is a place in a template that is filled in by itself.
type Field struct{ Name, Meaning string }

// Fields are all that fill themselves in. Any other word in double braces is asked for when
// the template is used.
var Fields = []Field{
	{"patient.name", "The patient's whole name"},
	{"patient.first_name", "The patient's first name"},
	{"clinic.name", "The clinic's name"},
	{"clinic.phone", "The clinic's phone number, from its settings"},
	{"me.name", "The name of whoever writes"},
	{"date", "Today's date, where the clinic is"},
	{"time", "The time of day, where the clinic is"},
}

// asked is a field that is asked for: a word or a few, without a dot.
var asked = regexp.MustCompile(`^\p{L}[\p{L}\p{N} _-]{0,39}$`)

// CheckTemplate says what is wrong with a text's fields, and where.
func CheckTemplate(field, text string) error {
	for at := 0; at < len(text); {
		next := strings.IndexAny(text[at:], "{}")
		if next < 0 {
			return nil
		}
		at += next
		rest := text[at:]
		switch {
		case strings.HasPrefix(rest, "}}"):
			return broken(field, text, at, "closes a field that nothing has opened")
		case !strings.HasPrefix(rest, "{{"):
			at++
			continue
		}
		end := strings.Index(rest, "}}")
		if open := strings.IndexAny(rest[2:], "{\n"); end < 0 || open >= 0 && open+2 < end {
			return broken(field, text, at, "opens a field that is not closed")
		}
		if err := checkField(field, text, at, strings.TrimSpace(rest[2:end])); err != nil {
			return err
		}
		at += end + 2
	}
	return nil
}

func checkField(field, text string, at int, name string) error {
	known := slices.ContainsFunc(Fields, func(f Field) bool { return f.Name == name })
	switch {
	case known, asked.MatchString(name):
		return nil
	case strings.Contains(name, "."):
		return refusal.Field(field, "field_unknown", fmt.Sprintf("There is no field {{%s}} (%s). Choose one of the list, or a word of your own without a dot.", name, place(text, at)))
	}
	return broken(field, text, at, "holds no name: write a word of up to 40 letters between the braces")
}

func broken(field, text string, at int, what string) error {
	return refusal.Field(field, "field_broken", fmt.Sprintf("What stands in %s %s.", place(text, at), what))
}

// place names a byte of a text as people count.
func place(text string, at int) string {
	before := text[:at]
	line := strings.Count(before, "\n") + 1
	return fmt.Sprintf("line %d, character %d", line, utf8.RuneCountInString(before[strings.LastIndex(before, "\n")+1:])+1)
}

var unfilled = regexp.MustCompile(`\{\{([^{}]*)\}\}`)

// Filled refuses a text of a template in which a field is still to be filled in.
func Filled(field, text string) error {
	left := unfilled.FindStringSubmatch(text)
	if left == nil {
		return nil
	}
	return refusal.Field(field, "field_missing", fmt.Sprintf("Fill in {{%s}} first: the patient would get it as it stands.", strings.TrimSpace(left[1])))
}
