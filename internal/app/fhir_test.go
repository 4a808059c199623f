package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"frontdesk/internal/inbox"
	"frontdesk/internal/testkit"
)

// fhirSchema is the published one of R4 (4.0.1), cut down to the resources that are served.
func fhirSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	raw, err := os.ReadFile("../record/testdata/fhir.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("fhir.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("fhir.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// asked is what FHIR answers, valid against the schema whatever it is.
func asked(t *testing.T, schema *jsonschema.Schema, p person, path string, header ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", p.node.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if p.token != "" {
		req.Header.Set("Authorization", "Bearer "+p.token)
	}
	if len(header) == 2 {
		req.Header.Set(header[0], header[1])
	}
	a := send(t, req)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.raw))
	if err != nil {
		t.Fatalf("%s: %v\n%s", path, err, a.raw)
	}
	if err := schema.Validate(doc); err != nil {
		t.Errorf("%s is no valid FHIR: %v\n%s", path, err, a.raw)
	}
	if got := a.header.Get("Content-Type"); !strings.HasPrefix(got, "application/fhir+json") {
		t.Errorf("%s: Content-Type %q", path, got)
	}
	if a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s may be kept by a cache", path)
	}
	return a
}

// entries are the ids of a bundle's resources.
func entries(a answer) (ids []string) {
	list, _ := a.body["entry"].([]any)
	for _, e := range list {
		ids = append(ids, e.(map[string]any)["resource"].(map[string]any)["id"].(string)) //nolint:forcetypeassert // FHIR's shape, checked
	}
	return ids
}

func follow(t *testing.T, a answer) string {
	t.Helper()
	links, _ := a.body["link"].([]any)
	for _, l := range links {
		if link, _ := l.(map[string]any); link["relation"] == "next" {
			u, err := url.Parse(fmt.Sprint(link["url"]))
			if err != nil {
				t.Fatal(err)
			}
			return u.RequestURI()
		}
	}
	return ""
}

