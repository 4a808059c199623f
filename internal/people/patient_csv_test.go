package people

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestFilesAreReadAsTheyCome(t *testing.T) {
	t.Parallel()
	wide := func(s string) string {
		out := []byte{0xff, 0xfe}
		for _, r := range s {
			out = append(out, byte(r), byte(r>>8))
		}
		return string(out)
	}
	for name, tt := range map[string]struct {
		file, encoding, want string // want is the cells of all rows
	}{
		"commas":               {"name,phone\nAna,1\n", "utf-8", "name|phone;Ana|1"},
		"semicolons":           {"name;phone\nAna, the first;1\n", "utf-8", "name|phone;Ana, the first|1"},
		"tabs":                 {"name\tphone\nAna\t1\n", "utf-8", "name|phone;Ana|1"},
		"a mark":               {"\ufeffname,phone\nAna,1\n", "utf-8", "name|phone;Ana|1"},
		"Excel's own hint":     {"sep=;\nname;phone\nAna;1\n", "utf-8", "name|phone;Ana|1"},
		"other line ends":      {"name,phone\r\nAna,1\r\nBen,2", "utf-8", "name|phone;Ana|1;Ben|2"},
		"quotes":               {"name,phone\n\"Silva, \"\"Ana\"\"\",\"1\n2\"\n", "utf-8", "name|phone;Silva, \"Ana\"|1\n2"},
		"an older program":     {"name,phone\nJo\xe3o,1\n", "windows-1252", "name|phone;João|1"},
		"Excel's Unicode text": {wide("name\tphone\nJoão\t1\n"), "utf-16", "name|phone;João|1"},
		"empty lines":          {"\n,,\nname,phone\n\n,\nAna,1\n", "utf-8", "name|phone;Ana|1"},
		"short rows":           {"name,phone,email\nAna\n", "utf-8", "name|phone|email;Ana"},
		"a formula":            {"name\n\"=HYPERLINK(1)\"\n", "utf-8", "name;=HYPERLINK(1)"},
	} {
		s, err := ReadSheet([]byte(tt.file))
		rows := []string{strings.Join(s.Header, "|")}
		for _, r := range s.Rows {
			rows = append(rows, strings.Join(r.Cells, "|"))
		}
		if got := strings.Join(rows, ";"); err != nil || got != tt.want || s.Encoding != tt.encoding {
			t.Errorf("%s: %q in %s (%v), want %q in %s", name, got, s.Encoding, err, tt.want, tt.encoding)
		}
	}
	for name, tt := range map[string]struct{ file, code string }{
		"nothing":         {"", "import_empty"},
		"a header alone":  {"name,phone\n", "import_empty"},
		"no text":         {"a\x00b\n", "import_not_csv"},
		"a spreadsheet":   {"PK\x03\x04abc", "import_not_csv"},
		"an open quote":   {"name\n\"Ana\n", "import_unreadable"},
		"a lonely quote":  {"name\nAna \"x\n", "import_unreadable"},
		"too many rows":   {"name\n" + strings.Repeat("x\n", maxRows+1), "import_too_long"},
		"too wide":        {strings.Repeat(",", maxColumns+1) + "\nx\n", "import_too_wide"},
		"a cell too long": {"name\n" + strings.Repeat("x", maxCell+1) + "\n", "import_cell_too_long"},
	} {
		if _, err := ReadSheet([]byte(tt.file)); code(err) != tt.code {
			t.Errorf("%s: %v, want %s", name, err, tt.code)
		}
	}
}

func TestHeadersAreUnderstood(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"Name,Phone,E-Mail":                      "name,phone,email",
		"First name,Last name,D.O.B.":            "first_name,last_name,birth_date",
		"Vorname,Nachname,Geburtsdatum,Handy":    "first_name,last_name,birth_date,phone",
		"Nome,Telemóvel,Data de nascimento,Mail": "name,phone,birth_date,email",
		"Name,Shoe size,Phone,Mobile":            "name,,phone,",
		"External ID,NAME,Birth date,Opted out":  "external_id,name,birth_date,",
	} {
		if got := strings.Join(ColumnsOf(strings.Split(header, ",")), ","); got != want {
			t.Errorf("%s: %s, want %s", header, got, want)
		}
	}
}

func TestRowsTellTheirFaultsAndTwins(t *testing.T) {
	t.Parallel()
	columns := []string{"first_name", "last_name", "phone", "external_id"}
	rows := []ImportRow{}
	for i, cells := range [][]string{
		{"Ana", "Silva", "912345678", ""},
		{"ana", "SILVA", "+351 912 345 678", ""}, // the same, written otherwise
		{"Rui", "Silva", "912345678", ""},        // a family
		{"Bo", "", "x", "7"},
		{"Cy", "", "", "7"},
		{"", "", "", ""},
	} {
		rows = append(rows, understood(SheetRow{i + 2, cells}, columns, "PT", time.Now()))
	}
	markTwins(rows)
	var twins []int
	faults := 0
	for _, r := range rows {
		twins, faults = append(twins, r.Twin), faults+len(r.Faults)
	}
	if want := []int{0, 2, 0, 0, 5, 0}; len(twins) != len(want) || twins[1] != 2 || twins[2] != 0 || twins[4] != 5 || faults != 2 {
		t.Errorf("twins %v, %d faults", twins, faults)
	}
}

// What is written for a spreadsheet is no formula, and is read back as it was.
func TestCellsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	for _, cell := range []string{"", "Ana", "=1+1", "+351912345678", "-1", "@x", "'quoted", "\tx", "'"} {
		safe := Safe(cell)
		if safe != "" && strings.ContainsRune("=+-@\t\r", rune(safe[0])) || unsafe(safe) != cell {
			t.Errorf("%q is written as %q and read as %q", cell, safe, unsafe(safe))
		}
	}
}

func FuzzSheet(f *testing.F) {
	for _, seed := range []string{"name,phone\nAna,1\n", "\ufeffname;x\n\"a;b\";2", "\xff\xfea\x00", "sep=;\nname;x\ny;z", "name\n\"open", "Jo\xe3o,\n1"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := ReadSheet(raw)
		if err != nil {
			if code(err) == "" {
				t.Fatalf("a fault of ours: %v", err)
			}
			return
		}
		var out bytes.Buffer
		w := csv.NewWriter(&out)
		for i, r := range s.Rows {
			if i > 0 && r.Line <= s.Rows[i-1].Line {
				t.Fatalf("line %d comes after %d", r.Line, s.Rows[i-1].Line)
			}
			for _, c := range r.Cells {
				if !utf8.ValidString(c) {
					t.Fatalf("%q is no text", c)
				}
			}
			row := understood(r, ColumnsOf(s.Header), "PT", time.Now())
			if err := w.Write(row.Patient.cells()); err != nil {
				t.Fatal(err)
			}
		}
	})
}
