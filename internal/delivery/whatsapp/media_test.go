package whatsapp_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"frontdesk/internal/delivery/whatsapp"
	"frontdesk/internal/rules"
)

func TestAFileIsFetchedWithoutGivingTheTokenAway(t *testing.T) {
	t.Parallel()
	// The other server differs by its port alone: the same host is not the same server.
	store := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("the token went to another server")
		}
		_, _ = w.Write([]byte("a picture"))
	})
	var c whatsapp.Client
	c = serve(t, func(w http.ResponseWriter, r *http.Request) {
		bearer(t, r)
		switch r.URL.Path {
		case "/v23.0/17":
			answer(w, http.StatusOK, fmt.Sprintf(`{"url":"%s/file","mime_type":"audio/ogg; codecs=opus","sha256":"x","file_size":"9","id":"17"}`, c.BaseURL))
		default:
			http.Redirect(w, r, store.BaseURL, http.StatusFound)
		}
	})
	content, kind, err := c.Media(t.Context(), "17", 9)
	if err != nil || string(content) != "a picture" || kind != "audio/ogg" {
		t.Errorf("%q %q %v", content, kind, err)
	}
	_, _, err = c.Media(t.Context(), "17", 8)
	if f := failure(t, err); f.Code != "too_large" || f.Kind != rules.Permanent {
		t.Error(f)
	}
}

func TestOnlyMetasFilesAreFetched(t *testing.T) {
	t.Parallel()
	other := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("another server was asked") })
	for _, address := range []string{"", "/file", "file:///etc/passwd", other.BaseURL, "http://lookaside.fbsbx.com/", "https://fbsbx.com.evil.test/", "https://evilfbsbx.com/", "https://fbsbx.com:8443/"} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			answer(w, http.StatusOK, fmt.Sprintf(`{"url":%q}`, address))
		})
		_, _, err := c.Media(t.Context(), "17", 1<<20)
		if f := failure(t, err); f.Code != "unreadable_answer" {
			t.Error(address, f)
		}
	}
}

func TestAFileThatIsNotToBeHad(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		handler http.HandlerFunc
		kind    rules.FailureKind
	}{
		"gone":            {func(w http.ResponseWriter, _ *http.Request) { answer(w, 404, ``) }, rules.Permanent},
		"token":           {func(w http.ResponseWriter, _ *http.Request) { answer(w, 401, `{"error":{"code":190}}`) }, rules.Permanent},
		"away":            {func(w http.ResponseWriter, _ *http.Request) { answer(w, 500, ``) }, rules.Passing},
		"cut":             {func(w http.ResponseWriter, _ *http.Request) { hangUp(t, w) }, rules.Passing},
		"round and round": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }, rules.Passing},
		"halved": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("half"))
		}, rules.Passing},
		"endless": {func(w http.ResponseWriter, _ *http.Request) {
			for range 100 { // without saying how much it is
				_, _ = w.Write([]byte(strings.Repeat("x", 1<<10)))
			}
		}, rules.Permanent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c whatsapp.Client
			c = serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/v23.0/17" {
					answer(w, http.StatusOK, fmt.Sprintf(`{"url":"%s/file"}`, c.BaseURL))
					return
				}
				one.handler(w, r)
			})
			_, _, err := c.Media(t.Context(), "17", 1<<12)
			if f := failure(t, err); f.Kind != one.kind {
				t.Error(f)
			}
		})
	}
}

func TestWhatIsCarried(t *testing.T) {
	t.Parallel()
	const mega = 1 << 20
	for _, c := range []struct {
		mediaType string
		size      int64
		kind      string
	}{
		{"image/jpeg", 5 * mega, "image"},
		{"image/jpeg", 5*mega + 1, ""},
		{"IMAGE/PNG", 1, "image"},
		{"image/png", 0, ""},
		{"image/gif", 1, ""},
		{"image/webp", 1, ""},
		{"audio/ogg; codecs=opus", 16 * mega, "audio"},
		{"audio/mpeg", 16*mega + 1, ""},
		{"video/mp4", 16 * mega, "video"},
		{"video/3gpp", 16*mega + 1, ""},
		{"video/quicktime", 1, ""},
		{"application/pdf", 100 * mega, "document"},
		{"application/pdf", 100*mega + 1, ""},
		{"text/plain; charset=utf-8", 1, "document"},
		{"text/csv", 1, "document"},
		{"audio/x-m4a", 1, "audio"},
		{"application/zip", 1, ""},
		{"", 1, ""},
		{";;", 1, ""},
	} {
		kind, refusal := whatsapp.Carries(c.mediaType, c.size)
		if kind != c.kind || (refusal == "") != (kind != "") {
			t.Errorf("%s of %d: %q %q", c.mediaType, c.size, kind, refusal)
		}
	}
}
