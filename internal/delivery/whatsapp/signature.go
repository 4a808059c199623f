package whatsapp

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Signed tells whether Meta has signed a body, byte for byte as it came. header is
// X-Hub-Signature-256, and secret the app's. Without a secret nothing is signed.
func Signed(secret string, body []byte, header string) bool {
	text, prefixed := strings.CutPrefix(header, "sha256=")
	signature, err := hex.DecodeString(text)
	if secret == "" || !prefixed || err != nil {
		return false
	}
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write(body) // a hash takes all
	return hmac.Equal(mac.Sum(nil), signature)
}
