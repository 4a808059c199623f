package mail

import (
	"regexp"
	"strings"
)

// texts makes of all sections the mail's three: what is new, what was quoted, and the HTML.
func (g *gathering) texts(m *Mail) {
	var fresh, quoted, page []string
	rich, whole := false, forwards.MatchString(m.Subject)
	for _, s := range g.sections {
		rich = rich || s.html != ""
	}
	for _, s := range g.sections {
		var doc document
		if len(s.html) > g.o.MaxHTML {
			s.html, m.Truncated = strings.ToValidUTF8(s.html[:g.o.MaxHTML], ""), true
		}
		if s.html != "" {
			doc = read(s.html, whole)
		}
		n, q := g.bounded(m, s.text), ""
		if !whole {
			n, q = fold(n)
		}
		if s.html != "" && (n == "" || placeholder(s.text, doc)) {
			n, q = doc.texts()
		}
		fresh, quoted = append(fresh, n), append(quoted, q)
		if s.html != "" {
			page = append(page, doc.safe(g))
		} else if rich {
			page = append(page, paragraphs(s.text))
		}
	}
	if g.invite != "" {
		fresh = append(fresh, g.invite)
	}
	m.Text = g.bounded(m, blocks(fresh))
	m.Quoted = g.bounded(m, blocks(quoted))
	m.HTML = strings.Join(page, "\n")
}

func (g *gathering) bounded(m *Mail, s string) string {
	if len(s) > g.o.MaxText {
		m.Truncated = true
		return short(s, g.o.MaxText)
	}
	return s
}

func blocks(parts []string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n\n")
}

var noHTML = regexp.MustCompile(`(?i)\bhtml\b|view (this|it) (email|message|online)|in (ihrem|your) browser|webversion`)

// placeholder: the plain text only says that there is none.
func placeholder(text string, doc document) bool {
	if len(text) > 400 || !noHTML.MatchString(text) {
		return false
	}
	fresh, _ := doc.texts()
	return len(fresh) > 2*len(text)
}

// unflow joins the lines of RFC 3676 that a program has broken.
func unflow(s string, delsp bool) string {
	var out []string
	open, level := false, 0
	for _, line := range strings.Split(s, "\n") {
		depth := 0
		for depth < len(line) && line[depth] == '>' {
			depth++
		}
		text := line[depth:]
		text = strings.TrimPrefix(text, " ") // which was put there so that it begins with none
		soft := strings.HasSuffix(text, " ") && text != "-- "
		if soft && delsp {
			text = strings.TrimSuffix(text, " ")
		}
		if open && depth == level && text != "-- " {
			out[len(out)-1] += text
		} else {
			if depth > 0 {
				text = strings.Repeat(">", depth) + " " + text
			}
			out = append(out, text)
		}
		open, level = soft, depth
	}
	return strings.Join(out, "\n")
}
