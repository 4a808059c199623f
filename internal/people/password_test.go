package people_test

import (
	"strings"
	"testing"

	"frontdesk/internal/people"
)

func TestPasswords(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]string{
		"":                           "password_missing",
		"short":                      "password_short",
		"123456789":                  "password_short",
		"ñññññññññ":                  "password_short", // nine characters, eighteen bytes
		strings.Repeat("word ", 41):  "password_long",
		"Password123":                "password_common",
		"qwertyuiop":                 "password_common",
		"aaaaaaaaaaaa":               "password_common",
		"abababababab":               "password_common",
		"mariasantos1":               "password_personal",
		"maria@elm.test":             "password_personal",
		"Maria.Santos.1986":          "password_personal",
		"correct horse battery":      "",
		"maria likes tall mountains": "",
		"пароль-длинный":             "",
		"  spaces count  ":           "",
	} {
		if got := codeOf(people.CheckPassword(password, "maria@elm.test", "Maria Santos")); got != want {
			t.Errorf("%q: %q, want %q", password, got, want)
		}
	}
}
