package mail

import (
	"strings"

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
}

func render(n *nethtml.Node) string { return renderPart(n, nil, 0) }

func renderPart(n *nethtml.Node, without map[*nethtml.Node]bool, most int) string {
	r := &renderer{without: without, most: most}
	r.node(n)
	return strings.Trim(tidy(clean(r.out.String())), "\n ")
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
		r.gap, r.space = min(r.gap+1, 3), false
	case atom.Hr:
		r.block(1)
	case atom.Summary, atom.Head:
	case atom.Img:
		if alt := oneLine(attribute(n, "alt")); alt != "" {
			r.text("[" + alt + "]")
		}
	case atom.A:
		r.link(n)
	case atom.Li:
		r.block(1)
		r.text("- ")
		r.children(n)
		r.block(1)
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
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Dl, atom.Table:
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

// block asks for at least so many line ends before what comes next.
func (r *renderer) block(lines int) { r.gap, r.space = max(r.gap, lines), false }

// link adds where it leads, unless that is what it says.
func (r *renderer) link(n *nethtml.Node) {
	r.children(n)
	to := strings.TrimSpace(attribute(n, "href"))
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
	r.gap, r.space, r.level = 0, false, r.quotes
}

func (r *renderer) mark(level int) {
	if level > 0 {
		r.out.WriteString(strings.Repeat(">", level) + " ")
	}
}
