package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"

	"frontdesk/internal/testkit"
)

func TestBadInputInNotifications(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	reception, colleague, ana, nohub, nobody := signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "reception2"), signIn(t, n, clinic, "ana"), signIn(t, n, clinic, "nohub"), person{node: n}
	theirs := colleague.notices(t)[0]["id"]
	read, preferences, push := "/api/v1/notifications/read", "/api/v1/me/preferences", "/api/v1/push-subscriptions"
	keys := map[string]any{"p256dh": publicKey, "auth": strings.Repeat("A", 22)}
	quiet := func(from, to string, days ...string) map[string]any {
		return map[string]any{"quiet": map[string]any{"on": true, "from": from, "to": to, "days": days}}
	}
	many := make([]string, 201)
	for i := range many {
		many[i] = uuid.NewString()
	}
	for name, tt := range map[string]struct {
		by           person
		method, path string
		body         any
		status       int
		code, at     string
	}{
		"nobody's notifications":     {nobody, "GET", "/api/v1/notifications", nil, 401, "not_signed_in", ""},
		"a patient's":                {ana, "GET", "/api/v1/notifications", nil, 403, "staff_only", ""},
		"without the hub":            {nohub, "GET", "/api/v1/notifications", nil, 403, "hub_not_allowed", ""},
		"a cursor that is none":      {reception, "GET", "/api/v1/notifications?cursor=x", nil, 422, "cursor_invalid", "query.cursor"},
		"reading nothing":            {reception, "POST", read, map[string]any{}, 422, "ids_missing", "body.ids"},
		"reading too many":           {reception, "POST", read, map[string]any{"ids": many}, 422, "invalid", "body.ids"},
		"reading what is no id":      {reception, "POST", read, map[string]any{"ids": []string{"7"}}, 422, "invalid", "body"},
		"up to a colleague's":        {reception, "POST", read, map[string]any{"up_to": theirs}, 422, "notification_unknown", "body.up_to"},
		"up to what there is not":    {reception, "POST", read, map[string]any{"up_to": uuid.NewString()}, 422, "notification_unknown", "body.up_to"},
		"a patient reads":            {ana, "POST", read, map[string]any{"up_to": theirs}, 403, "staff_only", ""},
		"a patient's preferences":    {ana, "GET", preferences, nil, 403, "staff_only", ""},
		"preferences without a hub":  {nohub, "PATCH", preferences, map[string]any{"names": true}, 403, "hub_not_allowed", ""},
		"a kind that there is not":   {reception, "PATCH", preferences, map[string]any{"kinds": map[string]any{"fax": map[string]any{"page": true, "sound": true, "push": true}}}, 422, "kind_unknown", "body.kinds"},
		"half of a kind":             {reception, "PATCH", preferences, map[string]any{"kinds": map[string]any{"message": map[string]any{"page": true, "push": true}}}, 422, "invalid", "body.kinds.message.sound"},
		"a sound that there is not":  {reception, "PATCH", preferences, map[string]any{"tone": map[string]any{"name": "gong", "volume": 0.5}}, 422, "invalid", "body.tone.name"},
		"too loud":                   {reception, "PATCH", preferences, map[string]any{"tone": map[string]any{"name": "chime", "volume": 7}}, 422, "invalid", "body.tone.volume"},
		"a time that is none":        {reception, "PATCH", preferences, quiet("25:00", "07:00", "monday"), 422, "time_invalid", "body.quiet.from"},
		"a time in words":            {reception, "PATCH", preferences, quiet("20:00", "seven", "monday"), 422, "time_invalid", "body.quiet.to"},
		"a quiet time that is empty": {reception, "PATCH", preferences, quiet("20:00", "20:00", "monday"), 422, "quiet_empty", "body.quiet.to"},
		"a day that is none":         {reception, "PATCH", preferences, quiet("20:00", "07:00", "caturday"), 422, "invalid", "body.quiet.days[0]"},
		"a day twice":                {reception, "PATCH", preferences, quiet("20:00", "07:00", "monday", "monday"), 422, "day_unknown", "body.quiet.days"},
		"an unknown preference":      {reception, "PATCH", preferences, map[string]any{"colour": "red"}, 422, "invalid", "body.colour"},
		"a push key for nobody":      {nobody, "GET", push, nil, 401, "not_signed_in", ""},
		"a patient subscribes":       {ana, "POST", push, map[string]any{"endpoint": "https://push.test/1", "keys": keys}, 403, "staff_only", ""},
		"an endpoint that is none":   {reception, "POST", push, map[string]any{"endpoint": "http://push.test/1", "keys": keys}, 422, "endpoint_invalid", "body.endpoint"},
		"an endpoint without end":    {reception, "POST", push, map[string]any{"endpoint": "https://push.test/" + strings.Repeat("x", 1000), "keys": keys}, 422, "invalid", "body.endpoint"},
		"keys that are none":         {reception, "POST", push, map[string]any{"endpoint": "https://push.test/1", "keys": map[string]any{"p256dh": "x", "auth": "y"}}, 422, "key_invalid", "body.keys.p256dh"},
	} {
		t.Run(name, func(t *testing.T) {
			a := tt.by.do(t, tt.method, tt.path, tt.body)
			if a.status != tt.status || a.code() != tt.code || a.str("location") != tt.at || a.str("detail") == "" {
				t.Errorf("%d %q at %q, want %d %q at %q\n%s", a.status, a.code(), a.str("location"), tt.status, tt.code, tt.at, a.raw)
			}
		})
	}
}

