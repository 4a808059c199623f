package rules_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

func TestKeepTemplate(t *testing.T) {
	t.Parallel()
	reception, doctor, admin, ana := user(rules.Receptionist), user(rules.Doctor), user(rules.Admin), patient()
	nohub := user(rules.Receptionist)
	nohub.Permissions = nil
	shared := uuid.Nil
	for name, tt := range map[string]struct {
		by    rules.Actor
		owner uuid.UUID
		code  string
	}{
		"reception shares":                {reception, shared, ""},
		"an admin shares":                 {admin, shared, ""},
		"a doctor shares":                 {doctor, shared, "not_allowed_to_share"},
		"a doctor keeps an own one":       {doctor, doctor.ID, ""},
		"reception keeps an own one":      {reception, reception.ID, ""},
		"an admin looks at another's own": {admin, doctor.ID, "template_not_found"},
		"a patient":                       {ana, shared, "staff_only"},
		"a patient's own":                 {ana, ana.ID, "staff_only"},
		"without the hub":                 {nohub, nohub.ID, "hub_not_allowed"},
		"nobody":                          {rules.Actor{}, shared, "staff_only"},
	} {
		if got := codeOf(rules.KeepTemplate(tt.by, tt.owner)); got != tt.code {
			t.Errorf("%s: %q, want %q", name, got, tt.code)
		}
	}
}

// What is wrong with a template's fields is told with its place.
func TestCheckTemplate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct{ code, says string }{
		"Hello {{patient.first_name}}, {{ question }}?": {},
		"{ one brace } is a text":                       {},
		"{{date}}{{time}}":                              {},
		"Prénom: {{médecin traitant}}":                  {},
		"Hello {{patient.age}}":                         {"field_unknown", "{{patient.age}} (line 1, character 7)"},
		"Olá, é\n{{nome":                                {"field_broken", "line 2, character 1 opens"},
		"a }} b":                                        {"field_broken", "line 1, character 3 closes"},
		"{{a {{b}} c":                                   {"field_broken", "line 1, character 1 opens"},
		"{{a\nb}}":                                      {"field_broken", "line 1, character 1 opens"},
		"ééé {{}}":                                      {"field_broken", "line 1, character 5 holds no name"},
		"{{{patient.name}}}":                            {"field_broken", "line 1, character 1 opens"},
		"{{<b>}}":                                       {"field_broken", "holds no name"},
		"{{" + strings.Repeat("x", 41) + "}}":           {"field_broken", "holds no name"},
	} {
		err := rules.CheckTemplate("body", text)
		var refused *refusal.Error
		if errors.As(err, &refused) && (refused.Field != "body" || !strings.Contains(refused.Detail, want.says)) {
			t.Errorf("%q: %q at %s", text, refused.Detail, refused.Field)
		}
		if got := codeOf(err); got != want.code {
			t.Errorf("%q: %q, want %q", text, got, want.code)
		}
	}
}

func TestFilled(t *testing.T) {
	t.Parallel()
	for text, code := range map[string]string{
		"Hello Ana": "", "{a}": "", "{{question}}": "field_missing", "a {{ b c }} d": "field_missing", "{{}}": "field_missing", "}} {{": "",
	} {
		if got := codeOf(rules.Filled("body", text)); got != code {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// What a template may say is either refused when it is kept, or found when it is sent.
func FuzzTemplate(f *testing.F) {
	for _, text := range []string{"Hello {{patient.name}}", "{{a}}", "{{{", "}}", "{{a}} {{b", "é{{\n}}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if rules.CheckTemplate("body", text) != nil || !strings.Contains(text, "{{") {
			return
		}
		if rules.Filled("body", text) == nil {
			t.Errorf("%q is accepted and would be sent with its braces", text)
		}
	})
}

func TestEditCall(t *testing.T) {
	t.Parallel()
	reception, other, admin := user(rules.Receptionist), user(rules.Receptionist), user(rules.Admin)
	logged := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		by    rules.Actor
		after time.Duration
		code  string
	}{
		"who logged it":         {reception, time.Hour, ""},
		"at the end of the day": {reception, 24 * time.Hour, ""},
		"the day after":         {reception, 24*time.Hour + 1, "edit_too_late"},
		"an admin":              {admin, time.Hour, ""},
		"an admin, too late":    {admin, 25 * time.Hour, "edit_too_late"},
		"a colleague":           {other, time.Hour, "not_yours_to_edit"},
		"a patient":             {patient(), time.Hour, "not_yours_to_edit"},
	} {
		if got := codeOf(rules.EditCall(tt.by, reception.ID, logged, logged.Add(tt.after))); got != tt.code {
			t.Errorf("%s: %q, want %q", name, got, tt.code)
		}
	}
	if codeOf(rules.EditScheduled(admin, reception.ID)) != "not_yours_to_edit" || rules.EditScheduled(reception, reception.ID) != nil {
		t.Error("words that wait are their author's alone")
	}
}
