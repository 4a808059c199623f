package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

func (r *rig) bearer() http.Header {
	return http.Header{"Authorization": {"Bearer " + r.AccessToken}, "Content-Type": {"application/json"}}
}

func (r *rig) whats(t *testing.T, body string) (int, map[string]any) {
	t.Helper()
	return r.do(t, http.MethodPost, "/v23.0/"+r.PhoneNumberID+"/messages", r.bearer(), `{"messaging_product":"whatsapp",`+body+`}`)
}

// value is what a webhook of Meta's says, its signature checked.
func (r *rig) value(t *testing.T) any {
	t.Helper()
	h := r.next(t)
	if h.path != "/webhooks/whatsapp" || h.header.Get("X-Hub-Signature-256") != metaSignature(r.AppSecret, []byte(h.body)) {
		t.Errorf("at %s, signed %s", h.path, h.header.Get("X-Hub-Signature-256"))
	}
	var said any
	if err := json.Unmarshal([]byte(h.body), &said); err != nil {
		t.Fatal(err)
	}
	value := at(t, said, "entry", 0, "changes", 0, "value")
	if id := at(t, value, "metadata", "phone_number_id"); id != r.PhoneNumberID {
		t.Errorf("it is about the number %v", id)
	}
	return value
}

func TestMetaSignature(t *testing.T) {
	t.Parallel()
	const text = `{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Sheena Nelson"},"wa_id":"16505551234"}],"messages":[{"from":"16505551234","id":"wamid.TEST0001","timestamp":"1749416383","type":"text","text":{"body":"Hi"}}]},"field":"messages"}]}]}`
	for _, tt := range []struct{ secret, body, want string }{
		{"test_app_secret", text, "sha256=e31725a214f4713595b6051a18ef59f3e56a8ec93a67afc5fc8b7e4467646f01"},
		{"test-app-secret", `{"object":"whatsapp_business_account","entry":[]}`, "sha256=c84a394cc475525991e78ff16e430b02e47f953877d2af0ade26956ce6f384dc"},
	} {
		if got := metaSignature(tt.secret, []byte(tt.body)); got != tt.want {
			t.Errorf("signed %s, want %s", got, tt.want)
		}
	}
}

// TestMetaSend follows messages to a phone whose 24 hours are over, and then are not.
func TestMetaSend(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	status, sent := r.whats(t, `"to":"351910010007","type":"text","text":{"body":"Hello"}`)
	if status != http.StatusOK || at(t, sent, "contacts", 0, "wa_id") != "351910010007" {
		t.Fatalf("answered %d %v", status, sent)
	}
	if s := at(t, r.value(t), "statuses", 0); at(t, s, "status") != "failed" || at(t, s, "errors", 0, "code") != 131047.0 || at(t, s, "id") != at(t, sent, "messages", 0, "id") {
		t.Errorf("heard %v", s)
	}
	r.control(t, "inbound", wording{Channel: whatsApp, From: "ana", Body: "Hi"})
	wrote := at(t, r.value(t), "messages", 0)
	_, sent = r.whats(t, `"to":"+351 910 010 007","type":"text","text":{"body":"Hello"},"biz_opaque_callback_data":"ours","context":{"message_id":"`+at(t, wrote, "id").(string)+`"}`)
	for _, want := range []string{"sent", "delivered"} {
		if s := at(t, r.value(t), "statuses", 0); at(t, s, "status") != want || at(t, s, "biz_opaque_callback_data") != "ours" || at(t, s, "recipient_id") != "351910010007" {
			t.Errorf("heard %v, want %s", s, want)
		}
	}
	r.control(t, "read", map[string]string{"channel": whatsApp, "from": "ana"})
	if s := at(t, r.value(t), "statuses", 0); at(t, s, "status") != "read" || at(t, s, "id") != at(t, sent, "messages", 0, "id") {
		t.Errorf("heard %v", s)
	}
	if _, said := r.whats(t, `"status":"read","message_id":"`+at(t, wrote, "id").(string)+`","typing_indicator":{"type":"text"}`); said["success"] != true {
		t.Errorf("reading is answered %v", said)
	}
	_, world := r.do(t, http.MethodGet, "/control/world", http.Header{}, "")
	if m := at(t, world, "messages", 1); at(t, m, "seen") != true {
		t.Errorf("the patient's message is %v", m)
	}
	_, _ = r.whats(t, `"to":"15005550001","type":"text","text":{"body":"Hello"}`)
	if s := at(t, r.value(t), "statuses", 0); at(t, s, "errors", 0, "code") != 131026.0 {
		t.Errorf("heard %v", s)
	}
}

