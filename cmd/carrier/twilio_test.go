package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

const ana = "+351910010007"

func (r *rig) account() string { return "/2010-04-01/Accounts/" + r.AccountSid }

func (r *rig) basic() http.Header {
	return http.Header{
		"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(r.AccountSid+":"+r.AuthToken))},
		"Content-Type":  {"application/x-www-form-urlencoded"},
	}
}

// text sends an SMS, with whatever else is given as names and values.
func (r *rig) text(t *testing.T, to, body string, more ...string) (int, map[string]any) {
	t.Helper()
	form := url.Values{"To": {to}, "From": {r.SMSNumber}, "Body": {body}, "StatusCallback": {r.Webhooks + "/status?m=1"}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return r.do(t, http.MethodPost, r.account()+"/Messages.json", r.basic(), form.Encode())
}

func TestTwilioSignature(t *testing.T) {
	t.Parallel()
	call := url.Values{"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675309"}, "Digits": {"1234"}, "From": {"+14158675309"}, "To": {"+18005551212"}}
	stop := url.Values{
		"AccountSid": {"AC00000000000000000000000000000001"}, "ApiVersion": {"2010-04-01"}, "Body": {"STOP"}, "From": {"+15005550006"},
		"NumMedia": {"0"}, "NumSegments": {"1"}, "SmsStatus": {"received"}, "To": {"+15005550001"},
	}
	for _, name := range []string{"MessageSid", "SmsSid", "SmsMessageSid"} {
		stop.Set(name, "SM00000000000000000000000000000001")
	}
	for _, tt := range []struct {
		secret, address string
		form            url.Values
		want            string
	}{
		{"12345", "https://mycompany.com/myapp.php?foo=1&bar=2", call, "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
		{"12345", "https://mycompany.com:443/myapp.php?foo=1&bar=2", call, "kvajT1Ptam85bY51eRf/AJRuM3w="},
		{"12345", "https://mycompany.com/myapp.php?foo=1&bar=2", url.Values{"Sid": {"CA123"}, "SidAccount": {"AC123"}, "Digits": {"5678", "1234", "1234"}}, "IK+Dwps556ElfBT0I3Rgjkr1wJU="},
		{"test_auth_token", "https://hub.example.test/webhooks/twilio/sms", stop, "DUAmM9VzeXLz0OTTr56JTchTeTk="},
	} {
		if got := twilioSignature(tt.secret, tt.address, tt.form); got != tt.want {
			t.Errorf("%s is signed %s, want %s", tt.address, got, tt.want)
		}
	}
}

func TestSegments(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"": 1, strings.Repeat("a", 160): 1, strings.Repeat("a", 161): 2, strings.Repeat("a", 307): 3,
		strings.Repeat("€", 80): 1, strings.Repeat("€", 81): 2, strings.Repeat("ж", 70): 1, strings.Repeat("a", 70) + "ж": 2, strings.Repeat("🙏", 36): 2,
	} {
		if got := segments(text); got != want {
			t.Errorf("%d letters take %d, want %d", len([]rune(text)), got, want)
		}
	}
}

// TestTwilioSend follows a message from the API to the patient's phone.
func TestTwilioSend(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	status, sent := r.text(t, ana, "Come at ten.")
	if status != http.StatusCreated || sent["status"] != "queued" || sent["num_segments"] != "1" || sent["direction"] != "outbound-api" || sent["error_code"] != nil {
		t.Fatalf("answered %d: %v", status, sent)
	}
	for _, want := range []string{"sent", "delivered"} {
		h := r.next(t)
		if h.form.Get("MessageStatus") != want || h.form.Get("MessageSid") != sent["sid"] {
			t.Errorf("heard %v, want %s", h.form, want)
		}
		if want := twilioSignature(r.AuthToken, r.Webhooks+"/status?m=1", h.form); h.header.Get("X-Twilio-Signature") != want {
			t.Error("the signature is wrong")
		}
	}
	if _, got := r.do(t, http.MethodGet, r.account()+"/Messages/"+sent["sid"].(string)+".json", r.basic(), ""); got["status"] != "delivered" || got["date_sent"] == nil {
		t.Errorf("the message is shown as %v", got)
	}
	if _, got := r.do(t, http.MethodGet, r.account()+".json", r.basic(), ""); got["status"] != "active" {
		t.Errorf("the account is shown as %v", got)
	}
	_, _ = r.text(t, "+15005550033", "Hello?")
	for _, want := range []string{"", "30003"} {
		if h := r.next(t); h.form.Get("ErrorCode") != want {
			t.Errorf("heard %v, want code %q", h.form, want)
		}
	}
}

