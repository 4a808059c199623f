package mail

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/cention-sany/utf7"
	"github.com/gogs/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/simplifiedchinese"

	"frontdesk/internal/markup"
)

// toText decodes bytes as declared, unless they cannot be that: many programs declare what
// they like. UTF-8 that holds together is nothing else, and what does not is something else.
func toText(b []byte, declared string) string {
	declared = strings.ToLower(strings.Trim(declared, `"' `))
	escapes := strings.HasPrefix(declared, "iso-2022") || declared == "hz-gb-2312" || strings.HasPrefix(declared, "utf-7") || strings.HasPrefix(declared, "utf-16")
	if !escapes && bytes.Contains(b, []byte("\x1b$")) {
		declared, escapes = "iso-2022-jp", true
	}
	if !escapes && utf8.Valid(b) && (!pairs(b) || !eastern(declared)) {
		return markup.Clean(string(b))
	}
	if e := lookup(declared); e != nil {
		if s, err := e.NewDecoder().Bytes(b); err == nil && plausible(s) {
			return markup.Clean(string(s))
		}
	}
	if e := lookup(guess(b)); e != nil {
		if s, err := e.NewDecoder().Bytes(b); err == nil && plausible(s) {
			return markup.Clean(string(s))
		}
	}
	if mostlyUTF8(b) {
		return markup.Clean(string(b))
	}
	s, err := charmap.Windows1252.NewDecoder().Bytes(b) // every byte is something there
	if err != nil {
		return markup.Clean(string(b))
	}
	return markup.Clean(string(s))
}

func lookup(name string) encoding.Encoding {
	switch name {
	case "", "utf-8", "utf8", "us-ascii", "ascii", "unknown-8bit", "x-unknown", "default_charset":
		return nil
	case "utf-7", "unicode-1-1-utf-7":
		return utf7.UTF7
	case "gb2312", "gbk", "x-gbk", "cp936", "gb_2312-80":
		return simplifiedchinese.GB18030 // which knows all of theirs
	case "cp1252", "ansi":
		return charmap.Windows1252
	}
	if e, err := htmlindex.Get(name); err == nil {
		return e
	}
	if e, err := ianaindex.MIME.Encoding(name); err == nil {
		return e
	}
	return nil
}

// eastern charsets write a letter as two bytes, which in a few words can look like UTF-8.
func eastern(name string) bool {
	for _, prefix := range []string{"gb", "big5", "euc", "shift", "ks_c", "x-gbk", "cp9", "windows-949", "x-sjis"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// pairs: as UTF-8 it would hold letters of two bytes and no others, which is what no eastern
// text is in UTF-8.
func pairs(b []byte) bool {
	two := false
	for _, r := range string(b) {
		if r > 0x7ff {
			return false
		}
		two = two || r > 0x7f
	}
	return two
}

// plausible: hardly anything in it that the charset has no letter for.
func plausible(s []byte) bool {
	bad := bytes.Count(s, []byte("\uFFFD"))
	return bad == 0 || bad*50 < utf8.RuneCount(s)
}

func mostlyUTF8(b []byte) bool {
	whole, broken := 0, 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			broken++
		case n > 1:
			whole++
		}
		b = b[n:]
	}
	return whole > 2*broken
}

// enough of a text to know its charset by.
const enough = 8 << 10

func guess(b []byte) string {
	result, err := chardet.NewTextDetector().DetectBest(b[:min(len(b), enough)])
	if err != nil || result.Confidence < 30 {
		return ""
	}
	return strings.ToLower(result.Charset)
}
