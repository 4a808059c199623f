package rules

import "unicode/utf16"

// What one part holds, alone and as one of several: septets of the GSM alphabet, or units
// of UTF-16.
const (
	narrowAlone, narrowPart = 160, 153
	wideAlone, widePart     = 70, 67
)

// The alphabet of GSM 03.38, and what it reaches through an escape, at the cost of two.
const (
	basic    = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extended = "\f^{}\\[~]|€"
)

var septets = func() map[rune]int {
	cost := map[rune]int{}
	for _, r := range basic {
		cost[r] = 1
	}
	for _, r := range extended {
		cost[r] = 2
	}
	return cost
}()

// MaxText is the longest text that is carried by SMS, in characters: Twilio takes no more.
const MaxText = 1600

// Segments counts the parts in which a text travels, as the composer does; none for an empty one. ucs2 says that it
// needs the wide alphabet, of which a part holds less than half, and offender is the first
// character that brings that about.
func Segments(body string) (n int, ucs2 bool, offender rune) {
	for _, r := range body {
		if septets[r] == 0 {
			return parts(body, wideAlone, widePart, func(r rune) int { return max(utf16.RuneLen(r), 1) }), true, r
		}
	}
	return parts(body, narrowAlone, narrowPart, func(r rune) int { return septets[r] }), false, 0
}

// parts counts them. A character is never cut in two: what does not fit opens the next part.
func parts(body string, alone, part int, cost func(rune) int) int {
	total, n, room := 0, 0, 0
	for _, r := range body {
		c := cost(r)
		total += c
		if room < c {
			n, room = n+1, part
		}
		room -= c
	}
	if total <= alone {
		return min(n, 1)
	}
	return n
}
