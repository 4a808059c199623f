package mail

import (
	"slices"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"frontdesk/internal/markup"
)

// Mail programs mark what they quote: some the quote itself, some only where it begins.
var (
	quoteClasses = []string{"gmail_quote", "gmail_quote_container", "yahoo_quoted", "protonmail_quote", "tutanota_quote", "zmail_extra", "moz-cite-prefix"}
	beginIDs     = []string{"divRplyFwdMsg", "appendonsend", "mail-editor-reference-message-container", "OLK_SRC_BODY_SECTION"}
)

func class(n *nethtml.Node, names ...string) bool {
	for _, has := range strings.Fields(markup.Attribute(n, "class")) {
		if slices.Contains(names, strings.TrimPrefix(has, "x_")) {
			return true
		}
	}
	return false
}

// marksQuote: the element is a quote.
func marksQuote(n *nethtml.Node) bool {
	return class(n, quoteClasses...) || n.DataAtom == atom.Blockquote && strings.EqualFold(markup.Attribute(n, "type"), "cite")
}

// marksBegin: the quote begins here and goes on to the end.
func marksBegin(n *nethtml.Node) bool {
	id := strings.TrimPrefix(markup.Attribute(n, "id"), "x_")
	if slices.Contains(beginIDs, id) || class(n, "OutlookMessageHeader") {
		return true
	}
	if n.DataAtom == atom.Div && strings.Contains(markup.Attribute(n, "style"), "border-top") { // Outlook on a desk
		lines := strings.Split(markup.TextOf(n, nil, longestHead), "\n")
		return opens(lines) > 0
	}
	return n.Type == nethtml.ElementNode && strings.Contains(id, "reply-above") // our own line, where it has one
}

// foldQuotes moves the earlier messages at the end of a page into a details element, which it
// returns; nil: there are none, or there is nothing else.
func foldQuotes(body *nethtml.Node) *nethtml.Node {
	var folded []*nethtml.Node
	if begin := find(body, marksBegin); begin != nil {
		folded = fromHere(body, begin)
	}
	gone := set(folded)
	quotes := outermost(body, marksQuote)
	for _, quote := range slices.Backward(quotes[max(0, len(quotes)-mostQuotes):]) {
		if within(quote, gone) {
			continue
		}
		if saysMore(body, quote, gone) || answersWithin(quote) || isForward(quote) {
			break
		}
		more := attribution(quote)
		folded = append(more, folded...)
		for _, n := range more {
			gone[n] = true
		}
	}
	if len(folded) == 0 || strings.TrimSpace(markup.TextOf(body, gone, longestHead)) == "" {
		return nil
	}
	details := &nethtml.Node{Type: nethtml.ElementNode, Data: "details", DataAtom: atom.Details, Attr: []nethtml.Attribute{{Key: "data-quoted", Val: "true"}}}
	summary := &nethtml.Node{Type: nethtml.ElementNode, Data: "summary", DataAtom: atom.Summary}
	summary.AppendChild(&nethtml.Node{Type: nethtml.TextNode, Data: "…"})
	details.AppendChild(summary)
	for _, n := range folded {
		n.Parent.RemoveChild(n)
		details.AppendChild(n)
	}
	body.AppendChild(details)
	return details
}

const (
	mostQuotes  = 20   // that follow each other at the end; each costs a look at the page
	longestHead = 1000 // characters that are looked at to know what an element is
)

func set(nodes []*nethtml.Node) map[*nethtml.Node]bool {
	out := make(map[*nethtml.Node]bool, len(nodes))
	for _, n := range nodes {
		out[n] = true
	}
	return out
}

// fromHere is the node and everything behind it.
func fromHere(body, n *nethtml.Node) (out []*nethtml.Node) {
	for first := true; n != nil && n != body; n, first = n.Parent, false {
		from := n
		if !first {
			from = n.NextSibling
		}
		for ; from != nil; from = from.NextSibling {
			out = append(out, from)
		}
	}
	return out
}

// within tells whether the node lies in, or is, one of those.
func within(n *nethtml.Node, those map[*nethtml.Node]bool) bool {
	for ; n != nil; n = n.Parent {
		if those[n] {
			return true
		}
	}
	return false
}

// saysMore tells whether anything stands between the quote and what is folded already.
func saysMore(body, quote *nethtml.Node, folded map[*nethtml.Node]bool) bool {
	for _, n := range fromHere(body, quote)[1:] {
		if strings.TrimSpace(markup.TextOf(n, folded, longestHead)) != "" {
			return true
		}
	}
	return false
}

// answersWithin: somebody has written between the lines of a quote, which splits it in two.
func answersWithin(quote *nethtml.Node) bool {
	if quote.DataAtom == atom.Blockquote {
		return false
	}
	inner := outermost(quote, func(n *nethtml.Node) bool { return n != quote && n.DataAtom == atom.Blockquote })
	if len(inner) < 2 {
		return false
	}
	without := set(inner)
	for _, n := range fromHere(quote, inner[0])[1:] {
		if strings.TrimSpace(markup.TextOf(n, without, longestHead)) != "" {
			return true
		}
	}
	return false
}

func isForward(quote *nethtml.Node) bool {
	for _, line := range strings.SplitN(strings.TrimSpace(markup.TextOf(quote, nil, longestHead)), "\n", 3) {
		if forwarded.MatchString(line) {
			return true
		}
	}
	return false
}

// attribution is the quote with the line above it that says who wrote it, where there is one.
func attribution(quote *nethtml.Node) []*nethtml.Node {
	before := quote.PrevSibling
	for before != nil && strings.TrimSpace(markup.TextOf(before, nil, longestHead)) == "" {
		before = before.PrevSibling
	}
	if before != nil && wrote.MatchString(oneLine(markup.TextOf(before, nil, longestHead))) {
		return []*nethtml.Node{before, quote}
	}
	return []*nethtml.Node{quote}
}

func find(n *nethtml.Node, is func(*nethtml.Node) bool) *nethtml.Node {
	if n.Type == nethtml.ElementNode && is(n) {
		return n
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if found := find(child, is); found != nil {
			return found
		}
	}
	return nil
}

func all(n *nethtml.Node, is func(*nethtml.Node) bool) (out []*nethtml.Node) {
	for d := range n.Descendants() {
		if d.Type == nethtml.ElementNode && is(d) {
			out = append(out, d)
		}
	}
	return out
}

// outermost are those that lie in no other of them.
func outermost(n *nethtml.Node, is func(*nethtml.Node) bool) (out []*nethtml.Node) {
	if n.Type == nethtml.ElementNode && is(n) {
		return []*nethtml.Node{n}
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		out = append(out, outermost(child, is)...)
	}
	return out
}
