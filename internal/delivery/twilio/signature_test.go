package twilio_test

import (
	"net/url"
	"testing"

	"frontdesk/internal/delivery/twilio"
)

func call() url.Values {
	return url.Values{"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675309"}, "Digits": {"1234"}, "From": {"+14158675309"}, "To": {"+18005551212"}}
}

func stop() url.Values {
	const sid = "SM00000000000000000000000000000001"
	return url.Values{
		"AccountSid": {"AC00000000000000000000000000000001"}, "ApiVersion": {"2010-04-01"}, "Body": {"STOP"}, "From": {"+15005550006"}, "MessageSid": {sid},
		"SmsSid": {sid}, "SmsMessageSid": {sid}, "NumMedia": {"0"}, "NumSegments": {"1"}, "SmsStatus": {"received"}, "To": {"+15005550001"},
	}
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	digits := url.Values{"Sid": {"CA123"}, "SidAccount": {"AC123"}, "Digits": {"5678", "1234", "1234"}}
	const usual = "https://mycompany.com/myapp.php?foo=1&bar=2"
	for _, c := range []struct {
		token, address string
		form           url.Values
		signature      string
		want           bool
	}{
		{"12345", usual, call(), "RSOYDt4T1cUTdK1PDd93/VVr8B8=", true},
		{"12345", usual, digits, "IK+Dwps556ElfBT0I3Rgjkr1wJU=", true},
		{"12345", "https://mycompany.com:443/myapp.php?foo=1&bar=2", call(), "kvajT1Ptam85bY51eRf/AJRuM3w=", true},
		{"12345", usual, call(), "kvajT1Ptam85bY51eRf/AJRuM3w=", true},                                             // it counted the port in
		{"12345", "https://mycompany.com:443/myapp.php?foo=1&bar=2", call(), "RSOYDt4T1cUTdK1PDd93/VVr8B8=", true}, // it left the port out
		{"12345", "http://mycompany.com:1234/myapp.php?foo=1&bar=2", call(), "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=", true},
		{"12345", "http://mycompany.com/myapp.php?foo=1&bar=2", call(), "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=", false}, // no usual port
		{"test_auth_token", "https://hub.example.test/webhooks/twilio/sms", stop(), "DUAmM9VzeXLz0OTTr56JTchTeTk=", true},
		{"12346", usual, call(), "RSOYDt4T1cUTdK1PDd93/VVr8B8=", false},
		{"12345", usual, digits, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", false},
		{"12345", usual + "3", call(), "RSOYDt4T1cUTdK1PDd93/VVr8B8=", false},
		{"12345", usual, call(), "", false},
		{"12345", usual, call(), "RSOYDt4T1cUTdK1PDd93/VVr8B8", false},
		{"", usual, call(), "RSOYDt4T1cUTdK1PDd93/VVr8B8=", false},
	} {
		if got := twilio.Signed(c.token, c.address, c.form, c.signature); got != c.want {
			t.Errorf("%s %s: %v", c.address, c.signature, got)
		}
	}
	if got := digits["Digits"]; got[0] != "5678" || len(got) != 3 {
		t.Error("the form was changed")
	}
}

func BenchmarkSigned(b *testing.B) {
	form := stop()
	for b.Loop() {
		if !twilio.Signed("test_auth_token", "https://hub.example.test/webhooks/twilio/sms", form, "DUAmM9VzeXLz0OTTr56JTchTeTk=") {
			b.Fatal("it is signed")
		}
	}
}

func BenchmarkParseWebhook(b *testing.B) {
	form := stop()
	for b.Loop() {
		if _, err := twilio.ParseWebhook(form); err != nil {
			b.Fatal(err)
		}
	}
}
