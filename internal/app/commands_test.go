package app

import (
	"bytes"
	"net"
	"strings"
	"testing"

	"frontdesk/internal/testkit"
)

// What is wrong is told in clear lines, with an exit code and without a stack.
func TestWhatIsWrongIsToldPlainly(t *testing.T) { //nolint:paralleltest // it sets the environment
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close() //nolint:errcheck // only there to be in the way
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	db := testkit.DB(t)
	newer := testkit.DB(t)
	if _, err := newer.Owner.Exec(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		args []string
		env  map[string]string
		says string
	}{
		"a port in use":              {[]string{"serve"}, map[string]string{"PORT": port, "DATABASE_URL": db.URL}, "set PORT to another"},
		"a URL that is none":         {[]string{"serve"}, map[string]string{"DATABASE_URL": "mysql://x"}, "DATABASE_URL"},
		"an unreachable Postgres":    {[]string{"serve"}, map[string]string{"DATABASE_URL": "postgres://127.0.0.1:1/x"}, "Start it, correct DATABASE_URL"},
		"an unreachable Redis":       {[]string{"serve"}, map[string]string{"DATABASE_URL": db.URL, "REDIS_URL": "redis://127.0.0.1:1"}, "correct REDIS_URL"},
		"a newer database":           {[]string{"migrate"}, map[string]string{"DATABASE_URL": newer.URL}, "newer version"},
		"two things at once":         {[]string{"serve"}, map[string]string{"PORT": "x", "LOG_FORMAT": "xml"}, "LOG_FORMAT"},
		"no such command":            {[]string{"dance"}, nil, "dance"},
		"no such clinic":             {[]string{"user", "reset", "a@b.test"}, map[string]string{"DATABASE_URL": db.URL}, "--clinic"},
		"a flag that does not exist": {[]string{"serve", "--fast"}, nil, "--fast"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("VAR_DIR", t.TempDir())
			t.Setenv("HOST", "127.0.0.1")
			t.Setenv("PORT", "0")
			for k, v := range tt.env {
				t.Setenv(k, v)
			}
			var out, errs bytes.Buffer
			code := Main(tt.args, &out, &errs)
			if code == 0 || !strings.Contains(errs.String(), tt.says) {
				t.Errorf("exit %d: %s", code, errs.String())
			}
			if strings.Contains(errs.String(), "goroutine") || strings.Contains(errs.String(), ".go:") {
				t.Errorf("a stack: %s", errs.String())
			}
		})
	}
}

func TestCheckSaysWhatIsThere(t *testing.T) { //nolint:paralleltest // it sets the environment
	db := testkit.DB(t)
	t.Setenv("DATABASE_URL", db.URL)
	t.Setenv("REDIS_URL", testkit.Redis(t).URL)
	t.Setenv("VAR_DIR", t.TempDir())
	var out, errs bytes.Buffer
	if code := Main([]string{"check"}, &out, &errs); code != 0 || !strings.Contains(out.String(), "Postgres: ok") || !strings.Contains(out.String(), "Redis: ok") {
		t.Errorf("exit %d: %s%s", code, out.String(), errs.String())
	}
}

// The demo clinic is whole, the same on every run, and made once.
func TestTheDemoFillsOnce(t *testing.T) { //nolint:paralleltest // it sets the environment
	t.Setenv("VAR_DIR", t.TempDir())
	var ids []string
	for range 2 {
		db := testkit.DB(t)
		t.Setenv("DATABASE_URL", db.URL)
		for range 2 {
			var out, errs bytes.Buffer
			if code := Main([]string{"demo"}, &out, &errs); code != 0 {
				t.Fatalf("exit %d: %s", code, errs.String())
			}
		}
		var patients, conversations, messages int
		var all string
		err := db.Owner.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM patient), (SELECT count(*) FROM conversation), (SELECT count(*) FROM message),
			(SELECT md5(string_agg(message_id::text || conversation_id::text, '' ORDER BY message_id)) FROM message)`).Scan(&patients, &conversations, &messages, &all)
		if err != nil || patients != 41 || conversations < 40 || messages < 150 {
			t.Errorf("%d patients, %d conversations, %d messages: %v", patients, conversations, messages, err)
		}
		ids = append(ids, all)
	}
	if ids[0] != ids[1] {
		t.Error("the ids differ from run to run")
	}
}
