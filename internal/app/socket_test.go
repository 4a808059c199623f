package app

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

func TestTheHandshakeLetsInOnlyOurOwn(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	reception := signIn(t, n, clinic, "reception")
	tests := map[string]struct {
		change func(http.Header, *websocket.DialOptions)
		status int
	}{
		"without a session":   {func(h http.Header, _ *websocket.DialOptions) { h.Del("Cookie") }, 401},
		"with a made-up one":  {func(h http.Header, _ *websocket.DialOptions) { h.Set("Cookie", "frontdesk_session=abc") }, 401},
		"a foreign origin":    {func(h http.Header, _ *websocket.DialOptions) { h.Set("Origin", "https://evil.test") }, 403},
		"no origin to trust":  {func(h http.Header, _ *websocket.DialOptions) { h.Set("Origin", "null") }, 403},
		"no subprotocol":      {func(_ http.Header, o *websocket.DialOptions) { o.Subprotocols = nil }, 422},
		"another subprotocol": {func(_ http.Header, o *websocket.DialOptions) { o.Subprotocols = []string{"frontdesk.v9"} }, 422},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ws, status, err := reception.dial(t, "", tt.change)
			if err == nil {
				ws.CloseNow() //nolint:errcheck // it should not be there
				t.Fatal("it was let in")
			}
			if status != tt.status {
				t.Errorf("answer %d (%v), want %d", status, err, tt.status)
			}
		})
	}
	t.Run("no permission", func(t *testing.T) {
		t.Parallel()
		if _, status, err := signIn(t, n, clinic, "nohub").dial(t, "", nil); err == nil || status != 403 {
			t.Errorf("answer %d (%v)", status, err)
		}
	})
	t.Run("not a WebSocket at all", func(t *testing.T) {
		t.Parallel()
		if a := reception.do(t, "GET", "/api/v1/ws", nil); a.status != 403 || a.code() != "not_a_websocket" {
			t.Errorf("%d %s", a.status, a.raw)
		}
	})
	t.Run("our own origin, and a bearer", func(t *testing.T) {
		t.Parallel()
		ws, _, err := reception.dial(t, "", func(h http.Header, _ *websocket.DialOptions) {
			h.Set("Origin", n.url)
			h.Del("Cookie")
			h.Set("Authorization", "Bearer "+reception.token)
		})
		if err != nil {
			t.Fatal(err)
		}
		ws.CloseNow() //nolint:errcheck // it was let in, which is all
	})
}

func TestBadFramesEndTheSocket(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	p := signIn(t, n, clinic, "reception")
	tests := map[string]struct {
		kind websocket.MessageType
		text string
		code websocket.StatusCode
	}{
		"binary":       {websocket.MessageBinary, `{"type":"beat"}`, 4502},
		"not JSON":     {websocket.MessageText, `beat`, 4502},
		"no object":    {websocket.MessageText, `["beat"]`, 4502},
		"cut short":    {websocket.MessageText, `{"type":`, 4502},
		"too large":    {websocket.MessageText, `{"type":"` + strings.Repeat("x", 40<<10) + `"}`, websocket.StatusMessageTooBig},
		"broken UTF-8": {websocket.MessageText, "\xff\xfe", 4502},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := p.open(t, "")
			s.next(t, "hello")
			if err := s.ws.Write(t.Context(), tt.kind, []byte(tt.text)); err != nil {
				t.Fatal(err)
			}
			if got := s.ends(t); got != tt.code {
				t.Errorf("closed with %d, want %d", got, tt.code)
			}
		})
	}
}

func TestSmallMistakesAreTold(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	ana := signIn(t, n, clinic, "ben").open(t, "")
	for text, code := range map[string]string{
		`{"type":"dance"}`:                      "frame_unknown",
		`{"type":"typing"}`:                     "frame_invalid",
		`{"type":"typing","conversation_id":7}`: "frame_invalid",
		`{"type":"typing","conversation_id":"` + c.ID.String() + `"}`: "conversation_not_found", // Ana's
	} {
		if err := ana.ws.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if frame := ana.next(t, "error"); frame["code"] != code {
			t.Errorf("%s: %v", text, frame)
		}
	}
}

