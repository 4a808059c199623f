package app

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestSearchingWithBadInput(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	reception, ana, nohub, nobody := signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "ana"), signIn(t, n, clinic, "nohub"), person{node: n}
	const list, search, views = "/api/v1/conversations", "/api/v1/search", "/api/v1/views"
	thread := list + "/" + c.ID.String() + "/messages"
	saved := func(id, name, filter string) map[string]any {
		return map[string]any{"id": id, "name": name, "filter": filter}
	}
	id := uuid.Must(uuid.NewV7()).String()
	tests := map[string]struct {
		by           person
		method, path string
		body         any
		status       int
		code, at     string
	}{
		"nobody searches":             {nobody, "GET", search + "?q=a", nil, 401, "not_signed_in", ""},
		"without the hub":             {nohub, "GET", search + "?q=a", nil, 403, "hub_not_allowed", ""},
		"no words":                    {reception, "GET", search, nil, 422, "invalid", "query.q"},
		"only punctuation":            {reception, "GET", search + "?q=" + url.QueryEscape(`"'?!* & |`), nil, 422, "search_empty", "query.q"},
		"ten kilobytes":               {reception, "GET", search + "?q=" + strings.Repeat("x", 10_000), nil, 422, "search_too_long", "query.q"},
		"a NUL":                       {reception, "GET", search + "?q=a%00b", nil, 422, "search_invalid", "query.q"},
		"broken UTF-8":                {reception, "GET", search + "?q=%ff", nil, 422, "search_invalid", "query.q"},
		"a cursor that is none":       {reception, "GET", search + "?q=a&cursor=zzz", nil, 422, "cursor_invalid", "query.cursor"},
		"a limit too high":            {reception, "GET", search + "?q=a&limit=51", nil, 422, "invalid", "query.limit"},
		"a channel that is none":      {reception, "GET", search + "?q=a&channel=fax", nil, 422, "invalid", "query.channel"},
		"a time that is none":         {reception, "GET", search + "?q=a&since=yesterday", nil, 422, "invalid", "query.since"},
		"a starred cursor":            {reception, "GET", "/api/v1/messages/starred?cursor=zzz", nil, 422, "cursor_invalid", "query.cursor"},
		"a list of bad words":         {reception, "GET", list + "?q=%00", nil, 422, "search_invalid", "query.q"},
		"a list of no words":          {reception, "GET", list + "?q=%3F", nil, 422, "search_empty", "query.q"},
		"an assignee that is none":    {reception, "GET", list + "?assignee_id=7", nil, 422, "filter_invalid", "query.assignee_id"},
		"a sort that is none":         {reception, "GET", list + "?sort=name", nil, 422, "invalid", "query.sort"},
		"a label too long":            {reception, "GET", list + "?label=" + strings.Repeat("x", 41), nil, 422, "filter_invalid", "query.label"},
		"around a foreign message":    {reception, "GET", thread + "?around=" + uuid.NewString(), nil, 422, "message_unknown", "query.around"},
		"after a foreign message":     {reception, "GET", thread + "?after=" + uuid.NewString(), nil, 422, "message_unknown", "query.after"},
		"a patient's views":           {ana, "GET", views, nil, 403, "staff_only", ""},
		"a patient counts":            {ana, "GET", views + "/counts", nil, 403, "staff_only", ""},
		"a patient saves a view":      {ana, "POST", views, saved(id, "x", ""), 403, "staff_only", ""},
		"a view without a name":       {reception, "POST", views, saved(id, "", ""), 422, "view_name_invalid", "body.name"},
		"a view of a strange filter":  {reception, "POST", views, saved(id, "x", "colour=red"), 422, "view_filter_invalid", "body.filter"},
		"a view without an id":        {reception, "POST", views, saved(uuid.Nil.String(), "x", ""), 422, "id_missing", "body.id"},
		"changing what is not there":  {reception, "PATCH", views + "/" + id, map[string]any{"name": "x"}, 404, "view_not_found", ""},
		"deleting what is not there":  {reception, "DELETE", views + "/" + id, nil, 404, "view_not_found", ""},
		"an unknown field of a view":  {reception, "PATCH", views + "/" + id, map[string]any{"colour": "x"}, 422, "invalid", "body.colour"},
		"a place before the first":    {reception, "PATCH", views + "/" + id, map[string]any{"place": -1}, 422, "invalid", "body.place"},
		"a view's id that is no UUID": {reception, "DELETE", views + "/7", nil, 422, "invalid", "path.id"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a := tt.by.do(t, tt.method, tt.path, tt.body)
			if a.status != tt.status || a.code() != tt.code || a.str("location") != tt.at || a.str("detail") == "" {
				t.Errorf("%d %q at %q, want %d %q at %q\n%s", a.status, a.code(), a.str("location"), tt.status, tt.code, tt.at, a.raw)
			}
		})
	}
}

// A saved view is its owner's: every page of theirs is told, and nobody else.
func TestViewsAreToldToTheirOwner(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	rita, rui := signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "reception2")
	hers, his := watch(t, rita), watch(t, rui)
	body := map[string]any{"id": uuid.Must(uuid.NewV7()).String(), "name": "Lab", "filter": "view=all&label=lab"}
	heard := func(m *mirror) bool {
		m.apply(t)
		told := m.topics["views"]
		m.topics = nil
		return told
	}
	eventually := func(m *mirror, what string) {
		for deadline := time.Now().Add(patience); !heard(m); time.Sleep(5 * time.Millisecond) { //nolint:forbidigo // between two looks at a real server
			if time.Now().After(deadline) {
				t.Fatalf("%s was not told", what)
			}
		}
	}
	rita.must(t, "POST", "/api/v1/views", body)
	eventually(hers, "saving")
	rita.must(t, "PATCH", "/api/v1/views/"+body["id"].(string), map[string]any{"name": "Laboratory"}) //nolint:forcetypeassert // above
	eventually(hers, "renaming")
	rita.must(t, "DELETE", "/api/v1/views/"+body["id"].(string), nil) //nolint:forcetypeassert // above
	eventually(hers, "deleting")
	if heard(his) {
		t.Error("a colleague was told of it")
	}
}

func TestAHitOverTheAPI(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	reception, ana := signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "ana")
	reception.must(t, "POST", "/api/v1/conversations/"+c.ID.String()+"/messages", draft("note", "Réponse <b>urgente</b>"))
	reception.must(t, "PATCH", "/api/v1/conversations/"+c.ID.String(), map[string]any{"archived": true})
	a := reception.must(t, "GET", "/api/v1/search?q=reponse+urg", nil)
	if raw := string(a.raw); !strings.Contains(raw, `{"text":"Réponse","marked":true}`) || !strings.Contains(raw, `{"text":"urgente","marked":true}`) || strings.Contains(raw, "<mark") {
		t.Errorf("the words are not marked: %s", a.raw)
	}
	if b := ana.must(t, "GET", "/api/v1/search?q=reponse", nil); strings.Contains(string(b.raw), "urgente") {
		t.Errorf("a patient finds a note: %s", b.raw)
	}
}