func TestMetaTemplates(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	send := func(name, language, parameters string) (int, map[string]any) {
		return r.whats(t, fmt.Sprintf(`"to":"351910010007","type":"template","template":{"name":%q,"language":{"code":%q},"components":[{"type":"body","parameters":[%s]}]}`, name, language, parameters))
	}
	two := `{"type":"text","text":"Ana"},{"type":"text","text":"zehn"}`
	if status, said := send("appointment_reminder", "de", two); status != http.StatusOK {
		t.Errorf("answered %d %v", status, said)
	}
	if s := at(t, r.value(t), "statuses", 0); at(t, s, "status") != "sent" || at(t, s, "pricing", "category") != "utility" {
		t.Errorf("heard %v", s)
	}
	if m := r.taken(t, whatsApp)[0]; at(t, m, "body") != "Guten Tag Ana, wir erinnern Sie an Ihren Termin: zehn." {
		t.Errorf("it became %v", m)
	}
	for _, tt := range []struct {
		name, language, parameters string
		code                       float64
	}{
		{"appointment_reminder", "fr", two, 132001},
		{"birthday", "de", two, 132001},
		{"new_message", "en_US", two, 132000},
		{"appointment_reminder", "en_US", "", 132000},
	} {
		if _, said := send(tt.name, tt.language, tt.parameters); at(t, said, "error", "code") != tt.code {
			t.Errorf("%s in %s: answered %v, want %v", tt.name, tt.language, said, tt.code)
		}
	}
	_, said := r.do(t, http.MethodGet, "/v23.0/"+r.BusinessID+"/message_templates?name=appointment_reminder", r.bearer(), "")
	if len(said["data"].([]any)) != 2 || !strings.Contains(at(t, said, "data", 0, "components", 0, "text").(string), "{{2}}") {
		t.Errorf("the templates are %v", said)
	}
}

func TestMetaRefuses(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	for body, code := range map[string]float64{
		`"to":"351910010007","type":"text"`:                                       131008,
		`"to":"12","type":"text","text":{"body":"a"}`:                             131009,
		`"to":"351910010007","type":"order"`:                                      131051,
		`"to":"351910010007","type":"image","image":{"id":"1"}`:                   100,
		`"status":"read","message_id":"wamid.1"`:                                  100,
		`"to":"351910010007","text":{"body":"` + strings.Repeat("é", 4097) + `"}`: 100,
	} {
		if status, said := r.whats(t, body); status/100 != 4 || at(t, said, "error", "code") != code || at(t, said, "error", "type") != "OAuthException" {
			t.Errorf("answered %d %v, want %v", status, said, code)
		}
	}
	for path, header := range map[string]http.Header{"/v23.0/" + r.PhoneNumberID: {}, "/v23.0/1": r.bearer(), "/23/" + r.PhoneNumberID: r.bearer()} {
		if status, said := r.do(t, http.MethodGet, path, header, ""); status/100 != 4 || at(t, said, "error", "code") == nil {
			t.Errorf("%s is answered %d %v", path, status, said)
		}
	}
	_, said := r.do(t, http.MethodGet, "/v23.0/"+r.PhoneNumberID+"?fields=verified_name", r.bearer(), "")
	if said["verified_name"] == nil || said["id"] != r.PhoneNumberID || said["quality_rating"] != nil {
		t.Errorf("the number is shown as %v", said)
	}
}

// TestMetaMedia takes files in both directions.
func TestMetaMedia(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("messaging_product", "whatsapp")
	_ = form.WriteField("type", "application/pdf")
	part, _ := form.CreateFormFile("file", "letter.pdf")
	_, _ = part.Write([]byte("%PDF"))
	_ = form.Close()
	header := r.bearer()
	header.Set("Content-Type", form.FormDataContentType())
	_, kept := r.do(t, http.MethodPost, "/v23.0/"+r.PhoneNumberID+"/media", header, body.String())
	r.control(t, "window", map[string]any{"from": "ana", "open": true})
	_, _ = r.whats(t, `"to":"351910010007","type":"document","document":{"id":"`+kept["id"].(string)+`","caption":"Here","filename":"Referral.pdf"}`)
	r.value(t)
	if m := r.taken(t, whatsApp)[0]; at(t, m, "media", 0, "filename") != "Referral.pdf" || at(t, m, "body") != "Here" {
		t.Errorf("it became %v", m)
	}
	r.value(t)

	r.control(t, "inbound", wording{Channel: whatsApp, From: "ana", Body: "Look", Media: &upload{Filename: "a.png", Type: "image/png", Base64: "UE5H"}})
	m := at(t, r.value(t), "messages", 0)
	if at(t, m, "image", "caption") != "Look" || at(t, m, "image", "sha256") != "eWEgg3aU0/PyklnP6yUJFpjCoKqHhzZY2EC0mT7oibM=" {
		t.Errorf("heard %v", m)
	}
	_, where := r.do(t, http.MethodGet, "/v23.0/"+at(t, m, "image", "id").(string), r.bearer(), "")
	address := strings.TrimPrefix(where["url"].(string), r.web)
	for _, tt := range []struct {
		path   string
		header http.Header
		status int
	}{{address, r.bearer(), 200}, {address, http.Header{}, 401}, {strings.Replace(address, "ext=", "ext=9", 1), r.bearer(), 404}} {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, r.web+tt.path, nil)
		request.Header = tt.header
		answer, err := r.client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode != tt.status || tt.status == 200 && string(raw) != "PNG" {
			t.Errorf("answered %d %q, want %d", answer.StatusCode, raw, tt.status)
		}
	}
}

