package whatsapp_test

import (
	"fmt"
	"net/http"
	"reflect"
	"testing"

	"frontdesk/internal/delivery/whatsapp"
)

func TestTemplatesAreListed(t *testing.T) {
	t.Parallel()
	pages := map[string]string{
		"": `{"data":[
			{"name":"appt","language":"en_US","category":"UTILITY","status":"APPROVED","components":[
				{"type":"HEADER","format":"TEXT","text":"Elm Street"},{"type":"BODY","text":"Dear {{1}}, on {{2}}. See you, {{1}}."},{"type":"FOOTER","text":"Bye"},
				{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Fine"},{"type":"URL","url":"https://elm.test"},{"type":"PHONE_NUMBER"}]}]},
			{"name":"named","language":"pt_PT","category":"MARKETING","status":"PAUSED","parameter_format":"NAMED","components":[{"type":"BODY","text":"{{ first }} {{last}}"}]}],
			"paging":{"cursors":{"before":"A","after":"B"},"next":"https://elsewhere.test/?access_token=secret"}}`,
		"B": `{"data":[
			{"name":"picture","language":"en","category":"UTILITY","status":"APPROVED","components":[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"x"}]},
			{"name":"head","language":"en","category":"UTILITY","status":"APPROVED","components":[{"type":"HEADER","format":"TEXT","text":"{{1}}"},{"type":"BODY","text":"x"}]},
			{"name":"link","language":"en","category":"UTILITY","status":"APPROVED","components":[{"type":"BODY","text":"x"},{"type":"BUTTONS","buttons":[{"type":"URL","url":"https://elm.test/{{1}}"}]}]},
			{"name":"code","language":"en","category":"AUTHENTICATION","status":"APPROVED","components":[{"type":"BODY","text":"x"}]},
			{"name":"many","language":"en","category":"MARKETING","status":"APPROVED","components":[{"type":"BODY","text":"x"},{"type":"CAROUSEL"}]}],
			"paging":{"cursors":{"before":"C","after":"D"}}}`,
	}
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		bearer(t, r)
		if r.URL.Path != "/v23.0/102290129340398/message_templates" {
			t.Error(r.URL)
		}
		answer(w, http.StatusOK, pages[r.URL.Query().Get("after")])
	})
	got, err := c.Templates(t.Context())
	want := []whatsapp.TemplateInfo{
		{Name: "appt", Language: "en_US", Category: "UTILITY", Status: "APPROVED", Body: "Dear {{1}}, on {{2}}. See you, {{1}}.", Parameters: 2, Plain: true},
		{Name: "named", Language: "pt_PT", Category: "MARKETING", Status: "PAUSED", Body: "{{ first }} {{last}}", Parameters: 2, Names: []string{"first", "last"}, Plain: true},
		{Name: "picture", Language: "en", Category: "UTILITY", Status: "APPROVED", Body: "x"},
		{Name: "head", Language: "en", Category: "UTILITY", Status: "APPROVED", Body: "x"},
		{Name: "link", Language: "en", Category: "UTILITY", Status: "APPROVED", Body: "x"},
		{Name: "code", Language: "en", Category: "AUTHENTICATION", Status: "APPROVED", Body: "x"},
		{Name: "many", Language: "en", Category: "MARKETING", Status: "APPROVED", Body: "x"},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v %v", got, err)
	}
}

func TestAListOfTemplatesEnds(t *testing.T) {
	t.Parallel()
	n := 0
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		n++
		answer(w, http.StatusOK, fmt.Sprintf(`{"data":[{"name":"a"}],"paging":{"cursors":{"after":"%d"},"next":"x"}}`, n))
	})
	_, err := c.Templates(t.Context())
	if f := failure(t, err); f.Code == "" {
		t.Error(f)
	}
	// The same page over and over is the last.
	c = serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, `{"data":[{"name":"a"}],"paging":{"cursors":{"after":"A"},"next":"x"}}`)
	})
	if all, err := c.Templates(t.Context()); err != nil || len(all) != 2 {
		t.Error(all, err)
	}
}
