package files

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"frontdesk/internal/refusal"
)

func codeOf(err error) string {
	var refused *refusal.Error
	switch {
	case errors.As(err, &refused):
		return refused.Code
	case err != nil:
		return "fault: " + err.Error()
	}
	return ""
}

func picture(t testing.TB, format string, w, h int) string {
	t.Helper()
	var out bytes.Buffer
	var err error
	switch m := image.NewGray(image.Rect(0, 0, w, h)); format {
	case "jpeg":
		err = jpeg.Encode(&out, m, nil)
	case "png":
		err = png.Encode(&out, m)
	case "gif":
		err = gif.Encode(&out, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// zipped is a ZIP with parts of these names, in order; a part begins with what it is given.
func zipped(t testing.TB, parts ...string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range parts {
		name, body, _ := strings.Cut(part, "=")
		method := zip.Deflate
		if name == "mimetype" {
			method = zip.Store
		}
		p, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(p, body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// stored is OLE's container with a directory far behind, as Office writes it.
func stored(name string) string {
	const magic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	head := magic + strings.Repeat("\x00", 512-len(magic))
	return head + strings.Repeat("\x00", 200<<10) + wide("Root Entry") + strings.Repeat("\x00", 100) + wide(name)
}

const (
	pdf  = "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n"
	webp = "RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x00\x30\x01\x00\x9d\x01\x2a\x01\x00\x01\x00\x01\x40\x26\x25\xa4\x00\x03\x70\x00\xfe\xfd\x36\x68\x00"
	heic = "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic\x00\x00\x00\x08meta"
	exe  = "MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00"
	svg  = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
	html = `<!DOCTYPE html><html><script>alert(1)</script></html>`
)

// What a file is, its bytes say; what it is called follows from that.
func TestWhatAFileIs(t *testing.T) {
	t.Parallel()
	types := "[Content_Types].xml=<Types/>"
	for name, tt := range map[string]struct{ filename, bytes, media, named, code string }{
		"a JPEG":                          {"x-ray.jpg", picture(t, "jpeg", 4, 4), "image/jpeg", "x-ray.jpg", ""},
		"a JPEG of a camera":              {"IMG_1.JPEG", picture(t, "jpeg", 4, 4), "image/jpeg", "IMG_1.JPEG", ""},
		"a PNG":                           {"rash.png", picture(t, "png", 4, 4), "image/png", "rash.png", ""},
		"a PNG that says JPEG":            {"rash.jpg", picture(t, "png", 4, 4), "image/png", "rash.png", ""},
		"a GIF":                           {"a.gif", picture(t, "gif", 4, 4), "image/gif", "a.gif", ""},
		"a WebP":                          {"a.webp", webp, "image/webp", "a.webp", ""},
		"a HEIC":                          {"IMG_2.HEIC", heic, "image/heic", "IMG_2.HEIC", ""},
		"a PDF":                           {"report.pdf", pdf, "application/pdf", "report.pdf", ""},
		"a PDF that says picture":         {"report.png", pdf, "application/pdf", "report.pdf", ""},
		"a PDF that says program":         {"report.exe", pdf, "application/pdf", "report.exe.pdf", ""},
		"a PDF without an ending":         {"Report v1.2", pdf, "application/pdf", "Report v1.2.pdf", ""},
		"Word":                            {"a.docx", zipped(t, types, "word/document.xml=x"), openXML + "wordprocessingml.document", "a.docx", ""},
		"Word, its own part last":         {"a.docx", zipped(t, types, "customXml/item1.xml="+strings.Repeat("k", 300<<10), "docProps/app.xml=x", "word/document.xml=x"), openXML + "wordprocessingml.document", "a.docx", ""},
		"Excel":                           {"a.xlsx", zipped(t, types, "xl/workbook.xml=x"), openXML + "spreadsheetml.sheet", "a.xlsx", ""},
		"PowerPoint":                      {"a.pptx", zipped(t, types, "ppt/presentation.xml=x"), openXML + "presentationml.presentation", "a.pptx", ""},
		"OpenDocument text":               {"a.odt", zipped(t, "mimetype=application/vnd.oasis.opendocument.text", "content.xml=x"), "application/vnd.oasis.opendocument.text", "a.odt", ""},
		"OpenDocument table":              {"a.ods", zipped(t, "mimetype=application/vnd.oasis.opendocument.spreadsheet", "content.xml=x"), "application/vnd.oasis.opendocument.spreadsheet", "a.ods", ""},
		"old Word":                        {"a.doc", stored("WordDocument"), "application/msword", "a.doc", ""},
		"old Excel":                       {"a.xls", stored("Workbook"), "application/vnd.ms-excel", "a.xls", ""},
		"old PowerPoint":                  {"a.ppt", stored("PowerPoint Document"), "application/vnd.ms-powerpoint", "a.ppt", ""},
		"a text":                          {"note.txt", "Blood pressure 120/80", "text/plain", "note.txt", ""},
		"a text in Latin-1":               {"note.txt", "Se\xf1ora L\xf3pez", "text/plain", "note.txt", ""},
		"a text that would run":           {"run.bat", "del everything", "text/plain", "run.bat.txt", ""},
		"values":                          {"values.csv", "day,pulse\n1,70\n2,72\n", "text/csv", "values.csv", ""},
		"values of one column":            {"values.csv", "70\n72\n", "text/csv", "values.csv", ""},
		"a program":                       {"setup.exe", exe, "", "", "file_type_not_allowed"},
		"a program that says PDF":         {"report.pdf", exe, "", "", "file_not_what_it_says"},
		"a page":                          {"a.html", html, "", "", "file_type_not_allowed"},
		"a page that says text":           {"a.txt", html, "", "", "file_not_what_it_says"},
		"a drawing that runs":             {"a.svg", svg, "", "", "file_type_not_allowed"},
		"a drawing that says PNG":         {"a.png", svg, "", "", "file_not_what_it_says"},
		"a ZIP":                           {"a.zip", zipped(t, "a=b"), "", "", "file_type_not_allowed"},
		"a ZIP that says Word":            {"a.docx", zipped(t, "a=b"), "", "", "file_not_what_it_says"},
		"an installer":                    {"a.msi", stored("SummaryInformation"), "", "", "file_type_not_allowed"},
		"zeros that say picture":          {"a.jpg", strings.Repeat("\x00", 100), "", "", "file_not_what_it_says"},
		"a text with a program behind it": {"a.txt", strings.Repeat("text ", 40_000) + "\x00\x01", "", "", "file_not_what_it_says"},
		"a video":                         {"a.mp4", "\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2", "video/mp4", "a.mp4", ""},
		"an archive":                      {"a.gz", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", "", "", "file_type_not_allowed"},
		"nothing of which anything is":    {"a", "\x01\x02\x03", "", "", "file_type_not_allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := look([]byte(tt.bytes[:min(len(tt.bytes), sniffed)]))
			for rest := tt.bytes; rest != ""; { // in pieces, as it would come
				n := min(len(rest), 1000)
				if _, err := seen.Write([]byte(rest[:n])); err != nil {
					t.Fatal(err)
				}
				rest = rest[n:]
			}
			k, named, err := seen.settle(tt.filename)
			if k.mediaType != tt.media || named != tt.named || codeOf(err) != tt.code {
				t.Errorf("%q, called %q, %s; want %q, called %q, %q", k.mediaType, named, codeOf(err), tt.media, tt.named, tt.code)
			}
		})
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 251)
	for from, want := range map[string]string{
		"x.png":                         "x.png",
		`C:\Users\ana\Desktop\x.png`:    "x.png",
		"../../etc/passwd":              "passwd",
		"/":                             "file",
		"":                              "file",
		"..":                            "file",
		" . ":                           "file",
		"a\x00b\r\n.png":                "ab.png",
		"invoice\u202efdp.exe":          "invoicefdp.exe", // shown as invoiceexe.pdf otherwise
		"صورة الأشعة.png":               "صورة الأشعة.png",
		"📷 Röntgen 👩‍⚕️.png":            "📷 Röntgen 👩‍⚕️.png",
		"broken\xff.png":                "broken\uFFFD.png",
		`with "quotes" and 'others'.md`: `with "quotes" and 'others'.md`,
		long + ".png":                   long + ".png",
		"ends.txt. .":                   "ends.txt",
	} {
		got, err := clean(from)
		if err != nil || got != want {
			t.Errorf("%q is called %q (%v), want %q", from, got, err, want)
		}
	}
	if _, err := clean(strings.Repeat("ä", 256)); codeOf(err) != "file_name_too_long" {
		t.Errorf("256 characters: %v", err)
	}
	if k := kindOfEnding[".pdf"]; utf8.RuneCountInString(named(strings.Repeat("ä", 255), k)) != 255 {
		t.Error("an ending makes a name too long")
	}
}

// Whatever comes: no name is a path, too long or invisible, and what is taken is of a kind
// that may be sent, with a name that goes with it.
func FuzzNameAndKind(f *testing.F) {
	for _, seed := range []string{pdf, webp, heic, exe, svg, html, picture(f, "png", 2, 2), zipped(f, "word/document.xml=x"), stored("Workbook"), "text"} {
		f.Add("report.pdf", []byte(seed))
	}
	f.Add("..\\../\u202e\x00.exe", []byte(pdf))
	f.Fuzz(func(t *testing.T, name string, body []byte) {
		cleaned, err := clean(name)
		if err != nil {
			return
		}
		seen := look(body[:min(len(body), sniffed)])
		_, _ = seen.Write(body)
		k, got, err := seen.settle(cleaned)
		if err != nil {
			return
		}
		if again, err := clean(got); err != nil || again != got {
			t.Errorf("%q is %q when cleaned again (%v)", got, again, err)
		}
		if strings.ContainsAny(got, "/\\\x00\r\n") || got == "" || utf8.RuneCountInString(got) > maxName || !utf8.ValidString(got) {
			t.Errorf("%q is called %q", name, got)
		}
		if same, ok := kindOfEnding[ending(got)]; !ok || same.mediaType != k.mediaType {
			t.Errorf("%q of the type %s ends as %v", got, k.mediaType, same)
		}
	})
}

func FuzzOrientation(f *testing.F) {
	f.Add([]byte(picture(f, "jpeg", 2, 2)))
	f.Add([]byte(held(f, 2, 2, 6)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if o := orientation(raw); o < 1 || o > 8 {
			t.Error(fmt.Sprint("orientation ", o))
		}
	})
}

// held is a JPEG whose camera was held in a way.
func held(t testing.TB, w, h, orientation int) string {
	t.Helper()
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(rune(orientation)) + "\x00\x00\x00\x00\x00\x00"
	raw := picture(t, "jpeg", w, h)
	return raw[:2] + "\xff\xe1\x00" + string(rune(len(exif)+2)) + exif + raw[2:]
}
