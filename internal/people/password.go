package people

import (
	"context"

	"github.com/alexedwards/argon2id"
)

// params are the OWASP cheat sheet's for argon2id: 19 MiB, two passes, one lane.
var params = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// HashPassword makes what is kept instead of a password.
func HashPassword(password string) (string, error) {
	return argon2id.CreateHash(password, params)
}

// matches compares a password with a hash, a few at a time.
func (s *Service) matches(ctx context.Context, password, hash string) (bool, error) {
	if err := s.hashing.Acquire(ctx, 1); err != nil {
		return false, err
	}
	defer s.hashing.Release(1)
	return argon2id.ComparePasswordAndHash(password, hash)
}
