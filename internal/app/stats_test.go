package app

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/internal/testkit"
)

var allFigures = []string{"now", "volume", "load", "responses", "people"}

func TestWhoSeesFigures(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	reception := signIn(t, n, clinic, "reception")
	reception.must(t, "POST", "/api/v1/conversations/"+c.ID.String()+"/messages", draft("portal", "Good morning"))
	for name, want := range map[string]int{"admin": 200, "reception": 200, "doctor": 200, "nohub": 403, "ana": 403} {
		p := signIn(t, n, clinic, name)
		for _, figure := range allFigures {
			if a := p.do(t, "GET", "/api/v1/stats/"+figure, nil); a.status != want {
				t.Errorf("%s reads %s: %d %s", name, figure, a.status, a.raw)
			}
		}
	}
	if a := call(t, n, "", "GET", "/api/v1/stats/volume", nil); a.status != 401 {
		t.Errorf("nobody: %d", a.status)
	}
	whose := func(name string) (names []string) {
		for _, item := range signIn(t, n, clinic, name).must(t, "GET", "/api/v1/stats/people", nil).body["items"].([]any) { //nolint:forcetypeassert // the API's shape
			names = append(names, item.(map[string]any)["user"].(map[string]any)["name"].(string)) //nolint:forcetypeassert // the API's shape
		}
		return names
	}
	if got := whose("doctor"); len(got) != 1 || got[0] != "Dora Doctor" {
		t.Errorf("a doctor sees the work of %v", got)
	}
	if got := whose("admin"); len(got) != 7 {
		t.Errorf("an admin sees the work of %v", got)
	}
}

func TestFiguresOfTheMoment(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	foreign := testkit.NewClinicIn(t, clinic.DB)
	foreign.FromAna(t, "of another clinic")
	reception := signIn(t, n, clinic, "reception")
	thread := "/api/v1/conversations/" + c.ID.String()
	is := func(when string, open, waiting, unread, unanswered int) {
		t.Helper()
		a := reception.must(t, "GET", "/api/v1/stats/now", nil)
		got := fmt.Sprint(a.body["open"], a.body["waiting"], a.body["unread"], a.body["unanswered"], a.body["longest_waiting_since"] != nil)
		if want := fmt.Sprint(open, waiting, unread, unanswered, waiting > 0); got != want {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
	}
	is("the patient has written", 1, 1, 1, 1)
	reception.must(t, "POST", thread+"/read", map[string]any{})
	is("opened", 1, 1, 0, 1)
	reception.must(t, "POST", thread+"/messages", draft("note", "call her"))
	is("noted", 1, 1, 0, 1)
	signIn(t, n, clinic, "ana").must(t, "POST", thread+"/messages", draft("portal", "Are you there?"))
	is("once more", 1, 1, 1, 2)
	reception.must(t, "POST", thread+"/messages", draft("portal", "Yes"))
	is("answered", 1, 0, 0, 0)
	reception.must(t, "PATCH", thread, map[string]any{"archived": true})
	is("archived", 0, 0, 0, 0)
}

func TestBadRangesAreRefused(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	reception := signIn(t, n, clinic, "reception")
	for query, want := range map[string]string{
		"from=2026-03-02&to=2026-03-01": "range_reversed query.to",
		"from=2025-01-01&to=2026-01-02": "range_too_long query.from",
		"from=2025-01-01&to=2026-01-01": "",
		"from=2026-02-30":               "invalid query.from",
		"to=tomorrow":                   "invalid query.to",
		"from=0001-01-01&to=0001-01-02": "date_invalid query.to",
		"from=2026-03-01T00:00:00Z":     "invalid query.from",
		"format=xml":                    "invalid query.format",
		"from=2026-03-01&to=2026-03-01": "",
		"from=9999-12-31&to=9999-12-31": "date_invalid query.to",
		"from=3000-01-01&to=3000-01-31": "",
		"from=1970-01-01":               "range_too_long query.from",
	} {
		a := reception.do(t, "GET", "/api/v1/stats/volume?"+query, nil)
		if got := strings.TrimSpace(a.code() + " " + a.str("location")); got != want || want != "" && (a.status != 422 || a.str("detail") == "") {
			t.Errorf("%s: %d %q, want %q\n%s", query, a.status, got, want, a.raw)
		}
	}
	a := reception.must(t, "GET", "/api/v1/stats/load", nil)
	from, _ := time.Parse(time.DateOnly, a.str("from"))
	to, _ := time.Parse(time.DateOnly, a.str("to"))
	if days := to.Sub(from).Hours()/24 + 1; days != 30 || a.str("timezone") != "Europe/Lisbon" {
		t.Errorf("the usual range is %s to %s in %s", a.str("from"), a.str("to"), a.str("timezone"))
	}
}

func TestFiguresAsASheet(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	admin, reception := signIn(t, n, clinic, "admin"), signIn(t, n, clinic, "reception")
	reception.must(t, "POST", "/api/v1/conversations/"+c.ID.String()+"/messages", draft("portal", "Good morning"))
	evil := map[string]string{
		`=HYPERLINK("http://evil.test","x")`: `'=HYPERLINK("http://evil.test","x")`,
		"+1, 2":                              "'+1, 2", "-2": "'-2", "@SUM(A1)": "'@SUM(A1)", "\t=1": "' =1", "  =1": "'  =1", "a\r\n=1": "a  =1",
		`"quoted", Ünal`: `"quoted", Ünal`, "＝1": "'＝1",
	}
	for name, want := range evil {
		if _, err := clinic.DB.Owner.Exec(t.Context(), `UPDATE clinic_user SET name = $2 WHERE user_id = $1`, clinic.Reception.ID, name); err != nil {
			t.Fatal(err)
		}
		a := admin.must(t, "GET", "/api/v1/stats/people?format=csv", nil)
		text, marked := strings.CutPrefix(string(a.raw), "\ufeff")
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || !marked || !strings.Contains(text, "\r\n") {
			t.Fatalf("no CSV: %v\n%q", err, a.raw)
		}
		found := false
		for _, row := range rows {
			found = found || row[0] == clinic.Reception.ID.String() && row[1] == want && row[3] == "1"
		}
		if !found {
			t.Errorf("%q is not there as %q:\n%s", name, want, text)
		}
	}
	for _, figure := range allFigures {
		a := admin.must(t, "GET", "/api/v1/stats/"+figure+"?format=csv", nil)
		if !strings.HasPrefix(a.header.Get("Content-Type"), "text/csv; charset=utf-8") || a.header.Get("Content-Disposition") != "attachment; filename=frontdesk-"+figure+".csv" {
			t.Errorf("%s: %v", figure, a.header)
		}
		if _, err := csv.NewReader(strings.NewReader(string(a.raw))).ReadAll(); err != nil {
			t.Errorf("%s: %v", figure, err)
		}
	}
}
