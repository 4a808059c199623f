package httpapi

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"frontdesk/internal/people"
)

const (
	maxSheet   = 5 << 20 // bytes, of a file with patients: 10,000 rows and some
	importPath = "/api/v1/patients/import"
	exportTime = 25 * time.Second // below the server's write timeout
)

type csvImport struct {
	Columns string `query:"columns" maxLength:"1000" doc:"What each column holds, between commas, as name,,phone; left to the header if it is not given."`
	given   bool
	RawBody []byte `contentType:"text/csv"`
}

// Resolve tells no columns from none that are given.
func (in *csvImport) Resolve(ctx huma.Context) []error {
	in.given = ctx.Query("columns") != ""
	return nil
}

type sheetPreview struct {
	Encoding  string     `json:"encoding" enum:"utf-8,utf-16,windows-1252"`
	Separator string     `json:"separator"`
	Header    []string   `json:"header"`
	Columns   []string   `json:"columns" doc:"What each is taken for; empty: not read."`
	Rows      []sheetRow `json:"rows"`
}

type sheetRow struct {
	Line   int          `json:"line"`
	Values importRow    `json:"values" doc:"As they would be kept."`
	Faults []sheetFault `json:"faults" doc:"What must be corrected first."`
	Likely *likely      `json:"likely" doc:"Who in the directory is likely the same person."`
	Twin   *int         `json:"twin" nullable:"true" doc:"The line of the same person, further up."`
}

type sheetFault struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

type likely struct {
	ID     uuid.UUID `json:"id"`
	Name   string    `json:"name"`
	Update bool      `json:"update" doc:"The same record, by its number: importing brings it up to date."`
}

type importRow struct {
	Name             string `json:"name"`
	BirthDate        string `json:"birth_date,omitempty"`
	Phone            string `json:"phone,omitempty"`
	Email            string `json:"email,omitempty"`
	Language         string `json:"language,omitempty"`
	PreferredChannel string `json:"preferred_channel,omitempty"`
	Remarks          string `json:"remarks,omitempty"`
	ExternalID       string `json:"external_id,omitempty"`
}

func (r importRow) fields() people.PatientFields {
	return people.PatientFields{
		Name: &r.Name, BirthDate: &r.BirthDate, Phone: &r.Phone, Email: &r.Email, Language: &r.Language,
		PreferredChannel: &r.PreferredChannel, Remarks: &r.Remarks, ExternalID: &r.ExternalID,
	}
}

func sheetRowOf(r people.ImportRow) sheetRow {
	p := r.Patient
	out := sheetRow{Line: r.Line, Faults: make([]sheetFault, len(r.Faults)), Values: importRow{
		Name: p.Name, Phone: p.Phone, Email: p.Email, Language: p.Language, PreferredChannel: string(p.PreferredChannel),
		Remarks: p.Remarks, ExternalID: p.ExternalID,
	}}
	if p.BirthDate != nil {
		out.Values.BirthDate = p.BirthDate.Format("2006-01-02")
	}
	for i, f := range r.Faults {
		out.Faults[i] = sheetFault{f.Field, f.Detail}
	}
	if r.Likely != uuid.Nil {
		out.Likely = &likely{r.Likely, r.Name, r.Update}
	}
	if r.Twin > 0 {
		out.Twin = &r.Twin
	}
	return out
}

type importing struct {
	Body struct {
		ID   uuid.UUID   `json:"id" format:"uuid" doc:"A UUIDv7 of the caller's making: the same import again changes nothing."`
		Rows []importRow `json:"rows" minItems:"1" maxItems:"10000" nullable:"false"`
	}
}

type imported struct {
	Added   int `json:"added"`
	Updated int `json:"updated"`
}

func (s *Server) patientFiles(op func(id, method, path, summary string) huma.Operation) {
	preview := op("preview-import", http.MethodPost, "/import/preview", "What a CSV file would import; nothing is written")
	preview.MaxBodyBytes = maxSheet
	route(s, preview, s.previewImport)
	write := op("import-patients", http.MethodPost, "/import", "Import rows, all or none")
	write.MaxBodyBytes = maxSheet
	route(s, write, func(ctx context.Context, by people.Session, in *importing) (*answer[imported], error) {
		rows := make([]people.PatientFields, len(in.Body.Rows))
		for i, r := range in.Body.Rows {
			rows[i] = r.fields()
		}
		done, err := s.People.ImportPatients(ctx, by.Actor, in.Body.ID, rows)
		return &answer[imported]{Body: imported(done)}, err
	})
	route(s, op("export-patients", http.MethodGet, "/export", "The directory as CSV"), s.exportPatients)
}

func (s *Server) previewImport(ctx context.Context, by people.Session, in *csvImport) (*answer[sheetPreview], error) {
	var columns []string
	if in.given {
		columns = strings.Split(in.Columns, ",")
	}
	p, err := s.People.PreviewImport(ctx, by.Actor, in.RawBody, columns)
	if err != nil {
		return nil, err
	}
	out := sheetPreview{Encoding: p.Encoding, Separator: string(p.Separator), Header: p.Header, Columns: p.Columns, Rows: make([]sheetRow, len(p.Rows))}
	for i, r := range p.Rows {
		out.Rows[i] = sheetRowOf(r)
	}
	return &answer[sheetPreview]{Body: out}, nil
}

// exportPatients streams. What goes wrong on the way breaks the connection off, so that half
// a file is not taken for a whole one.
func (s *Server) exportPatients(ctx context.Context, by people.Session, _ *struct{}) (*huma.StreamResponse, error) {
	if err := s.People.MayExport(by.Actor); err != nil {
		return nil, err
	}
	s.took(ctx, by, "export", "patients", "all")
	return &huma.StreamResponse{Body: func(h huma.Context) {
		c := humafiber.Unwrap(h)
		c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="patients-`+time.Now().UTC().Format("2006-01-02")+`.csv"`)
		out, in := io.Pipe()
		work, cancel := context.WithTimeout(context.WithoutCancel(ctx), exportTime)
		go func() {
			defer cancel()
			err := s.People.ExportPatients(work, by.Actor, in)
			if err != nil {
				s.Log.WarnContext(work, "export patients", "clinic", by.ClinicID, "err", err)
			}
			in.CloseWithError(err)
		}()
		c.Context().SetBodyStream(out, -1)
	}}, nil
}
