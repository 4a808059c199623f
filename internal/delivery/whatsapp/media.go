package whatsapp

// Carries tells as what WhatsApp carries a file (image, document, audio or video), or in
// plain words why it does not.
func Carries(mediaType string, size int64) (kind, refusal string) { panic("soon") }
