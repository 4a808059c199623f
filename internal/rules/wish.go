package rules

import (
	"slices"
	"strings"
)

// Wish is what one word to a carrier means for all that it sends.
type Wish int

const (
	NoWish     Wish = iota
	Stop            // no more of it
	StartAgain      // it is welcome again
)

// Twilio's default words (support article 223134027, and its list for advanced opt-out), with
// the French that it knows too. A carrier looks at whole messages alone, and so do we.
var (
	stopWords  = []string{"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "OPT OUT", "OPT-OUT", "ARRET", "ARRÊT"}
	startWords = []string{"START", "UNSTOP"}
	// everydayWords are answers to a question about an appointment, too.
	everydayWords = []string{"CANCEL", "END", "QUIT"}
)

// WishOf is what a whole message asks of the carrier. YES is none: a carrier takes it for
// START, a patient for an answer.
func WishOf(body string) Wish {
	switch word := keyword(body); {
	case slices.Contains(stopWords, word):
		return Stop
	case slices.Contains(startWords, word):
		return StartAgain
	}
	return NoWish
}

// Ambiguous tells whether the word may have been meant for the clinic.
func Ambiguous(body string) bool { return slices.Contains(everydayWords, keyword(body)) }

func keyword(body string) string { return strings.ToUpper(strings.Trim(body, " \t\r\n.!\"")) }
