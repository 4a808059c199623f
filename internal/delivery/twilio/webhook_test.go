package twilio_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"frontdesk/internal/delivery/twilio"
	"frontdesk/internal/rules"
)

func parsed(t *testing.T, query string) (twilio.Event, error) {
	t.Helper()
	form, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	return twilio.ParseWebhook(form)
}

func TestWhatComesInIsRead(t *testing.T) {
	t.Parallel()
	const ids = "MessageSid=SM1&SmsSid=SM1&AccountSid=AC1&SmsStatus=received&To=%2B1500&From=%2B1600&NumMedia=0&"
	base := twilio.Inbound{SID: "SM1", AccountSID: "AC1", From: "+1600", To: "+1500"}
	for query, change := range map[string]func(*twilio.Inbound){
		"Body=STOP&OptOutType=stop&MessagingServiceSid=MG1": func(m *twilio.Inbound) { m.Body, m.OptOut, m.Service = "STOP", "STOP", "MG1" },
		"Body=a%00b%ff&SomethingNew=1":                      func(m *twilio.Inbound) { m.Body = "ab\uFFFD" },
		"Body=&ButtonText=Confirm&ButtonPayload=yes":        func(m *twilio.Inbound) { m.Body, m.Button = "Confirm", "Confirm" },
		"Body=Yes&OriginalRepliedMessageSid=SM0":            func(m *twilio.Inbound) { m.Body, m.RepliedTo = "Yes", "SM0" },
		"Latitude=38.7&Longitude=-9.1&Label=Caf%C3%A9&Address=1+Elm+St": func(m *twilio.Inbound) {
			m.Body = "Location: Café, 1 Elm St, 38.7 -9.1"
		},
		"Body=Here&Latitude=38.7&Longitude=-9.1": func(m *twilio.Inbound) { m.Body = "Here\nLocation: 38.7 -9.1" },
		"Body=Here&Latitude=38.7":                func(m *twilio.Inbound) { m.Body = "Here" },
	} {
		want := base
		change(&want)
		event, err := parsed(t, ids+query)
		if err != nil || event.Status != nil || !reflect.DeepEqual(event.Message, &want) {
			t.Errorf("%s: %+v, want %+v: %v", query, event.Message, want, err)
		}
	}
}

func TestAWhatsAppMessageWithFiles(t *testing.T) {
	t.Parallel()
	event, err := parsed(t, "MessageSid=MM1&From=whatsapp%3A%2B1600&To=whatsapp%3A%2B1500&ProfileName=Ana&WaId=1600&NumMedia=3"+
		"&MediaUrl0=https%3A%2F%2Fa.test%2F0&MediaContentType0=image%2Fjpeg&MediaUrl2=https%3A%2F%2Fa.test%2F2")
	if err != nil {
		t.Fatal(err)
	}
	want := &twilio.Inbound{
		SID: "MM1", From: "+1600", To: "+1500", WhatsApp: true, Profile: "Ana",
		Media: []twilio.Media{{URL: "https://a.test/0", Type: "image/jpeg"}, {URL: "https://a.test/2"}},
	}
	if !reflect.DeepEqual(event.Message, want) {
		t.Errorf("%+v", event.Message)
	}
}

func TestAStatusIsRead(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]twilio.StatusEvent{
		"MessageStatus=queued":                        {State: rules.Queued},
		"MessageStatus=sent&SmsStatus=sent":           {State: rules.Sent},
		"SmsStatus=delivered&RawDlrDoneDate=24101712": {State: rules.Delivered},
		"MessageStatus=read&EventType=READ":           {State: rules.Seen},
		"EventType=READ":                              {State: rules.Seen},
		"MessageStatus=failed":                        {State: rules.Undone, Failure: &rules.Failure{}},
		"MessageStatus=undelivered&ErrorCode=30005":   {State: rules.Undone, Failure: &rules.Failure{Code: "30005"}},
		"MessageStatus=undelivered&ErrorCode=nothing": {State: rules.Undone, Failure: &rules.Failure{}},
		"MessageStatus=failed&ErrorCode=63016":        {State: rules.Undone, Failure: &rules.Failure{Code: "63016", Closed: true}},
		"MessageStatus=delivered&ErrorCode=30005":     {State: rules.Delivered},
	} {
		event, err := parsed(t, "MessageSid=SM1&AccountSid=AC1&From=%2B1500&To=%2B1600&"+query)
		if err != nil || event.Message != nil || event.Status == nil {
			t.Fatal(query, event, err)
		}
		if f := event.Status.Failure; f != nil {
			if f.Reason == "" {
				t.Error(query, "has no reason")
			}
			f.Reason = ""
		}
		want.SID, want.AccountSID = "SM1", "AC1"
		if !reflect.DeepEqual(*event.Status, want) {
			t.Errorf("%s: %+v", query, event.Status)
		}
	}
}

func TestWhatIsOfNoUse(t *testing.T) {
	t.Parallel()
	if event, err := parsed(t, "MessageSid=SM1&MessageStatus=something_new"); err != nil || event != (twilio.Event{}) {
		t.Error(event, err)
	}
	for _, query := range []string{"", "From=%2B1600&Body=Hi", "MessageSid=%00", "MessageSid=SM1&SmsStatus=received"} {
		if event, err := parsed(t, query); err == nil {
			t.Error(query, event)
		}
	}
}

func FuzzParseWebhook(f *testing.F) {
	f.Add(stop().Encode())
	f.Add("MessageSid=MM1&From=whatsapp%3A%2B1600&NumMedia=3&MediaUrl0=a&MediaUrl2=b&Latitude=1&Longitude=2&Label=%ff%00")
	f.Add("MessageSid=SM1&MessageStatus=failed&ErrorCode=99999999999999999999")
	f.Fuzz(func(t *testing.T, query string) {
		form, _ := url.ParseQuery(query)
		event, err := twilio.ParseWebhook(form)
		if err != nil && event != (twilio.Event{}) || event.Status != nil && event.Message != nil {
			t.Fatal(event, err)
		}
		if s := event.Status; s != nil && (s.SID == "" || (s.State == rules.Undone) != (s.Failure != nil)) {
			t.Fatal(s)
		}
		m := event.Message
		if m == nil {
			return
		}
		all := strings.Join([]string{m.SID, m.AccountSID, m.Service, m.From, m.To, m.Body, m.Profile, m.Button, m.OptOut, m.RepliedTo}, "")
		for _, file := range m.Media {
			all += file.URL + file.Type
		}
		if m.SID == "" || !utf8.ValidString(all) || strings.ContainsRune(all, 0) {
			t.Fatalf("%q", all)
		}
	})
}

// FuzzSigned signs by another way what came, and expects to be believed.
func FuzzSigned(f *testing.F) {
	f.Add("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", call().Encode(), "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
	f.Add("t", "http://[::1]:80?#", "a=1&a=2", "=")
	f.Add("t", "https://u:p@host", "", "")
	f.Fuzz(func(t *testing.T, token, address, query, signature string) {
		form, _ := url.ParseQuery(query)
		twilio.Signed(token, address, form, signature)
		all := address
		for _, name := range slices.Sorted(maps.Keys(form)) {
			form[name] = form[name][:1]
			all += name + form.Get(name)
		}
		mac := hmac.New(sha1.New, []byte(token))
		mac.Write([]byte(all))
		signature = base64.StdEncoding.EncodeToString(mac.Sum(nil))
		if twilio.Signed(token, address, form, signature) != (token != "") {
			t.Fatal("an empty token must not sign, any other must")
		}
	})
}
