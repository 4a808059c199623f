package twilio

// Segments counts the parts in which a text travels. ucs2 says that it needs the wide
// alphabet, of which a part holds less than half, and offender is the first character that
// brings that about.
func Segments(body string) (n int, ucs2 bool, offender rune) { panic("soon") }