func TestFHIR(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	schema := fhirSchema(t)
	admin, reception, ana := signIn(t, n, clinic, "admin"), signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "ana")
	thread := "/api/v1/conversations/" + c.ID.String() + "/messages"
	note := reception.must(t, "POST", thread, draft("note", "She sounds worried.")).str("id")
	reply := reception.must(t, "POST", thread, draft("portal", "Come at ten. \U0001F44D مرحبا")).str("id")
	ana.must(t, "POST", "/api/v1/conversations/"+c.ID.String()+"/read", map[string]any{})
	doctors := signIn(t, n, clinic, "doctor").must(t, "POST", "/api/v1/conversations", map[string]any{"patient_id": clinic.Ana.ID, "message": draft("portal", "Your results")})
	direct := admin.must(t, "POST", "/api/v1/conversations", map[string]any{"user_id": clinic.Doctor2.ID, "message": draft("portal", "a word")})
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := clinic.DB.Owner.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec(`UPDATE patient SET birth_date = '1986-03-14', language = 'pt', preferred_channel = 'email', merged_into = NULL WHERE patient_id = $1`, clinic.Ana.ID)
	exec(`UPDATE patient SET merged_into = $2 WHERE patient_id = $1`, clinic.Offline.ID, clinic.Ana.ID)
	call, file := uuid.NewString(), uuid.NewString()
	exec(`INSERT INTO message (clinic_id, message_id, conversation_id, channel, side, author_user_id, subject, body, status, created_at, call_started_at, call_seconds, call_direction, call_outcome, attachments)
		VALUES ($1, $2, $3, 'call', 0, $4, 'About Friday', '', 'read', now() + interval '1 minute', now(), 95, 'inbound', 'no_answer', 1)`, clinic.ID, call, c.ID, clinic.Reception.ID)
	exec(`INSERT INTO attachment (clinic_id, attachment_id, uploader_user_id, message_id, filename, media_type, size, sha256, blob_key, created_at)
		VALUES ($1, $2, $3, $4, 'scan.pdf', 'application/pdf', 12, decode(repeat('ab', 32), 'hex'), 'k', now())`, clinic.ID, file, clinic.Reception.ID, call)

	t.Run("metadata", func(t *testing.T) {
		if a := asked(t, schema, admin, "/fhir/metadata"); a.status != 200 || a.str("fhirVersion") != "4.0.1" {
			t.Errorf("%d %s", a.status, a.raw)
		}
	})
	t.Run("a patient", func(t *testing.T) {
		a := asked(t, schema, admin, "/fhir/Patient/"+clinic.Ana.ID.String())
		if a.status != 200 || a.str("birthDate") != "1986-03-14" || a.body["active"] != true {
			t.Errorf("%d %s", a.status, a.raw)
		}
		a = asked(t, schema, admin, "/fhir/Patient/"+clinic.Offline.ID.String())
		if a.body["active"] != false || !strings.Contains(string(a.raw), `"replaced-by"`) {
			t.Errorf("a double: %s", a.raw)
		}
	})
	t.Run("communications", func(t *testing.T) {
		for id, want := range map[string][]string{
			c.ID.String(): {`"status":"in-progress"`, `"recipient":[{"reference":"Patient/` + clinic.Ana.ID.String()},
			reply:         {`"status":"completed"`, `"received":`, "ONLINEWRIT", `"reference":"Communication/` + c.ID.String(), "مرحبا", `"sender":{"type":"Practitioner"`},
			call:          {`"code":"PHONE"`, `"sender":{"reference":"Patient/`, `/api/v1/attachments/` + file, "95 seconds, no answer", `"topic":{"text":"About Friday"}`},
		} {
			a := asked(t, schema, admin, "/fhir/Communication/"+id)
			for _, part := range want {
				if !strings.Contains(string(a.raw), part) {
					t.Errorf("%s lacks %s", a.raw, part)
				}
			}
			if id == c.ID.String() && a.body["payload"] != nil {
				t.Errorf("a thread with a payload: %s", a.raw)
			}
		}
	})
	t.Run("not there", func(t *testing.T) {
		foreign := testkit.NewClinicIn(t, clinic.DB)
		for _, path := range []string{
			"Communication/" + note, "Communication/" + direct.str("id"), "Communication/" + uuid.NewString(), "Communication/x", "Patient/x", "Patient/" + uuid.NewString(),
			"Patient/" + foreign.Ana.ID.String(), "Observation", "Observation/1", "Patient/" + clinic.Ana.ID.String() + "/_history",
		} {
			if a := asked(t, schema, admin, "/fhir/"+path); a.status != 404 || a.str("resourceType") != "OperationOutcome" {
				t.Errorf("%s: %d %s", path, a.status, a.raw)
			}
		}
	})
	t.Run("who may", func(t *testing.T) {
		for _, path := range []string{"metadata", "Patient", "Patient/" + clinic.Ana.ID.String(), "Communication", "Communication/" + reply} {
			for name, want := range map[string]int{"admin": 200, "reception": 403, "doctor": 403, "nohub": 403, "ana": 403} {
				if a := asked(t, schema, signIn(t, n, clinic, name), "/fhir/"+path); a.status != want {
					t.Errorf("%s reads %s: %d %s", name, path, a.status, a.raw)
				}
			}
			if a := asked(t, schema, person{node: n}, "/fhir/"+path); a.status != 401 {
				t.Errorf("nobody reads %s: %d", path, a.status)
			}
		}
		exec(`UPDATE clinic_user SET permissions = permissions || '{export_data}' WHERE user_id = $1`, clinic.Reception2.ID)
		clerk := signIn(t, n, clinic, "reception2")
		if got := entries(asked(t, schema, clerk, "/fhir/Communication?part-of:missing=true")); len(got) != 1 || got[0] != c.ID.String() {
			t.Errorf("a receptionist sees the conversations %v", got)
		}
		if a := asked(t, schema, clerk, "/fhir/Communication/"+doctors.str("id")); a.status != 404 {
			t.Errorf("a doctor's conversation: %d", a.status)
		}
	})
	t.Run("searches", func(t *testing.T) { searches(t, schema, admin, clinic, c, doctors.str("id")) })
	t.Run("pages", func(t *testing.T) {
		for _, sort := range []string{"sent", "-sent"} {
			whole := entries(asked(t, schema, admin, "/fhir/Communication?_sort="+sort))
			var paged []string
			for next := "/fhir/Communication?_count=2&_sort=" + sort; next != ""; {
				a := asked(t, schema, admin, next)
				paged = append(paged, entries(a)...)
				next = follow(t, a)
			}
			if fmt.Sprint(paged) != fmt.Sprint(whole) || len(whole) != 6 {
				t.Errorf("%s: %v, in pages %v", sort, whole, paged)
			}
		}
		var paged []string
		for next := "/fhir/Patient?_count=1"; next != ""; {
			a := asked(t, schema, admin, next)
			paged = append(paged, entries(a)...)
			next = follow(t, a)
		}
		if len(paged) != 3 {
			t.Errorf("the patients in pages: %v", paged)
		}
	})
}

