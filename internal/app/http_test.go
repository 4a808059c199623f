package app

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/testkit"
)

// one is a node with a clinic, and a conversation of Ana's in it.
func one(t testing.TB) (node, *testkit.Clinic, inbox.Conversation) {
	t.Helper()
	clinic := testkit.NewClinic(t)
	return startNode(t, clinic.DB.URL, ""), clinic, clinic.FromAna(t, "Hello")
}

func TestBadInputIsRefusedAndSaysWhy(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	foreign := testkit.NewClinicIn(t, clinic.DB).FromAna(t, "of another clinic")
	reception, ana, nobody := signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "ana"), person{node: n}
	thread := "/api/v1/conversations/" + c.ID.String()
	long := strings.Repeat("é", 4001)
	with := func(key string, value any) map[string]any {
		d := draft("portal", "Hello")
		d[key] = value
		return d
	}
	tests := map[string]struct {
		by           person
		method, path string
		body         any
		status       int
		code, at     string
	}{
		"nobody":                      {nobody, "GET", "/api/v1/conversations", nil, 401, "not_signed_in", ""},
		"nobody, with bad input":      {nobody, "POST", "/api/v1/conversations", "{", 401, "not_signed_in", ""},
		"no such path":                {reception, "GET", "/api/v1/nothing", nil, 404, "not_found", ""},
		"no such method":              {reception, "PUT", "/api/v1/me", nil, 405, "method_not_allowed", ""},
		"an id that is none":          {reception, "GET", "/api/v1/conversations/7", nil, 422, "invalid", "path.id"},
		"an unknown id":               {reception, "GET", "/api/v1/conversations/" + uuid.NewString(), nil, 404, "conversation_not_found", ""},
		"another clinic's":            {reception, "GET", "/api/v1/conversations/" + foreign.ID.String(), nil, 404, "conversation_not_found", ""},
		"sending into another clinic": {reception, "POST", "/api/v1/conversations/" + foreign.ID.String() + "/messages", draft("portal", "x"), 404, "conversation_not_found", ""},
		"no JSON":                     {reception, "POST", thread + "/messages", "{", 400, "bad_request", "body"},
		"no object":                   {reception, "POST", thread + "/messages", "[]", 422, "invalid", "body"},
		"no body":                     {reception, "POST", thread + "/messages", nil, 400, "bad_request", ""},
		"an unknown field":            {reception, "POST", thread + "/messages", with("colour", "red"), 422, "invalid", "body.colour"},
		"a wrong type":                {reception, "POST", thread + "/messages", with("body", 7), 422, "invalid", "body.body"},
		"no id":                       {reception, "POST", thread + "/messages", map[string]any{"channel": "portal", "body": "x"}, 422, "invalid", "body.id"},
		"a message id that is none":   {reception, "POST", thread + "/messages", with("id", "abc"), 422, "invalid", "body.id"},
		"the id of nothing":           {reception, "POST", thread + "/messages", with("id", uuid.Nil), 422, "id_missing", "body.id"},
		"an empty body":               {reception, "POST", thread + "/messages", with("body", ""), 422, "body_empty", "body.body"},
		"a blank body":                {reception, "POST", thread + "/messages", with("body", " \n\t"), 422, "body_empty", "body.body"},
		"too long":                    {reception, "POST", thread + "/messages", with("body", long), 422, "body_too_long", "body.body"},
		"a NUL":                       {reception, "POST", thread + "/messages", with("body", "a\x00b"), 422, "body_invalid", "body.body"},
		"a subject too long":          {reception, "POST", thread + "/messages", with("subject", long), 422, "subject_too_long", "body.subject"},
		"no such channel":             {reception, "POST", thread + "/messages", with("channel", "fax"), 422, "invalid", "body.channel"},
		"a channel not set up":        {reception, "POST", thread + "/messages", with("channel", "sms"), 422, "channel_unavailable", "body.channel"},
		"a patient's note":            {ana, "POST", thread + "/messages", with("channel", "note"), 422, "channel_unavailable", "body.channel"},
		"a body of a megabyte":        {reception, "POST", thread + "/messages", with("body", strings.Repeat("x", 200_000)), 413, "too_large", ""},
		"a cursor that is none":       {reception, "GET", "/api/v1/conversations?cursor=zzz", nil, 422, "cursor_invalid", "query.cursor"},
		"a limit too high":            {reception, "GET", "/api/v1/conversations?limit=201", nil, 422, "invalid", "query.limit"},
		"a filter that is none":       {reception, "GET", "/api/v1/conversations?status=new", nil, 422, "invalid", "query.status"},
		"before a foreign message":    {reception, "GET", thread + "/messages?before=" + uuid.NewString(), nil, 422, "before_unknown", "query.before"},
		"reading up to nothing":       {reception, "POST", thread + "/read", map[string]any{"message_id": uuid.NewString()}, 404, "message_not_found", ""},
		"starring nothing":            {reception, "PUT", "/api/v1/messages/" + uuid.NewString() + "/star", nil, 404, "message_not_found", ""},
		"assigning to nobody's id":    {reception, "PATCH", thread, map[string]any{"assignee_id": uuid.NewString()}, 422, "assignee_unknown", "body.assignee_id"},
		"assigning to a patient":      {reception, "PATCH", thread, map[string]any{"assignee_id": clinic.Ben.ID}, 422, "assignee_unknown", "body.assignee_id"},
		"assigning without the hub":   {reception, "PATCH", thread, map[string]any{"assignee_id": clinic.NoHub.ID}, 422, "assignee_unreachable", "body.assignee_id"},
		"a label twice":               {reception, "PATCH", thread, map[string]any{"labels": []string{"urgent", "urgent"}}, 422, "label_twice", "body.labels[1]"},
		"a patient files":             {ana, "PATCH", thread, map[string]any{"archived": true}, 403, "staff_only", ""},
		"a patient looks up patients": {ana, "GET", "/api/v1/patients", nil, 403, "staff_only", ""},
		"two recipients":              {reception, "POST", "/api/v1/conversations", map[string]any{"patient_id": clinic.Ana.ID, "user_id": clinic.Doctor.ID, "message": draft("portal", "x")}, 422, "two_recipients", "body.user_id"},
		"no recipient":                {reception, "POST", "/api/v1/conversations", map[string]any{"message": draft("portal", "x")}, 422, "recipient_missing", "body.patient_id"},
		"an unknown patient":          {reception, "POST", "/api/v1/conversations", map[string]any{"patient_id": uuid.NewString(), "message": draft("portal", "x")}, 404, "patient_not_found", "body.patient_id"},
		"a patient without portal":    {reception, "POST", "/api/v1/conversations", map[string]any{"patient_id": clinic.Offline.ID, "message": draft("portal", "x")}, 422, "channel_unavailable", "body.channel"},
		"a first message too long":    {reception, "POST", "/api/v1/conversations", map[string]any{"patient_id": clinic.Ana.ID, "message": draft("portal", long)}, 422, "body_too_long", "body.message.body"},
		"the wrong kind":              {reception, "POST", "/api/v1/conversations", map[string]any{"patient_id": clinic.Ana.ID, "kind": "doctor", "message": draft("portal", "x")}, 422, "kind_mismatch", "body.kind"},
		"signing in with nothing":     {nobody, "POST", "/api/v1/sessions", map[string]any{"email": "a@b.c"}, 422, "invalid", "body.password"},
		"a wrong password":            {nobody, "POST", "/api/v1/sessions", map[string]any{"email": clinic.Email("ana"), "password": "no"}, 401, "sign_in_failed", ""},
		"an unknown account":          {nobody, "POST", "/api/v1/sessions", map[string]any{"email": "who@b.test", "password": "no"}, 401, "sign_in_failed", ""},
	}
	before := reception.load(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a := tt.by.do(t, tt.method, tt.path, tt.body)
			if a.status != tt.status || a.code() != tt.code || a.str("location") != tt.at {
				t.Errorf("%d %q at %q, want %d %q at %q\n%s", a.status, a.code(), a.str("location"), tt.status, tt.code, tt.at, a.raw)
			}
			if got := a.header.Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("Content-Type %q", got)
			}
			if a.str("detail") == "" && a.status != 404 && a.status != 405 {
				t.Errorf("it does not say what to do: %s", a.raw)
			}
		})
	}
	if d := difference(before, reception.load(t)); d != "" {
		t.Errorf("something was half done: %s", d)
	}
}

