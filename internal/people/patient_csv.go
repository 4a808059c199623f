package people

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"frontdesk/internal/refusal"
)

// Sheet is a file of rows, read but not yet understood.
type Sheet struct {
	Encoding  string // utf-8, utf-16 or windows-1252
	Separator rune
	Header    []string
	Rows      []SheetRow
}

// SheetRow is one row with the line on which it begins.
type SheetRow struct {
	Line  int
	Cells []string
}

const (
	maxRows    = 10_000
	maxColumns = 60
	maxCell    = 5000 // bytes
)

// ReadSheet reads a file as spreadsheets write it: comma, semicolon or tab between the cells,
// quotes around those that need them. What is no text in UTF-8 is taken for Windows-1252, as
// older programs write it. Formulas are only text.
func ReadSheet(raw []byte) (Sheet, error) {
	s := Sheet{}
	text, err := s.decode(raw)
	if err != nil {
		return s, err
	}
	first, _, _ := strings.Cut(text, "\n")
	if sep, rest, ok := strings.Cut(strings.TrimSpace(first), "="); ok && strings.EqualFold(sep, "sep") && len(rest) == 1 {
		text = text[min(len(first)+1, len(text)):] // Excel's own way to say what stands between cells
		first, _, _ = strings.Cut(text, "\n")
	}
	s.Separator = separator(first)
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = s.Separator, -1
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return s, unreadable(err)
		}
		line, _ := r.FieldPos(0)
		if err := s.take(line, cells); err != nil {
			return s, err
		}
	}
	if len(s.Rows) == 0 {
		return s, refusal.Field("", "import_empty", "The file has no rows below its header. Check that it is the right one.")
	}
	return s, nil
}

// take adds a row; the first is the header, and empty ones are passed over.
func (s *Sheet) take(line int, cells []string) error {
	if len(cells) > maxColumns {
		return refusal.Field("", "import_too_wide", fmt.Sprintf("Line %d has more than %d columns. Remove those that are not needed.", line, maxColumns))
	}
	empty := true
	for i, c := range cells {
		if len(c) > maxCell {
			return refusal.Field("", "import_cell_too_long", fmt.Sprintf("A cell on line %d is too long. Perhaps a quote is not closed there.", line))
		}
		cells[i] = strings.TrimSpace(c)
		empty = empty && cells[i] == ""
	}
	switch {
	case empty:
	case s.Header == nil:
		s.Header = cells
	case len(s.Rows) == maxRows:
		return refusal.Field("", "import_too_long", fmt.Sprintf("The file has more than %d rows. Split it into several.", maxRows))
	default:
		s.Rows = append(s.Rows, SheetRow{line, cells})
	}
	return nil
}

func (s *Sheet) decode(raw []byte) (string, error) {
	s.Encoding = "utf-8"
	switch {
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		raw = raw[3:]
	case bytes.HasPrefix(raw, []byte("\xff\xfe")):
		s.Encoding, raw = "utf-16", wide(raw[2:], binary.LittleEndian)
	case bytes.HasPrefix(raw, []byte("\xfe\xff")):
		s.Encoding, raw = "utf-16", wide(raw[2:], binary.BigEndian)
	}
	if bytes.IndexByte(raw, 0) >= 0 || bytes.HasPrefix(raw, []byte("PK\x03\x04")) || bytes.HasPrefix(raw, []byte("%PDF")) {
		return "", refusal.Field("", "import_not_csv", "This is not a CSV file. In your spreadsheet choose Save as, then CSV (UTF-8).")
	}
	if !utf8.Valid(raw) {
		decoded, err := charmap.Windows1252.NewDecoder().Bytes(raw)
		if err != nil {
			return "", refusal.Field("", "import_encoding", "The file's characters cannot be read. Save it as CSV (UTF-8).")
		}
		s.Encoding, raw = "windows-1252", decoded
	}
	return strings.ReplaceAll(string(raw), "\r\n", "\n"), nil
}

func wide(raw []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = order.Uint16(raw[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

// separator is what stands most often between the cells of the header.
func separator(header string) rune {
	best, most := ',', 0
	for _, s := range []rune{';', '\t', ','} {
		if n := strings.Count(header, string(s)); n > most {
			best, most = s, n
		}
	}
	return best
}

func unreadable(err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return refusal.Field("", "import_unreadable", fmt.Sprintf("Line %d cannot be read: a quote stands alone or is not closed. Correct it there, then choose the file again.", parse.Line))
	}
	return fmt.Errorf("read a CSV file: %w", err)
}

// Safe makes a cell mean itself in every spreadsheet: what would be taken for a formula
// begins with an apostrophe, which they hide.
func Safe(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// unsafe takes the apostrophe away again, so that what was exported comes back as it was.
func unsafe(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.ContainsRune("=+-@\t\r", rune(cell[1])) {
		return cell[1:]
	}
	return cell
}
