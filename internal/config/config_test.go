package config

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestDefaults(t *testing.T) {
	t.Parallel()
	c, err := from(map[string]string{"HOME": "/root", "PORT": ""})
	if err != nil {
		t.Fatal(err)
	}
	if c.Port != 8080 || c.VarDir != "var" || c.ShutdownGrace != 8*time.Second || c.DatabaseURL != "" {
		t.Errorf("the defaults are %+v", c)
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		right []string
		wrong []string
	}{
		"HOST":                 {[]string{"127.0.0.1", "::1", "localhost"}, []string{"127.0.0.1:80", "http://x"}},
		"PORT":                 {[]string{"0", "80"}, []string{"http", "70000", "-1"}},
		"DATABASE_URL":         {[]string{"postgres://u:p@h/d", "postgresql:///d?host=/tmp"}, []string{"mysql://h/d", "h:5432", "postgres://", "host=h dbname=d"}},
		"DATABASE_CONNECTIONS": {[]string{"4"}, []string{"3", "1001", "many"}},
		"REDIS_URL":            {[]string{"redis://h:6379/0", "rediss://u:p@h", "unix:///run/redis.sock"}, []string{"h:6379", "http://h"}},
		"PUBLIC_URL":           {[]string{"https://desk.example.org", "http://localhost:8080/"}, []string{"desk.example.org", "https://h/path", "ftp://h", "https://u:p@h"}},
		"TRUSTED_PROXIES":      {[]string{"10.0.0.0/8,192.0.2.7", "::1"}, []string{"10.0.0.0/8,proxy", "10.0.0.0/40"}},
		"SECRET_KEY":           {[]string{strings.Repeat("k", 32)}, []string{strings.Repeat("k", 31)}},
		"MAIL_FROM":            {[]string{"desk@example.org", "Elm Street <desk@example.org>"}, []string{"desk", "Elm Street"}},
		"METRICS_ADDR":         {[]string{":9100", "127.0.0.1:9100"}, []string{"9100", "127.0.0.1", "h:"}},
		"LOG_LEVEL":            {[]string{"debug", "WARN"}, []string{"loud"}},
		"LOG_FORMAT":           {[]string{"text", "json", "auto"}, []string{"xml"}},
		"SHUTDOWN_GRACE":       {[]string{"1s", "2m"}, []string{"8", "0s", "11m"}},
		"KEEP_CHANGES":         {[]string{"1h"}, []string{"1m", "week"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, value := range tt.right {
				if _, err := from(map[string]string{name: value}); err != nil {
					t.Errorf("%q is refused: %v", value, err)
				}
			}
			for _, value := range tt.wrong {
				if _, err := from(map[string]string{name: value}); err == nil || !strings.HasPrefix(err.Error(), name+"=") || strings.Contains(err.Error(), "\n") {
					t.Errorf("%q: %v", value, err)
				}
			}
		})
	}
}

func TestMailNeedsASender(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"smtp://u:p@mail.example.org:587", "smtps://mail.example.org", "smtp://127.0.0.1:2525"} {
		if _, err := from(map[string]string{"SMTP_URL": url, "MAIL_FROM": "desk@example.org"}); err != nil {
			t.Errorf("%q is refused: %v", url, err)
		}
	}
	for _, url := range []string{"mail.example.org:25", "http://h", "smtp://", "smtp://h/path"} {
		if _, err := from(map[string]string{"SMTP_URL": url, "MAIL_FROM": "desk@example.org"}); err == nil {
			t.Errorf("%q is taken", url)
		}
	}
	_, err := from(map[string]string{"SMTP_URL": "smtp://u:hunter2@mail.example.org"})
	if err == nil || !strings.HasPrefix(err.Error(), "MAIL_FROM=") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("without a sender: %v", err)
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := from(map[string]string{
		"PORT": "http", "LOG_FORMAT": "xml", "SECRET_KEY": "hunter2", "DATABASE_URL": "mysql://u:hunter2@h/d", "REDIS_URL": "u:hunter2@h",
	})
	want := `PORT="http" is wrong: use a port, as 8080`
	if err == nil || !strings.HasPrefix(err.Error(), want+"\n") || strings.Count(err.Error(), "\n") != 4 {
		t.Errorf("got %v", err)
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a secret is shown: %v", err)
	}
}

func TestSecretIsMadeOnce(t *testing.T) {
	t.Parallel()
	c := Config{VarDir: filepath.Join(t.TempDir(), "var")}
	keys := make([][]byte, 8)
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() {
			key, kept, err := c.Secret()
			if err != nil || !kept {
				t.Errorf("kept %v: %v", kept, err)
			}
			keys[i] = key
		})
	}
	all.Wait()
	for _, key := range keys {
		if len(key) < minSecret || !bytes.Equal(key, keys[0]) {
			t.Errorf("keys differ: %q", keys)
		}
	}
	files, err := os.ReadDir(c.VarDir)
	if err != nil || len(files) != 1 {
		t.Fatalf("left over: %v, %v", files, err)
	}
	if info, err := files[0].Info(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file is %v, %v", info, err)
	}
	if err := os.WriteFile(filepath.Join(c.VarDir, "secret.key"), []byte("cut"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Secret(); err == nil {
		t.Error("a key that was cut off is replaced in silence")
	}
}
