package config

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Secret answers the key from which all others are derived. Without SECRET_KEY one is made
// once and kept; kept tells that the installation goes by that file, which other nodes do
// not have.
func (c Config) Secret() (key []byte, kept bool, err error) {
	if c.SecretKey != "" {
		return []byte(c.SecretKey), false, nil
	}
	file := filepath.Join(c.VarDir, "secret.key")
	key, err = os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		key, err = makeSecret(file)
	case err == nil && len(key) < minSecret:
		// Nobody signs in any more with another key: that is not decided in silence.
		err = fmt.Errorf("%s is too short to be a key: restore it from a backup, or remove it to begin with a new one", file)
	}
	if err != nil {
		return nil, false, fmt.Errorf("keep the secret key: %w", err)
	}
	return key, true, nil
}

// makeSecret writes the key whole or not at all; of two that start at once one is first,
// and both go by its key.
func makeSecret(file string) ([]byte, error) {
	raw := make([]byte, minSecret)
	_, _ = rand.Read(raw) // never fails
	key := []byte(base64.StdEncoding.EncodeToString(raw))
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, err
	}
	made, err := os.CreateTemp(filepath.Dir(file), "secret-") // 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(made.Name()) //nolint:errcheck // a second name of what is kept
	_, err = made.Write(key)
	if err := errors.Join(err, made.Sync(), made.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(made.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(file)
}
