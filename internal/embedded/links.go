package embedded

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// linkList is the npm package's list of the symbolic links that it cannot hold.
const linkList = "pg-symlinks.json"

// link makes the links that the package's post-install script would make: npm may be told
// to run no scripts.
func link(native string) error {
	raw, err := os.ReadFile(filepath.Join(native, linkList))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(raw, &links); err != nil {
		return fmt.Errorf("read the list of links: %w", err)
	}
	root, err := os.OpenRoot(filepath.Dir(native)) // a list that points elsewhere is refused
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck // nothing was written through it
	for _, l := range links {
		source, err := filepath.Rel(filepath.Dir(l.Target), l.Source)
		if err != nil {
			return err
		}
		if err := root.Symlink(source, l.Target); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}
