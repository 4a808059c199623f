package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// TestLive reads the world from its events, and then what happens.
func TestLive(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	_, _ = r.text(t, "+4915112345678", "Hello")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(r.web, "http")+"/live", &websocket.DialOptions{HTTPClient: r.client}) //nolint:bodyclose // a handshake has none
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ws.CloseNow() }()
	ws.SetReadLimit(1 << 20)
	until := func(kind string, fits func(any) bool) {
		t.Helper()
		for {
			_, raw, err := ws.Read(ctx)
			if err != nil {
				t.Fatalf("no %s came: %v", kind, err)
			}
			var events []map[string]any
			if err := json.Unmarshal(raw, &events); err != nil {
				t.Fatal(err)
			}
			for _, event := range events {
				if event["kind"] == kind && fits(event["value"]) {
					return
				}
			}
		}
	}
	until("message", func(m any) bool { return at(t, m, "person") == "4915112345678" && at(t, m, "status") == "delivered" })
	r.control(t, "inbound", wording{Channel: whatsApp, From: "ben", Body: "Hi"})
	until("window", func(w any) bool { return at(t, w, "person") == "ben" })
	r.control(t, "faults", switches{Mute: true})
	until("faults", func(s any) bool { return at(t, s, "mute") == true })
	if err := ws.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Error(err)
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	for _, tt := range []struct {
		path, host string
		header     string // Sec-Fetch-Site
		status     int
		want       string
	}{
		{"/", "", "", 200, `aria-label="Message"`},
		{"/page.js", "", "", 200, "WebSocket"},
		{"/", "evil.example", "", 421, ""},
		{"/control/window", "", "cross-site", 403, ""},
	} {
		method := http.MethodGet
		if tt.header != "" {
			method = http.MethodPost
		}
		request, err := http.NewRequestWithContext(t.Context(), method, r.web+tt.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = tt.host
		request.Header.Set("Sec-Fetch-Site", tt.header)
		answer, err := r.client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode != tt.status || !strings.Contains(string(raw), tt.want) {
			t.Errorf("%s of %q is answered %d", tt.path, tt.host, answer.StatusCode)
		}
	}
}

func TestThisMachineAlone(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", "192.0.2.1:0", "[::]:0", "example.com:0"} {
		if err := run(t.Context(), options{HTTP: address, SMTP: ":0", IMAP: ":0", Webhooks: "http://localhost:8080"}, io.Discard); err == nil || !strings.Contains(err.Error(), "this machine") {
			t.Errorf("on %s: %v", address, err)
		}
	}
	if err := run(t.Context(), options{HTTP: ":0", SMTP: ":0", IMAP: ":0", Webhooks: "https://example.com"}, io.Discard); err == nil {
		t.Error("webhooks leave the machine")
	}
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://192.0.2.1/", nil)
	answer, err := localClient().Do(request)
	if err == nil {
		_ = answer.Body.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "this machine") {
		t.Errorf("it leaves the machine: %v", err)
	}
}