// A right that is taken away ends what is open, on every node and at once.
func TestRightsEndWhatIsOpen(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(testing.TB, *testkit.Clinic, person){
		"signed out": func(t testing.TB, _ *testkit.Clinic, p person) {
			p.must(t, "DELETE", "/api/v1/sessions/current", nil)
		},
		"permission taken away": func(t testing.TB, c *testkit.Clinic, _ person) {
			if err := c.People.SetRights(t.Context(), c.ID, c.Reception.ID, nil, true); err != nil {
				t.Fatal(err)
			}
		},
		"deactivated": func(t testing.TB, c *testkit.Clinic, _ person) {
			if err := c.People.SetRights(t.Context(), c.ID, c.Reception.ID, []string{rules.SendMessages}, false); err != nil {
				t.Fatal(err)
			}
		},
		"password changed": func(t testing.TB, c *testkit.Clinic, _ person) {
			if err := c.People.SetPassword(t.Context(), c.ID, c.Reception.ID, "another one entirely"); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clinic, redis := testkit.NewClinic(t), testkit.Redis(t)
			here, there := startNode(t, clinic.DB.URL, redis.URL), startNode(t, clinic.DB.URL, redis.URL)
			p := signIn(t, here, clinic, "reception")
			elsewhere := p
			elsewhere.node = there
			sockets := []*socket{p.open(t, ""), elsewhere.open(t, "")}
			for _, s := range sockets {
				s.next(t, "hello")
			}
			colleague := signIn(t, there, clinic, "reception2").open(t, "")
			end(t, clinic, p)
			for i, s := range sockets {
				if got := s.ends(t); got != 4501 {
					t.Errorf("socket %d closed with %d", i, got)
				}
			}
			if a := p.do(t, "GET", "/api/v1/conversations", nil); a.status != 401 && a.status != 403 {
				t.Errorf("the API still answers: %d", a.status)
			}
			colleague.next(t, "hello") // and nobody else
		})
	}
}

func TestTypingAndViewing(t *testing.T) {
	t.Parallel()
	clinic, redis := testkit.NewClinic(t), testkit.Redis(t)
	c := clinic.FromAna(t, "Hello")
	here, there := startNode(t, clinic.DB.URL, redis.URL), startNode(t, clinic.DB.URL, redis.URL)
	rita, rui := signIn(t, here, clinic, "reception").open(t, ""), signIn(t, there, clinic, "reception2").open(t, "")
	ana, ben := signIn(t, there, clinic, "ana").open(t, ""), signIn(t, here, clinic, "ben").open(t, "")
	for _, s := range []*socket{rita, rui, ana, ben} {
		s.next(t, "hello")
	}
	say := func(s *socket, text string) {
		if err := s.ws.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	in := `"conversation_id":"` + c.ID.String() + `"`
	for {
		if users, _ := rui.next(t, "presence")["users"].([]any); len(users) == 2 {
			break
		}
	}
	say(rita, `{"type":"viewing",`+in+`}`)
	for {
		if users, _ := rui.next(t, "viewing")["users"].([]any); len(users) == 1 {
			break
		}
	}
	say(rita, `{"type":"typing","note":true,`+in+`}`)
	say(rita, `{"type":"typing",`+in+`}`)
	for range 2 {
		author, _ := rui.next(t, "typing")["author"].(map[string]any)
		if author["name"] != clinic.Reception.Name {
			t.Errorf("typing is %v", author)
		}
	}
	ana.next(t, "typing") // of the message, not of the note
	signIn(t, here, clinic, "reception").must(t, "POST", "/api/v1/conversations/"+c.ID.String()+"/messages", draft("portal", "there"))
	for frame := range ana.until(t, "change") {
		t.Errorf("ana was told %v", frame)
	}
	select {
	case frame := <-ben.frames:
		t.Errorf("ben was told %v", frame)
	case <-time.After(50 * time.Millisecond):
	}
}

// until yields what comes before a frame of a type.
func (s *socket) until(t testing.TB, kind string) func(func(map[string]any) bool) {
	return func(yield func(map[string]any) bool) {
		for {
			select {
			case frame, open := <-s.frames:
				if !open || frame["type"] == kind || !yield(frame) {
					return
				}
			case <-time.After(patience):
				t.Errorf("no %s came", kind)
				return
			}
		}
	}
}