// What concerns one person reaches all of their pages, on every node, and nobody else's; and
// it says how much there is, never how much more.
func TestNotificationsReachAllPagesOfOnePerson(t *testing.T) {
	t.Parallel()
	clinic := testkit.NewClinic(t)
	redis := testkit.Redis(t)
	here, there := startNode(t, clinic.DB.URL, redis.URL), startNode(t, clinic.DB.URL, redis.URL)
	rita, tom, doctor, ana := signIn(t, here, clinic, "reception"), signIn(t, here, clinic, "reception2"), signIn(t, here, clinic, "doctor"), signIn(t, here, clinic, "ana")
	elsewhere := rita
	elsewhere.node = there
	tabs := []*socket{rita.open(t, ""), elsewhere.open(t, "")}
	others := map[string]*socket{"a colleague": tom.open(t, ""), "a doctor": doctor.open(t, ""), "the patient": ana.open(t, "")}
	thread := ana.must(t, "POST", "/api/v1/conversations", map[string]any{"message": draft("portal", "Hello")}).str("id")
	told := func(unread, items int) {
		t.Helper()
		for i, tab := range tabs {
			f := tab.next(t, "notification")
			if list, _ := f["items"].([]any); f["unread"] != float64(unread) || len(list) != items || f["position"] == "" {
				t.Errorf("tab %d: %v", i, f)
			}
		}
	}
	told(1, 1)
	ana.must(t, "POST", "/api/v1/conversations/"+thread+"/messages", draft("portal", "Are you there?"))
	told(1, 1)
	rita.must(t, "POST", "/api/v1/conversations/"+thread+"/read", map[string]any{})
	told(0, 0)
	if list := rita.must(t, "GET", "/api/v1/notifications?unread=true", nil); list.body["unread"] != float64(0) || len(list.body["items"].([]any)) != 0 { //nolint:forcetypeassert // the contract's shape
		t.Errorf("a load says %s", list.raw)
	}
	rita.must(t, "PATCH", "/api/v1/me/preferences", map[string]any{"names": true})
	for _, tab := range tabs {
		for topics := ""; !strings.Contains(topics, "preferences"); {
			topics = fmt.Sprint(tab.next(t, "change")["topics"])
		}
	}
	tom.must(t, "POST", "/api/v1/conversations/"+thread+"/messages", draft("portal", "Yes"))
	others["a colleague"].next(t, "notification") // the first of Ana's
	for name, s := range others {
		for {
			var f map[string]any
			select {
			case f = <-s.frames:
			case <-time.After(200 * time.Millisecond):
			}
			if f == nil {
				break
			}
			if topics := fmt.Sprint(f["topics"]); strings.Contains(topics, "preferences") || f["type"] == "notification" && name != "a colleague" {
				t.Errorf("%s is told %v", name, f)
			}
		}
	}
	// Who was away fetches what there is.
	missed := tom.must(t, "GET", "/api/v1/changes?since="+beginning(t, tom), nil)
	if !strings.Contains(fmt.Sprint(missed.body["topics"]), "notifications") {
		t.Errorf("who was away is told %v", missed.body["topics"])
	}
}