func TestTwilioRefuses(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	for name, tt := range map[string]struct {
		to, body string
		more     []string
		code     float64
	}{
		"nobody":              {"", "a", nil, 21604},
		"no number":           {"12", "a", nil, 21211},
		"a test number":       {"+15005550001", "a", nil, 21211},
		"a landline":          {"+15005550009", "a", nil, 21614},
		"who has opted out":   {"+15005550004", "a", nil, 21610},
		"nothing to say":      {ana, "", nil, 21602},
		"too long":            {ana, strings.Repeat("é", 1601), nil, 21617},
		"another's number":    {ana, "a", []string{"From", "+15550009999"}, 21606},
		"no service":          {ana, "a", []string{"From", "", "MessagingServiceSid", "MG1"}, 21701},
		"a callback far away": {ana, "a", []string{"StatusCallback", "https://example.com/"}, 21609},
		"an unknown template": {"whatsapp:" + ana, "", []string{"From", "whatsapp:" + r.WhatsAppNumber, "ContentSid", "HX1"}, 21655},
	} {
		status, said := r.text(t, tt.to, tt.body, tt.more...)
		if status != http.StatusBadRequest || said["code"] != tt.code || said["status"] != float64(status) || said["more_info"] == "" {
			t.Errorf("%s: answered %d %v, want %v", name, status, said, tt.code)
		}
	}
	if status, said := r.do(t, http.MethodPost, r.account()+"/Messages.json", http.Header{}, ""); status != http.StatusUnauthorized || said["code"] != 20003.0 {
		t.Errorf("a stranger is answered %d %v", status, said)
	}
	if status, said := r.do(t, http.MethodGet, r.account()+"/Messages/SM1.json", r.basic(), ""); status != http.StatusNotFound || said["code"] != 20404.0 {
		t.Errorf("an unknown message is answered %d %v", status, said)
	}
	if n := len(r.taken(t, "")); n != 0 {
		t.Errorf("%d were taken", n)
	}
}

// TestTwilioStop: the words count when they are the whole message, and reach the clinic.
func TestTwilioStop(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	for _, step := range []struct {
		word string
		code any
	}{{"STOP PLEASE", nil}, {" stop ", 21610.0}, {"Yes", nil}, {"Cancel", 21610.0}, {"UNSTOP", nil}} {
		said := r.control(t, "inbound", wording{Channel: sms, From: "ana", Body: step.word})
		h := r.next(t)
		if h.path != "/webhooks/twilio" || h.form.Get("Body") != step.word || h.form.Get("MessageSid") != said["id"] || h.form.Get("To") != r.SMSNumber {
			t.Errorf("heard %v", h.form)
		}
		if h.header.Get("X-Twilio-Signature") != twilioSignature(r.AuthToken, r.Webhooks+"/webhooks/twilio", h.form) {
			t.Error("the signature is wrong")
		}
		if _, said := r.text(t, ana, "Come at ten.", "StatusCallback", ""); said["code"] != step.code {
			t.Errorf("after %q: %v, want code %v", step.word, said, step.code)
		}
	}
}

