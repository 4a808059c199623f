package rules_test

import (
	"strings"
	"testing"

	"frontdesk/internal/rules"
)

func TestSegments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		n          int
		offender   rune // 0: it is narrow
	}{
		{"nothing", "", 0, 0},
		{"one letter", "a", 1, 0},
		{"narrow letters of Europe", "Año, Ærø, Straße, à €5 ¿qué? ΔΩ @£$¥ Ç\r\n", 1, 0},
		{"all of one", strings.Repeat("a", 160), 1, 0},
		{"one more", strings.Repeat("a", 161), 2, 0},
		{"all of two", strings.Repeat("a", 306), 2, 0},
		{"more than two", strings.Repeat("a", 307), 3, 0},
		{"the longest", strings.Repeat("a", 1600), 11, 0},
		{"an escape counts twice", strings.Repeat("a", 158) + "€", 1, 0},
		{"and so is too much", strings.Repeat("a", 159) + "€", 2, 0},
		{"80 escapes", strings.Repeat("{", 80), 1, 0},
		{"81 escapes", strings.Repeat("{", 81), 2, 0},
		{"an escape is not cut", strings.Repeat("{", 153), 3, 0}, // 76 a part, and one left over
		{"wide, all of one", strings.Repeat("я", 70), 1, 'я'},
		{"wide, one more", strings.Repeat("я", 71), 2, 'я'},
		{"wide, all of two", strings.Repeat("я", 134), 2, 'я'},
		{"wide, more than two", strings.Repeat("я", 135), 3, 'я'},
		{"one sign makes all wide", strings.Repeat("a", 69) + "’", 1, '’'},
		{"one sign makes two of it", strings.Repeat("a", 70) + "’", 2, '’'},
		{"the small cedilla is none of it", "ça", 1, 'ç'},
		{"a grave accent is none of it", "`", 1, '`'},
		{"emoji count twice", strings.Repeat("👍", 35), 1, '👍'},
		{"36 emoji", strings.Repeat("👍", 36), 2, '👍'},
		{"emoji are not cut", strings.Repeat("👍", 67), 3, '👍'}, // 33 a part, and one left over
		{"a broken character", "a\xff", 1, '\uFFFD'},
	} {
		n, wide, offender := rules.Segments(c.body)
		if n != c.n || offender != c.offender || wide != (c.offender != 0) {
			t.Errorf("%s: %d %v %q", c.name, n, wide, offender)
		}
	}
}
