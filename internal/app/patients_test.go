package app

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/google/uuid"

	"frontdesk/internal/testkit"
)

func TestBadInputOfPatientsIsRefusedAndSaysWhy(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	foreign := testkit.NewClinicIn(t, clinic.DB)
	reception, doctor, ana, nohub := signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "doctor"), signIn(t, n, clinic, "ana"), signIn(t, n, clinic, "nohub")
	const path = "/api/v1/patients"
	mine, theirs := path+"/"+clinic.Ana.ID.String(), path+"/"+foreign.Ana.ID.String()
	fresh := func(values map[string]any) map[string]any {
		body := map[string]any{"id": uuid.Must(uuid.NewV7()).String(), "name": "New Patient"}
		for k, v := range values {
			body[k] = v
		}
		return body
	}
	edit := func(field string, value any) map[string]any { return map[string]any{field: value} }
	rows := func(rows ...map[string]any) map[string]any {
		return map[string]any{"id": uuid.Must(uuid.NewV7()).String(), "rows": rows}
	}
	tests := map[string]struct {
		by           person
		method, path string
		body         any
		status       int
		code, at     string
	}{
		"nobody":                      {person{node: n}, "POST", path, fresh(nil), 401, "not_signed_in", ""},
		"a patient adds":              {ana, "POST", path, fresh(nil), 403, "staff_only", ""},
		"a patient looks":             {ana, "GET", mine, nil, 403, "staff_only", ""},
		"a patient edits":             {ana, "PATCH", mine, edit("name", "x"), 403, "staff_only", ""},
		"a patient opts out":          {ana, "PUT", mine + "/consents/sms", edit("given", false), 403, "staff_only", ""},
		"a patient reads consents":    {ana, "GET", mine + "/consents", nil, 403, "staff_only", ""},
		"a patient invites":           {ana, "POST", mine + "/invitation", nil, 403, "staff_only", ""},
		"a patient closes the portal": {ana, "DELETE", path + "/" + clinic.Ben.ID.String() + "/portal", nil, 403, "staff_only", ""},
		"a patient merges":            {ana, "POST", mine + "/merge", edit("double_id", clinic.Ben.ID), 403, "staff_only", ""},
		"a patient exports":           {ana, "GET", path + "/export", nil, 403, "staff_only", ""},
		"a patient imports":           {ana, "POST", path + "/import", rows(map[string]any{"name": "x"}), 403, "staff_only", ""},
		"without the hub":             {nohub, "GET", path, nil, 403, "hub_not_allowed", ""},
		"without the hub, adding":     {nohub, "POST", path, fresh(nil), 403, "hub_not_allowed", ""},
		"without the hub, exporting":  {nohub, "GET", path + "/export", nil, 403, "hub_not_allowed", ""},
		"a doctor merges":             {doctor, "POST", mine + "/merge", edit("double_id", clinic.Ben.ID), 403, "not_allowed_to_keep_directory", ""},
		"a doctor looks at a merge":   {doctor, "GET", mine + "/merge?double_id=" + clinic.Ben.ID.String(), nil, 403, "not_allowed_to_keep_directory", ""},
		"a doctor exports":            {doctor, "GET", path + "/export", nil, 403, "not_allowed_to_keep_directory", ""},
		"a doctor imports":            {doctor, "POST", path + "/import", rows(map[string]any{"name": "x"}), 403, "not_allowed_to_keep_directory", ""},
		"an id that is none":          {reception, "GET", path + "/7", nil, 422, "invalid", "path.id"},
		"an unknown id":               {reception, "GET", path + "/" + uuid.NewString(), nil, 404, "patient_not_found", ""},
		"another clinic's":            {reception, "GET", theirs, nil, 404, "patient_not_found", ""},
		"editing another clinic's":    {reception, "PATCH", theirs, edit("name", "x"), 404, "patient_not_found", ""},
		"consents of another's":       {reception, "PUT", theirs + "/consents/sms", edit("given", false), 404, "patient_not_found", ""},
		"reading another's consents":  {reception, "GET", theirs + "/consents", nil, 404, "patient_not_found", ""},
		"channels of another's":       {reception, "GET", theirs + "/channels", nil, 404, "patient_not_found", ""},
		"inviting another's":          {reception, "POST", theirs + "/invitation", nil, 404, "patient_not_found", ""},
		"closing another's":           {reception, "DELETE", theirs + "/portal", nil, 404, "patient_not_found", ""},
		"merging another's":           {reception, "POST", mine + "/merge", edit("double_id", foreign.Ana.ID), 404, "patient_not_found", ""},
		"merging into another's":      {reception, "POST", theirs + "/merge", edit("double_id", clinic.Ana.ID), 404, "patient_not_found", ""},
		"merging with itself":         {reception, "POST", mine + "/merge", edit("double_id", clinic.Ana.ID), 422, "own_double", "body.double_id"},
		"merging an unknown field":    {reception, "POST", mine + "/merge", map[string]any{"double_id": clinic.Ben.ID, "take": []string{"shoe_size"}}, 422, "field_unknown", "body.take"},
		"merging with nobody":         {reception, "POST", mine + "/merge", map[string]any{}, 422, "invalid", "body.double_id"},
		"a merge of no id":            {reception, "GET", mine + "/merge?double_id=7", nil, 422, "invalid", "query.double_id"},
		"a merge without double":      {reception, "GET", mine + "/merge", nil, 422, "invalid", "query.double_id"},
		"no JSON":                     {reception, "POST", path, "{", 400, "bad_request", "body"},
		"an unknown field":            {reception, "POST", path, fresh(edit("colour", "red")), 422, "invalid", "body.colour"},
		"no name":                     {reception, "POST", path, map[string]any{"id": uuid.NewString()}, 422, "name_missing", "body.name"},
		"no id":                       {reception, "POST", path, map[string]any{"name": "x"}, 422, "invalid", "body.id"},
		"the id of nothing":           {reception, "POST", path, fresh(edit("id", uuid.Nil)), 422, "id_missing", "body.id"},
		"an id that is taken":         {reception, "POST", path, fresh(edit("id", clinic.Ana.ID)), 409, "id_conflict", "body.id"},
		"a blank name":                {reception, "POST", path, fresh(edit("name", " \t")), 422, "name_missing", "body.name"},
		"a name too long":             {reception, "POST", path, fresh(edit("name", strings.Repeat("é", 201))), 422, "name_too_long", "body.name"},
		"a name with a NUL":           {reception, "PATCH", mine, edit("name", "a\x00b"), 422, "name_invalid", "body.name"},
		"a wrong type":                {reception, "PATCH", mine, edit("name", 7), 422, "invalid", "body.name"},
		"a null for a name":           {reception, "PATCH", mine, edit("name", nil), 422, "name_missing", "body.name"},
		"a phone of letters":          {reception, "PATCH", mine, edit("phone", "call me"), 422, "phone_invalid", "body.phone"},
		"a phone too short":           {reception, "PATCH", mine, edit("phone", "+351 12"), 422, "phone_invalid", "body.phone"},
		"a phone of a mile":           {reception, "PATCH", mine, edit("phone", "+"+strings.Repeat("1", 5000)), 422, "phone_invalid", "body.phone"},
		"an email of nothing":         {reception, "PATCH", mine, edit("email", "@"), 422, "email_invalid", "body.email"},
		"an email with a name":        {reception, "PATCH", mine, edit("email", "Ana <ana@b.pt>"), 422, "email_invalid", "body.email"},
		"a birth date of words":       {reception, "PATCH", mine, edit("birth_date", "yesterday"), 422, "birth_date_invalid", "body.birth_date"},
		"a day that is none":          {reception, "PATCH", mine, edit("birth_date", "2001-02-30"), 422, "birth_date_invalid", "body.birth_date"},
		"born tomorrow":               {reception, "PATCH", mine, edit("birth_date", "2999-01-01"), 422, "birth_date_out_of_range", "body.birth_date"},
		"a language that is none":     {reception, "PATCH", mine, edit("language", "!!"), 422, "language_invalid", "body.language"},
		"a channel that is none":      {reception, "PATCH", mine, edit("preferred_channel", "fax"), 422, "channel_unknown", "body.preferred_channel"},
		"remarks too long":            {reception, "PATCH", mine, edit("remarks", strings.Repeat("x", 4001)), 422, "remarks_too_long", "body.remarks"},
		"a likely double":             {reception, "POST", path, fresh(edit("email", clinic.Email("ana"))), 409, "patient_likely_double", ""},
		"an email that signs in":      {reception, "PATCH", path + "/" + clinic.Ben.ID.String(), edit("email", clinic.Email("ana")), 409, "portal_email_taken", "body.email"},
		"a consent of no channel":     {reception, "PUT", mine + "/consents/portal", edit("given", false), 422, "invalid", "path.channel"},
		"a consent without a word":    {reception, "PUT", mine + "/consents/sms", map[string]any{}, 422, "invalid", "body.given"},
		"a reason too long":           {reception, "PUT", mine + "/consents/sms", map[string]any{"given": false, "reason": strings.Repeat("x", 501)}, 422, "reason_too_long", "body.reason"},
		"a search too long":           {reception, "GET", path + "?q=" + strings.Repeat("x", 201), nil, 422, "invalid", "query.q"},
		"a cursor that is none":       {reception, "GET", path + "?cursor=zzz", nil, 422, "cursor_invalid", "query.cursor"},
		"a limit too high":            {reception, "GET", path + "?limit=201", nil, 422, "invalid", "query.limit"},
		"importing nothing":           {reception, "POST", path + "/import", rows(), 422, "invalid", "body.rows"},
		"importing nobody":            {reception, "POST", path + "/import", rows(map[string]any{"name": "x"}, map[string]any{"name": " "}), 422, "name_missing", "body.rows[1].name"},
		"importing a wrong phone":     {reception, "POST", path + "/import", rows(map[string]any{"name": "x", "phone": "12"}), 422, "phone_invalid", "body.rows[0].phone"},
		"importing one number twice":  {reception, "POST", path + "/import", rows(map[string]any{"name": "x", "external_id": "1"}, map[string]any{"name": "y", "external_id": "1"}), 422, "external_id_twice", "body.rows[1].external_id"},
		"importing what is unknown":   {reception, "POST", path + "/import", rows(map[string]any{"name": "x", "shoe_size": "44"}), 422, "invalid", "body.rows[0].shoe_size"},
	}
	before := directory(t, reception)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a := tt.by.do(t, tt.method, tt.path, tt.body)
			if a.status != tt.status || a.code() != tt.code || a.str("location") != tt.at {
				t.Errorf("%d %q at %q, want %d %q at %q\n%s", a.status, a.code(), a.str("location"), tt.status, tt.code, tt.at, a.raw)
			}
			if a.str("detail") == "" {
				t.Errorf("it does not say what to do: %s", a.raw)
			}
		})
	}
	if after := directory(t, reception); after != before {
		t.Errorf("something was half done:\n%s\n%s", before, after)
	}
}

