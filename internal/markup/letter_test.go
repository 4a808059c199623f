package markup_test

import (
	"errors"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"frontdesk/internal/markup"
)

func TestALetterKeepsWhatIsAllowed(t *testing.T) {
	t.Parallel()
	const rel = ` rel="nofollow noreferrer noopener" target="_blank"`
	for name, tt := range map[string]struct{ raw, html, text string }{
		"words":               {"<p>Come at <strong>ten</strong>, <em>please</em>.</p>", "<p>Come at <strong>ten</strong>, <em>please</em>.</p>", "Come at ten, please."},
		"paragraphs":          {"<p>Dear Ana,</p><p>come<br>tomorrow.</p>", "<p>Dear Ana,</p><p>come<br/>tomorrow.</p>", "Dear Ana,\n\ncome\ntomorrow."},
		"a list":              {"<p>Bring:</p><ul><li><p>the card</p></li><li><p>the <b>form</b></p></li></ul><p>Bye</p>", "<p>Bring:</p><ul><li>the card</li><li>the <b>form</b></li></ul><p>Bye</p>", "Bring:\n\n- the card\n- the form\n\nBye"},
		"a numbered list":     {"<ol><li><p>one</p></li><li><p>two</p><ul><li><p>half</p></li></ul></li><li><p>three</p></li></ol>", "<ol><li>one</li><li>two<ul><li>half</li></ul></li><li>three</li></ol>", "1. one\n2. two\n  - half\n3. three"},
		"an item of two":      {"<ul><li><p>a</p><p>b</p></li></ul>", "<ul><li><p>a</p><p>b</p></li></ul>", "- a\nb"},
		"a quote":             {"<blockquote><p>You wrote</p></blockquote><p>Yes</p>", "<blockquote><p>You wrote</p></blockquote><p>Yes</p>", "> You wrote\n\nYes"},
		"a link":              {`<p>See <a href="https://clinic.test/form">the form</a></p>`, `<p>See <a href="https://clinic.test/form"` + rel + `>the form</a></p>`, "See the form <https://clinic.test/form>"},
		"a link that lies":    {`<a href="https://evil.test">https://clinic.test</a>`, `<a href="https://evil.test"` + rel + `>https://clinic.test</a>`, "https://clinic.test <https://evil.test>"},
		"an address":          {`<a href="mailto:a@b.test">write</a>`, `<a href="mailto:a@b.test" rel="nofollow noreferrer">write</a>`, "write"},
		"a script":            {`<p>a<script>alert(1)</script>b</p><script src="https://x.test/x.js"></script>`, "<p>ab</p>", "ab"},
		"a script in a link":  {`<a href="javascript:alert(1)">click</a><a href="JaVaScript&colon;alert(1)">x</a><a href="data:text/html,x">y</a>`, "clickxy", "clickxy"},
		"a handler":           {`<p onclick="alert(1)" onmouseover=x>a</p><strong onload=alert(1)>b</strong>`, "<p>a</p><strong>b</strong>", "a\n\nb"},
		"a style":             {`<style>p{display:none}</style><p style="display:none" class="x" id="y">seen</p>`, "<p>seen</p>", "seen"},
		"a picture":           {`<p>a<img src="https://track.test/x.png" onerror="alert(1)" alt="b"></p><img src="cid:1"><picture><source srcset="x"></picture>`, "<p>a</p>", "a"},
		"what a page is of":   {`<iframe src="x">y</iframe><form action="x"><input name=a><button>go</button></form><svg><script>1</script></svg><math><mi>2</mi></math>`, "go2", "go2"},
		"what is never ended": {"<p>a<strong>b<ul><li>c", "<p>a<strong>b</strong></p><ul><li><strong>c</strong></li></ul>", "ab\n\n- c"},
		"what never began":    {"a</div></p></blockquote>b", "a<p></p>b", "a\n\nb"},
		"a comment":           {"a<!-- b -->c<!--[if mso]>d<![endif]-->", "ac", "ac"},
		"signs":               {"<p>1 &lt; 2 &amp; &quot;3&quot; &#x1F600;</p>", "<p>1 &lt; 2 &amp; &#34;3&#34; 😀</p>", "1 < 2 & \"3\" 😀"},
		"nothing":             {"<p></p><p><br></p>", "<p></p><p><br/></p>", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := markup.Written(tt.raw)
			if err != nil || l.HTML != tt.html || l.Text != tt.text {
				t.Errorf("%v\nHTML %q\nwant %q\ntext %q\nwant %q", err, l.HTML, tt.html, l.Text, tt.text)
			}
		})
	}
}

func TestALetterHasBounds(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		raw  string
		want error
	}{
		"as long as it may be": {strings.Repeat("a", 64<<10), nil},
		"longer":               {strings.Repeat("a", 64<<10+1), markup.ErrTooLong},
		"deep":                 {strings.Repeat("<ul><li>", 50) + "a", markup.ErrTooDeep},
		"very deep":            {strings.Repeat("<blockquote>", 5000) + "a", markup.ErrTooDeep},
		"deep in what goes":    {strings.Repeat("<span>", 5000) + "a", nil},
		"of broken UTF-8":      {"<p>\xff</p>", markup.ErrNoText},
		"with a NUL":           {"<p>\x00</p>", markup.ErrNoText},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := markup.Written(tt.raw); !errors.Is(err, tt.want) {
				t.Errorf("answer %v, want %v", err, tt.want)
			}
		})
	}
}

// Whatever comes in: what is kept has nothing that acts, and is kept again as it is.
func FuzzWritten(f *testing.F) {
	for _, s := range []string{
		"<p>Come at <strong>ten</strong></p>", "<ul><li><p>a</p><ol><li>b", `<a href="javascript:x">y</a>`, "<p><a href=//x><p>", "<li><p>a</p>b<p>c</p>",
		"<b><i></b></i><blockquote></p>", "<a href=x><a href=y>", "<svg><style><p title='</style><img src onerror=x>'>", "&lt;script&gt;", "<p>a<ul><b><li></b>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		once, err := markup.Written(raw)
		if err != nil {
			return
		}
		low := strings.ToLower(once.HTML)
		for _, bad := range []string{"<script", "<style", "<img", "<svg", "<iframe", `href="javascript`, `href="data`} {
			if strings.Contains(low, bad) {
				t.Errorf("%q is kept as %q", raw, once.HTML)
			}
		}
		twice, err := markup.Written(once.HTML)
		if err == nil && twice.Text != once.Text {
			t.Errorf("%q says %q, and kept again %q", once.HTML, once.Text, twice.Text)
		}
	})
}

// A part of a page is read by itself, as the lines below a quote are: an item knows its list
// then, but nobody has counted.
func TestAnItemIsReadWithoutItsList(t *testing.T) {
	t.Parallel()
	page, err := nethtml.Parse(strings.NewReader("<ol><li>first<li>second <ul><li>inner</ul></ol>"))
	if err != nil {
		t.Fatal(err)
	}
	for item := range page.Descendants() {
		if item.DataAtom == atom.Ol {
			if got, want := markup.Text(item), "1. first\n2. second\n  - inner"; got != want {
				t.Errorf("the list says %q, not %q", got, want)
			}
			if got, want := markup.Text(item.LastChild), "- second\n\n- inner"; got != want {
				t.Errorf("the item says %q, not %q", got, want)
			}
			return
		}
	}
	t.Fatal("no list was read")
}
