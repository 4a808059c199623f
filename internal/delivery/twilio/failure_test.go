package twilio_test

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"frontdesk/internal/delivery/twilio"
	"frontdesk/internal/rules"
)

func TestANoIsTold(t *testing.T) {
	t.Parallel()
	later := time.Now().Add(10 * time.Minute).UTC().Format(http.TimeFormat)
	for name, c := range map[string]struct {
		status     int
		body       string
		retryAfter string
		want       rules.Failure // without its reason
		within     time.Duration // how far After may be from what is wanted
	}{
		"token":            {401, `{"code":20003,"message":"Authenticate","more_info":"https://www.twilio.com/docs/errors/20003","status":401}`, "", rules.Failure{Code: "20003", Account: true}, 0},
		"token, no body":   {401, ``, "", rules.Failure{Code: "http_401", Account: true}, 0},
		"opted out":        {400, `{"code":21610,"status":400}`, "", rules.Failure{Code: "21610", OptOut: true}, 0},
		"code as text":     {400, `{"code":"21610"}`, "", rules.Failure{Code: "21610", OptOut: true}, 0},
		"from":             {400, `{"code":21606}`, "", rules.Failure{Code: "21606", Account: true}, 0},
		"window":           {400, `{"code":63016}`, "", rules.Failure{Code: "63016", Closed: true}, 0},
		"not known":        {400, `{"code":99999}`, "9", rules.Failure{Code: "99999"}, 0},
		"rate":             {429, `{"code":20429}`, "7", rules.Failure{Kind: rules.Passing, Code: "20429", After: 7 * time.Second}, 0},
		"rate, no code":    {429, `slow down`, "", rules.Failure{Kind: rules.Passing, Code: "http_429"}, 0},
		"away":             {503, ``, later, rules.Failure{Kind: rules.Passing, Code: "http_503", After: 10 * time.Minute}, time.Minute},
		"away for long":    {503, ``, "999999999999", rules.Failure{Kind: rules.Passing, Code: "http_503", After: time.Hour}, 0},
		"away since":       {503, ``, "Wed, 21 Oct 2015 07:28:00 GMT", rules.Failure{Kind: rules.Passing, Code: "http_503"}, 0},
		"away, minus":      {503, ``, "-5", rules.Failure{Kind: rules.Passing, Code: "http_503"}, 0},
		"away, nonsense":   {503, ``, "soon", rules.Failure{Kind: rules.Passing, Code: "http_503"}, 0},
		"broken":           {500, `{"code":20500}`, "", rules.Failure{Kind: rules.Unclear, Code: "20500"}, 0},
		"gateway":          {502, `<html>`, "", rules.Failure{Kind: rules.Unclear, Code: "http_502"}, 0},
		"gateway in vain":  {504, ``, "3", rules.Failure{Kind: rules.Unclear, Code: "http_504", After: 3 * time.Second}, 0},
		"broken, but told": {500, `{"code":21610}`, "", rules.Failure{Code: "21610", OptOut: true}, 0},
		"elsewhere":        {307, ``, "", rules.Failure{Code: "http_307", Account: true}, 0},
		"yes, unreadable":  {201, `<html>`, "", rules.Failure{Kind: rules.Unclear, Code: "unreadable_answer"}, 0},
		"yes, without id":  {201, `{}`, "", rules.Failure{Kind: rules.Unclear, Code: "unreadable_answer"}, 0},
		"yes, endless":     {201, `{"sid":"` + strings.Repeat("x", 4<<20) + `"}`, "", rules.Failure{Kind: rules.Unclear, Code: "unreadable_answer"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if c.retryAfter != "" {
					w.Header().Set("Retry-After", c.retryAfter)
				}
				if c.status == http.StatusTemporaryRedirect {
					w.Header().Set("Location", "/elsewhere")
				}
				if r.URL.Path == "/elsewhere" {
					t.Error("the redirect was followed")
				}
				answer(w, c.status, c.body)
			})
			_, err := client.Send(t.Context(), message())
			got := *failure(t, err)
			if off := (got.After - c.want.After).Abs(); off > c.within {
				t.Errorf("after %s, want %s", got.After, c.want.After)
			}
			got.Reason, got.After = "", c.want.After
			if got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

// What asks only is simply asked again.
func TestAQuestionIsNeverUnclear(t *testing.T) {
	t.Parallel()
	for _, status := range []int{500, 502, 503, 504} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, status, "") })
		_, err := c.Fetch(t.Context(), "SM1")
		if f := failure(t, err); f.Kind != rules.Passing {
			t.Error(status, f)
		}
	}
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { hangUp(t, w) })
	_, err := c.Find(t.Context(), patient, time.Now())
	if f := failure(t, err); f.Kind != rules.Passing {
		t.Error(f)
	}
}

