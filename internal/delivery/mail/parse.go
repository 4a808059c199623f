package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"
	"strings"

	"github.com/jhillyerd/enmime/v2"
	"github.com/jhillyerd/enmime/v2/mediatype"
)

// Options bound what a mail may cost, and say what is ours. A bound of zero is the default.
type Options struct {
	Own  []string // the account's addresses, which may carry a token; none: any may
	Loop string   // what our own letters hold in LoopHeader; empty: whatever they hold
	Cut  bool     // the bytes are only the beginning

	MaxBytes int // of the whole; 50 MB
	MaxText  int // of each of the texts, in bytes; 256 KB
	MaxHTML  int // 1 MB
	MaxFiles int // 100
}

// What a mail may consist of before it is read as one plain text. Real ones stay far below;
// each multipart within another costs every line of it once more, and each part a buffer.
const (
	mostMultiparts = 60
	mostParts      = 5000
	mostWork       = 4 << 30 // multiparts times bytes
	deepest        = 22      // of unclosed ones each level doubles what the library does
)

// ErrEmpty is what Parse says of no bytes at all. Everything else is a mail.
var ErrEmpty = errors.New("an empty message")

// Parse reads a mail, however broken: what cannot be told apart is given as text. The same
// bytes give the same mail.
func Parse(raw []byte, o Options) (m Mail, err error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return Mail{}, ErrEmpty
	}
	o.defaults()
	m.Truncated = o.Cut
	sum := sha256.Sum256(raw)
	if len(raw) > o.MaxBytes {
		raw, o.Cut, m.Truncated = raw[:o.MaxBytes], true, true
	}
	// Files of mailboxes begin with a line of their own, and so do some gateways' mails.
	raw = bytes.TrimLeft(raw, "\r\n")
	if bytes.HasPrefix(raw, []byte("From ")) || bytes.HasPrefix(raw, []byte(">From ")) {
		if end := bytes.IndexByte(raw, '\n'); end >= 0 {
			raw = raw[end+1:]
		}
	}
	root := parts(raw)
	header(root.Header).into(&m, o)
	if m.MessageID == "" {
		m.MessageID = hex.EncodeToString(sum[:16]) + "@missing.invalid"
	}
	gather(&m, root, o)
	return m, nil
}

func (o *Options) defaults() {
	for _, bound := range []struct {
		n      *int
		normal int
	}{{&o.MaxBytes, 50 << 20}, {&o.MaxText, 256 << 10}, {&o.MaxHTML, 1 << 20}, {&o.MaxFiles, 100}} {
		if *bound.n <= 0 {
			*bound.n = bound.normal
		}
	}
}

var delimiter = []byte("\n--")

// multiparts counts the boundaries that are named, and how many of them are open at once.
func multiparts(raw []byte) (named, deep int) {
	open, rest := map[string]int{}, raw
	now := 0
	for len(rest) > 0 && named <= mostMultiparts {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		line = bytes.TrimRight(line, " \t\r")
		if name, found := bytes.CutPrefix(line, []byte("--")); found && bytes.HasSuffix(name, []byte("--")) {
			if key := string(name[:len(name)-2]); open[key] > 0 {
				open[key]--
				now--
			}
			continue
		}
		for _, m := range boundaryName.FindAllSubmatch(mayName(line), -1) {
			open[string(m[1])]++
			named++
			now++
			deep = max(deep, now)
		}
	}
	return named, deep
}

var boundaryName = regexp.MustCompile(`(?i)boundary\s*=\s*"?([^"\s;]*)`)

// mayName spares lines that cannot name a boundary.
func mayName(line []byte) []byte {
	if bytes.IndexByte(line, '=') < 0 {
		return nil
	}
	return line
}

// parts splits a mail into its tree. A mail that is too deep, or that the library cannot
// take, is one text.
func parts(raw []byte) (root *enmime.Part) {
	defer func() {
		if recover() != nil {
			root = flat(raw) // one mail that trips the library must not stop a mailbox
		}
	}()
	n, deep := multiparts(raw)
	if n > mostMultiparts || deep > deepest || n*len(raw) > mostWork || bytes.Count(raw, delimiter) > mostParts {
		return flat(raw)
	}
	parser := enmime.NewParser(
		enmime.SkipMalformedParts(true),
		enmime.MultipartWOBoundaryAsSinglePart(true),
		enmime.SetReadPartErrorPolicy(func(*enmime.Part, error) bool { return true }), // keep what was whole
		enmime.DisableCharacterDetection(true),
		enmime.SetCustomParseMediaType(contentType(raw)),
		enmime.MaxStoredPartErrors(1),
	)
	root, err := parser.ReadParts(bytes.NewReader(raw))
	if err != nil || root == nil {
		return flat(raw)
	}
	return root
}

// contentType keeps the library from converting charsets, since toText knows better than
// what is declared, and finds the boundary of a multipart that does not name it.
func contentType(raw []byte) enmime.CustomParseMediaType {
	return func(declared string) (kind string, params map[string]string, invalid []string, err error) {
		kind, params, invalid, err = mediatype.ParseWithOptions(declared, mediatype.ParseOptions{StripMediaTypeInvalidCharacters: true})
		if err != nil || kind == "" {
			kind, params, invalid = mediaType(declared), map[string]string{}, nil
		}
		if strings.HasPrefix(kind, "multipart/") && params["boundary"] == "" {
			if found := boundaryOf(raw); found != "" {
				params["boundary"] = found
			}
		}
		if params == nil {
			params = map[string]string{}
		}
		params["charset"] = "utf-8" // the library's way to say: hands off
		return kind, params, invalid, nil
	}
}

var closing = regexp.MustCompile(`(?m)^--(\S{1,70}?)--[ \t]*\r?$`)

// boundaryOf finds the delimiter that both opens and closes parts.
func boundaryOf(raw []byte) string {
	for _, m := range closing.FindAllSubmatch(raw, mostMultiparts) {
		if bytes.Contains(raw, append([]byte("\n--"), append(m[1], '\n')...)) || bytes.Contains(raw, append([]byte("\n--"), append(m[1], '\r')...)) {
			return string(m[1])
		}
	}
	return ""
}

// flat is the header, and everything else as one text.
func flat(raw []byte) *enmime.Part {
	head, body, found := bytes.Cut(raw, []byte("\r\n\r\n"))
	if h, b, ok := bytes.Cut(raw, []byte("\n\n")); ok && (!found || len(h) < len(head)) {
		head, body = h, b
	}
	root := enmime.NewPart("text/plain")
	root.Content = body
	for _, line := range strings.Split(unfold(string(head)), "\n") {
		if key, value, ok := strings.Cut(strings.TrimRight(line, "\r"), ":"); ok && !strings.ContainsAny(key, " \t") && len(root.Header) < 500 {
			root.Header.Add(key, strings.TrimSpace(value))
		}
	}
	root.Header.Del("Content-Type") // it tells of parts that are none here
	root.Header.Del("Content-Transfer-Encoding")
	return root
}

// unfold puts a header that goes on in a second line into one.
func unfold(s string) string {
	return strings.NewReplacer("\r\n ", " ", "\r\n\t", " ", "\n ", " ", "\n\t", " ").Replace(s)
}
