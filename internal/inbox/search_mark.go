package inbox

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Part is a piece of a text that was found, marked where it is what was looked for.
type Part struct {
	Text   string
	Marked bool
}

// words are what to mark: in small letters and without accents.
type words struct {
	whole  map[string]bool
	begins string // or ""
}

func wordsOf(p phrases) words {
	w := words{whole: map[string]bool{}}
	for i, phrase := range p.all {
		for _, word := range strings.FieldsFunc(phrase, separates) {
			if w.whole[fold(word)] = true; i == len(p.all)-1 && p.open {
				w.begins = fold(word)
			}
		}
	}
	return w
}

func (w words) has(word string) bool {
	word = fold(word)
	return w.whole[word] || w.begins != "" && strings.HasPrefix(word, w.begins)
}

// allIn tells whether each of the words is in a short text.
func (w words) allIn(text string) bool {
	for word := range w.whole {
		if !strings.Contains(fold(text), word) {
			return false
		}
	}
	return true
}

// letters are those that no decomposition makes plain, as the database's unaccent has them.
var letters = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i")

// fold makes what people type comparable. Marks are dropped from Latin and Greek letters
// alone: in other scripts they make another letter.
func fold(s string) string {
	var out strings.Builder
	plain := true
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case !unicode.Is(unicode.Mn, r):
			plain = unicode.In(r, unicode.Latin, unicode.Greek)
		case plain:
			continue
		}
		out.WriteRune(r)
	}
	return letters.Replace(norm.NFC.String(out.String()))
}

// mark fills in what a hit shows of its message.
func (h *Hit) mark(w words) {
	h.Subject = w.parts(h.Message.Subject)
	h.Snippet = w.snippet(h.Message.Body)
	for _, f := range h.Message.Files {
		if parts := w.parts(f.Filename); marked(parts) {
			h.Files = append(h.Files, parts)
		}
	}
}

func marked(parts []Part) bool {
	for _, p := range parts {
		if p.Marked {
			return true
		}
	}
	return false
}

// parts cuts a text where the words begin and end.
func (w words) parts(text string) (out []Part) {
	from := 0 // of what is not cut off yet
	for start := 0; start < len(text); {
		at := strings.IndexFunc(text[start:], func(r rune) bool { return !separates(r) })
		if at < 0 {
			break
		}
		begin := start + at
		end := len(text)
		if n := strings.IndexFunc(text[begin:], separates); n >= 0 {
			end = begin + n
		}
		if w.has(text[begin:end]) {
			if begin > from {
				out = append(out, Part{Text: text[from:begin]})
			}
			out = append(out, Part{text[begin:end], true})
			from = end
		}
		start = end
	}
	if from < len(text) {
		out = append(out, Part{Text: text[from:]})
	}
	return out
}

const (
	snippetBefore = 60 // bytes before the first word that was found
	snippetLength = 220
)

// snippet is the part of a text around the first of the words.
func (w words) snippet(text string) []Part {
	first := 0
	for _, p := range w.parts(text) {
		if p.Marked {
			break
		}
		first += len(p.Text)
	}
	if first >= len(text) {
		first = 0
	}
	begin, end := edge(text, max(0, first-snippetBefore)), edge(text, min(len(text), first-min(first, snippetBefore)+snippetLength))
	cut := text[begin:end]
	if begin > 0 {
		cut = "…" + cut
	}
	if end < len(text) {
		cut += "…"
	}
	return w.parts(cut)
}

// edge moves a place in a text to the next space near it, and never into a letter.
func edge(text string, at int) int {
	if at == 0 || at >= len(text) {
		return min(at, len(text))
	}
	if n := strings.IndexFunc(text[at:], unicode.IsSpace); n >= 0 && n < 24 {
		return at + n
	}
	for at < len(text) && text[at]&0xc0 == 0x80 {
		at++
	}
	return at
}