func directory(t testing.TB, p person) string {
	t.Helper()
	return string(p.must(t, "GET", "/api/v1/patients?limit=200", nil).raw)
}

// upload sends a file as it is.
func (p person) uploadSheet(t testing.TB, path, file string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "POST", p.node.url+path, strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "text/csv")
	req.Header.Set("Cookie", "frontdesk_session="+p.token)
	return send(t, req)
}

func TestAFileIsPreviewedAndImportedOnce(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	p := signIn(t, n, clinic, "reception")
	const preview = "/api/v1/patients/import/preview"
	for name, tt := range map[string]struct{ file, query, code string }{
		"nothing":             {"", "", "bad_request"},
		"a header alone":      {"name,phone\n", "", "import_empty"},
		"a spreadsheet":       {"PK\x03\x04\x00\x00", "", "import_not_csv"},
		"an open quote":       {"name,phone\n\"Ana,1\n", "", "import_unreadable"},
		"a column twice":      {"name,phone\nAna,1\n", "?columns=name,name", "column_twice"},
		"a column of nothing": {"name,phone\nAna,1\n", "?columns=name,shoe", "column_unknown"},
		"too many rows":       {"name\n" + strings.Repeat("Ana\n", 10_001), "", "import_too_long"},
		"too large":           {strings.Repeat("x", 5<<20), "", "too_large"},
	} {
		if a := p.uploadSheet(t, preview+tt.query, tt.file); a.code() != tt.code || a.status < 400 || a.status >= 500 {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}
	if a := signIn(t, n, clinic, "doctor").uploadSheet(t, preview, "name\nx\n"); a.status != 403 {
		t.Errorf("a doctor imports: %d %s", a.status, a.raw)
	}
	file := "\ufeffNome;Telemóvel;Data de nascimento;E-Mail\r\n" +
		"\"Zé; Carlos\";912 345 678;14.03.1986;\r\n" + // all well
		"Ana Silva;910 000 000;;" + clinic.Email("ana") + "\r\n" + // is there
		"=cmd();12;31.02.2001;nobody\r\n" // three faults
	a := p.uploadSheet(t, preview, file)
	rows, _ := a.body["rows"].([]any)
	if a.status != 200 || len(rows) != 3 || a.str("separator") != ";" {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	first, _ := rows[0].(map[string]any)
	values, _ := first["values"].(map[string]any)
	if fmt.Sprint(values) != "map[birth_date:1986-03-14 name:Zé; Carlos phone:+351912345678]" {
		t.Errorf("the first row is read as %v", values)
	}
	second, _ := rows[1].(map[string]any)
	if second["likely"] == nil {
		t.Errorf("a double is not told: %v", second)
	}
	third, _ := rows[2].(map[string]any)
	if faults, _ := third["faults"].([]any); len(faults) != 3 {
		t.Errorf("faults: %v", third["faults"])
	}
	body := map[string]any{"id": uuid.Must(uuid.NewV7()), "rows": []any{values}}
	p.must(t, "POST", "/api/v1/patients/import", body)
	once := directory(t, p)
	if again := p.must(t, "POST", "/api/v1/patients/import", body); again.body["added"] != 1.0 || directory(t, p) != once || !strings.Contains(once, "Zé; Carlos") {
		t.Errorf("the same import again: %s\n%s", again.raw, directory(t, p))
	}
}

func TestTheExportIsSafeAndWhole(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	p := signIn(t, n, clinic, "admin")
	p.must(t, "POST", "/api/v1/patients", map[string]any{"id": uuid.Must(uuid.NewV7()), "name": "=HYPERLINK(\"x\")", "remarks": "a \"quote\",\nand a line"})
	a := p.must(t, "GET", "/api/v1/patients/export", nil)
	text, marked := strings.CutPrefix(string(a.raw), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !marked || len(rows) != 5 {
		t.Fatalf("%d rows, marked %v: %v\n%s", len(rows), marked, err, a.raw)
	}
	for _, r := range rows {
		for _, cell := range r {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("%q would be run", cell)
			}
		}
	}
	if !strings.Contains(a.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("it is %q", a.header.Get("Content-Disposition"))
	}
}

func TestPortalAccessThatIsTakenAwayEndsAtOnce(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	reception, ana := signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "ana")
	socket := ana.open(t, "")
	socket.next(t, "hello")
	reception.must(t, "DELETE", "/api/v1/patients/"+clinic.Ana.ID.String()+"/portal", nil)
	if code := socket.ends(t); code != websocket.StatusCode(4501) {
		t.Errorf("the socket ended with %d", code)
	}
	if a := ana.do(t, "GET", "/api/v1/conversations", nil); a.status != 401 {
		t.Errorf("the session goes on: %d %s", a.status, a.raw)
	}
	invited := reception.must(t, "POST", "/api/v1/patients/"+clinic.Ana.ID.String()+"/invitation", nil)
	if !strings.Contains(invited.str("link"), "/signin#") || invited.str("sent_to") != clinic.Email("ana") {
		t.Errorf("%s", invited.raw)
	}
	if a := call(t, n, "", "POST", "/api/v1/sessions", map[string]string{"email": clinic.Email("ana"), "password": testkit.Password}); a.status != 401 {
		t.Errorf("the old password opens a new access: %d %s", a.status, a.raw)
	}
}

// Search finds any part of any word, whatever accents, case and blanks there are.
func TestPatientsAreFound(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	p := signIn(t, n, clinic, "doctor")
	p.must(t, "POST", "/api/v1/patients", map[string]any{"id": uuid.Must(uuid.NewV7()), "name": "Luís Fernández Straße", "phone": "912 345 678", "email": "Luis.F@example.pt"})
	for sought, found := range map[string]bool{
		"luis": true, "LUÍS": true, "nández": true, "strasse": true, "fer lu": true, "is f": true, "912345": true, "912 345-678": true, "+351 912 345 678": true,
		"00351912345678": true, "(0912) 345 678": true, "345678": true, "luis.f@": true, "EXAMPLE.pt": true, "x": true,
		"luisa": false, "913": false, "%": false, "_uis": false, `\`: false, "luis otto": false,
	} {
		items, _ := p.must(t, "GET", "/api/v1/patients?q="+strings.NewReplacer("+", "%2B", " ", "%20", "%", "%25", `\`, "%5C").Replace(sought), nil).body["items"].([]any)
		has := false
		for _, i := range items {
			one, _ := i.(map[string]any)
			has = has || one["name"] == "Luís Fernández Straße"
		}
		if has != found {
			t.Errorf("%q finds: %v", sought, has)
		}
	}
	page := p.must(t, "GET", "/api/v1/patients?limit=3", nil)
	rest := p.must(t, "GET", "/api/v1/patients?limit=3&cursor="+page.str("next_cursor"), nil)
	if items, _ := rest.body["items"].([]any); len(items) != 1 || rest.body["next_cursor"] != nil {
		t.Errorf("the second page: %s", rest.raw)
	}
}