// Every pair that the table of who may write first does not have is refused.
func TestWhoMayNotStart(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	to := map[string]uuid.UUID{
		"admin": clinic.Admin2.ID, "receptionist": clinic.Reception2.ID, "doctor": clinic.Doctor2.ID, "self": uuid.Nil,
	}
	for _, by := range []string{"ana", "reception", "doctor"} {
		p := signIn(t, n, clinic, by)
		for role, id := range to {
			if role == "self" {
				continue
			}
			a := p.do(t, "POST", "/api/v1/conversations", map[string]any{"user_id": id, "message": draft("portal", "x")})
			if a.status != 403 || a.code() != "not_allowed_to_initiate" || a.str("detail") == "" {
				t.Errorf("%s to %s: %d %s", by, role, a.status, a.raw)
			}
		}
	}
	doctor := signIn(t, n, clinic, "doctor")
	first := doctor.must(t, "POST", "/api/v1/conversations", map[string]any{"patient_id": clinic.Ana.ID, "message": draft("portal", "x")})
	again := doctor.do(t, "POST", "/api/v1/conversations", map[string]any{"patient_id": clinic.Ana.ID, "message": draft("portal", "y")})
	if again.status != 409 || again.code() != "conversation_exists" || again.str("conversation_id") != first.str("id") {
		t.Errorf("a second start: %d %s", again.status, again.raw)
	}
}

