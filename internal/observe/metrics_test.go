package observe_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"frontdesk/internal/observe"
)

func TestMetrics(t *testing.T) {
	t.Parallel()
	m := observe.NewMetrics()
	m.Request("GET", "/api/v1/messages/:id", 200, 3*time.Millisecond)
	answer := httptest.NewRecorder()
	m.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody))
	for _, want := range []string{
		`frontdesk_http_request_seconds_bucket{method="GET",route="/api/v1/messages/:id",status="200",le="0.005"} 1`,
		"go_goroutines", "process_resident_memory_bytes",
	} {
		if !strings.Contains(answer.Body.String(), want) {
			t.Errorf("no %s in %s", want, answer.Body)
		}
	}
}

func TestMetricsEnd(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := observe.NewMetrics().Serve(ctx, "127.0.0.1:0"); err != nil {
		t.Error(err)
	}
	if err := observe.NewMetrics().Serve(t.Context(), "192.0.2.1:1"); err == nil {
		t.Error("it says nothing of an address that is not ours")
	}
}
