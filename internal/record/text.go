package record

import (
	_ "embed" // the fonts
	"fmt"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/unicode/runenames"
)

// DejaVu Sans has Latin, Greek, Cyrillic, Arabic, Hebrew, Armenian, Georgian and many signs.
//
//go:embed fonts/DejaVuSans.ttf
var regular []byte

//go:embed fonts/DejaVuSans-Bold.ttf
var bold []byte

// glyphs are the characters that both fonts can draw.
var glyphs = sync.OnceValue(func() *[1 << 16]bool {
	has := new([1 << 16]bool)
	var b sfnt.Buffer
	for i, raw := range [][]byte{regular, bold} {
		font, err := sfnt.Parse(raw)
		if err != nil {
			panic("record: the font is broken: " + err.Error())
		}
		for r := range has {
			at, err := font.GlyphIndex(&b, rune(r))
			has[r] = err == nil && at != 0 && (i == 0 || has[r])
		}
	}
	return has
})

// printable keeps what the fonts can draw, and says the rest in words, in brackets: nothing
// that was written is left out. Joiners stay, as shape goes by them.
func printable(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\r\n", "\n"), "\t", "    ")
	has := glyphs()
	var b strings.Builder
	runes := []rune(norm.NFC.String(s))
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; {
		case r == '\n' || r == zeroWidthNonJoiner || r == zeroWidthJoiner:
			b.WriteRune(r)
		case r == '\r':
			b.WriteByte('\n')
		case invisible(r):
		case isRegional(r) && i+1 < len(runes) && isRegional(runes[i+1]):
			fmt.Fprintf(&b, "[flag %c%c]", r-regionalA+'A', runes[i+1]-regionalA+'A')
			i++
		case r < 1<<16 && has[r]:
			b.WriteRune(r)
		default:
			b.WriteString("[" + inWords(r) + "]")
		}
	}
	return b.String()
}

const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
	regionalA          = '\U0001F1E6'
)

func isRegional(r rune) bool { return r >= regionalA && r <= regionalA+25 }

// invisible characters only say how others are drawn, or in which order.
func invisible(r rune) bool {
	return unicode.Is(unicode.Variation_Selector, r) || unicode.Is(unicode.Cf, r)
}

func inWords(r rune) string {
	name := runenames.Name(r)
	if name == "" || name[0] == '<' {
		return fmt.Sprintf("U+%04X", r)
	}
	return strings.ToLower(name)
}
