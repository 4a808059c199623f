package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

func aPicture(t testing.TB, side int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// formOf is a form as a browser sends it; a nil file is left out.
func formWith(t testing.TB, id, filename string, file []byte) (body *bytes.Buffer, contentType string) {
	t.Helper()
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	if id != "" {
		if err := w.WriteField("id", id); err != nil {
			t.Fatal(err)
		}
	}
	if file != nil {
		part, err := w.CreateFormFile("file", filename)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return body, w.FormDataContentType()
}

func (p person) post(t testing.TB, path, contentType string, body io.Reader) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "POST", p.node.url+path, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	if p.token != "" {
		req.Header.Set("Cookie", "frontdesk_session="+p.token)
	}
	return send(t, req)
}

func (p person) upload(t testing.TB, id uuid.UUID, filename string, file []byte) answer {
	t.Helper()
	body, contentType := formWith(t, id.String(), filename, file)
	return p.post(t, "/api/v1/attachments", contentType, body)
}

func TestBadUploadsAreRefused(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	ana, noHub, nobody := signIn(t, n, clinic, "ana"), signIn(t, n, clinic, "nohub"), person{node: n}
	id := uuid.NewString()
	over := bytes.Repeat([]byte("a"), 1<<20+1)
	for name, tt := range map[string]struct {
		by           person
		id, filename string
		file         []byte
		status       int
		code, at     string
	}{
		"nobody":                  {nobody, id, "x.txt", []byte("x"), 401, "not_signed_in", ""},
		"without the permission":  {noHub, id, "x.txt", []byte("x"), 403, "hub_not_allowed", ""},
		"no id":                   {ana, "", "x.txt", []byte("x"), 422, "id_missing", "body.id"},
		"an id that is none":      {ana, "seven", "x.txt", []byte("x"), 422, "id_invalid", "body.id"},
		"no file":                 {ana, id, "", nil, 422, "file_missing", "body.file"},
		"nothing in it":           {ana, id, "x.txt", []byte{}, 422, "file_empty", "body.file"},
		"one byte over the limit": {ana, id, "x.txt", over, 422, "file_too_large", "body.file"},
		"twice the limit":         {ana, id, "x.txt", append(over, over...), 422, "file_too_large", "body.file"},
		"a program":               {ana, id, "x.exe", []byte("MZ\x90\x00"), 422, "file_type_not_allowed", "body.file"},
		"a page called picture":   {ana, id, "x.png", []byte("<html><script>"), 422, "file_not_what_it_says", "body.file"},
		"a name too long":         {ana, id, strings.Repeat("x", 300), []byte("x"), 422, "file_name_too_long", "body.file"},
	} {
		t.Run(name, func(t *testing.T) {
			body, contentType := formWith(t, tt.id, tt.filename, tt.file)
			a := tt.by.post(t, "/api/v1/attachments", contentType, body)
			if a.status != tt.status || a.code() != tt.code || a.str("location") != tt.at || a.str("detail") == "" {
				t.Errorf("%d %q at %q, want %d %q at %q\n%s", a.status, a.code(), a.str("location"), tt.status, tt.code, tt.at, a.raw)
			}
		})
	}
	for name, tt := range map[string]struct {
		contentType, body string
		status            int
	}{
		"JSON":             {"application/json", "{}", 415},
		"no boundary":      {"multipart/form-data", "x", 415},
		"no form in it":    {"multipart/form-data; boundary=x", "what", 422},
		"cut off":          {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nabc", 422},
		"fields over much": {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"y\"\r\n\r\n" + strings.Repeat("y", 100_000), 400},
	} {
		if a := ana.post(t, "/api/v1/attachments", tt.contentType, strings.NewReader(tt.body)); a.status != tt.status || a.str("title") == "" {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}
	if a := ana.upload(t, uuid.MustParse(id), "x.txt", []byte("now it works")); a.status != 201 {
		t.Errorf("after all that: %d %s", a.status, a.raw)
	}
}

// Only the upload takes in more than a megabyte, and only from somebody signed in.
func TestOtherBodiesStayBounded(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	reception, nobody := signIn(t, n, clinic, "reception"), person{node: n}
	big := strings.Repeat("x", 1<<20+1)
	thread := "/api/v1/conversations/" + c.ID.String() + "/messages"
	for name, a := range map[string]answer{
		"a message":             reception.do(t, "POST", thread, big),
		"a message, chunked":    reception.post(t, thread, "application/json", io.MultiReader(strings.NewReader(big))),
		"signing in":            nobody.do(t, "POST", "/api/v1/sessions", big),
		"signing in, chunked":   nobody.post(t, "/api/v1/sessions", "application/json", io.MultiReader(strings.NewReader(big))),
		"no such path":          nobody.do(t, "POST", "/nothing", big),
		"beside the upload":     reception.do(t, "POST", "/api/v1/attachments/"+uuid.NewString(), big),
		"a form somewhere else": reception.post(t, thread, "multipart/form-data; boundary=x", strings.NewReader(big)),
	} {
		if a.status != 413 || a.code() != "too_large" {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}
	// What is small still gets through, in chunks too.
	raw, err := json.Marshal(draft("portal", "in chunks"))
	if err != nil {
		t.Fatal(err)
	}
	if a := reception.post(t, thread, "application/json", io.MultiReader(bytes.NewReader(raw))); a.status != 201 {
		t.Errorf("in chunks: %d %s", a.status, a.raw)
	}
}

// A name goes in and comes out as it was, whatever it is written in.
func TestFilesComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	ana, reception, ben := signIn(t, n, clinic, "ana"), signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "ben")
	for name, how := range map[string]string{"صورة الأشعة.png": "inline", "📷 with \"quotes\".png": "inline", "plain.txt": "attachment", "100%.txt": "attachment"} {
		file := aPicture(t, 60)
		if strings.HasSuffix(name, ".txt") {
			file = []byte("Some words")
		}
		id := uuid.Must(uuid.NewV7())
		up := ana.upload(t, id, name, file)
		if up.status != 201 || up.str("filename") != name {
			t.Fatalf("%s: %d %s", name, up.status, up.raw)
		}
		if again := ana.upload(t, id, name, file); again.status != 200 || again.str("id") != id.String() {
			t.Errorf("%s again: %d %s", name, again.status, again.raw)
		}
		path := "/api/v1/attachments/" + id.String()
		if a := reception.do(t, "GET", path, nil); a.status != 404 || a.code() != "attachment_not_found" {
			t.Errorf("before it is sent: %d %s", a.status, a.raw)
		}
		d := draft("portal", "")
		d["attachment_ids"] = []string{id.String()}
		sent := ana.must(t, "POST", "/api/v1/conversations/"+c.ID.String()+"/messages", d)
		if listed, _ := sent.body["attachments"].([]any); len(listed) != 1 {
			t.Errorf("sent as %s", sent.raw)
		}
		a := reception.must(t, "GET", path, nil)
		if !bytes.Equal(a.raw, file) {
			t.Errorf("%s: %d bytes of %d", name, len(a.raw), len(file))
		}
		kind, params, err := mime.ParseMediaType(a.header.Get("Content-Disposition"))
		if err != nil || kind != how || params["filename"] != name {
			t.Errorf("%s: %s %q (%v)", name, kind, params["filename"], err)
		}
		for header, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=86400, immutable"} {
			if got := a.header.Get(header); got != want {
				t.Errorf("%s is %q", header, got)
			}
		}
		if csp := a.header.Get("Content-Security-Policy"); !strings.Contains(csp, "sandbox") || !strings.Contains(csp, "default-src 'none'") {
			t.Errorf("the policy is %q", csp)
		}
		for who, p := range map[string]person{"another patient": ben, "nobody": {node: n}} {
			if a := p.do(t, "GET", path, nil); a.status != 404 && a.status != 401 || a.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %d, kept as %s", who, a.status, a.header.Get("Cache-Control"))
			}
		}
	}
}

