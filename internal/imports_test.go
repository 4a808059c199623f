// Package internal_test holds what is true of the house as a whole.
package internal_test

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// floors lists the packages from the ground up; a package imports lower floors only. Names
// on one floor do not know each other. A package below one that is listed stands just under
// it: delivery/twilio is for delivery alone.
func floors() [][]string {
	return [][]string{
		{"internal/refusal"},
		{"internal/rules", "internal/markup", "internal/store/db", "internal/config", "internal/observe", "sql", "frontend"},
		{"internal/store", "internal/outward"},
		{"internal/jobs"},
		{"internal/people", "internal/clinic", "internal/files", "internal/figures"},
		{"internal/inbox"},
		{"internal/delivery", "internal/wire"},
		{"internal/record"},
		{"internal/httpapi", "internal/live", "internal/embedded", "internal/demo"},
		{"internal/app"},
		{"cmd", "internal/testkit"},
		{"internal/testkit/withpostgres"},
	}
}

// floorOf doubles the floors, so that there is room for what stands below a package.
func floorOf(pkg string) (floor int, placed bool) {
	longest := ""
	for n, names := range floors() {
		for _, name := range names {
			if (pkg == name || strings.HasPrefix(pkg, name+"/")) && len(name) > len(longest) {
				longest, floor = name, 2*n
			}
		}
	}
	if pkg != longest && longest != "cmd" {
		floor--
	}
	return floor, longest != ""
}

func TestImportsPointDown(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "frontdesk/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		imports := strings.Fields(line)
		pkg := strings.TrimPrefix(imports[0], "frontdesk/")
		from, placed := floorOf(pkg)
		if !placed && pkg != "internal" {
			t.Errorf("%s has no floor: give it one in %s", pkg, "imports_test.go")
		}
		for _, path := range imports[1:] {
			to, ours := strings.CutPrefix(path, "frontdesk/")
			if at, _ := floorOf(to); ours && at >= from {
				t.Errorf("%s must not import %s", pkg, to)
			}
		}
	}
}

// A page that nobody reads from top to bottom hides what it does.
const (
	longestFunction = 60
	longestFile     = 300
)

// TestSizes also says which functions are the longest, for whoever looks for something to
// make simpler.
func TestSizes(t *testing.T) {
	t.Parallel()
	type function struct {
		name  string
		lines int
	}
	var all []function
	for _, path := range sources(t) {
		positions := token.NewFileSet()
		file, err := parser.ParseFile(positions, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		if lines := positions.File(file.Pos()).LineCount(); lines > longestFile {
			t.Errorf("%s has %d lines, more than %d", path, lines, longestFile)
		}
		for _, part := range file.Decls {
			if f, ok := part.(*ast.FuncDecl); ok {
				lines := positions.Position(f.End()).Line - positions.Position(f.Pos()).Line + 1
				all = append(all, function{path + ": " + f.Name.Name, lines})
			}
		}
	}
	slices.SortFunc(all, func(a, b function) int { return cmp.Or(b.lines-a.lines, strings.Compare(a.name, b.name)) })
	for i, f := range all {
		if f.lines > longestFunction {
			t.Errorf("%s has %d lines, more than %d", f.name, f.lines, longestFunction)
		}
		if i < 10 {
			t.Logf("%3d lines: %s", f.lines, f.name)
		}
	}
}

// sources are the files that somebody wrote by hand, tests aside.
func sources(t *testing.T) (paths []string) {
	t.Helper()
	for _, root := range []string{".", "../cmd", "../sql", "../frontend"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() && entry.Name() == "node_modules" {
				return fs.SkipDir
			}
			if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, ".gen.go") {
				paths = append(paths, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return paths
}
