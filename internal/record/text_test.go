package record

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPrintable(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Olá, Привет, Γειά, مرحبا, שלום": "Olá, Привет, Γειά, مرحبا, שלום",
		"Thanks \U0001F44D\U0001F3FD":    "Thanks [thumbs up sign][emoji modifier fitzpatrick type-4]",
		"☺ ✓ ♥ ☎":                        "☺ ✓ ♥ ☎",
		"❤️":                             "❤",
		"\U0001F1F5\U0001F1F9!":          "[flag PT]!",
		"中":                              "[U+4E2D]",
		"a\x00b\x07":                     "a[U+0000]b[U+0007]",
		"broken \xff":                    "broken \ufffd",
		"e\u0301":                        "é",
		"one\r\ntwo\rthree\tfour":        "one\ntwo\nthree    four",
		"\u202egnp.exe":                  "gnp.exe",
		"\U0010FFFF":                     "[U+10FFFF]",
	} {
		if got := printable(in); got != want {
			t.Errorf("%q is printed as %q, want %q", in, got, want)
		}
	}
}

func TestArabicIsJoined(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"سلام":          "\uFEB3\uFEFC\uFEE1",                         // seen initial, lam-alef final, meem isolated
		"كتب":           "\uFEDB\uFE98\uFE90",                         // initial, medial, final
		"دار":           "\uFEA9\uFE8D\uFEAD",                         // none of them reaches over
		"بَيت":          "\uFE91\u064E\uFEF4\uFE96",                   // a mark parts nothing
		"می\u200cخواهم": "\uFEE3\uFBFD\uFEA7\uFEEE\uFE8D\uFEEB\uFEE2", // parted by hand, with the Persian yeh
		"ab ب 1":        "ab \uFE8F 1",
		"لا":            "\uFEFB",
		"":              "",
	} {
		if got := shape(in); got != want {
			t.Errorf("%q is shaped as %+q, want %+q", in, got, want)
		}
	}
}

func TestLinesAreDrawnFromTheRight(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain words":         "plain words",
		"אבג":                 "גבא",
		"אבג abc דהו":         "והד abc גבא",
		"אבג 12 דהו":          "והד 12 גבא",
		"see אבג 12 דהו here": "see והד 12 גבא here",
		"see אבג (דהו) 7":     "see 7 (והד) גבא",
		"אבג (abc)":           "(abc) גבא",
		"אָב":                 "באָ",
		"12 אבג":              "גבא 12",
		"":                    "",
	} {
		if got := visual(in, rightToLeft(in)); got != want {
			t.Errorf("%q is drawn as %q, want %q", in, got, want)
		}
	}
}

// Whatever is written, it is printed without a crash, and what the fonts have is all there.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"Hello", "مرحبا 12", "\U0001F600", "\xff\x00", "שלום (abc) 3", "a\u0301\u0302", strings.Repeat("ن", 300)} {
		f.Add(seed)
	}
	has := glyphs()
	f.Fuzz(func(t *testing.T, s string) {
		words := printable(s)
		for _, r := range words {
			if r > 0xffff || !has[r] && r != '\n' && r != zeroWidthJoiner && r != zeroWidthNonJoiner {
				t.Errorf("%q has %U, which cannot be drawn", words, r)
			}
		}
		for line := range strings.SplitSeq(words, "\n") {
			if len(line) > 500 {
				continue // no line on a page is as long
			}
			shaped := shape(line)
			drawn := visual(shaped, rightToLeft(line))
			if utf8.RuneCountInString(drawn) != utf8.RuneCountInString(shaped) {
				t.Errorf("%q is drawn as %q", shaped, drawn)
			}
		}
	})
}
