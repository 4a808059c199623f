package embedded_test

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"frontdesk/internal/embedded"
)

func TestRedisForgetsInTime(t *testing.T) {
	t.Parallel()
	server, err := embedded.StartRedis()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	opts, err := redis.ParseURL(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(opts)
	defer client.Close() //nolint:errcheck // nothing is kept
	if err := client.Set(t.Context(), "typing", "ana", 500*time.Millisecond).Err(); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); client.Exists(t.Context(), "typing").Val() == 1; <-tick.C {
		if time.Since(began) > 10*time.Second {
			t.Fatal("it does not expire")
		}
	}
	opts.Password = ""
	if err := redis.NewClient(opts).Ping(t.Context()).Err(); err == nil {
		t.Error("a stranger is let in")
	}
}
