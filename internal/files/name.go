package files

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"frontdesk/internal/refusal"
)

// maxName is in characters, as the database counts them.
const maxName = 255

// clean makes a name of what a browser calls a file. Of a path it takes the last part, as a
// browser that sends one means the file in it. What cannot be seen is left out: control
// characters, and those that turn the direction of writing, with which an ending is hidden.
func clean(name string) (string, error) {
	name = strings.ToValidUTF8(name, "\uFFFD")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || turns(r) {
			return -1
		}
		return r
	}, name)
	name = strings.TrimRight(strings.TrimSpace(name), ". ") // Windows drops these
	switch {
	case name == "":
		return "file", nil
	case utf8.RuneCountInString(name) > maxName:
		return "", refusal.Field("file", "file_name_too_long", "Shorten the file's name to 255 characters, then attach it again.")
	}
	return name, nil
}

// turns tells of the characters that change the direction of what follows: Arabic and Hebrew
// names need none of them.
func turns(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// ending is the name's extension in small letters, with its dot, or nothing.
func ending(name string) string { return strings.ToLower(path.Ext(name)) }

// named gives a file the ending that goes with its kind, so that whoever saves it opens what
// it is: a picture that claims to be a .jpg and is a PNG, or a text that would be a program.
func named(name string, k kind) string {
	end := ending(name)
	for _, own := range k.endings {
		if end == own {
			return name
		}
	}
	stem := name
	if _, claims := kindOfEnding[end]; claims {
		stem = name[:len(name)-len(end)]
	}
	add := k.endings[0]
	if over := utf8.RuneCountInString(stem) + len(add) - maxName; over > 0 {
		letters := []rune(stem)
		stem = string(letters[:len(letters)-over])
	}
	if stem == "" {
		stem = "file"
	}
	return stem + add
}
