package testkit_test

import (
	"context"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"frontdesk/internal/testkit"
)

func TestRedisCanFail(t *testing.T) {
	t.Parallel()
	server := testkit.Redis(t)
	opts, err := redis.ParseURL(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	opts.ContextTimeoutEnabled = true
	client := redis.NewClient(opts)
	defer client.Close() //nolint:errcheck // nothing was kept
	ping := func(within time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()
		return client.Ping(ctx).Err()
	}
	if err := ping(5 * time.Second); err != nil {
		t.Error(err)
	}
	server.Freeze()
	if err := ping(50 * time.Millisecond); err == nil {
		t.Error("it answers while it is frozen")
	}
	server.Thaw()
	if err := ping(5 * time.Second); err != nil {
		t.Error(err)
	}
	server.Stop()
	if err := ping(5 * time.Second); err == nil {
		t.Error("it answers after its end")
	}
	server.Start()
	if err := ping(5 * time.Second); err != nil {
		t.Error(err)
	}
}
