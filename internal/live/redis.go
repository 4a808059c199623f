package live

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Redis connects to a server, or to a cluster where the URL names further nodes with addr.
// Nothing that a person waits for waits for it, so it gives up early; what is not published
// in time is read from Postgres.
func Redis(url string) (redis.UniversalClient, error) {
	if strings.Contains(url, "addr=") {
		opts, err := redis.ParseClusterURL(url)
		if err != nil {
			return nil, fmt.Errorf("read REDIS_URL: %w", err)
		}
		opts.ContextTimeoutEnabled, opts.MaxRetries = true, -1
		opts.DialTimeout, opts.DialerRetries = impatience, 1
		opts.ReadTimeout, opts.WriteTimeout = impatience, impatience
		return redis.NewClusterClient(opts), nil
	}
	opts, err := redis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("read REDIS_URL: %w", err)
	}
	opts.ContextTimeoutEnabled, opts.MaxRetries = true, -1
	opts.DialTimeout, opts.DialerRetries = impatience, 1
	opts.ReadTimeout, opts.WriteTimeout = impatience, impatience
	return redis.NewClient(opts), nil
}

const impatience = time.Second

// What go-redis has to say of a Redis that is away is said by the bus already.
func init() { redis.SetLogger(quiet{}) }

type quiet struct{}

// Printf is for whoever looks closely.
func (quiet) Printf(ctx context.Context, format string, args ...any) {
	slog.DebugContext(ctx, "redis", "line", fmt.Sprintf(format, args...))
}
