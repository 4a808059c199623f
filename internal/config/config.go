// Package config reads the environment once, into one struct, and says everything that is
// wrong with it at the same time.
package config

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Config is how this installation runs. The names of the variables stand beside the fields.
type Config struct {
	Host           string        `env:"HOST"`                                 // to listen on; empty for all addresses
	Port           uint16        `env:"PORT" envDefault:"8080"`               //
	DatabaseURL    string        `env:"DATABASE_URL"`                         // empty: a Postgres of our own
	DatabaseConns  int32         `env:"DATABASE_CONNECTIONS" envDefault:"16"` // at most, of this process
	RedisURL       string        `env:"REDIS_URL"`                            // empty: a Redis of our own
	PublicURL      string        `env:"PUBLIC_URL"`                           // scheme and host that browsers use
	TrustedProxies []string      `env:"TRUSTED_PROXIES" envSeparator:","`     // addresses or networks
	SecretKey      string        `env:"SECRET_KEY,unset"`                     // at least 32 bytes, the same on every node
	VarDir         string        `env:"VAR_DIR" envDefault:"var"`             // what is kept between starts
	MetricsAddr    string        `env:"METRICS_ADDR"`                         // host:port of /metrics; empty: none
	LogLevel       slog.Level    `env:"LOG_LEVEL" envDefault:"info"`          //
	LogFormat      string        `env:"LOG_FORMAT" envDefault:"text"`         // text or json
	ShutdownGrace  time.Duration `env:"SHUTDOWN_GRACE" envDefault:"8s"`       // for what is in flight
	KeepChanges    time.Duration `env:"KEEP_CHANGES" envDefault:"168h"`       // of the log from which clients catch up
}

// minSecret is in bytes: what AES-256 and HMAC-SHA256 are derived from.
const minSecret = 32

// Load reads and checks the environment.
func Load() (Config, error) {
	var c Config
	if err := env.Parse(&c); err != nil {
		return Config{}, plain(err)
	}
	return c, c.check()
}

func (c Config) check() error {
	var faults []error
	wrong := func(name, value, want string) {
		faults = append(faults, fmt.Errorf("%s=%q is wrong: %s", name, value, want))
	}
	if c.DatabaseURL != "" && !scheme(c.DatabaseURL, "postgres", "postgresql") {
		wrong("DATABASE_URL", redacted(c.DatabaseURL), "use postgres://user:password@host:5432/name")
	}
	if c.RedisURL != "" && !scheme(c.RedisURL, "redis", "rediss", "unix") {
		wrong("REDIS_URL", redacted(c.RedisURL), "use redis://host:6379/0, or several hosts as redis://a:6379?addr=b:6379")
	}
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "") {
		wrong("PUBLIC_URL", c.PublicURL, "use scheme and host alone, as https://desk.example.org")
	}
	if c.SecretKey != "" && len(c.SecretKey) < minSecret {
		wrong("SECRET_KEY", "…", "use 32 characters or more, as from: openssl rand -base64 32")
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		wrong("LOG_FORMAT", c.LogFormat, "use text or json")
	}
	if c.DatabaseConns < 4 || c.DatabaseConns > 1000 {
		wrong("DATABASE_CONNECTIONS", fmt.Sprint(c.DatabaseConns), "use 4 to 1000, as 16")
	}
	for _, p := range c.TrustedProxies {
		_, asAddr := netip.ParseAddr(p)
		_, asNet := netip.ParsePrefix(p)
		if asAddr != nil && asNet != nil {
			wrong("TRUSTED_PROXIES", p, "use addresses or networks, as 10.0.0.0/8,192.0.2.7")
		}
	}
	return errors.Join(faults...)
}

func scheme(raw string, allowed ...string) bool {
	u, err := url.Parse(raw)
	for _, s := range allowed {
		if err == nil && u.Scheme == s {
			return true
		}
	}
	return false
}

// redacted keeps a password out of the message.
func redacted(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "…"
	}
	return u.Redacted()
}

// plain says of each variable that could not be read what it is, without Go's types.
func plain(err error) error {
	var all env.AggregateError
	if !errors.As(err, &all) {
		return err
	}
	var faults []error
	for _, e := range all.Errors {
		faults = append(faults, fmt.Errorf("the environment is wrong: %w", e))
	}
	return errors.Join(faults...)
}

// Secret answers the key from which all others are derived. Without SECRET_KEY one is made
// once and kept; made tells that the installation goes by the file.
func (c Config) Secret() (key []byte, made bool, err error) {
	if c.SecretKey != "" {
		return []byte(c.SecretKey), false, nil
	}
	file := filepath.Join(c.VarDir, "secret.key")
	if key, err := os.ReadFile(file); err == nil && len(key) >= minSecret {
		return key, true, nil
	}
	raw := make([]byte, minSecret)
	rand.Read(raw) //nolint:errcheck // never fails since Go 1.24
	key = []byte(base64.StdEncoding.EncodeToString(raw))
	if err := os.MkdirAll(c.VarDir, 0o700); err != nil {
		return nil, false, fmt.Errorf("keep the secret key: %w", err)
	}
	if err := os.WriteFile(file, key, 0o600); err != nil {
		return nil, false, fmt.Errorf("keep the secret key: %w", err)
	}
	return key, true, nil
}
