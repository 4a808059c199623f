package files

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"frontdesk/internal/refusal"
)

// kind is a type of file that may be sent: what it is served as, the endings that its name
// may have, the usual one first, and what people call it.
type kind struct {
	mediaType string
	endings   []string
	word      string
}

const openXML = "application/vnd.openxmlformats-officedocument."

var kinds = []kind{
	{"image/jpeg", []string{".jpg", ".jpeg", ".jpe", ".jfif"}, "a JPEG picture"},
	{"image/png", []string{".png"}, "a PNG picture"},
	{"image/webp", []string{".webp"}, "a WebP picture"},
	{"image/gif", []string{".gif"}, "a GIF picture"},
	{"image/heic", []string{".heic", ".heif"}, "a HEIC picture"},
	{"application/pdf", []string{".pdf"}, "a PDF"},
	{"application/msword", []string{".doc", ".dot"}, "a Word document"},
	{"application/vnd.ms-excel", []string{".xls"}, "an Excel table"},
	{"application/vnd.ms-powerpoint", []string{".ppt", ".pps"}, "a PowerPoint presentation"},
	{openXML + "wordprocessingml.document", []string{".docx"}, "a Word document"},
	{openXML + "spreadsheetml.sheet", []string{".xlsx"}, "an Excel table"},
	{openXML + "presentationml.presentation", []string{".pptx"}, "a PowerPoint presentation"},
	{"application/vnd.oasis.opendocument.text", []string{".odt"}, "an OpenDocument text"},
	{"application/vnd.oasis.opendocument.spreadsheet", []string{".ods"}, "an OpenDocument table"},
	{"text/plain", []string{".txt", ".text", ".log", ".md"}, "a text"},
	{"text/csv", []string{".csv"}, "a table of values"},
	// What phones send by themselves, and letters bring along.
	{"audio/ogg", []string{".ogg", ".oga", ".opus"}, "a sound"},
	{"audio/mpeg", []string{".mp3"}, "a sound"},
	{"audio/mp4", []string{".m4a"}, "a sound"},
	{"audio/aac", []string{".aac"}, "a sound"},
	{"audio/amr", []string{".amr"}, "a sound"},
	{"video/mp4", []string{".mp4"}, "a film"},
	{"video/3gpp", []string{".3gp"}, "a film"},
	{"text/calendar", []string{".ics"}, "a calendar entry"},
	{"text/vcard", []string{".vcf"}, "a contact"},
}

var kindOfEnding = func() map[string]kind {
	byEnding := map[string]kind{}
	for _, k := range kinds {
		for _, e := range k.endings {
			byEnding[e] = k
		}
	}
	return byEnding
}()

// MediaTypes are those that may be sent.
func MediaTypes() []string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = k.mediaType
	}
	return out
}

// also are other names for the same.
var also = map[string]string{
	"image/apng": "image/png", "image/heif": "image/heic", "image/heic-sequence": "image/heic", "image/heif-sequence": "image/heic",
	"audio/x-m4a": "audio/mp4", "application/ogg": "audio/ogg", "video/3gpp2": "video/3gpp",
}

func kindOf(mediaType string) (kind, bool) {
	if same, ok := also[mediaType]; ok {
		mediaType = same
	}
	for _, k := range kinds {
		if k.mediaType == mediaType {
			return k, true
		}
	}
	return kind{}, false
}

// sniffed is how many bytes from the front are looked at.
const sniffed = 128 << 10

func init() { mimetype.SetLimit(sniffed) } // once, for the process: nobody else sniffs

// look says what the first bytes of a file are. Where they leave it open, the inspection of
// the rest goes on: see settle.
func look(head []byte) *inspection {
	found := mimetype.Detect(head)
	media, _, _ := strings.Cut(found.String(), ";")
	in := &inspection{found: media}
	switch {
	case media == "text/plain" || media == "text/csv":
		in.text = !strings.Contains(found.String(), "utf-16")
	case media == "application/zip":
		in.marks = marksOfZip
	case found.Is("application/x-ole-storage"):
		in.marks = marksOfOLE
	}
	return in
}

// mark is what stands somewhere in a file of a kind, and in no other.
type mark struct{ bytes, mediaType string }

// Office's old files are one format of storage for all; its new ones are ZIPs. The inside of
// a ZIP is never unpacked: names of its parts stand in it as they are.
var (
	marksOfOLE = []mark{
		{wide("WordDocument"), "application/msword"},
		{wide("Workbook"), "application/vnd.ms-excel"},
		{wide("Book"), "application/vnd.ms-excel"},
		{wide("PowerPoint Document"), "application/vnd.ms-powerpoint"},
	}
	marksOfZip = []mark{
		{"word/document.xml", openXML + "wordprocessingml.document"},
		{"xl/workbook.xml", openXML + "spreadsheetml.sheet"},
		{"ppt/presentation.xml", openXML + "presentationml.presentation"},
	}
)

// wide is ASCII as UTF-16, with the zeros that end a name in OLE's directory.
func wide(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(r)
		b.WriteByte(0)
	}
	return b.String() + "\x00\x00"
}

const longestMark = 64

// inspection looks at all bytes of a file as they go by.
type inspection struct {
	found  string // the media type, as far as the head tells
	text   bool   // then no byte may be one that no text has
	marks  []mark
	rest   []byte // the end of what has gone by, where a mark may have begun
	binary bool
}

// Write never fails.
func (in *inspection) Write(p []byte) (int, error) {
	if in.text && !in.binary {
		in.binary = bytes.ContainsFunc(p, func(r rune) bool { return r < 32 && !strings.ContainsRune("\t\n\v\f\r\x1b\b", r) })
	}
	if len(in.marks) > 0 {
		seen := append(in.rest, p...)
		for _, m := range in.marks {
			if bytes.Contains(seen, []byte(m.bytes)) {
				in.found, in.marks = m.mediaType, nil
				break
			}
		}
		in.rest = append([]byte{}, seen[max(0, len(seen)-longestMark):]...)
	}
	return len(p), nil
}

// open tells whether only the rest of the file can say what it is.
func (in *inspection) open() bool { return len(in.marks) > 0 }

// settle says what a file is and what it is to be called, or why it is not taken.
func (in *inspection) settle(name string) (kind, string, error) {
	k, known := kindOf(in.found)
	claimed, claims := kindOfEnding[ending(name)]
	if k.mediaType == "text/plain" && claimed.mediaType == "text/csv" {
		k = claimed // a table of one column, or with another separator
	}
	switch {
	case known && !in.binary && !in.open():
		return k, named(name, k), nil
	case claims:
		return kind{}, "", refusal.Field("file", "file_not_what_it_says",
			fmt.Sprintf("This file is called %s, but it is not %s. Open it where it comes from, save it as what it is, and attach that.", ending(name), claimed.word))
	}
	return kind{}, "", errType
}

var errType = refusal.Field("file", "file_type_not_allowed",
	"This kind of file cannot be sent. Attach a picture (JPEG, PNG, WebP, GIF, HEIC), a PDF, an office document, a text, or a sound or film from a phone.")
