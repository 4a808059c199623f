package people

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

// ImportRow is one row of a file, understood: what it would write, and what is in the way.
type ImportRow struct {
	Line    int
	Patient Patient
	Faults  []*refusal.Error // each with its field; such a row is never written
	Likely  uuid.UUID        // who is likely the same person, in the directory
	Name    string           // of that person
	Update  bool             // the same record, by its number in the other system: it is brought up to date
	Twin    int              // the line of the same person, further up in the file, or 0
}

// ImportPreview is a file, understood. Nothing is written.
type ImportPreview struct {
	Sheet
	Columns []string // what each column is taken for
	Rows    []ImportRow
}

// PreviewImport reads a file and says of each row what would become of it. columns says what
// each column holds; nil leaves it to the header.
func (s *Service) PreviewImport(ctx context.Context, by rules.Actor, raw []byte, columns []string) (p ImportPreview, err error) {
	if err := rules.KeepDirectory(by); err != nil {
		return p, err
	}
	if p.Sheet, err = ReadSheet(raw); err != nil {
		return p, err
	}
	if p.Columns = columns; columns == nil {
		p.Columns = ColumnsOf(p.Header)
	}
	if err := checkColumns(p.Columns); err != nil {
		return p, err
	}
	home, err := region(ctx, s.store.View(by.ClinicID), by.ClinicID)
	if err != nil {
		return p, err
	}
	now := time.Now()
	p.Rows = make([]ImportRow, len(p.Sheet.Rows))
	for i, r := range p.Sheet.Rows {
		p.Rows[i] = understood(r, p.Columns, home, now)
	}
	markTwins(p.Rows)
	return p, s.markLikely(ctx, by.ClinicID, p.Rows)
}

func checkColumns(columns []string) error {
	for i, c := range columns {
		switch {
		case c == "":
		case !slices.Contains(Columns, c):
			return refusal.Field("columns", "column_unknown", "There is nothing called "+c+" to import. Choose another meaning for the column, or none.")
		case slices.Contains(columns[:i], c):
			return refusal.Field("columns", "column_twice", "Two columns are taken for the same thing. Choose another meaning for one of them, or none.")
		}
	}
	return nil
}

// understood reads one row. Each field is checked on its own, so that all faults are shown
// at once.
func understood(r SheetRow, columns []string, home string, now time.Time) ImportRow {
	out := ImportRow{Line: r.Line}
	cell := map[string]string{}
	for i, c := range columns {
		if c != "" && i < len(r.Cells) {
			cell[c] = unsafe(r.Cells[i])
		}
	}
	if cell["name"] == "" {
		cell["name"] = strings.TrimSpace(cell["first_name"] + " " + cell["last_name"])
	}
	value := func(c string) *string { v := cell[c]; return &v }
	for _, f := range []PatientFields{
		{Name: value("name")},
		{BirthDate: value("birth_date")},
		{Phone: value("phone")},
		{Email: value("email")},
		{Language: value("language")},
		{PreferredChannel: value("preferred_channel")},
		{Remarks: value("remarks")},
		{ExternalID: value("external_id")},
	} {
		var fault *refusal.Error
		if err := f.apply(&out.Patient, home, now); errors.As(err, &fault) {
			out.Faults = append(out.Faults, fault)
		}
	}
	return out
}

// markTwins finds who is in the file twice.
func markTwins(rows []ImportRow) {
	first := map[string]int{}
	for i := range rows {
		for _, key := range twinKeys(rows[i].Patient) {
			if line, known := first[key]; known && rows[i].Twin == 0 {
				rows[i].Twin = line
			} else if !known {
				first[key] = rows[i].Line
			}
		}
	}
}

// twinKeys are what only one person has: a family shares a phone, but not with the name.
func twinKeys(p Patient) []string {
	name := headerKey(p.Name)
	var out []string
	if p.ExternalID != "" {
		out = append(out, "id "+p.ExternalID)
	}
	for kind, v := range map[string]string{"phone": p.Phone, "email": strings.ToLower(p.Email), "born": born(p)} {
		if v != "" && name != "" {
			out = append(out, kind+" "+v+" "+name)
		}
	}
	return out
}

// Imported is what an import has done.
type Imported struct{ Added, Updated int }

// ImportPatients writes rows, all or none. The caller makes the import's id: the same import
// again changes nothing. A row with the number of a record in the other system brings that
// record up to date; what the row leaves empty stays.
func (s *Service) ImportPatients(ctx context.Context, by rules.Actor, id uuid.UUID, rows []PatientFields) (done Imported, err error) {
	if err := rules.KeepDirectory(by); err != nil {
		return done, err
	}
	switch {
	case id == uuid.Nil:
		return done, refusal.Field("id", "id_missing", "Make a UUIDv7 for the import and send it as its id.")
	case len(rows) == 0:
		return done, refusal.Field("rows", "import_empty", "Choose at least one row.")
	case len(rows) > maxRows:
		return done, refusal.Field("rows", "import_too_long", fmt.Sprintf("Import at most %d rows at once.", maxRows))
	}
	home, err := region(ctx, s.store.View(by.ClinicID), by.ClinicID)
	if err != nil {
		return done, err
	}
	now, records, numbers := time.Now(), make([]Patient, len(rows)), map[string]bool{}
	for i, r := range rows {
		if r.Name == nil {
			r.Name = new(string)
		}
		if err := r.apply(&records[i], home, now); err != nil {
			return done, inRow(i, err)
		}
		records[i].ID = rowID(id, i)
		if number := records[i].ExternalID; number != "" {
			if numbers[number] {
				return done, inRow(i, refusal.Field("external_id", "external_id_twice", "Two rows have the same number. Leave one of them out."))
			}
			numbers[number] = true
		}
	}
	return s.writeImport(ctx, by.ClinicID, records)
}

// inRow places a refused field in the row that holds it.
func inRow(i int, err error) error {
	var fault *refusal.Error
	if !errors.As(err, &fault) {
		return err
	}
	placed := *fault
	placed.Field = fmt.Sprintf("rows[%d].%s", i, fault.Field)
	return &placed
}
