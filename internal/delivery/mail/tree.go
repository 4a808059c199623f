package mail

import (
	"strings"

	"github.com/jhillyerd/enmime/v2"
	"github.com/jhillyerd/enmime/v2/mediatype"

	"frontdesk/internal/markup"
)

// section is a stretch of a mail's text, in one form or both.
type section struct{ text, html string }

func (s section) empty() bool { return s.text == "" && s.html == "" }

// gathering is what a walk over the tree has found.
type gathering struct {
	o        Options
	sections []section
	invite   string
	files    []File
	dropped  bool // there were more files than may be
	report   *enmime.Part
	returned *enmime.Part // what a report gives back of our letter
}

func gather(m *Mail, root *enmime.Part, o Options) {
	g := &gathering{o: o}
	g.walk(root, 0)
	if o.Cut {
		g.dropLast(root)
	}
	m.Files = g.files
	m.Truncated = m.Truncated || g.dropped
	g.texts(m)
	if m.Bounce = g.bounce(m, header(root.Header)); m.Bounce != nil || root.ContentType == "multipart/report" {
		m.Automatic = true
	}
}

func (g *gathering) walk(p *enmime.Part, depth int) {
	kind := strings.ToLower(p.ContentType)
	switch {
	case depth > 2*deepest:
		return
	case p.FirstChild != nil && kind == "multipart/alternative":
		g.alternative(p, depth)
	case p.FirstChild != nil:
		for child := p.FirstChild; child != nil; child = child.NextSibling {
			g.walk(child, depth+1)
		}
	case strings.HasPrefix(kind, "multipart/"):
		g.text(p) // a multipart that has no parts: whatever it is, it is shown
	default:
		g.leaf(p, kind)
	}
}

// alternative takes of each form the last that says anything: programs disagree about the
// order, and the richest comes last.
func (g *gathering) alternative(p *enmime.Part, depth int) {
	before := g.sections
	var chosen section
	for child := p.FirstChild; child != nil; child = child.NextSibling {
		g.sections = nil
		g.walk(child, depth+1)
		var one section
		for _, s := range g.sections {
			one.text = joined(one.text, s.text)
			one.html = joined(one.html, s.html)
		}
		if strings.TrimSpace(one.text) != "" {
			chosen.text = one.text
		}
		if strings.TrimSpace(one.html) != "" {
			chosen.html = one.html
		}
	}
	g.sections = before
	if !chosen.empty() {
		g.sections = append(g.sections, chosen)
	}
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n\n" + b
}

func (g *gathering) leaf(p *enmime.Part, kind string) {
	attached := p.Disposition == "attachment"
	named := p.FileName != "" || p.ContentID != "" && !strings.HasPrefix(kind, "text/")
	switch {
	case kind == "message/delivery-status" || kind == "message/global-delivery-status":
		g.report = p
	case kind == "message/disposition-notification" || signature(kind):
	case (kind == "text/rfc822-headers" || strings.HasPrefix(kind, "message/")) && g.report != nil && p.Parent != nil && p.Parent.ContentType == "multipart/report":
		g.returned = p
	case kind == "text/calendar":
		if g.invite == "" {
			g.invite = invitation(p.Content, declaredCharset(p))
		}
		g.file(p, kind)
	case attached || named && kind != "text/plain" && kind != "text/html" || p.Disposition == "inline" && p.FileName != "" && len(g.sections) > 0:
		g.file(p, kind)
	case kind == "text/plain" || kind == "" || kind == "text/html" || kind == "text/markdown":
		if p.FileName != "" && len(g.sections) > 0 {
			g.file(p, kind)
			return
		}
		g.text(p)
	case kind == "text/x-amp-html": // a program, not a text
	case len(p.Content) > 0:
		g.file(p, kind)
	}
}

// signature: proof for machines, noise for people.
func signature(kind string) bool {
	switch kind {
	case "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "application/pgp-keys":
		return true
	}
	return false
}

func declared(p *enmime.Part) map[string]string {
	_, params, _, err := mediatype.Parse(p.Header.Get("Content-Type"))
	if err != nil || params == nil {
		return map[string]string{}
	}
	return params
}

func declaredCharset(p *enmime.Part) string { return declared(p)["charset"] }

func (g *gathering) text(p *enmime.Part) {
	params := declared(p)
	if p.ContentType == "text/html" {
		if s := toText(p.Content, charsetOf(p.Content, params["charset"])); strings.TrimSpace(s) != "" {
			g.sections = append(g.sections, section{html: s})
		}
		return
	}
	s := toText(p.Content, params["charset"])
	if strings.EqualFold(params["format"], "flowed") {
		s = unflow(s, strings.EqualFold(params["delsp"], "yes"))
	}
	if s = strings.Trim(markup.Tidy(s), "\n"); s != "" {
		g.sections = append(g.sections, section{text: s})
	}
}

func (g *gathering) file(p *enmime.Part, kind string) {
	if len(g.files) >= g.o.MaxFiles {
		g.dropped = true
		return
	}
	name := parameterName(" " + p.Header.Get("Content-Disposition"))
	if name == "" {
		name = parameterName(" " + p.Header.Get("Content-Type"))
	}
	if name == "" {
		name = decodeWords(p.FileName)
	}
	kind = mediaType(kind)
	if kind == "application/ms-tnef" || strings.EqualFold(name, "winmail.dat") {
		if inside := tnef(p.Content); len(inside) > 0 {
			room := g.o.MaxFiles - len(g.files)
			g.dropped = g.dropped || len(inside) > room
			g.files = append(g.files, inside[:min(room, len(inside))]...)
			return
		}
	}
	if name == "" && kind == "text/calendar" {
		name = "invitation.ics"
	}
	if name == "" && kind == "message/rfc822" {
		if inner := header(flat(p.Content).Header).line("Subject"); inner != "" {
			name = strings.ReplaceAll(strings.ReplaceAll(inner, "/", "_"), `\`, "_") + ".eml"
		}
	}
	g.files = append(g.files, File{
		Filename: fileName(name, kind), MediaType: kind, Content: p.Content, ContentID: bareID(p.ContentID),
		Inline: p.Disposition != "attachment" && p.ContentID != "" && strings.HasPrefix(kind, "image/"),
	})
}

// dropLast takes away the file in whose middle the bytes end: half a file is none.
func (g *gathering) dropLast(root *enmime.Part) {
	last := root
	for last.FirstChild != nil {
		for last = last.FirstChild; last.NextSibling != nil; {
			last = last.NextSibling
		}
	}
	if n := len(g.files); n > 0 && len(last.Content) == len(g.files[n-1].Content) {
		g.files = g.files[:n-1]
	}
}