func TestRanges(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	ana := signIn(t, n, clinic, "ana")
	file := make([]byte, 300_000)
	for i := range file {
		file[i] = 'a' + byte(i%26)
	}
	path := "/api/v1/attachments/" + ana.upload(t, uuid.Must(uuid.NewV7()), "x.txt", file).str("id")
	whole := ana.must(t, "GET", path, nil)
	tag := whole.header.Get("ETag")
	for name, tt := range map[string]struct {
		headers  string
		status   int
		from, to int
	}{
		"the whole":               {"", 200, 0, 300_000},
		"the first ten":           {"Range: bytes=0-9", 206, 0, 10},
		"from somewhere":          {"Range: bytes=299990-", 206, 299_990, 300_000},
		"the last five":           {"Range: bytes=-5", 206, 299_995, 300_000},
		"beyond its end":          {"Range: bytes=299999-400000", 206, 299_999, 300_000},
		"after its end":           {"Range: bytes=300000-", 416, 0, 0},
		"no range":                {"Range: lines=1-2", 416, 0, 0},
		"two ranges":              {"Range: bytes=0-1,4-5", 200, 0, 300_000},
		"of the same":             {"Range: bytes=0-9\nIf-Range: " + tag, 206, 0, 10},
		"of what was another one": {"Range: bytes=0-9\nIf-Range: \"old\"", 200, 0, 300_000},
		"what the caller has":     {"If-None-Match: " + tag, 304, 0, 0},
	} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", n.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Cookie", "frontdesk_session="+ana.token)
		for line := range strings.Lines(tt.headers) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			req.Header.Set(key, value)
		}
		a := send(t, req)
		if a.status != tt.status || tt.to > 0 && !bytes.Equal(a.raw, file[tt.from:tt.to]) {
			t.Errorf("%s: %d with %d bytes", name, a.status, len(a.raw))
		}
		if want := fmt.Sprintf("bytes %d-%d/300000", tt.from, tt.to-1); tt.status == 206 && a.header.Get("Content-Range") != want {
			t.Errorf("%s: %q", name, a.header.Get("Content-Range"))
		}
	}
}