func TestALostAnswerLeavesItOpen(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.HandlerFunc{
		"cut after the request": func(w http.ResponseWriter, r *http.Request) {
			_ = r.ParseForm()
			hangUp(t, w)
		},
		"cut within the answer": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(`{"sid":`))
			_ = http.NewResponseController(w).Flush()
			hangUp(t, w)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := serve(t, handler).Send(t.Context(), message())
			if f := failure(t, err); f.Kind != rules.Unclear || f.Code != "no_answer" {
				t.Error(f)
			}
		})
	}
	t.Run("slow", func(t *testing.T) {
		t.Parallel()
		ctx, handler := untilHeard(t)
		_, err := serve(t, handler).Send(ctx, message())
		if f := failure(t, err); f.Kind != rules.Unclear {
			t.Error(f)
		}
	})
}

func TestWhatWasNotReachedIsTriedAgain(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close() //nolint:errcheck // nobody listens there now
	for _, base := range []string{"http://" + ln.Addr().String(), "https://nowhere.invalid"} {
		_, err = at(t, base).Send(t.Context(), message())
		if f := failure(t, err); f.Kind != rules.Passing || f.Code != "unreachable" {
			t.Error(base, f)
		}
	}
	// A server without TLS where TLS is wanted has heard nothing of the message.
	plain := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("it was asked") })
	_, err = at(t, strings.Replace(plain.BaseURL, "http:", "https:", 1)).Send(t.Context(), message())
	if f := failure(t, err); f.Kind != rules.Passing {
		t.Error(f)
	}
	// Nor has one that nobody vouches for.
	stranger := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was asked") }))
	stranger.Config.ErrorLog = log.New(io.Discard, "", 0)
	stranger.StartTLS()
	t.Cleanup(stranger.Close)
	_, err = at(t, stranger.URL).Send(t.Context(), message())
	if f := failure(t, err); f.Kind != rules.Passing || f.Code != "certificate" {
		t.Error(f)
	}
	_, err = at(t, "http://%zz").Send(t.Context(), message())
	if f := failure(t, err); !f.Account || f.Kind != rules.Permanent {
		t.Error(f)
	}
}

func TestEachCodeHasWords(t *testing.T) {
	t.Parallel()
	passing := map[int]bool{20429: true, 30003: true, 30008: true, 63018: true}
	account := map[int]bool{20003: true, 21606: true}
	for _, code := range []int{
		20003, 20429, 21211, 21408, 21606, 21608, 21610, 21612, 21614, 21617, 21635, 30003, 30005, 30006, 30007, 30008, 63014, 63016, 63018, 63021, 63024,
	} {
		f := twilio.Failure(code, 0)
		if (f.Kind == rules.Passing) != passing[code] || f.Account != account[code] || f.OptOut != (code == 21610 || code == 63014) || f.Closed != (code == 63016) {
			t.Errorf("%d: %+v", code, f)
		}
		if f.Reason == twilio.Failure(0, 0).Reason || f.Reason == twilio.Failure(0, 400).Reason || strings.ContainsAny(f.Reason, "0123456789") != (code == 63016) {
			t.Error(code, f.Reason)
		}
	}
	if f := twilio.Failure(0, 0); f.Code != "" || f.Kind != rules.Permanent {
		t.Error(f)
	}
}
