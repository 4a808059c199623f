// Package config reads the environment once, into one struct, and says everything that is
// wrong with it at the same time.
package config

import (
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Config is how this installation runs. Beside each field stands its variable, and what a
// value of it looks like.
type Config struct {
	Host           string        `env:"HOST" want:"an address to listen on, as 127.0.0.1; empty for all"`
	Port           uint16        `env:"PORT" envDefault:"8080" want:"a port, as 8080"`
	DatabaseURL    string        `env:"DATABASE_URL" want:"postgres://user:password@host:5432/name; empty for a Postgres of our own"`
	DatabaseConns  int32         `env:"DATABASE_CONNECTIONS" envDefault:"16" want:"4 to 1000 connections of this process, as 16"`
	RedisURL       string        `env:"REDIS_URL" want:"redis://host:6379/0, or several hosts as redis://a:6379?addr=b:6379; empty for a Redis of our own"`
	BlobURL        string        `env:"BLOB_URL" want:"file:///srv/frontdesk?create_dir=1&no_tmp_dir=1&metadata=skip, s3://bucket?region=eu-west-1, or mem:// for trying out; empty for a directory in VAR_DIR"`
	MaxFileMB      int64         `env:"MAX_FILE_MB" envDefault:"25" want:"1 to 50 megabytes of one attachment, as 25"`
	PublicURL      string        `env:"PUBLIC_URL" want:"the scheme and host that browsers use, as https://desk.example.org"`
	TrustedProxies []string      `env:"TRUSTED_PROXIES" want:"addresses or networks, as 10.0.0.0/8,192.0.2.7"`
	SecretKey      string        `env:"SECRET_KEY,unset" want:"32 characters or more, the same on every node, as from: openssl rand -base64 32"`
	VarDir         string        `env:"VAR_DIR" envDefault:"var" want:"a directory for what is kept between starts, as var"`
	SMTPURL        string        `env:"SMTP_URL" want:"smtp://user:password@host:587, or smtps://user:password@host:465; empty for no email"`
	MailFrom       string        `env:"MAIL_FROM" want:"the address that email comes from, as Elm Street <desk@example.org>"`
	LocalCarriers  bool          `env:"LOCAL_CARRIERS" want:"true lets clinics name carriers inside of this network, for trying out; empty for none"`
	MetricsAddr    string        `env:"METRICS_ADDR" want:"an address for /metrics, as 127.0.0.1:9100; empty for none"`
	LogLevel       slog.Level    `env:"LOG_LEVEL" envDefault:"info" want:"debug, info, warn or error"`
	LogFormat      string        `env:"LOG_FORMAT" envDefault:"auto" want:"text, json or auto, which is text on a terminal"`
	ShutdownGrace  time.Duration `env:"SHUTDOWN_GRACE" envDefault:"8s" want:"1s to 10m for what is in flight, as 8s"`
	KeepChanges    time.Duration `env:"KEEP_CHANGES" envDefault:"168h" want:"1h or more of changes from which clients catch up, as 168h"`
}

// Load reads and checks the environment.
func Load() (Config, error) { return from(env.ToMap(os.Environ())) }

// from is Load for any environment.
func from(environment map[string]string) (Config, error) {
	var c Config
	unreadable := env.ParseWithOptions(&c, env.Options{Environment: environment})
	return c, faults(c, environment, unreadable)
}

// Page is the scheme and host that links to the page begin with: PUBLIC_URL, or this machine.
func (c Config) Page() string {
	if c.PublicURL != "" {
		return strings.TrimSuffix(c.PublicURL, "/")
	}
	return "http://localhost:" + strconv.Itoa(int(c.Port))
}
