package mail

import (
	"slices"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Mail programs mark what they quote: some the quote itself, some only where it begins.
var (
	quoteClasses = []string{"gmail_quote", "gmail_quote_container", "yahoo_quoted", "protonmail_quote", "tutanota_quote", "zmail_extra", "moz-cite-prefix"}
	beginIDs     = []string{"divRplyFwdMsg", "appendonsend", "mail-editor-reference-message-container", "OLK_SRC_BODY_SECTION"}
)

func class(n *nethtml.Node, names ...string) bool {
	for _, has := range strings.Fields(attribute(n, "class")) {
		if slices.Contains(names, strings.TrimPrefix(has, "x_")) {
			return true
		}
	}
	return false
}

// marksQuote: the element is a quote.
func marksQuote(n *nethtml.Node) bool {
	return class(n, quoteClasses...) || n.DataAtom == atom.Blockquote && strings.EqualFold(attribute(n, "type"), "cite")
}

// marksBegin: the quote begins here and goes on to the end.
func marksBegin(n *nethtml.Node) bool {
	id := strings.TrimPrefix(attribute(n, "id"), "x_")
	if slices.Contains(beginIDs, id) || class(n, "OutlookMessageHeader") {
		return true
	}
	if n.DataAtom == atom.Div && strings.Contains(attribute(n, "style"), "border-top") { // Outlook on a desk
		lines := strings.Split(render(n), "\n")
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
	quotes := outermost(body, marksQuote)
	for _, quote := range slices.Backward(quotes) {
		if within(quote, folded) {
			continue
		}
		if saysMore(body, quote, folded) || answersWithin(quote) || isForward(quote) {
			break
		}
		folded = append(attribution(quote), folded...)
	}
	if len(folded) == 0 || strings.TrimSpace(renderWithout(body, folded)) == "" {
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
func within(n *nethtml.Node, those []*nethtml.Node) bool {
	for ; n != nil; n = n.Parent {
		if slices.Contains(those, n) {
			return true
		}
	}
	return false
}

// saysMore tells whether anything stands between the quote and what is folded already.
func saysMore(body, quote *nethtml.Node, folded []*nethtml.Node) bool {
	behind := fromHere(body, quote)[1:]
	for _, n := range behind {
		if strings.TrimSpace(renderWithout(n, folded)) != "" {
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
	for _, n := range fromHere(quote, inner[0])[1:] {
		if strings.TrimSpace(renderWithout(n, inner)) != "" {
			return true
		}
	}
	return false
}

func isForward(quote *nethtml.Node) bool {
	for _, line := range strings.SplitN(strings.TrimSpace(render(quote)), "\n", 3) {
		if forwarded.MatchString(line) {
			return true
		}
	}
	return false
}

// attribution is the quote with the line above it that says who wrote it, where there is one.
func attribution(quote *nethtml.Node) []*nethtml.Node {
	before := quote.PrevSibling
	for before != nil && strings.TrimSpace(render(before)) == "" {
		before = before.PrevSibling
	}
	if before != nil && wrote.MatchString(oneLine(render(before))) {
		return []*nethtml.Node{before, quote}
	}
	return []*nethtml.Node{quote}
}

func attribute(n *nethtml.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
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
