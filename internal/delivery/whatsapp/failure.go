package whatsapp

import (
	"net/http"
	"strconv"

	"frontdesk/internal/rules"
)

// What staff read. The same advice is worded the same.
const (
	elsewhere = " Call, or write on another channel."
	ask       = " Ask an administrator to check the WhatsApp account."
	again     = " Try again later, or call."

	away     = "WhatsApp cannot be reached at the moment." + again
	badToken = "WhatsApp does not accept this clinic's token." + ask
	noRight  = "The clinic's WhatsApp account may not do this." + ask
	blocked  = "Meta has blocked the clinic's WhatsApp account." + ask
	noNumber = "WhatsApp does not know the clinic's number, or the token is not for it." + ask
	busy     = "WhatsApp is busy at the moment." + again
	closed   = "WhatsApp takes only a template now, as the patient has not written in the last 24 hours. Choose a template."
	asTold   = "WhatsApp does not take the message as it is. Write it anew, or send it on another channel."
	pace     = "Too many messages went to this patient in a short time." + again
	held     = "WhatsApp has held this message back, as the patient gets many of its kind. Do not send it again; call, or write on another channel."
	file     = "WhatsApp does not take this file. Send it as a PDF, a JPEG or a PNG, or by email."
	fill     = "This template wants to be filled in differently. Choose it again and fill in each field."
	noSuch   = "WhatsApp does not have this template in this language, or has not approved it. Choose another one."
	paused   = "Meta has paused this template. Choose another one."
	unclear  = "WhatsApp did not answer, so it is not known whether the message went out. Ask the patient before you send it again."
	unknown  = "WhatsApp does not take this message." + elsewhere
	undone   = "The message did not arrive, and WhatsApp does not say why." + elsewhere
)

var (
	// misplaced is for an address that cannot be called, or that sends elsewhere.
	misplaced = rules.Failure{Code: "address", Reason: "What answers in WhatsApp's place is not WhatsApp." + ask, Account: true}
	tooLarge  = rules.Failure{Code: "too_large", Reason: "The file is too large to be taken in. Ask the patient to send a smaller one, or to bring it along."}
	fileGone  = rules.Failure{Code: "http_404", Reason: "The file is not at WhatsApp any more. Ask the patient to send it again."}
)

const parameter = 100 // a parameter is wrong, or what it names is not there

var failures = map[int]rules.Failure{
	0:      {Reason: badToken, Account: true},
	1:      {Kind: rules.Passing, Reason: busy},
	2:      {Kind: rules.Passing, Reason: busy},
	3:      {Reason: noRight, Account: true},
	4:      {Kind: rules.Passing, Reason: busy},
	10:     {Reason: noRight, Account: true},
	33:     {Reason: noNumber, Account: true},
	100:    {Reason: asTold},
	190:    {Reason: badToken, Account: true},
	368:    {Reason: blocked, Account: true},
	470:    {Reason: closed, Closed: true},
	80007:  {Kind: rules.Passing, Reason: busy},
	130429: {Kind: rules.Passing, Reason: busy},
	130472: {Reason: held},
	130497: {Reason: "The clinic's WhatsApp account may not write to this country." + elsewhere},
	131000: {Kind: rules.Passing, Reason: "WhatsApp did not send the message and does not say why." + again},
	131005: {Reason: noRight, Account: true},
	131008: {Reason: asTold},
	131009: {Reason: asTold},
	131016: {Kind: rules.Passing, Reason: busy},
	131021: {Reason: "This is the clinic's own number. Check it in the patient's record."},
	131026: {Reason: "The message cannot be delivered: this number may not be on WhatsApp." + elsewhere},
	131031: {Reason: blocked, Account: true},
	131042: {Reason: "WhatsApp sends nothing until the clinic's account is paid." + ask, Account: true},
	131045: {Reason: noNumber, Account: true},
	131047: {Reason: closed, Closed: true},
	131048: {Reason: "WhatsApp lets the clinic write less for now, as messages were reported as unwanted." + ask, Account: true},
	131049: {Reason: held},
	131050: {Reason: "The patient wants no advertising from your clinic on WhatsApp." + elsewhere}, // and may still be written to
	131051: {Reason: "WhatsApp does not carry messages of this kind. Write a text, or use another channel."},
	131052: {Kind: rules.Passing, Reason: "WhatsApp could not fetch the file. Try again later, or ask the patient to send it again."},
	131053: {Reason: file},
	131056: {Kind: rules.Passing, Reason: pace},
	131057: {Kind: rules.Passing, Reason: busy},
	132000: {Reason: fill},
	132001: {Reason: noSuch},
	132005: {Reason: "The template is too long as it was filled in. Write less into its fields."},
	132007: {Reason: noSuch},
	132012: {Reason: fill},
	132015: {Reason: paused},
	132016: {Reason: paused},
	133004: {Kind: rules.Passing, Reason: busy},
	133010: {Reason: noNumber, Account: true},
}

// Failure says in plain words what Meta's code means, and what is to be done. For a code that
// is not known the HTTP status decides; a status of 0 says that the code came with a callback.
func Failure(code, status int) rules.Failure {
	failure, known := failures[code]
	if !known && code >= 200 && code < 300 {
		failure, known = rules.Failure{Reason: noRight, Account: true}, true
	}
	if !known {
		failure = byStatus(status)
	}
	failure.Code = strconv.Itoa(code)
	return doubt(failure, status)
}

// byStatus is for an answer without a code.
func byStatus(status int) rules.Failure {
	failure := rules.Failure{Reason: unknown}
	switch {
	case status == 0:
		failure.Reason = undone
	case status == http.StatusUnauthorized:
		failure = failures[190]
	case status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status >= http.StatusInternalServerError:
		failure = rules.Failure{Kind: rules.Passing, Reason: busy}
	case status < http.StatusBadRequest: // it sends elsewhere
		failure = misplaced
	}
	if status != 0 {
		failure.Code = "http_" + strconv.Itoa(status)
	}
	return doubt(failure, status)
}

// doubt sees to a fault of the server's own, which may have come after it took the message.
func doubt(failure rules.Failure, status int) rules.Failure {
	if failure.Kind == rules.Passing && status >= http.StatusInternalServerError && status != http.StatusServiceUnavailable {
		failure.Kind, failure.Reason = rules.Unclear, unclear
	}
	return failure
}

func told(failure rules.Failure) *rules.Failure { return &failure }