func searches(t *testing.T, schema *jsonschema.Schema, admin person, clinic *testkit.Clinic, c inbox.Conversation, doctors string) {
	t.Helper()
	patient := clinic.Ana.ID.String()
	for query, want := range map[string]int{
		"Patient":                                3,
		"Patient?name=ana":                       1,
		"Patient?name=SIL":                       1,
		"Patient?name=ilva":                      0,
		"Patient?name=%25":                       0,
		"Patient?name=Ot":                        1,
		"Patient?_id=" + patient:                 1,
		"Patient?_id=" + patient + ",x":          1,
		"Patient?identifier=urn:uuid:" + patient: 1,
		"Patient?identifier=urn:ietf:rfc:3986|urn:uuid:" + patient:     1,
		"Patient?identifier=other|" + patient:                          0,
		"Patient?email=" + strings.ToUpper(clinic.Email("ben")):        1,
		"Patient?phone=%2B351910000000":                                3,
		"Patient?phone=+351 910 000 000":                               3,
		"Patient?phone=%2B1":                                           0,
		"Patient?birthdate=1986-03-14":                                 1,
		"Patient?birthdate=1986":                                       1,
		"Patient?birthdate=ge1986-03-14":                               1,
		"Patient?birthdate=gt1986-03-14":                               0,
		"Patient?birthdate=lt1986-03-15&birthdate=ge1980":              1,
		"Patient?colour=red":                                           3,
		"Communication":                                                6,
		"Communication?subject=Patient/" + patient:                     6,
		"Communication?subject=" + patient:                             6,
		"Communication?patient=" + clinic.Ben.ID.String():              0,
		"Communication?part-of=Communication/" + c.ID.String():         3,
		"Communication?part-of=" + doctors:                             1,
		"Communication?part-of:missing=true":                           2,
		"Communication?part-of:missing=false":                          4,
		"Communication?sent=ge2020-01-01":                              6,
		"Communication?sent=lt2020-01-01":                              0,
		"Communication?sent=ge2020-01-01T00:00:00%2B01:00&sent=lt2100": 6,
		"Communication?_id=" + c.ID.String():                           1,
		"Communication?_count=100000":                                  6,
	} {
		a := asked(t, schema, admin, "/fhir/"+strings.ReplaceAll(query, " ", "%20"))
		if a.status != 200 || len(entries(a)) != want {
			t.Errorf("%s: %d with %d, want %d\n%s", query, a.status, len(entries(a)), want, a.raw)
		}
	}
	for query, parameter := range map[string]string{
		"Patient?name:soundex=ana": "name:soundex", "Patient?birthdate=yesterday": "birthdate", "Patient?birthdate=ne1986": "birthdate", "Patient?_count=0": "_count",
		"Patient?_count=x": "_count", "Patient?_cursor=x": "_cursor", "Patient?name=a%00": "name", "Patient?name=a%FF": "name", "Patient?name=a&name=b": "name",
		"Communication?_sort=name": "_sort", "Communication?sent=ge": "sent", "Communication?_cursor=AAAA": "_cursor", "Communication?part-of:missing=maybe": "part-of:missing",
		"Communication?sent=2026-13-01": "sent", "Communication?name=%zz": "query",
	} {
		a := asked(t, schema, admin, "/fhir/"+query)
		if a.status != 400 || !strings.Contains(string(a.raw), `"http.`+parameter+`"`) {
			t.Errorf("%s: %d %s", query, a.status, a.raw)
		}
	}
	if a := asked(t, schema, admin, "/fhir/Patient?colour=red", "Prefer", "handling=strict"); a.status != 400 {
		t.Errorf("strictly: %d %s", a.status, a.raw)
	}
	if a := asked(t, schema, admin, "/fhir/Patient?_format=xml"); a.status != 406 {
		t.Errorf("as XML: %d %s", a.status, a.raw)
	}
}

func TestExportOverHTTP(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	admin := signIn(t, n, clinic, "admin")
	path := "/api/v1/patients/" + clinic.Ana.ID.String() + "/export"
	a := admin.must(t, "GET", path, nil)
	if a.header.Get("Content-Type") != "application/pdf" || !bytes.HasPrefix(a.raw, []byte("%PDF-")) || !strings.Contains(a.header.Get("Content-Disposition"), ".pdf") {
		t.Errorf("%v %.20q", a.header, a.raw)
	}
	a = admin.must(t, "GET", path+"?format=json&notes=true", nil)
	raw, err := json.Marshal(call(t, n, "", "GET", "/openapi.json", nil).body)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	body, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.raw))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.MustCompile("openapi.json#/components/schemas/History").Validate(body); err != nil {
		t.Errorf("not as it is described: %v\n%s", err, a.raw)
	}
	for query, want := range map[string]string{"?format=xml": "query.format", "?notes=perhaps": "query.notes"} {
		if a := admin.do(t, "GET", path+query, nil); a.status != 422 || a.str("location") != want {
			t.Errorf("%s: %d %s", query, a.status, a.raw)
		}
	}
	for name, want := range map[string]int{"reception": 403, "doctor": 403, "nohub": 403, "ana": 403} {
		if a := signIn(t, n, clinic, name).do(t, "GET", path, nil); a.status != want {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	if a := admin.do(t, "GET", "/api/v1/patients/"+uuid.NewString()+"/export", nil); a.status != 404 || a.code() != "patient_not_found" {
		t.Errorf("nobody's: %d %s", a.status, a.raw)
	}
}
