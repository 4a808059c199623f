package mail

import (
	"mime"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const longestName = 120 // characters

// fileName takes from a name what it could do harm with: a path, control characters, and
// those that show photo_gpj.exe as photo_exe.jpg.
func fileName(name, kind string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError:
			return -1
		case strings.ContainsRune(`:*?"<>|`, r):
			return '_'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, name)
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Trim(name, ". ")
	if name == "" || name == "/" {
		return "attachment" + extension(kind)
	}
	if runes := []rune(name); len(runes) > longestName {
		ext := []rune(path.Ext(name))
		if len(ext) > 10 {
			ext = nil
		}
		name = string(runes[:longestName-len(ext)]) + string(ext)
	}
	return name
}

// extension is the one that people know, not the first of the alphabet.
func extension(kind string) string {
	switch kind {
	case "text/plain":
		return ".txt"
	case "text/html":
		return ".html"
	case "image/jpeg":
		return ".jpg"
	case "message/rfc822":
		return ".eml"
	case "text/calendar":
		return ".ics"
	}
	if known, err := mime.ExtensionsByType(kind); err == nil && len(known) > 0 {
		return known[0]
	}
	return ""
}

var wellFormed = regexp.MustCompile(`^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$`)

// mediaType is the type as declared, without parameters; what is none is just bytes.
func mediaType(declared string) string {
	kind, _, _ := strings.Cut(declared, ";")
	if kind = strings.ToLower(strings.TrimSpace(kind)); wellFormed.MatchString(kind) {
		return kind
	}
	return "application/octet-stream"
}
