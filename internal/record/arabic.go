package record

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// forms of an Arabic letter, by its neighbours; 0 where there is none.
type forms struct{ isolated, final, initial, medial rune }

type ligature struct{ isolated, final rune }

// letters are read from Unicode's presentation forms, which stand in blocks of one, two or
// four for each letter: isolated, final, initial, medial.
var letters = sync.OnceValues(func() (map[rune]forms, map[[2]rune]ligature) {
	single, double := map[rune]forms{}, map[[2]rune]ligature{}
	add := func(from, to rune) {
		for r := from; r <= to; r++ {
			base := []rune(norm.NFKC.String(string(r)))
			switch {
			case len(base) == 2 && base[0] == 'ل' && r >= '\uFEF5': // lam with alef
				pair := [2]rune(base)
				if l := double[pair]; l.isolated == 0 {
					double[pair] = ligature{isolated: r}
				} else {
					double[pair] = ligature{l.isolated, r}
				}
			case len(base) == 1 && base[0] != r:
				f := single[base[0]]
				for _, slot := range []*rune{&f.isolated, &f.final, &f.initial, &f.medial} {
					if *slot == 0 {
						*slot = r
						break
					}
				}
				single[base[0]] = f
			}
		}
	}
	add('\uFB50', '\uFBB1') // of Persian and Urdu
	add('\uFBFC', '\uFBFF')
	add('\uFE80', '\uFEFC')
	return single, double
})

// shape joins Arabic letters as a reader expects them, as the PDF's fonts are drawn letter by
// letter. What has no form stays as it is.
func shape(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= hebrew }) {
		return s // most text
	}
	single, double := letters()
	in := []rune(s)
	out := make([]rune, 0, len(in))
	joins := false // the letter before reaches over to the next
	for i := 0; i < len(in); i++ {
		r := in[i]
		f, ok := single[r]
		switch {
		case unicode.Is(unicode.Mn, r): // a mark joins nothing and parts nothing
			out = append(out, r)
			continue
		case r == zeroWidthJoiner || r == 'ـ':
			joins = true
			if r == 'ـ' {
				out = append(out, r)
			}
			continue
		case r == zeroWidthNonJoiner || !ok:
			joins = false
			if r != zeroWidthNonJoiner {
				out = append(out, r)
			}
			continue
		}
		if next := after(in, i); next < len(in) {
			if l, ok := double[[2]rune{r, in[next]}]; ok {
				out = append(append(out, pick(joins, l.final, l.isolated)), in[i+1:next]...)
				i, joins = next, false
				continue
			}
		}
		reaches := f.initial != 0 && joinable(in, after(in, i), single)
		switch {
		case joins && reaches:
			r = pick(f.medial != 0, f.medial, f.final)
		case joins && f.final != 0:
			r = f.final
		case reaches:
			r = f.initial
		default:
			r = f.isolated
		}
		out = append(out, r)
		joins = reaches
	}
	return string(out)
}

func pick(yes bool, a, b rune) rune {
	if yes && a != 0 {
		return a
	}
	return b
}

// after is where the next letter stands, marks passed over.
func after(in []rune, i int) int {
	for i++; i < len(in) && unicode.Is(unicode.Mn, in[i]); i++ { //nolint:revive // the search is all there is
	}
	return i
}

func joinable(in []rune, at int, single map[rune]forms) bool {
	return at < len(in) && (single[in[at]].final != 0 || in[at] == 'ـ' || in[at] == zeroWidthJoiner)
}

// hebrew is the first character that is written from the right.
const hebrew = '\u0590'

// rightToLeft tells the direction of a paragraph by its first letter that has one.
func rightToLeft(s string) bool {
	for _, r := range s {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			return false
		case bidi.R, bidi.AL:
			return true
		default: // no letter: it has no direction of its own
		}
	}
	return false
}

// run is a stretch of one direction; its level is how deep it is embedded.
type run struct {
	text  string
	level int
}

// visual puts a line into the order in which it is drawn, from left to right.
func visual(line string, rtl bool) string {
	if !rtl && !strings.ContainsFunc(line, func(r rune) bool { return r >= hebrew }) {
		return line // most lines
	}
	var p bidi.Paragraph
	direction := bidi.LeftToRight
	if rtl {
		direction = bidi.RightToLeft
	}
	if _, err := p.SetString(line, bidi.DefaultDirection(direction)); err != nil {
		return line
	}
	order, err := p.Order()
	if err != nil || order.NumRuns() == 0 {
		return line
	}
	runs := make([]run, order.NumRuns())
	afterR := rtl
	for i := range runs {
		r := order.Run(i)
		runs[i].text = r.String()
		switch {
		case r.Direction() == bidi.RightToLeft:
			runs[i].level, afterR = 1, true
		case rtl || afterR && !hasLetter(runs[i].text): // a number between right-to-left words
			runs[i].level = 2
		default:
			afterR = false
		}
	}
	for level := 2; level > 0; level-- {
		reverseAbove(runs, level)
	}
	var b strings.Builder
	for _, r := range runs {
		if r.level == 1 {
			r.text = reversed(r.text)
		}
		b.WriteString(r.text)
	}
	return b.String()
}

func hasLetter(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		p, _ := bidi.LookupRune(r)
		return p.Class() == bidi.L
	})
}

// reverseAbove turns around each stretch of runs that is at least so deep.
func reverseAbove(runs []run, level int) {
	for i := 0; i < len(runs); i++ {
		j := i
		for j < len(runs) && runs[j].level >= level {
			j++
		}
		for a, b := i, j-1; a < b; a, b = a+1, b-1 {
			runs[a], runs[b] = runs[b], runs[a]
		}
		i = max(i, j)
	}
}

var mirrored = map[rune]rune{'(': ')', ')': '(', '[': ']', ']': '[', '{': '}', '}': '{', '<': '>', '>': '<', '«': '»', '»': '«'}

// reversed turns a word around; a mark stays with its letter, and brackets turn too.
func reversed(s string) string {
	in := []rune(s)
	out := make([]rune, 0, len(in))
	for end := len(in); end > 0; {
		start := end - 1
		for start > 0 && unicode.Is(unicode.Mn, in[start]) {
			start--
		}
		for _, r := range in[start:end] {
			if m, ok := mirrored[r]; ok {
				r = m
			}
			out = append(out, r)
		}
		end = start
	}
	return string(out)
}
