package mail_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk/internal/delivery/mail"
)

func TestABigFileComesWhole(t *testing.T) {
	t.Parallel()
	content := make([]byte, 10<<20)
	rand.NewChaCha8([32]byte{}).Read(content) //nolint:errcheck // it has no end
	var raw bytes.Buffer
	raw.WriteString("From: ana@patients.test\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/plain\r\n\r\nBig.\r\n--m\r\n" +
		"Content-Type: application/pdf; name=scan.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	encoded := base64.StdEncoding.EncodeToString(content)
	for len(encoded) > 0 {
		n := min(76, len(encoded))
		raw.WriteString(encoded[:n] + "\r\n")
		encoded = encoded[n:]
	}
	raw.WriteString("--m--\r\n")
	m, err := mail.Parse(raw.Bytes(), mail.Options{})
	if err != nil || len(m.Files) != 1 || !bytes.Equal(m.Files[0].Content, content) || m.Text != "Big." || m.Truncated {
		t.Fatal(err, len(m.Files), m.Text, m.Truncated)
	}

	// Of one that is too large the text is kept, and half a file is none.
	m, err = mail.Parse(raw.Bytes(), mail.Options{MaxBytes: 1 << 20})
	if err != nil || len(m.Files) != 0 || m.Text != "Big." || !m.Truncated {
		t.Fatal(err, len(m.Files), m.Text, m.Truncated)
	}
}

// What somebody sends to make a server busy costs no more than other mail.
func TestMailsThatWantToBeExpensive(t *testing.T) {
	t.Parallel()
	head := "From: ana@patients.test\r\nContent-Type: "
	for name, raw := range map[string]string{
		"many parts":      head + "multipart/mixed; boundary=m\r\n\r\n" + strings.Repeat("--m\r\n\r\nx\r\n", 30_000),
		"deep multiparts": head + strings.Repeat("multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: ", 4_000) + "text/plain\r\n\r\nx",
		"deep page":       head + "text/html\r\n\r\n" + strings.Repeat("<div>", 20_000) + "words",
		"deep quotes":     head + "text/html\r\n\r\n" + strings.Repeat("<blockquote type=cite>", 400) + "words",
		"many quotes":     head + "text/html\r\n\r\nnew" + strings.Repeat("<blockquote type=cite>a</blockquote>", 5_000),
		"many pictures":   head + "text/html\r\n\r\n" + strings.Repeat("<img src=\"data:image/png;base64,AAAA\">", 4_000),
		"long line":       head + "text/plain\r\n\r\n" + strings.Repeat("On x ", 1<<17),
		"many quote tops": head + "text/plain\r\n\r\n" + strings.Repeat("On Monday somebody wrote:\n> x\n", 6_000) + "end",
		"many addresses":  "To: " + strings.Repeat("a@b.test,", 20_000) + "\r\nFrom: x@y.test\r\n\r\nx",
		"many words":      "Subject: " + strings.Repeat("=?utf-8?B?4oKs?= ", 10_000) + "\r\n\r\nx",
		"many headers":    strings.Repeat("X-A: b\r\n", 30_000) + "\r\nx",
		"many files":      head + "multipart/mixed; boundary=m\r\n\r\n" + strings.Repeat("--m\r\nContent-Type: image/png\r\n\r\nx\r\n", 2000),
		"all references":  "References: " + strings.Repeat("<a@b> ", 20_000) + "\r\n\r\nx",
		"all brackets":    "From: " + strings.Repeat("<", 100_000) + "\r\n\r\nx",
		"all parentheses": "From: " + strings.Repeat("(", 100_000) + "\r\n\r\nx",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := mail.Parse([]byte(raw), mail.Options{})
			if err != nil {
				t.Fatal(err)
			}
			sound(t, m)
			if len(m.Files) > 100 || len(m.References) > 100 || len(m.To) > 200 || len(m.Text) > 256<<10 || len(m.HTML) > 3<<20 {
				t.Error("it is not bounded:", len(m.Files), len(m.References), len(m.To), len(m.Text), len(m.HTML))
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.eml")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := mail.Parse(raw, mail.Options{MaxText: 10_000, MaxHTML: 20_000, MaxFiles: 10})
		if err != nil {
			return
		}
		sound(t, m)
		if len(m.Text) > 10_000 || len(m.Quoted) > 10_000 || len(m.HTML) > 200_000 || len(m.Files) > 10 {
			t.Error("it is not bounded:", len(m.Text), len(m.Quoted), len(m.HTML), len(m.Files))
		}
	})
}

// An ordinary mail: an answer with its earlier messages, in both forms, 20 KB.
func BenchmarkParse(b *testing.B) {
	var plain, page strings.Builder
	for i := range 70 {
		fmt.Fprintf(&plain, "> line %d of what was said before, with words enough to fill it\r\n", i)
		fmt.Fprintf(&page, "<p class=\"MsoNormal\"><span style=\"font-size:11pt\">line %d of what was said before, <b>with</b> <a href=\"https://clinic.test/%d\">words</a> enough to fill it</span></p>\r\n", i, i)
	}
	raw := []byte("From: Ana <ana@patients.test>\r\nTo: desk@clinic.test\r\nSubject: =?utf-8?Q?R=C3=A9sultats?=\r\nContent-Type: multipart/alternative; boundary=m\r\n\r\n" +
		"--m\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThank you.\r\n\r\nOn Monday Elm Street <desk@clinic.test> wrote:\r\n" + plain.String() +
		"--m\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<div>Thank you.</div><div class=\"gmail_quote\"><div>On Monday wrote:</div><blockquote>" + page.String() + "</blockquote></div>\r\n--m--\r\n")
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if m, err := mail.Parse(raw, mail.Options{}); err != nil || m.Text != "Thank you." {
			b.Fatal(err, m.Text)
		}
	}
}
