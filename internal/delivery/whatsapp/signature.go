package whatsapp

// Signed tells whether Meta has signed a body, byte for byte as it came. header is
// X-Hub-Signature-256, and secret the app's.
func Signed(secret string, body []byte, header string) bool { panic("soon") }
