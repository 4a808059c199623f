// Package markup knows HTML that others wrote: the text of it, and how it is made safe.
package markup

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// renderer writes a page as the text that somebody would have typed: no lines under titles,
// no broken lines, quotes marked with > as in plain mail, so that one way of folding serves.
type renderer struct {
	out     strings.Builder
	without map[*nethtml.Node]bool
	most    int  // characters, after which nothing more is read; zero: all
	gap     int  // line ends due before the next word
	space   bool // a space is due
	quotes  int
	level   int // of the line that was written last
	pre     bool
	lists   []int // around what is read: the items of each so far
	marked  bool  // an item's mark is written, and none of its words
}

// Text is what a page says.
func Text(n *nethtml.Node) string { return TextOf(n, nil, 0) }

// TextOf leaves parts out, and ends after so many characters; zero: it does not.
func TextOf(n *nethtml.Node, without map[*nethtml.Node]bool, most int) string {
	r := &renderer{without: without, most: most}
	r.node(n)
	return strings.Trim(Tidy(Clean(r.out.String())), "\n ")
}

func (r *renderer) node(n *nethtml.Node) {
	if r.without[n] || r.most > 0 && r.out.Len() > r.most {
		return
	}
	switch n.Type {
	case nethtml.TextNode:
		r.text(n.Data)
	case nethtml.ElementNode:
		r.element(n)
	default:
		r.children(n)
	}
}

func (r *renderer) element(n *nethtml.Node) {
	switch n.DataAtom {
	case atom.Br:
		r.gap, r.space, r.marked = min(r.gap+1, 3), false, false
	case atom.Hr:
		r.block(1)
	case atom.Summary, atom.Head:
	case atom.Img:
		if alt := strings.Join(strings.Fields(Clean(Attribute(n, "alt"))), " "); alt != "" {
			r.text("[" + alt + "]")
		}
	case atom.A:
		r.link(n)
	case atom.Ul, atom.Ol:
		r.list(n)
	case atom.Li:
		r.item(n)
	case atom.Td, atom.Th:
		r.children(n)
		r.space = true
	case atom.Blockquote:
		r.block(2)
		r.quotes++
		r.children(n)
		r.quotes--
		r.block(2)
	case atom.Pre:
		r.block(1)
		was := r.pre
		r.pre = true
		r.children(n)
		r.pre = was
		r.block(1)
	case atom.P:
		lines := 2
		if n.Parent != nil && n.Parent.DataAtom == atom.Li {
			lines = 1 // the items of a list stand close
		}
		r.block(lines)
		r.children(n)
		r.block(lines)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Dl, atom.Table:
		r.block(2)
		r.children(n)
		r.block(2)
	case atom.Div, atom.Tr, atom.Dt, atom.Dd, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Address, atom.Center, atom.Body, atom.Details, atom.Form:
		r.block(1)
		r.children(n)
		r.block(1)
	default:
		r.children(n)
	}
}

func (r *renderer) children(n *nethtml.Node) {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		r.node(child)
	}
}

// block asks for at least so many line ends before what comes next; an item's words stand
// behind its mark all the same.
func (r *renderer) block(lines int) {
	if !r.marked {
		r.gap, r.space = max(r.gap, lines), false
	}
}

// list is one in another, perhaps; its items stand close to the one that holds them.
func (r *renderer) list(n *nethtml.Node) {
	lines := 2
	if len(r.lists) > 0 {
		lines = 1
	}
	r.block(lines)
	r.lists = append(r.lists, 0)
	r.children(n)
	r.lists = r.lists[:len(r.lists)-1]
	r.block(lines)
}

const deepestIndent = 5

func (r *renderer) item(n *nethtml.Node) {
	mark, depth := "-", len(r.lists)-1
	if depth >= 0 { // else its list is outside of what is read
		r.lists[depth]++
		if n.Parent.DataAtom == atom.Ol {
			mark = strconv.Itoa(r.lists[depth]) + "."
		}
	}
	r.marked = false
	r.block(1)
	r.word(strings.Repeat("  ", min(max(0, depth), deepestIndent)) + mark)
	r.space, r.marked = true, true
	r.children(n)
	r.marked = false
	r.block(1)
}

// link adds where it leads, unless that is what it says.
func (r *renderer) link(n *nethtml.Node) {
	r.children(n)
	to := strings.TrimSpace(Attribute(n, "href"))
	if !strings.HasPrefix(to, "http://") && !strings.HasPrefix(to, "https://") || len(to) > 500 {
		return
	}
	says := strings.TrimSuffix(strings.TrimSpace(renderText(n)), "/")
	if says != "" && !strings.HasSuffix(strings.TrimSuffix(to, "/"), says) {
		r.text(" <" + to + ">")
	}
}

func renderText(n *nethtml.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == nethtml.TextNode {
			out.WriteString(d.Data)
		}
	}
	return out.String()
}

func (r *renderer) text(s string) {
	if r.pre {
		for i, line := range strings.Split(s, "\n") {
			if i > 0 {
				r.gap++
			}
			if line != "" {
				r.word(line)
			}
		}
		return
	}
	for s != "" {
		i := strings.IndexAny(s, " \t\r\n")
		switch {
		case i == 0:
			r.space = true
			s = s[1:]
		case i < 0:
			r.word(s)
			s = ""
		default:
			r.word(s[:i])
			s = s[i:]
		}
	}
}

func (r *renderer) word(s string) {
	switch {
	case r.out.Len() == 0:
		r.mark(r.quotes)
	case r.gap > 0:
		for range r.gap - 1 {
			r.out.WriteByte('\n')
			r.mark(min(r.level, r.quotes))
		}
		r.out.WriteByte('\n')
		r.mark(r.quotes)
	case r.space:
		r.out.WriteByte(' ')
	}
	r.out.WriteString(s)
	r.gap, r.space, r.level, r.marked = 0, false, r.quotes, false
}

func (r *renderer) mark(level int) {
	if level > 0 {
		r.out.WriteString(strings.Repeat(">", level) + " ")
	}
}

// Attribute is an attribute's value; empty: it has none.
func Attribute(n *nethtml.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

var manyEmpty = regexp.MustCompile(`\n{4,}`)

// Tidy takes the spaces off the lines' ends, but for the one that marks a signature, and
// empty lines beyond two.
func Tidy(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if line != "-- " {
			lines[i] = strings.TrimRight(line, " \t\u00a0")
		}
	}
	return manyEmpty.ReplaceAllString(strings.Join(lines, "\n"), "\n\n\n")
}

// Clean leaves what a database and a page can hold: valid UTF-8, line ends as \n, and no
// control character. Those that turn the direction of writing stay; whoever writes Arabic
// needs them.
func Clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return '\n'
		case unicode.IsControl(r) || r == '\uFEFF' || r == '\uFFFE' || r == '\uFFFF':
			return -1
		}
		return r
	}, s)
}