// Whether somebody is here is known on every node, and whether they look.
func TestWhoIsHere(t *testing.T) {
	t.Parallel()
	clinic := testkit.NewClinic(t)
	redis := testkit.Redis(t)
	here, there := startNode(t, clinic.DB.URL, redis.URL), startNode(t, clinic.DB.URL, redis.URL)
	rita := signIn(t, here, clinic, "reception")
	is := func(what string, want bool, ask func(*server) bool) {
		t.Helper()
		for _, s := range []*server{here.server, there.server} {
			for deadline := time.Now().Add(patience); ask(s) != want; time.Sleep(10 * time.Millisecond) { //nolint:forbidigo // between two looks at a real server
				if time.Now().After(deadline) {
					t.Fatalf("%s: %v", what, !want)
				}
			}
		}
	}
	connected := func(s *server) bool { return s.hub.Connected(t.Context(), clinic.ID, clinic.Reception.ID) }
	attentive := func(s *server) bool { return s.hub.Attentive(t.Context(), clinic.ID, clinic.Reception.ID) }
	is("connected before", false, connected)
	socket := rita.open(t, "")
	socket.next(t, "hello")
	is("connected", true, connected)
	is("attentive, though nothing was said", false, attentive)
	look := func(visible bool) {
		t.Helper()
		frame := fmt.Sprintf(`{"type":"seen","visible":%v}`, visible)
		if err := socket.ws.Write(t.Context(), websocket.MessageText, []byte(frame)); err != nil {
			t.Fatal(err)
		}
	}
	look(true)
	is("attentive", true, attentive)
	look(false)
	is("attentive behind another window", false, attentive)
	is("still connected", true, connected)
	socket.ws.CloseNow() //nolint:errcheck // as a laptop that is shut
	is("connected afterwards", false, connected)
}

// What a clinic says by itself is seen by the patient and by staff, live, and answers nothing.
func TestTheClinicsOwnReplyIsLive(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	admin, reception, ana := signIn(t, n, clinic, "admin"), signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "ana")
	day := time.Now().In(time.FixedZone("", 0)).AddDate(0, 0, 3).Weekday() // open, but not today
	hours := map[string]any{}
	for i := range 7 {
		hours[strings.ToLower(time.Weekday(i).String())] = []any{}
	}
	hours[strings.ToLower(day.String())] = []any{map[string]string{"from": "08:00", "to": "18:00"}}
	admin.must(t, "PATCH", "/api/v1/settings", map[string]any{"hours": hours, "auto_reply": map[string]any{"on": true, "text": "We are closed."}})
	for who, p := range map[string]person{"staff": reception, "patient": ana} {
		if a := p.must(t, "GET", "/api/v1/hours", nil); a.body["open"] != false || a.str("until") == "" || a.str("emergency_text") == "" {
			t.Errorf("%s: %s", who, a.raw)
		}
	}
	mirrors := []*mirror{watch(t, reception), watch(t, ana)}
	ana.must(t, "POST", "/api/v1/conversations/"+c.ID.String()+"/messages", draft("portal", "Anybody there?"))
	for _, m := range mirrors {
		m.settles(t, "a message while it is closed")
		said := ""
		for _, message := range m.held.messages {
			if strings.Contains(message, `"kind":"system"`) {
				said = message
			}
		}
		if !strings.Contains(said, "We are closed.") || !strings.Contains(said, `"direction":"outbound"`) {
			t.Errorf("%s holds %q", m.name, said)
		}
	}
	now := reception.must(t, "GET", "/api/v1/conversations/"+c.ID.String(), nil)
	last, _ := now.body["last_message"].(map[string]any)
	if now.str("status") != "unread" || now.body["waiting_since"] == nil || last["body"] != "Anybody there?" {
		t.Errorf("staff see %s", now.raw)
	}
}