// TestTwilioList goes through all messages in pages, the newest first.
func TestTwilioList(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	var want []string
	for n := range 5 {
		want = append(want, fmt.Sprint("message ", n))
		if n%2 == 0 {
			r.control(t, "inbound", wording{Channel: sms, From: ana, Body: want[n]})
		} else {
			_, _ = r.text(t, ana, want[n])
		}
	}
	slices.Reverse(want)
	var got []string
	for next := r.account() + "/Messages.json?PageSize=2&DateSent%3E=2020-01-01"; next != ""; {
		_, page := r.do(t, http.MethodGet, next, r.basic(), "")
		for _, m := range page["messages"].([]any) {
			got = append(got, at(t, m, "body").(string))
		}
		next, _ = page["next_page_uri"].(string)
	}
	if !slices.Equal(got, want) {
		t.Errorf("listed %v, want %v", got, want)
	}
	_, page := r.do(t, http.MethodGet, r.account()+"/Messages.json?To="+url.QueryEscape(r.SMSNumber), r.basic(), "")
	if n := len(page["messages"].([]any)); n != 3 || at(t, page, "messages", 0, "direction") != "inbound" {
		t.Errorf("%d came in: %v", n, page)
	}
	if _, page = r.do(t, http.MethodGet, r.account()+"/Messages.json?DateSent%3E=2100-01-01", r.basic(), ""); len(page["messages"].([]any)) != 0 {
		t.Error("some are of the far future")
	}
}

// TestTwilioMedia fetches a picture from where the webhook says, with the account's secret.
func TestTwilioMedia(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	r.control(t, "inbound", wording{Channel: sms, From: ana, Media: &upload{Filename: "a.png", Type: "image/png", Base64: "UE5H"}})
	h := r.next(t)
	if h.form.Get("NumMedia") != "1" || h.form.Get("MediaContentType0") != "image/png" {
		t.Fatalf("heard %v", h.form)
	}
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, h.form.Get("MediaUrl0"), nil)
	request.SetBasicAuth(r.AccountSid, r.AuthToken)
	answer, err := r.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if raw, _ := io.ReadAll(answer.Body); string(raw) != "PNG" || answer.Header.Get("Content-Type") != "image/png" {
		t.Errorf("got %q of %s", raw, answer.Header.Get("Content-Type"))
	}
}

// TestTwilioWhatsApp: outside the 24 hours only a template arrives; the patient's look is told.
func TestTwilioWhatsApp(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	over := []string{"From", "whatsapp:" + r.WhatsAppNumber}
	to := "whatsapp:" + ana
	_, _ = r.text(t, to, "Hello", over...)
	if h := r.next(t); h.form.Get("MessageStatus") != "failed" || h.form.Get("ErrorCode") != "63016" || h.form.Get("To") != to {
		t.Errorf("heard %v", h.form)
	}
	_, sent := r.text(t, to, "", append(over, "ContentSid", templates[0].content, "ContentVariables", `{"1":"Ana","2":"ten"}`)...)
	if sent["body"] != "Hello Ana, this is a reminder of your appointment at ten." {
		t.Errorf("the template became %v", sent["body"])
	}
	r.next(t)
	if h := r.next(t); h.form.Get("MessageStatus") != "delivered" {
		t.Errorf("heard %v", h.form)
	}
	r.control(t, "read", map[string]string{"channel": whatsApp, "from": ana})
	if h := r.next(t); h.form.Get("MessageStatus") != "read" || h.form.Get("EventType") != "READ" {
		t.Errorf("heard %v", h.form)
	}
	r.control(t, "inbound", wording{Channel: whatsApp, From: ana, Body: "Yes", InReplyTo: sent["sid"].(string)})
	if h := r.next(t); h.form.Get("From") != to || h.form.Get("ProfileName") != "Ana Silva" || h.form.Get("OriginalRepliedMessageSid") != sent["sid"] {
		t.Errorf("heard %v", h.form)
	}
	_, _ = r.text(t, to, "Hello again", over...)
	if h := r.next(t); h.form.Get("MessageStatus") != "sent" {
		t.Errorf("heard %v", h.form)
	}
}
