package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a running carrier, and in the product's place something that hears its webhooks.
type rig struct {
	options
	web, smtp, imap string
	heard           chan heard
	client          *http.Client
}

// heard is one webhook as it came.
type heard struct {
	path, body string
	header     http.Header
	form       url.Values
}

// start runs a carrier until the test ends; answer says what the product answers, nil for 200.
func start(t *testing.T, answer http.HandlerFunc) *rig {
	t.Helper()
	r := &rig{heard: make(chan heard, 1000), client: &http.Client{Transport: &http.Transport{}, Timeout: time.Minute}}
	product := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		raw, err := io.ReadAll(q.Body)
		if err != nil {
			return // the carrier has stopped
		}
		form, _ := url.ParseQuery(string(raw))
		if answer != nil {
			answer(w, q)
		}
		r.heard <- heard{path: q.URL.Path, body: string(raw), header: q.Header, form: form}
	}))
	t.Cleanup(product.Close)
	r.options = options{
		HTTP: ":0", SMTP: ":0", IMAP: ":0", Webhooks: product.URL,
		AccountSid: "AC00000000000000000000000000000001", AuthToken: "token", SMSNumber: "+15550001000", WhatsAppNumber: "+15550002000",
		PhoneNumberID: "100000000000001", BusinessID: "200000000000001", AccessToken: "access", AppSecret: "app secret", VerifyToken: "verify",
		Mailbox: "clinic@mail.test", MailUser: "clinic@mail.test", MailPassword: "password", Pace: time.Millisecond, Rest: time.Millisecond, Seed: 1,
	}
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- run(ctx, r.options, in) }()
	var at map[string]string
	if err := json.NewDecoder(out).Decode(&at); err != nil {
		t.Fatal(err)
	}
	r.web, r.smtp, r.imap = "http://"+at["http"], at["smtp"], at["imap"]
	t.Cleanup(func() {
		r.client.CloseIdleConnections()
		stop()
		if err := <-done; err != nil {
			t.Errorf("the carrier ended with %v", err)
		}
	})
	return r
}

// do sends a request and answers the status and the JSON that came back.
func (r *rig) do(t *testing.T, method, path string, header http.Header, body string) (int, map[string]any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, r.web+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	answer, err := r.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var said map[string]any
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if len(bytes.TrimSpace(raw)) > 0 {
		if err := json.Unmarshal(raw, &said); err != nil {
			t.Fatalf("%s answered %q: %v", path, raw, err)
		}
	}
	return answer.StatusCode, said
}

// control asks the control API, which must say yes.
func (r *rig) control(t *testing.T, path string, body any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	status, said := r.do(t, http.MethodPost, "/control/"+path, http.Header{}, string(raw))
	if status/100 != 2 {
		t.Fatalf("%s answered %d: %v", path, status, said)
	}
	return said
}

// taken is what the clinic has sent on a channel, one entry for each time that it was taken.
func (r *rig) taken(t *testing.T, channel string) []any {
	t.Helper()
	_, said := r.do(t, http.MethodGet, "/control/messages?channel="+channel, http.Header{}, "")
	return said["messages"].([]any)
}

// next waits for a webhook.
func (r *rig) next(t *testing.T) heard {
	t.Helper()
	select {
	case h := <-r.heard:
		return h
	case <-time.After(20 * time.Second):
		t.Fatal("no webhook came")
		return heard{}
	}
}

// at walks into JSON by names and, as numbers, places.
func at(t *testing.T, value any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, ok := value.(map[string]any)
			if !ok {
				t.Fatalf("%v has no %s", value, step)
			}
			value = object[step]
		case int:
			list, ok := value.([]any)
			if !ok || len(list) <= step {
				t.Fatalf("%v has no %d", value, step)
			}
			value = list[step]
		}
	}
	return value
}
