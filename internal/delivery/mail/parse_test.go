package mail_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"

	"frontdesk/internal/delivery/mail"
)

var update = flag.Bool("update", false, "write what the fixtures give, to be looked at")

var ours = mail.Options{Own: []string{"desk@clinic.test"}, Loop: "clinic-1"}

// shown is a mail as its golden file holds it: without what is empty, files by their size and
// beginning.
func shown(m mail.Mail) []byte {
	type file struct {
		Name, Type, ID, Begin string
		Inline                bool
		Size                  int
	}
	out := map[string]any{}
	put := func(name string, value any, empty bool) {
		if !empty {
			out[name] = value
		}
	}
	put("id", m.MessageID, false)
	put("in_reply_to", m.InReplyTo, m.InReplyTo == "")
	put("references", m.References, len(m.References) == 0)
	put("from", m.From, false)
	put("reply_to", m.ReplyTo, m.ReplyTo == "")
	put("to", m.To, len(m.To) == 0)
	put("cc", m.Cc, len(m.Cc) == 0)
	put("subject", m.Subject, false)
	put("date", m.Date.UTC().Format(time.RFC3339), m.Date.IsZero())
	put("text", strings.Split(m.Text, "\n"), m.Text == "")
	put("quoted", strings.Split(m.Quoted, "\n"), m.Quoted == "")
	put("html", strings.Split(m.HTML, "\n"), m.HTML == "")
	var files []file
	for _, f := range m.Files {
		files = append(files, file{f.Filename, f.MediaType, f.ContentID, fmt.Sprintf("%.16q", f.Content), f.Inline, len(f.Content)})
	}
	put("files", files, len(files) == 0)
	put("automatic", true, !m.Automatic)
	put("loop", true, !m.Loop)
	put("bounce", m.Bounce, m.Bounce == nil)
	put("token", m.Token, m.Token == "")
	put("truncated", true, !m.Truncated)
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "\t")
	enc.Encode(out) //nolint:errcheck // into memory
	return buf.Bytes()
}

// Each fixture is a kind of mail that has broken somebody's inbox. What it gives stands
// beside it; a change there is looked at like one in the code.
func TestFixtures(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(paths) < 50 {
		t.Fatal(len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".eml"), func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			m, err := mail.Parse(raw, ours)
			if err != nil {
				t.Fatal(err)
			}
			sound(t, m)
			got, golden := shown(m), strings.TrimSuffix(path, ".eml")+".json"
			if *update {
				if err := os.WriteFile(golden, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("it gives\n%s\nand not\n%s", got, want)
			}
		})
	}
}

// sound is true of every mail, whatever it was made of.
func sound(t testing.TB, m mail.Mail) {
	t.Helper()
	texts := []string{m.MessageID, m.InReplyTo, m.From.Name, m.From.Email, m.ReplyTo, m.Subject, m.Text, m.Quoted, m.HTML, m.Token}
	texts = append(texts, m.References...)
	for _, a := range append(m.To, m.Cc...) {
		texts = append(texts, a.Name, a.Email)
	}
	for _, f := range m.Files {
		texts = append(texts, f.Filename, f.MediaType, f.ContentID)
		if f.Filename == "" || strings.ContainsAny(f.Filename, "/\\\n\x00") || len(f.Filename) > 600 {
			t.Errorf("a file is called %q", f.Filename)
		}
	}
	if m.Bounce != nil {
		texts = append(texts, m.Bounce.MessageID, m.Bounce.Recipient, m.Bounce.Diagnostic, m.Bounce.Action, m.Bounce.Status)
	}
	for _, s := range texts {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			t.Errorf("no clean text: %q", s)
		}
	}
	if m.MessageID == "" {
		t.Error("it has no id")
	}
	if strings.ContainsAny(m.Subject, "\r\n") {
		t.Errorf("the subject has two lines: %q", m.Subject)
	}
	safe(t, m.HTML)
}

// safe is true of a page that runs nothing, loads nothing and names nothing of ours.
func safe(t testing.TB, page string) {
	t.Helper()
	for tokens := nethtml.NewTokenizer(strings.NewReader(page)); tokens.Next() != nethtml.ErrorToken; {
		tag := tokens.Token()
		if tag.Type == nethtml.TextToken {
			continue
		}
		if slices.Contains([]string{"script", "style", "iframe", "form", "svg", "base", "meta"}, tag.Data) {
			t.Errorf("the page holds %s", tag)
		}
		for _, a := range tag.Attr {
			runs := strings.Contains(strings.ToLower(a.Val), "javascript:") && a.Key == "href"
			if runs || strings.HasPrefix(a.Key, "on") || slices.Contains([]string{"src", "style", "id"}, a.Key) {
				t.Errorf("the page holds %s in %s", a.Key, tag)
			}
		}
	}
}

func TestNothingIsNoMail(t *testing.T) {
	t.Parallel()
	if _, err := mail.Parse([]byte(" \r\n\r\n"), mail.Options{}); !errors.Is(err, mail.ErrEmpty) {
		t.Fatal(err)
	}
}
