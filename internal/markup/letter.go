package markup

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Letter is what somebody has written with an editor, made safe, and what it says: the text
// is always made of the HTML, so that nobody is shown other words than those that are found.
type Letter struct{ HTML, Text string }

// What a letter may not be, besides wrong.
var (
	ErrTooLong = errors.New("markup: the letter is too long")
	ErrTooDeep = errors.New("markup: the letter is nested too deeply")
	ErrNoText  = errors.New("markup: the letter is no text")
)

const (
	longestLetter = 64 << 10 // bytes: 4000 characters, each a link of its own, are fewer
	deepestLetter = 20       // elements in each other: a list in a list in a quote is six
)

var written = letters()

// letters is what an editor of ours makes. There are no pictures, as one on the web would tell
// its owner who reads; no attribute but a link's address, so that nothing can look like
// anything else; and no address that runs.
func letters() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "div", "br", "strong", "b", "em", "i", "ul", "ol", "li", "blockquote")
	AllowLinks(p)
	return p
}

// AllowLinks lets a link through whose address does not run, and which tells where it leads
// nothing of where it stood.
func AllowLinks(p *bluemonday.Policy) {
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true) // with noopener
}

// Written makes a letter of the HTML that an editor, or whoever speaks for one, hands over.
// What is not allowed is left out, what it says stays.
func Written(raw string) (Letter, error) {
	if len(raw) > longestLetter {
		return Letter{}, ErrTooLong
	}
	if !utf8.ValidString(raw) || strings.ContainsRune(raw, 0) {
		return Letter{}, ErrNoText
	}
	root, err := body(written.Sanitize(Clean(raw)))
	if err != nil { // the parser bounds how deep it goes
		return Letter{}, ErrTooDeep
	}
	if deep(root, deepestLetter) {
		return Letter{}, ErrTooDeep
	}
	plainItems(root)
	var out strings.Builder
	for child := root.FirstChild; child != nil; child = child.NextSibling {
		if err := nethtml.Render(&out, child); err != nil {
			return Letter{}, err
		}
	}
	return Letter{HTML: strings.TrimSpace(out.String()), Text: strings.TrimSpace(Text(root))}, nil
}

// body parses a part of a page: every element in it is closed, whatever it was before.
func body(part string) (*nethtml.Node, error) {
	in := &nethtml.Node{Type: nethtml.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := nethtml.ParseFragment(strings.NewReader(part), in)
	for _, n := range nodes {
		in.AppendChild(n)
	}
	return in, err
}

func deep(n *nethtml.Node, most int) bool {
	if most < 0 {
		return true
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if deep(child, most-1) {
			return true
		}
	}
	return false
}

// plainItems takes the paragraph away that an editor puts around the words of an item: mail
// programs would set each item apart from the next.
func plainItems(root *nethtml.Node) {
	var paragraphs []*nethtml.Node
	for n := range root.Descendants() {
		if n.DataAtom == atom.P && n.Parent.DataAtom == atom.Li && n.PrevSibling == nil && !isParagraph(n.NextSibling) {
			paragraphs = append(paragraphs, n)
		}
	}
	for _, p := range paragraphs {
		for child := p.FirstChild; child != nil; child = p.FirstChild {
			p.RemoveChild(child)
			p.Parent.InsertBefore(child, p)
		}
		p.Parent.RemoveChild(p)
	}
}

func isParagraph(n *nethtml.Node) bool { return n != nil && n.DataAtom == atom.P }
