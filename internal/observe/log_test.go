package observe_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"frontdesk/internal/observe"
)

func TestNothingPrivateReachesTheLog(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		var out bytes.Buffer
		log := observe.NewLog(&out, slog.LevelInfo, format)
		log.Info("sent", "body", "secret-1", slog.Group("patient", "email", "secret-2", "phone", "secret-3"), "message", "kept")
		log.With("token", "secret-4").Info("again")
		if strings.Contains(out.String(), "secret") || !strings.Contains(out.String(), "kept") {
			t.Errorf("%s: %s", format, out.String())
		}
	}
}
