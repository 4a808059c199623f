package twilio

import (
	"net/http"
	"strconv"

	"frontdesk/internal/rules"
)

// What staff read. The same advice is worded the same.
const (
	elsewhere = " Call, or write on another channel."
	ask       = " Ask an administrator to check the Twilio account."
	again     = " Try again later, or call."

	badToken  = "Twilio does not accept this clinic's account or its token." + ask
	wrong     = "This number is not valid. Check it in the patient's record."
	landline  = "This number cannot receive text messages; it may be a landline." + elsewhere
	inactive  = "This number is unknown or not in use. Check it in the patient's record, or call."
	optedOut  = "This number has opted out of texts from your clinic." + elsewhere
	busy      = "Twilio is busy at the moment." + again
	tooLong   = "The message is too long for a text. Make it shorter, or send it in two."
	filtered  = "The phone company took this message for spam. Do not send it again as it is; write it in plain words without links, or call."
	from      = "The clinic's own number cannot send this message." + ask
	closed    = "WhatsApp takes only a template now, as the patient has not written in the last 24 hours. Choose a template."
	template  = "Twilio does not take this template as it was filled in. Choose another one, or write on another channel."
	unclear   = "Twilio did not answer, so it is not known whether the message went out. Ask the patient before you send it again."
	unknown   = "Twilio does not take this message." + elsewhere
	undone    = "The message did not arrive, and Twilio does not say why." + elsewhere
	nobody    = "The phone is switched off or out of reach." + again
	elsewise  = "Twilio knows no way from the clinic's number to this one." + elsewhere
	badFile   = "Twilio could not fetch the file. Send it again, or on another channel."
	suspends  = "The clinic's Twilio account is suspended." + ask
	away      = "Twilio cannot be reached at the moment." + again
	noAddress = "What answers in Twilio's place is not Twilio." + ask
)

// Codes that this package tells by itself.
const (
	suspended    = 30002
	badVariables = 21656
)

var (
	// misplaced is for an address that cannot be called, or that sends elsewhere.
	misplaced = rules.Failure{Code: "address", Reason: noAddress, Account: true}
	foreign   = rules.Failure{Code: "foreign_address", Reason: "The file is not at Twilio, and is not fetched. Ask the patient to send it again."}
	fileGone  = rules.Failure{Code: "http_404", Reason: "The file is not at Twilio any more. Ask the patient to send it again."}
	tooLarge  = rules.Failure{Code: "too_large", Reason: "The file is too large to be taken in. Ask the patient to send a smaller one, or to bring it along."}
)

var failures = map[int]rules.Failure{
	20003: {Reason: badToken, Account: true},
	20005: {Reason: suspends, Account: true},
	20404: {Reason: "Twilio does not know what was asked for." + ask},
	20429: {Kind: rules.Passing, Reason: busy},
	20500: {Kind: rules.Passing, Reason: busy},
	20503: {Kind: rules.Passing, Reason: busy},
	21211: {Reason: wrong},
	21212: {Reason: from, Account: true},
	21408: {Reason: "The clinic's Twilio account does not send to this country." + ask},
	21606: {Reason: from, Account: true},
	21608: {Reason: "The clinic's Twilio account is on trial and writes to confirmed numbers only." + ask},
	21610: {Reason: optedOut, OptOut: true},
	21611: {Kind: rules.Passing, Reason: busy},
	21612: {Reason: elsewise},
	21614: {Reason: landline},
	21617: {Reason: tooLong},
	21619: {Reason: "The message is empty. Write something, or attach a file."},
	21620: {Reason: badFile},
	21635: {Reason: landline},
	21655: {Reason: template},
	21656: {Reason: template},
	21703: {Reason: from, Account: true},
	30001: {Kind: rules.Passing, Reason: busy},
	30002: {Reason: suspends, Account: true},
	30003: {Kind: rules.Passing, Reason: nobody},
	30004: {Reason: "This number blocks messages." + elsewhere},
	30005: {Reason: inactive},
	30006: {Reason: landline},
	30007: {Reason: filtered},
	30008: {Kind: rules.Passing, Reason: "The phone company did not deliver the message and does not say why." + again},
	30032: {Reason: "The clinic's number is not verified for texts yet." + ask, Account: true},
	30034: {Reason: "The clinic's number is not registered for texts yet." + ask, Account: true},
	63001: {Reason: "WhatsApp does not accept the clinic's Twilio account." + ask, Account: true},
	63003: {Reason: "This number is not on WhatsApp." + elsewhere},
	63007: {Reason: "The clinic's number is not set up for WhatsApp at Twilio." + ask, Account: true},
	63013: {Reason: "WhatsApp says that this message breaks its rules. Write it in other words, or call."},
	63014: {Reason: "The patient has blocked your clinic on WhatsApp." + elsewhere, OptOut: true},
	63016: {Reason: closed, Closed: true},
	63018: {Kind: rules.Passing, Reason: "WhatsApp lets the clinic send no more for the moment." + again},
	63021: {Reason: "WhatsApp does not take what this message holds. Write it in other words, or send the file in another way."},
	63024: {Reason: "WhatsApp cannot write to this number. Check it in the patient's record, or write on another channel."},
}

// Failure says in plain words what Twilio's code means, and what is to be done. For a code
// that is not known, or 0, the HTTP status decides; a status of 0 says that the code came
// with a callback, or with a message that was looked up.
func Failure(code, status int) rules.Failure {
	failure, known := failures[code]
	if !known {
		failure = byStatus(status)
	}
	// A fault of the server's own may have come after it took the message.
	if failure.Kind == rules.Passing && status >= http.StatusInternalServerError && status != http.StatusServiceUnavailable {
		failure.Kind, failure.Reason = rules.Unclear, unclear
	}
	switch {
	case code != 0:
		failure.Code = strconv.Itoa(code)
	case status != 0:
		failure.Code = "http_" + strconv.Itoa(status)
	}
	return failure
}

func byStatus(status int) rules.Failure {
	switch {
	case status == 0:
		return rules.Failure{Reason: undone}
	case status == http.StatusUnauthorized:
		return failures[20003]
	case status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status >= http.StatusInternalServerError:
		return rules.Failure{Kind: rules.Passing, Reason: busy}
	case status < http.StatusBadRequest: // it sends elsewhere
		return misplaced
	}
	return rules.Failure{Reason: unknown}
}

func told(failure rules.Failure) *rules.Failure { return &failure }
