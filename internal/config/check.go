package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// minSecret is in bytes: what AES-256 and HMAC-SHA256 are derived from.
const minSecret = 32

// faults says of each variable that is wrong what would be right, one a line.
func faults(c Config, environment map[string]string, unreadable error) error {
	bad := c.wrong()
	var parsing env.AggregateError
	if errors.As(unreadable, &parsing) {
		for _, err := range parsing.Errors {
			var field env.ParseError
			if !errors.As(err, &field) {
				return unreadable
			}
			bad[field.Name] = true
		}
	}
	var all []error
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		if bad[field.Name] {
			name, _, _ := strings.Cut(field.Tag.Get("env"), ",")
			all = append(all, fmt.Errorf("%s=%q is wrong: use %s", name, shown(name, environment[name]), field.Tag.Get("want")))
		}
	}
	return errors.Join(all...)
}

// wrong names the fields with values that could be read but will not do. A field that could
// not be read is zero.
func (c Config) wrong() map[string]bool {
	return map[string]bool{
		"Host":           c.Host != "" && !host(c.Host),
		"DatabaseURL":    c.DatabaseURL != "" && !address(c.DatabaseURL, "postgres", "postgresql"),
		"DatabaseConns":  c.DatabaseConns < 4 || c.DatabaseConns > 1000,
		"RedisURL":       c.RedisURL != "" && !address(c.RedisURL, "redis", "rediss", "unix"),
		"BlobURL":        c.BlobURL != "" && !address(c.BlobURL, "file", "s3", "mem") && c.BlobURL != "mem://",
		"MaxFileMB":      c.MaxFileMB < 1 || c.MaxFileMB > 50,
		"PublicURL":      c.PublicURL != "" && !origin(c.PublicURL),
		"TrustedProxies": slices.ContainsFunc(c.TrustedProxies, func(p string) bool { return !network(p) }),
		"SecretKey":      c.SecretKey != "" && len(c.SecretKey) < minSecret,
		"VarDir":         c.VarDir == "",
		"SMTPURL":        c.SMTPURL != "" && !mailServer(c.SMTPURL),
		"MailFrom":       (c.SMTPURL != "" || c.MailFrom != "") && !mailbox(c.MailFrom),
		"MetricsAddr":    c.MetricsAddr != "" && !hostPort(c.MetricsAddr),
		"LogFormat":      !slices.Contains([]string{"text", "json", "auto"}, c.LogFormat),
		"ShutdownGrace":  c.ShutdownGrace < time.Second || c.ShutdownGrace > 10*time.Minute,
		"KeepChanges":    c.KeepChanges < time.Hour,
	}
}

func host(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil || !strings.ContainsAny(s, ":/ ") // a port belongs in PORT
}

func hostPort(s string) bool {
	_, port, err := net.SplitHostPort(s)
	return err == nil && port != ""
}

func address(raw string, schemes ...string) bool {
	u, err := url.Parse(raw)
	return err == nil && slices.Contains(schemes, u.Scheme) && u.Host+u.Path+u.RawQuery != ""
}

func mailServer(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "smtp" || u.Scheme == "smtps") && u.Hostname() != "" && strings.Trim(u.Path, "/") == "" && u.RawQuery == ""
}

func mailbox(s string) bool {
	_, err := mail.ParseAddress(s)
	return err == nil
}

func origin(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") &&
		strings.Trim(u.Path, "/") == "" && u.RawQuery == "" && u.User == nil
}

func network(s string) bool {
	_, notAddr := netip.ParseAddr(s)
	_, notNet := netip.ParsePrefix(s)
	return notAddr == nil || notNet == nil
}

// shown is a value as it may stand in a log: keys not at all, and URLs without passwords.
func shown(name, value string) string {
	if name == "SECRET_KEY" {
		return "…"
	}
	if !strings.HasSuffix(name, "_URL") {
		return value
	}
	u, err := url.Parse(value)
	if err != nil || u.User == nil && strings.Contains(value, "@") {
		return "…" // whatever it is, it may hold a password
	}
	return u.Redacted()
}
