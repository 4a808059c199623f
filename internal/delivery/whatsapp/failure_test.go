package whatsapp_test

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/internal/delivery/whatsapp"
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
		"token":           {401, `{"error":{"message":"Error validating access token","type":"OAuthException","code":190,"error_subcode":463,"fbtrace_id":"A"}}`, "", rules.Failure{Code: "190", Account: true}, 0},
		"token, code 0":   {401, `{"error":{"code":0}}`, "", rules.Failure{Code: "0", Account: true}, 0},
		"token, no body":  {401, ``, "", rules.Failure{Code: "http_401", Account: true}, 0},
		"permission":      {403, `{"error":{"code":210}}`, "", rules.Failure{Code: "210", Account: true}, 0},
		"no such number":  {400, `{"error":{"code":100,"error_subcode":33}}`, "", rules.Failure{Code: "100", Account: true}, 0},
		"parameter":       {400, `{"error":{"code":100}}`, "", rules.Failure{Code: "100"}, 0},
		"window":          {400, `{"error":{"message":"(#131047) Re-engagement","type":"OAuthException","code":131047,"error_data":{"details":"…"}}}`, "", rules.Failure{Code: "131047", Closed: true}, 0},
		"code as text":    {400, `{"error":{"code":"131047"}}`, "", rules.Failure{Code: "131047", Closed: true}, 0},
		"not known":       {400, `{"error":{"code":99999}}`, "9", rules.Failure{Code: "99999"}, 0},
		"throughput":      {429, `{"error":{"code":130429}}`, "7", rules.Failure{Kind: rules.Passing, Code: "130429", After: 7 * time.Second}, 0},
		"throughput, 400": {400, `{"error":{"code":130429}}`, "", rules.Failure{Kind: rules.Passing, Code: "130429"}, 0},
		"rate, no code":   {429, `slow down`, "", rules.Failure{Kind: rules.Passing, Code: "http_429"}, 0},
		"away":            {503, `{"error":{"code":2}}`, later, rules.Failure{Kind: rules.Passing, Code: "2", After: 10 * time.Minute}, time.Minute},
		"away for long":   {503, ``, "999999999999", rules.Failure{Kind: rules.Passing, Code: "http_503", After: time.Hour}, 0},
		"away, nonsense":  {503, ``, "soon", rules.Failure{Kind: rules.Passing, Code: "http_503"}, 0},
		"broken":          {500, `{"error":{"code":131000}}`, "", rules.Failure{Kind: rules.Unclear, Code: "131000"}, 0},
		"gateway":         {502, `<html>`, "", rules.Failure{Kind: rules.Unclear, Code: "http_502"}, 0},
		"gateway in vain": {504, ``, "3", rules.Failure{Kind: rules.Unclear, Code: "http_504", After: 3 * time.Second}, 0},
		"broken but told": {500, `{"error":{"code":131047}}`, "", rules.Failure{Code: "131047", Closed: true}, 0},
		"elsewhere":       {307, ``, "", rules.Failure{Code: "http_307", Account: true}, 0},
		"yes, unreadable": {200, `<html>`, "", rules.Failure{Kind: rules.Unclear, Code: "unreadable_answer"}, 0},
		"yes, without id": {200, `{"messages":[]}`, "", rules.Failure{Kind: rules.Unclear, Code: "unreadable_answer"}, 0},
		"yes, endless":    {200, `{"a":"` + strings.Repeat("x", 1<<20) + `"}`, "", rules.Failure{Kind: rules.Unclear, Code: "unreadable_answer"}, 0},
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

// What does no harm twice is simply done again.
func TestOnlyASendIsUnclear(t *testing.T) {
	t.Parallel()
	for _, status := range []int{500, 502, 503, 504} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, status, "") })
		_, uploading := c.Upload(t.Context(), "a.pdf", "application/pdf", strings.NewReader("%PDF"))
		for _, err := range []error{c.Check(t.Context()), c.Read(t.Context(), "wamid.1"), uploading} {
			if f := failure(t, err); f.Kind != rules.Passing {
				t.Error(status, f)
			}
		}
	}
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { hangUp(t, w) })
	_, err := c.Templates(t.Context())
	if f := failure(t, err); f.Kind != rules.Passing {
		t.Error(f)
	}
}

func TestALostAnswerLeavesItOpen(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.HandlerFunc{
		"cut after the request": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			hangUp(t, w)
		},
		"cut within the answer": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			w.WriteHeader(http.StatusOK)
			_, _ = w.Write([]byte(`{"messages":`))
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
	passing := []int{1, 2, 4, 80007, 130429, 131000, 131016, 131052, 131056, 131057, 133004}
	account := []int{0, 3, 10, 190, 200, 299, 368, 131005, 131031, 131042, 131045, 131048, 133010}
	closed := []int{470, 131047}
	rest := []int{100, 130472, 130497, 131008, 131009, 131021, 131026, 131049, 131050, 131051, 131053, 132000, 132001, 132005, 132007, 132012, 132015, 132016}
	for _, code := range slices.Concat(passing, account, closed, rest) {
		f := whatsapp.Failure(code, 0)
		if (f.Kind == rules.Passing) != slices.Contains(passing, code) || f.Account != slices.Contains(account, code) || f.Closed != slices.Contains(closed, code) || f.OptOut {
			t.Errorf("%d: %+v", code, f)
		}
		if f.Reason == "" || f.Reason == whatsapp.Failure(99999, 0).Reason || f.Reason == whatsapp.Failure(99999, 400).Reason {
			t.Error(code, f.Reason)
		}
	}
}
