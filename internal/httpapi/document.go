package httpapi

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"mime"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// document is an answer that a person keeps as a file.
type document struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Vary        string `header:"Vary"`
	Body        []byte
}

const (
	jsonType = "application/json"
	csvType  = "text/csv"
	pdfType  = "application/pdf"
)

// named makes it a download under a name, of whatever letters.
func (d *document) named(name string) *document {
	d.Disposition = mime.FormatMediaType("attachment", map[string]string{"filename": name})
	return d
}

// table is an answer that is also a sheet: the first row names the columns.
type table interface{ rows() [][]string }

// inFormat writes the answer as asked for: format wins over what the client accepts.
func inFormat(t table, format, accept, name string) (*document, error) {
	if format == "" && strings.HasPrefix(accept, csvType) {
		format = "csv"
	}
	d := &document{ContentType: jsonType, Vary: "Accept"}
	if format != "csv" {
		raw, err := json.Marshal(t)
		d.Body = raw
		return d, err
	}
	raw, err := sheet(t.rows())
	d.ContentType, d.Body = csvType+"; charset=utf-8; header=present", raw
	return d.named(name + ".csv"), err
}

// sheet is CSV that spreadsheets open as it is: with the mark by which they know UTF-8, and
// without a cell that they would run.
func sheet(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range rows {
		for i := range row {
			row[i] = inert(row[i])
		}
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// inert keeps a spreadsheet from taking a name for a formula: an apostrophe before what
// begins like one, and no line breaks or tabs, after which some begin anew.
func inert(cell string) string {
	cell = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\r' || r == '\n':
			return ' '
		case r < ' ' || r == 0x7f:
			return -1
		}
		return r
	}, cell)
	if first := strings.TrimLeft(cell, " \u00a0\u3000"); first != "" && strings.ContainsRune("=+-@＝＋－＠|%", []rune(first)[0]) {
		return "'" + cell
	}
	return cell
}

// answers describes what a document may be: by media type, and for JSON by its schema.
func answers[T any](s *Server, types ...string) map[string]*huma.Response {
	content := map[string]*huma.MediaType{}
	for _, t := range types {
		content[t] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		if t == jsonType {
			content[t].Schema = s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")
		}
	}
	return map[string]*huma.Response{"200": {Description: "OK", Content: content}}
}