func TestOneIDIsOneMessage(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	reception := signIn(t, n, clinic, "reception")
	path := "/api/v1/conversations/" + c.ID.String() + "/messages"
	d := draft("portal", "Come at ten.")
	first, again := reception.must(t, "POST", path, d), reception.must(t, "POST", path, d)
	if first.status != 201 || again.status != 200 || first.str("id") != again.str("id") {
		t.Errorf("%d and %d", first.status, again.status)
	}
	d["body"] = "Come at nine."
	if other := reception.do(t, "POST", path, d); other.status != 409 || other.code() != "id_conflict" {
		t.Errorf("other content: %d %s", other.status, other.raw)
	}
	opening := map[string]any{"patient_id": clinic.Ben.ID, "message": draft("portal", "Hello Ben")}
	a, b := reception.must(t, "POST", "/api/v1/conversations", opening), reception.must(t, "POST", "/api/v1/conversations", opening)
	if a.status != 201 || b.status != 200 || a.str("id") != b.str("id") {
		t.Errorf("a start sent twice: %d and %d", a.status, b.status)
	}
}

func TestAColleagueHasAnswered(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	rita, rui := signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "reception2")
	path := "/api/v1/conversations/" + c.ID.String() + "/messages"
	d := draft("portal", "Hello Ana")
	d["last_seen_id"] = c.Last.ID
	rui.must(t, "POST", path, draft("portal", "I was first"))
	a := rita.do(t, "POST", path, d)
	newer, _ := a.body["messages"].([]any)
	if a.status != 409 || a.code() != "thread_moved_on" || len(newer) != 1 {
		t.Errorf("%d %s", a.status, a.raw)
	}
	delete(d, "last_seen_id")
	rita.must(t, "POST", path, d)
}

func TestForeignPagesCannotWrite(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	p := signIn(t, n, clinic, "reception")
	for name, header := range map[string][2]string{
		"a foreign origin":    {"Origin", "https://evil.test"},
		"no origin to trust":  {"Origin", "null"},
		"told by the browser": {"Sec-Fetch-Site", "cross-site"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), "POST", n.url+"/api/v1/conversations/"+c.ID.String()+"/read", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Cookie", "frontdesk_session="+p.token)
		req.Header.Set(header[0], header[1])
		if a := send(t, req); a.status != 403 || a.code() != "cross_site" {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	t.Parallel()
	n, clinic, _ := one(t)
	try := func(email, password string) answer {
		return call(t, n, "", "POST", "/api/v1/sessions", map[string]string{"email": email, "password": password})
	}
	for i := range 10 {
		if a := try(clinic.Email("ana"), fmt.Sprint("guess ", i)); a.status != 401 {
			t.Fatalf("try %d: %d %s", i, a.status, a.raw)
		}
	}
	if a := try(clinic.Email("ana"), testkit.Password); a.status != 429 || a.code() != "too_many_attempts" {
		t.Errorf("after ten failures: %d %s", a.status, a.raw)
	}
	if a := try(clinic.Email("ben"), testkit.Password); a.status != 201 {
		t.Errorf("another account is not to suffer: %d %s", a.status, a.raw)
	}
}

// What a proxy and a server could read differently is answered with 400, and the connection
// ends.
func TestMalformedFraming(t *testing.T) {
	t.Parallel()
	n, _, _ := one(t)
	host := strings.TrimPrefix(n.url, "http://")
	head := "POST /api/v1/sessions HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: application/json\r\n"
	for name, raw := range map[string]string{
		"length and chunks":      head + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"two lengths":            head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
		"two encodings":          head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"an unknown encoding":    head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"two hosts":              "GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nHost: evil.test\r\n\r\n",
		"no host":                "GET /healthz HTTP/1.1\r\n\r\n",
		"a NUL in a header":      "GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nX-A: a\x00b\r\n\r\n",
		"a space before a colon": "GET /healthz HTTP/1.1\r\nHost : " + host + "\r\n\r\n",
		"a length that is none":  head + "Content-Length: 0x5\r\n\r\n{}",
		"a negative length":      head + "Content-Length: -1\r\n\r\n{}",
		"a chunk size that lies": head + "Transfer-Encoding: chunked\r\n\r\n0x5\r\n{\"a\":1}\r\n0\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", host)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close() //nolint:errcheck // read to its end
			if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
				t.Fatal(err)
			}
			if _, err := conn.Write([]byte(raw)); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(conn).ReadString('\n')
			if !strings.HasPrefix(line, "HTTP/1.1 400") {
				t.Errorf("answered %q (%v)", line, err)
			}
		})
	}
}
