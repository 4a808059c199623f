package app

import (
	"strings"
	"testing"

	"github.com/google/uuid"
)

func TestTemplatesThroughTheAPI(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	reception, doctor, ana := signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "doctor"), signIn(t, n, clinic, "ana")
	const path = "/api/v1/templates"
	body := func(key string, value any) map[string]any {
		b := map[string]any{"name": "Fasting", "body": "Please come fasting.", "shared": true}
		b[key] = value
		return b
	}
	shared := reception.must(t, "POST", path, body("shortcut", "fasting"))
	own := reception.must(t, "POST", path, body("shared", false))
	refused(t, map[string]badInput{
		"no name":                     {reception, "POST", path, body("name", ""), 422, "name_invalid", "body.name"},
		"a name too long":             {reception, "POST", path, body("name", strings.Repeat("é", 81)), 422, "name_invalid", "body.name"},
		"no text":                     {reception, "POST", path, body("body", " "), 422, "body_empty", "body.body"},
		"a text too long":             {reception, "POST", path, body("body", strings.Repeat("é", 4001)), 422, "body_too_long", "body.body"},
		"a NUL":                       {reception, "POST", path, body("body", "a\x00"), 422, "body_too_long", "body.body"},
		"a subject of two lines":      {reception, "POST", path, body("subject", "a\nb"), 422, "subject_too_long", "body.subject"},
		"a shortcut that is none":     {reception, "POST", path, body("shortcut", "a b"), 422, "shortcut_invalid", "body.shortcut"},
		"a shortcut that is taken":    {reception, "POST", path, body("shortcut", "fasting"), 409, "shortcut_taken", "body.shortcut"},
		"a channel that is none":      {reception, "POST", path, body("channels", []string{"fax"}), 422, "invalid", "body.channels[0]"},
		"a channel twice":             {reception, "POST", path, body("channels", []string{"sms", "sms"}), 422, "channel_invalid", "body.channels[1]"},
		"a field that is none":        {reception, "POST", path, body("body", "Hello\n{{patient.age}}"), 422, "field_unknown", "body.body"},
		"a broken field":              {reception, "POST", path, body("subject", "Hello {{"), 422, "field_broken", "body.subject"},
		"another's id":                {doctor, "POST", path, map[string]any{"id": shared.str("id"), "name": "x", "body": "x"}, 409, "id_conflict", "body.id"},
		"a doctor shares":             {doctor, "POST", path, body("name", "x"), 403, "not_allowed_to_share", "body.shared"},
		"a doctor changes a shared":   {doctor, "PATCH", path + "/" + shared.str("id"), map[string]any{"name": "x"}, 403, "not_allowed_to_share", "body.shared"},
		"a doctor removes a shared":   {doctor, "DELETE", path + "/" + shared.str("id"), nil, 403, "not_allowed_to_share", "body.shared"},
		"a doctor changes another's":  {doctor, "PATCH", path + "/" + own.str("id"), map[string]any{"name": "x"}, 404, "template_not_found", ""},
		"a doctor removes another's":  {doctor, "DELETE", path + "/" + own.str("id"), nil, 404, "template_not_found", ""},
		"a change breaks it":          {reception, "PATCH", path + "/" + own.str("id"), map[string]any{"body": "{{"}, 422, "field_broken", "body.body"},
		"nothing is changed":          {reception, "PATCH", path + "/" + uuid.NewString(), map[string]any{"name": "x"}, 404, "template_not_found", ""},
		"nothing is removed":          {reception, "DELETE", path + "/" + uuid.NewString(), nil, 404, "template_not_found", ""},
		"a patient asks":              {ana, "GET", path, nil, 403, "staff_only", ""},
		"a patient asks for fields":   {ana, "GET", path + "/fields", nil, 403, "staff_only", ""},
		"a patient makes one":         {ana, "POST", path, body("shared", false), 403, "staff_only", ""},
		"a patient changes one":       {ana, "PATCH", path + "/" + shared.str("id"), map[string]any{"name": "x"}, 403, "staff_only", ""},
		"a patient removes one":       {ana, "DELETE", path + "/" + shared.str("id"), nil, 403, "staff_only", ""},
		"fields of what is not yours": {doctor, "GET", path + "/fields?conversation_id=" + c.ID.String(), nil, 404, "conversation_not_found", ""},
	})
	if list := doctor.must(t, "GET", path, nil); strings.Contains(string(list.raw), own.str("id")) || !strings.Contains(string(list.raw), shared.str("id")) {
		t.Errorf("the doctor has %s", list.raw)
	}
	fields := reception.must(t, "GET", path+"/fields?conversation_id="+c.ID.String(), nil)
	for _, want := range []string{`"patient.first_name","meaning":"The patient's first name","value":"Ana"`, `"value":"Elm Street"`, `"value":"Rita Reception"`} {
		if !strings.Contains(string(fields.raw), want) {
			t.Errorf("%s is not in %s", want, fields.raw)
		}
	}
	again := reception.do(t, "POST", path, map[string]any{"id": own.str("id"), "name": "whatever", "body": "x"})
	if again.status != 200 || again.str("name") != "Fasting" {
		t.Errorf("the same id again: %d %s", again.status, again.raw)
	}
	reception.must(t, "PATCH", path+"/"+own.str("id"), map[string]any{"shared": true})
	doctor.must(t, "POST", path, map[string]any{"name": "Mine", "shortcut": "fasting", "body": "My own words"})
	if list := doctor.must(t, "GET", path, nil); len(list.body["items"].([]any)) != 3 { //nolint:forcetypeassert // a list
		t.Errorf("the doctor now has %s", list.raw)
	}
}

// What is nobody else's is told to its owner alone.
func TestAnOwnTemplateIsToldToItsOwner(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	reception, other := watch(t, signIn(t, n, clinic, "reception")), watch(t, signIn(t, n, clinic, "reception2"))
	start := other.position
	own := reception.must(t, "POST", "/api/v1/templates", map[string]any{"name": "Mine", "body": "x"})
	reception.heardOf(t, step{name: "an own template", topics: []string{"templates"}})
	if missed := other.must(t, "GET", "/api/v1/changes?since="+start, nil); strings.Contains(string(missed.raw), "topics") {
		t.Errorf("a colleague is told %s", missed.raw)
	}
	reception.must(t, "PATCH", "/api/v1/templates/"+own.str("id"), map[string]any{"shared": true})
	other.heardOf(t, step{name: "it is shared", topics: []string{"templates"}})
}
