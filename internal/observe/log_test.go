package observe_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"frontdesk/internal/observe"
)

func TestNothingPrivateReachesTheLog(t *testing.T) {
	t.Parallel()
	type patient struct{ Note, Email string }
	tests := map[string][]any{
		"a key":               {"body", "secret"},
		"in capitals":         {"Email", "secret"},
		"in a group":          {slog.Group("patient", "phone", "secret", slog.Group("more", "token", "secret"))},
		"below a private one": {slog.Group("subject", "line", "secret")},
		"a struct":            {"patient", patient{"secret", "secret"}},
		"a pointer":           {"patient", &patient{"secret", "secret"}},
		"a map":               {"request", map[string]string{"x": "secret"}},
		"bytes":               {"frame", []byte("secret")},
	}
	for name, attrs := range tests {
		for _, format := range []string{"text", "json", "auto"} {
			t.Run(name+" as "+format, func(t *testing.T) {
				t.Parallel()
				var out bytes.Buffer
				log := observe.NewLog(&out, slog.LevelInfo, format)
				log.Info("said", append([]any{"message", "kept-1"}, attrs...)...)
				log.With(attrs...).WithGroup("inner").Info("said", append([]any{"err", errors.New("kept-2")}, attrs...)...)
				said := out.String()
				if strings.Contains(said, "secret") || !strings.Contains(said, "kept-1") || !strings.Contains(said, "kept-2") {
					t.Error(said)
				}
			})
		}
	}
}

func TestTheLogSaysWhatItMay(t *testing.T) {
	t.Parallel()
	type channel string
	var out bytes.Buffer
	log := observe.NewLog(&out, slog.LevelInfo, "text")
	log.Debug("too quiet")
	log.Warn("slow", "took", 3*time.Second, "addresses", []string{"10.0.0.1"}, "channel", channel("sms"), "err", context.Canceled)
	want := `level=WARN msg=slow took=3s addresses=[10.0.0.1] channel=sms err="context canceled"`
	if !strings.HasSuffix(out.String(), want+"\n") || strings.Count(out.String(), "\n") != 1 {
		t.Errorf("got %s", out.String())
	}
}
