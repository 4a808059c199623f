package people

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/alexedwards/argon2id"

	"frontdesk/internal/refusal"
)

// params are the OWASP cheat sheet's for argon2id: 19 MiB, two passes, one lane.
var params = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// HashPassword makes what is kept instead of a password.
func HashPassword(password string) (string, error) {
	return argon2id.CreateHash(password, params)
}

// hash is HashPassword, a few at a time.
func (s *Service) hash(ctx context.Context, password string) (string, error) {
	if err := s.hashing.Acquire(ctx, 1); err != nil {
		return "", err
	}
	defer s.hashing.Release(1)
	return HashPassword(password)
}

// matches compares a password with a hash, a few at a time.
func (s *Service) matches(ctx context.Context, password, hash string) (bool, error) {
	if err := s.hashing.Acquire(ctx, 1); err != nil {
		return false, err
	}
	defer s.hashing.Release(1)
	return argon2id.ComparePasswordAndHash(password, hash)
}

const (
	minPassword = 10  // characters
	maxPassword = 200 // characters
	minVariety  = 5   // different ones
)

//go:embed common.txt
var commonList string

var common = strings.Fields(commonList)

// CheckPassword says what is wrong with a password that somebody chooses. Length is what
// counts; what is guessed first is refused.
func CheckPassword(password, email, name string) error {
	wrong := func(code, detail string) error { return refusal.Field("password", code, detail) }
	length, small := len([]rune(password)), strings.ToLower(password)
	switch {
	case password == "":
		return wrong("password_missing", "Choose a password.")
	case length < minPassword:
		return wrong("password_short", fmt.Sprintf("Choose a password of %d characters or more; a few words are easy to remember.", minPassword))
	case length > maxPassword:
		return wrong("password_long", fmt.Sprintf("Keep the password to %d characters.", maxPassword))
	case slices.Contains(common, small), variety(small) < minVariety:
		return wrong("password_common", "This password is among the first that are guessed. Choose another; a few words that do not belong together are good.")
	case isPersonal(small, email, name):
		return wrong("password_personal", "This password is your name or address. Choose another; a few words that do not belong together are good.")
	}
	return nil
}

func variety(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// isPersonal tells whether nothing is left of a password beside who chooses it and digits.
func isPersonal(password, email, name string) bool {
	rest := strings.ReplaceAll(password, strings.ToLower(email), "")
	words := strings.FieldsFunc(strings.ToLower(name+" "+email), func(r rune) bool { return !unicode.IsLetter(r) })
	for _, word := range words {
		if len(word) > 2 {
			rest = strings.ReplaceAll(rest, word, "")
		}
	}
	return strings.IndexFunc(rest, unicode.IsLetter) < 0 && rest != password
}