// TestMetaInbound writes each kind of message once.
func TestMetaInbound(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	said := r.control(t, "inbound", wording{Channel: whatsApp, From: "ana", Body: "Hi"})
	first := at(t, r.value(t), "messages", 0)
	if at(t, first, "from") != "351910010007" || at(t, first, "text", "body") != "Hi" || at(t, first, "id") != said["id"] {
		t.Errorf("heard %v", first)
	}
	id := said["id"].(string)
	sound := &upload{Filename: "a.ogg", Type: "audio/ogg", Base64: "T2dn"}
	for _, tt := range []struct {
		in   wording
		path []any
		want any
	}{
		{wording{Body: "Answer", InReplyTo: id}, []any{"context", "id"}, id},
		{wording{Media: sound}, []any{"audio", "mime_type"}, "audio/ogg"},
		{wording{Kind: "document", Media: sound}, []any{"document", "filename"}, "a.ogg"},
		{wording{Kind: "sticker", Media: sound}, []any{"sticker", "animated"}, false},
		{wording{Kind: "video", Media: sound}, []any{"type"}, "video"},
		{wording{Kind: "location", Location: &location{Latitude: 38.7, Name: "Home"}}, []any{"location", "latitude"}, 38.7},
		{wording{Kind: "contacts", Contact: &contact{Name: "Rui", Phone: "+351910000001"}}, []any{"contacts", 0, "phones", 0, "wa_id"}, "351910000001"},
		{wording{Kind: "reaction", Body: "👍", InReplyTo: id}, []any{"reaction", "emoji"}, "👍"},
		{wording{Kind: "reaction", InReplyTo: id}, []any{"reaction", "emoji"}, nil},
		{wording{Kind: "button", Button: &button{Payload: "yes", Text: "Yes"}}, []any{"button", "payload"}, "yes"},
		{wording{Kind: "interactive", Choice: &choice{Type: "button_reply", ID: "1", Title: "Yes"}}, []any{"interactive", "button_reply", "title"}, "Yes"},
		{wording{Kind: "poll"}, []any{"errors", 0, "code"}, 131051.0},
	} {
		tt.in.Channel, tt.in.From = whatsApp, "ana"
		r.control(t, "inbound", tt.in)
		if m := at(t, r.value(t), "messages", 0); at(t, m, tt.path...) != tt.want {
			t.Errorf("heard %v, want %v at %v", m, tt.want, tt.path)
		}
	}
}

// TestMetaTriesAgain until the product takes the message.
func TestMetaTriesAgain(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	r := start(t, func(w http.ResponseWriter, _ *http.Request) {
		if n.Add(1) < 4 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	r.control(t, "inbound", wording{Channel: whatsApp, From: "ana", Body: "Hi"})
	first := r.next(t)
	for range 3 {
		if h := r.next(t); h.body != first.body {
			t.Error("another body came the next time")
		}
	}
}

func TestMetaSubscribes(t *testing.T) {
	t.Parallel()
	right := start(t, func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Query().Get("hub.verify_token") == "verify" && q.URL.Query().Get("hub.mode") == "subscribe" {
			_, _ = io.WriteString(w, q.URL.Query().Get("hub.challenge"))
		}
	})
	if said := right.control(t, "subscribe", nil); said["ok"] != true {
		t.Errorf("answered %v", said)
	}
	wrong := start(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	if said := wrong.control(t, "subscribe", nil); said["ok"] != false || said["status"] != 403.0 {
		t.Errorf("answered %v", said)
	}
}