func TestMessagesWithFiles(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	ana, reception := signIn(t, n, clinic, "ana"), signIn(t, n, clinic, "reception")
	path := "/api/v1/conversations/" + c.ID.String() + "/messages"
	up := func(p person) string {
		return p.upload(t, uuid.Must(uuid.NewV7()), "x.png", aPicture(t, 30)).str("id")
	}
	with := func(channel string, ids ...string) map[string]any {
		d := draft(channel, "")
		d["attachment_ids"] = ids
		return d
	}
	mine, theirs, two := up(reception), up(ana), []string{up(reception), up(reception)}
	eleven := make([]string, 11)
	for i := range eleven {
		eleven[i] = uuid.NewString()
	}
	for name, tt := range map[string]struct {
		d        map[string]any
		status   int
		code, at string
	}{
		"somebody else's":   {with("portal", theirs), 422, "attachment_unknown", "body.attachment_ids[0]"},
		"nobody's":          {with("portal", mine, uuid.NewString()), 422, "attachment_unknown", "body.attachment_ids[1]"},
		"one twice":         {with("portal", mine, mine), 422, "attachment_twice", "body.attachment_ids[1]"},
		"more than ten":     {with("portal", eleven...), 422, "invalid", "body.attachment_ids"},
		"by SMS":            {with("sms", mine), 422, "channel_without_files", "body.channel"},
		"no id":             {with("portal", "x"), 422, "invalid", "body.attachment_ids[0]"},
		"an empty message":  {draft("portal", ""), 422, "body_empty", "body.body"},
		"no files, no text": {with("portal"), 422, "body_empty", "body.body"},
	} {
		if a := reception.do(t, "POST", path, tt.d); a.status != tt.status || a.code() != tt.code || a.str("location") != tt.at {
			t.Errorf("%s: %d %q at %q\n%s", name, a.status, a.code(), a.str("location"), a.raw)
		}
	}
	d := with("portal", two[1], two[0])
	first, again := reception.must(t, "POST", path, d), reception.must(t, "POST", path, d)
	if first.status != 201 || again.status != 200 {
		t.Errorf("%d and %d", first.status, again.status)
	}
	listed, _ := first.body["attachments"].([]any)
	if len(listed) != 2 || listed[0].(map[string]any)["id"] != two[1] { //nolint:forcetypeassert // the contract's shape
		t.Errorf("they are not in their order: %s", first.raw)
	}
	d["attachment_ids"] = []string{two[0], two[1]}
	if a := reception.do(t, "POST", path, d); a.status != 409 || a.code() != "id_conflict" {
		t.Errorf("other files under the same id: %d %s", a.status, a.raw)
	}
	if a := reception.do(t, "POST", path, with("portal", two[0])); a.status != 409 || a.code() != "attachment_sent" {
		t.Errorf("sent twice: %d %s", a.status, a.raw)
	}
	if a := reception.do(t, "DELETE", "/api/v1/attachments/"+two[0], nil); a.status != 409 || a.code() != "attachment_sent" {
		t.Errorf("taken back after it was sent: %d %s", a.status, a.raw)
	}
	opening := map[string]any{"patient_id": clinic.Ben.ID, "message": with("portal", mine)}
	begun, same := reception.must(t, "POST", "/api/v1/conversations", opening), reception.must(t, "POST", "/api/v1/conversations", opening)
	if begun.status != 201 || same.status != 200 {
		t.Errorf("begun with a file: %d, then %d", begun.status, same.status)
	}
}

// A line that breaks in the middle leaves nothing, and the same id works afterwards.
func TestABrokenUpload(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	ana := signIn(t, n, clinic, "ana")
	id, file := uuid.Must(uuid.NewV7()), bytes.Repeat([]byte("words "), 50_000)
	body, contentType := formWith(t, id.String(), "x.txt", file)
	conn, err := net.Dial("tcp", strings.TrimPrefix(n.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	head := "POST /api/v1/attachments HTTP/1.1\r\nHost: x\r\nCookie: frontdesk_session=" + ana.token + "\r\nContent-Type: " + contentType + fmt.Sprintf("\r\nContent-Length: %d\r\n\r\n", body.Len())
	if _, err := io.WriteString(conn, head+body.String()[:150_000]); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if a := ana.do(t, "GET", "/api/v1/attachments/"+id.String(), nil); a.status != 404 {
		t.Errorf("half a file is there: %d", a.status)
	}
	if a := ana.upload(t, id, "x.txt", file); a.status != 201 {
		t.Errorf("tried again: %d %s", a.status, a.raw)
	}
	if a := ana.must(t, "GET", "/api/v1/attachments/"+id.String(), nil); !bytes.Equal(a.raw, file) {
		t.Errorf("%d bytes of %d", len(a.raw), len(file))
	}
}
