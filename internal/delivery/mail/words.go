package mail

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

var encodedWord = regexp.MustCompile(`=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=`)

// decodeWords reads RFC 2047's encoded words. The standard library's decoder takes each word
// by itself, and so breaks a letter whose bytes a sender has split between two; here words
// that follow each other in one charset are put together first.
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return toText([]byte(s), "")
	}
	var out strings.Builder
	var pending []byte
	charset, at := "", 0
	flush := func() {
		out.WriteString(toText(pending, charset))
		pending = nil
	}
	for _, m := range encodedWord.FindAllStringSubmatchIndex(s, -1) {
		between, name := s[at:m[0]], s[m[2]:m[3]]
		blank := strings.TrimSpace(between) == ""
		if at > 0 && (!blank || !strings.EqualFold(name, charset)) {
			flush()
		}
		if at == 0 || !blank {
			out.WriteString(toText([]byte(between), ""))
		}
		pending, charset, at = append(pending, wordBytes(s[m[4]:m[5]], s[m[6]:m[7]])...), name, m[1]
	}
	flush()
	out.WriteString(toText([]byte(s[at:]), ""))
	return strings.TrimSpace(out.String())
}

func wordBytes(kind, payload string) []byte {
	if strings.EqualFold(kind, "b") {
		payload = strings.TrimRight(strings.Join(strings.Fields(payload), ""), "=")
		b, _ := base64.RawStdEncoding.DecodeString(payload) // what was whole before the fault is taken
		return b
	}
	return unhex(strings.ReplaceAll(payload, "_", " "), '=')
}

// unhex replaces each mark followed by two hexadecimal digits with their byte.
func unhex(s string, mark byte) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == mark && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				out = append(out, byte(n))
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}

var continued = regexp.MustCompile(`(?i)[;\s](?:file)?name\*(\d{0,3})(\*?)\s*=\s*("[^"]*"|[^;\s]*)`)

// parameterName reads a file's name in the form of RFC 2231, with or without continuations,
// in any charset; the standard library knows only two.
func parameterName(header string) string {
	type piece struct {
		n       int
		encoded bool
		value   string
	}
	var pieces []piece
	for _, m := range continued.FindAllStringSubmatch(header, -1) {
		n, _ := strconv.Atoi(m[1]) // none: the only one
		pieces = append(pieces, piece{n, m[1] == "" || m[2] != "", strings.Trim(m[3], `"`)})
	}
	if len(pieces) == 0 {
		return ""
	}
	sort.SliceStable(pieces, func(i, j int) bool { return pieces[i].n < pieces[j].n })
	charset, bytes := "", []byte(nil)
	for i, p := range pieces {
		if i == 0 && p.encoded {
			if parts := strings.SplitN(p.value, "'", 3); len(parts) == 3 {
				charset, p.value = parts[0], parts[2]
			}
		}
		if p.encoded {
			bytes = append(bytes, unhex(p.value, '%')...)
		} else {
			bytes = append(bytes, p.value...)
		}
	}
	return toText(bytes, charset)
}

// unescaped is an address's part as it was before it was made fit for a URL.
func unescaped(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}
