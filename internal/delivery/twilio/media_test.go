package twilio_test

import (
	"net/http"
	"strings"
	"testing"

	"frontdesk/internal/rules"
)

const filePath = "/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"

func TestAFileIsFetchedWithoutGivingTheTokenAway(t *testing.T) {
	t.Parallel()
	// The other server differs by its port alone: the same host is not the same server.
	store := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("the token went to another server")
		}
		w.Header().Set("Content-Type", "image/jpeg; charset=binary")
		_, _ = w.Write([]byte("a picture"))
	})
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if _, password, _ := r.BasicAuth(); password != token {
			t.Error("the token is missing")
		}
		if r.URL.Path == filePath {
			http.Redirect(w, r, "/within", http.StatusFound)
			return
		}
		http.Redirect(w, r, store.BaseURL+"/file?signed=1", http.StatusTemporaryRedirect)
	})
	content, kind, err := c.Media(t.Context(), c.BaseURL+filePath, 9)
	if err != nil || string(content) != "a picture" || kind != "image/jpeg" {
		t.Errorf("%q %q %v", content, kind, err)
	}
	_, _, err = c.Media(t.Context(), c.BaseURL+filePath, 8)
	if f := failure(t, err); f.Code != "too_large" || f.Kind != rules.Permanent {
		t.Error(f)
	}
}

func TestOnlyTwiliosFilesAreFetched(t *testing.T) {
	t.Parallel()
	other := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("another server was asked") })
	c := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("it was asked") })
	host := strings.TrimPrefix(c.BaseURL, "http://")
	for _, address := range []string{
		"", "/etc/passwd", "file:///etc/passwd", other.BaseURL + filePath, "https://" + host + filePath,
		"http://" + host + ".evil.test/", "http://" + host + "@evil.test/", "//" + host + filePath, "http://evil.test/#" + host, "http://%zz",
	} {
		_, _, err := c.Media(t.Context(), address, 1<<20)
		if f := failure(t, err); f.Code != "foreign_address" {
			t.Error(address, f)
		}
	}
}

func TestAFileThatIsNotToBeHad(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		kind    rules.FailureKind
	}{
		"gone":  {func(w http.ResponseWriter, _ *http.Request) { answer(w, 404, `{"code":20404}`) }, rules.Permanent},
		"token": {func(w http.ResponseWriter, _ *http.Request) { answer(w, 401, `{"code":20003}`) }, rules.Permanent},
		"away":  {func(w http.ResponseWriter, _ *http.Request) { answer(w, 500, ``) }, rules.Passing},
		"cut":   {func(w http.ResponseWriter, _ *http.Request) { hangUp(t, w) }, rules.Passing},
		"halved": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("half"))
		}, rules.Passing},
		"round and round": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }, rules.Passing},
		"endless": {func(w http.ResponseWriter, _ *http.Request) {
			for range 100 { // without saying how much it is
				_, _ = w.Write([]byte(strings.Repeat("x", 1<<10)))
			}
		}, rules.Permanent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serve(t, c.handler)
			_, _, err := client.Media(t.Context(), client.BaseURL+filePath, 1<<12)
			if f := failure(t, err); f.Kind != c.kind {
				t.Error(f)
			}
		})
	}
}
