package whatsapp_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"frontdesk/internal/delivery/whatsapp"
	"frontdesk/internal/outward"
	"frontdesk/internal/rules"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	number  = "106540352242922" // ours, as Meta knows it
	token   = "a-token-that-nobody-may-see"
	patient = "+16505551234"
	words   = "Your results are in"
)

// serve opens a real server in Meta's place, and a client of it.
func serve(t *testing.T, handler http.HandlerFunc) whatsapp.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	c := at(t, server.URL)
	t.Cleanup(server.Close) // after the client's connections
	return c
}

func at(t *testing.T, base string) whatsapp.Client {
	t.Helper()
	client := outward.Client(true)
	t.Cleanup(client.CloseIdleConnections)
	return whatsapp.Client{BaseURL: base, PhoneNumberID: number, BusinessID: "102290129340398", AccessToken: token, HTTP: client}
}

func message() whatsapp.Message { return whatsapp.Message{To: patient, Body: words} }

// failure reads an error and asserts that nothing leaks by it.
func failure(t *testing.T, err error) *rules.Failure {
	t.Helper()
	var f *rules.Failure
	if !errors.As(err, &f) {
		t.Fatalf("%v is no failure", err)
	}
	for _, secret := range []string{token, number, patient, strings.TrimPrefix(patient, "+"), words, "127.0.0.1"} {
		if strings.Contains(f.Error(), secret) {
			t.Errorf("%q tells %q", f, secret)
		}
	}
	if f.Reason == "" {
		t.Error("no reason is told")
	}
	return f
}

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}

// hangUp ends the connection without an answer.
func hangUp(t *testing.T, w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	conn.Close() //nolint:errcheck // it is to be broken
}

// untilHeard is a context that ends once the server has heard the request.
func untilHeard(t *testing.T) (ctx context.Context, handler http.HandlerFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return ctx, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the whole request has come
		cancel()
		<-r.Context().Done()
	}
}

// heard reads a request's JSON.
func heard(t *testing.T, r *http.Request) (got map[string]any) {
	if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
		t.Error(err)
	}
	return got
}

func bearer(t *testing.T, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+token {
		t.Error("the token is missing")
	}
}
