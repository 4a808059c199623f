package twilio_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"frontdesk/internal/delivery/twilio"
	"frontdesk/internal/outward"
	"frontdesk/internal/rules"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	account = "AC00000000000000000000000000000001"
	token   = "a-token-that-nobody-may-see"
	patient = "+15005550006"
	words   = "Your results are in"
)

// serve opens a real server in Twilio's place, and a client of it.
func serve(t *testing.T, handler http.HandlerFunc) twilio.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	c := at(t, server.URL)
	t.Cleanup(server.Close) // after the client's connections
	return c
}

func at(t *testing.T, base string) twilio.Client {
	t.Helper()
	client := outward.Client(true)
	t.Cleanup(client.CloseIdleConnections)
	return twilio.Client{BaseURL: base, AccountSID: account, AuthToken: token, HTTP: client}
}

func message() twilio.Message {
	return twilio.Message{To: patient, From: "+15005550001", Body: words, StatusCallback: "https://hub.example.test/webhooks/twilio"}
}

// failure reads an error and asserts that nothing leaks by it.
func failure(t *testing.T, err error) *rules.Failure {
	t.Helper()
	var f *rules.Failure
	if !errors.As(err, &f) {
		t.Fatalf("%v is no failure", err)
	}
	for _, secret := range []string{token, account, patient, strings.TrimPrefix(patient, "+"), words, "127.0.0.1"} {
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
		_ = r.ParseForm() // the whole request has come
		cancel()
		<-r.Context().Done()
	}
}
