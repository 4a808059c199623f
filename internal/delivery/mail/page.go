package mail

import (
	"encoding/base64"
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"frontdesk/internal/markup"
)

// document is a mail's HTML, with what it quotes folded into an element of its own.
type document struct {
	body          *nethtml.Node // nil: it could not be read
	fresh, quoted string        // as text
}

// read parses HTML as a browser does. The parser bounds how deep it goes; what is deeper
// keeps its text only. Of a whole one nothing is folded.
func read(s string, whole bool) document {
	root, err := nethtml.Parse(strings.NewReader(s))
	if err != nil {
		fresh, quoted := fold(markup.Tidy(markup.Clean(html.UnescapeString(bluemonday.StrictPolicy().Sanitize(s)))))
		return document{fresh: fresh, quoted: quoted}
	}
	prune(root)
	d := document{body: find(root, func(n *nethtml.Node) bool { return n.DataAtom == atom.Body })}
	if d.body == nil {
		return document{}
	}
	if whole {
		d.fresh = markup.Text(d.body)
		return d
	}
	below := foldQuotes(d.body)
	if below != nil {
		d.quoted = markup.Text(below)
		d.body.RemoveChild(below)
	}
	var found string
	d.fresh, found = fold(markup.Text(d.body)) // a program may mark its quotes for the eye alone
	d.quoted = joined(found, d.quoted)
	if below != nil {
		d.body.AppendChild(below)
	}
	return d
}

func (d document) texts() (fresh, quoted string) { return d.fresh, d.quoted }

// prune takes out what is no text: besides scripts and styles, all elements whose content one
// parser reads as text and another as elements.
func prune(n *nethtml.Node) {
	for child := n.FirstChild; child != nil; {
		next := child.NextSibling
		if child.Type == nethtml.CommentNode || child.Type == nethtml.ElementNode && noText(child) {
			n.RemoveChild(child)
		} else {
			prune(child)
		}
		child = next
	}
}

func noText(n *nethtml.Node) bool {
	switch n.Data {
	case "script", "style", "noscript", "iframe", "template", "title", "meta", "link", "base", "object", "embed", "applet",
		"xmp", "plaintext", "noembed", "noframes", "textarea", "select", "button", "frameset", "audio", "video", "canvas":
		return true
	}
	return strings.Contains(strings.ReplaceAll(strings.ToLower(markup.Attribute(n, "style")), " ", ""), "display:none") && n.DataAtom != atom.Body
}

var policy = allowed()

// allowed is what mail may look like on our page: its text with its structure. No attribute
// can name, style or overlay anything of the page's own.
func allowed() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "div", "span", "b", "strong", "i", "em", "u", "s", "strike", "del", "ins", "small", "big", "sub", "sup",
		"code", "pre", "tt", "kbd", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "dl", "dt", "dd",
		"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "summary", "abbr", "address", "center")
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`(?i)^(ltr|rtl|auto)$`)).Globally()
	p.AllowAttrs("colspan", "rowspan").Matching(regexp.MustCompile(`^[1-9]\d?$`)).OnElements("td", "th")
	markup.AllowLinks(p)
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(regexp.MustCompile(`^\d{1,4}$`)).OnElements("img")
	p.AllowAttrs("data-src").Matching(regexp.MustCompile(`(?i)^https?://[^\s"'<>]+$`)).OnElements("img")
	p.AllowAttrs("data-cid").Matching(regexp.MustCompile(`^[!-~]{1,998}$`)).OnElements("img")
	p.AllowAttrs("data-quoted").Matching(regexp.MustCompile(`^true$`)).OnElements("details")
	return p
}

// safe is the HTML as it may be shown. Pictures load nothing by themselves: data-cid names a
// file of the mail, data-src stands for one on the web that the reader may ask for.
func (d document) safe(g *gathering) string {
	if d.body == nil {
		return paragraphs(joined(d.fresh, d.quoted))
	}
	for _, img := range all(d.body, func(n *nethtml.Node) bool { return n.DataAtom == atom.Img }) {
		if !g.picture(img) {
			img.Parent.RemoveChild(img)
		}
	}
	var out strings.Builder
	for child := d.body.FirstChild; child != nil; child = child.NextSibling {
		if err := nethtml.Render(&out, child); err != nil {
			return paragraphs(joined(d.fresh, d.quoted))
		}
	}
	return strings.TrimSpace(markup.Clean(policy.Sanitize(out.String())))
}

const mostOfPicture = 5 << 20

// picture replaces an image's source. False: there is nothing to show.
func (g *gathering) picture(img *nethtml.Node) bool {
	src := strings.TrimSpace(markup.Attribute(img, "src"))
	small := func(s string) bool { s = strings.TrimSuffix(s, "px"); return s == "0" || s == "1" || s == "2" }
	if small(markup.Attribute(img, "width")) || small(markup.Attribute(img, "height")) {
		return false // it only counts who reads
	}
	var kept []nethtml.Attribute
	for _, a := range img.Attr {
		if a.Key == "alt" || a.Key == "width" || a.Key == "height" {
			kept = append(kept, a)
		}
	}
	img.Attr = kept
	scheme, rest, _ := strings.Cut(src, ":")
	switch strings.ToLower(scheme) {
	case "cid":
		id := bareID(unescaped(rest))
		for i := range g.files {
			if strings.EqualFold(g.files[i].ContentID, id) && id != "" {
				g.files[i].Inline = true
				img.Attr = append(img.Attr, nethtml.Attribute{Key: "data-cid", Val: g.files[i].ContentID})
				return true
			}
		}
	case "http", "https":
		img.Attr = append(img.Attr, nethtml.Attribute{Key: "data-src", Val: src})
		return true
	case "data":
		if id := g.unpack(rest); id != "" {
			img.Attr = append(img.Attr, nethtml.Attribute{Key: "data-cid", Val: id})
			return true
		}
	}
	return markup.Attribute(img, "alt") != ""
}

// unpack makes a file of a picture that stands in the HTML itself.
func (g *gathering) unpack(data string) (id string) {
	kind, encoded, found := strings.Cut(data, ";base64,")
	kind = mediaType(kind)
	if !found || !strings.HasPrefix(kind, "image/") || kind == "image/svg+xml" || len(encoded) > mostOfPicture || len(g.files) >= g.o.MaxFiles {
		return ""
	}
	content, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(encoded), ""))
	if err != nil {
		return ""
	}
	id = fmt.Sprintf("picture-%d@inline.invalid", len(g.files)+1)
	g.files = append(g.files, File{Filename: "picture" + extension(kind), MediaType: kind, Content: content, ContentID: id, Inline: true})
	return id
}

// paragraphs is a plain text as HTML.
func paragraphs(s string) string {
	if s == "" {
		return ""
	}
	s = html.EscapeString(s)
	return "<p>" + strings.ReplaceAll(strings.ReplaceAll(s, "\n\n", "</p><p>"), "\n", "<br>") + "</p>"
}

var metaCharset = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]{1,40})`)

// charsetOf is the one that the mail declares, otherwise what the page says of itself.
func charsetOf(page []byte, declared string) string {
	if declared == "" {
		if m := metaCharset.FindSubmatch(page[:min(len(page), 4096)]); m != nil {
			return string(m[1])
		}
	}
	return declared
}
