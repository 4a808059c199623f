package whatsapp_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"frontdesk/internal/delivery/whatsapp"
)

const (
	written     = `{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Sheena Nelson"},"wa_id":"16505551234"}],"messages":[{"from":"16505551234","id":"wamid.TEST0001","timestamp":"1749416383","type":"text","text":{"body":"Hi"}}]},"field":"messages"}]}]}`
	writtenSign = "sha256=e31725a214f4713595b6051a18ef59f3e56a8ec93a67afc5fc8b7e4467646f01"
)

func TestSignatures(t *testing.T) {
	t.Parallel()
	const bare = `{"object":"whatsapp_business_account","entry":[]}`
	for _, c := range []struct {
		secret, body, header string
		want                 bool
	}{
		{"test_app_secret", written, writtenSign, true},
		{"test-app-secret", bare, "sha256=c84a394cc475525991e78ff16e430b02e47f953877d2af0ade26956ce6f384dc", true},
		{"test_app_secret", written + "\n", writtenSign, false},
		{"test-app-secret", written, writtenSign, false},
		{"", written, writtenSign, false},
		{"test_app_secret", written, strings.TrimPrefix(writtenSign, "sha256="), false},
		{"test_app_secret", written, "sha1=" + strings.TrimPrefix(writtenSign, "sha256="), false},
		{"test_app_secret", written, writtenSign[:len(writtenSign)-2], false},
		{"test_app_secret", written, writtenSign + "00", false},
		{"test_app_secret", written, "sha256=", false},
		{"test_app_secret", written, "sha256=zz", false},
		{"test_app_secret", written, "", false},
	} {
		if got := whatsapp.Signed(c.secret, []byte(c.body), c.header); got != c.want {
			t.Errorf("%s %.20q: %v", c.secret, c.header, got)
		}
	}
}

// FuzzSigned signs what came, and expects to be believed.
func FuzzSigned(f *testing.F) {
	f.Add("test_app_secret", []byte(written), writtenSign)
	f.Add("", []byte{}, "sha256=")
	f.Fuzz(func(t *testing.T, secret string, body []byte, header string) {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		right := "sha256=" + hex.EncodeToString(mac.Sum(nil))
		if whatsapp.Signed(secret, body, right) != (secret != "") {
			t.Fatal("an empty secret must not sign, any other must")
		}
		if whatsapp.Signed(secret, body, header) && !strings.EqualFold(header, right) {
			t.Fatalf("%q is believed", header)
		}
	})
}

func BenchmarkSigned(b *testing.B) {
	for b.Loop() {
		if !whatsapp.Signed("test_app_secret", []byte(written), writtenSign) {
			b.Fatal("it is signed")
		}
	}
}

func BenchmarkParseWebhook(b *testing.B) {
	for b.Loop() {
		if events, err := whatsapp.ParseWebhook([]byte(written)); err != nil || len(events) != 1 {
			b.Fatal(events, err)
		}
	}
}
