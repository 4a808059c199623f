package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"frontdesk/internal/rules"
)

var errTooLarge = errors.New("the letter is larger than the server takes")

// refused makes of whatever ended a try what is to be done about it.
func refused(at stage, err error) *rules.Failure {
	var said *textproto.Error
	switch {
	case errors.Is(err, errTooLarge):
		return &rules.Failure{Kind: rules.Permanent, Code: "5.3.4", Reason: reason("5.3.4")}
	case errors.As(err, &said):
		return answered(at, said)
	case at == answering:
		return &rules.Failure{Kind: rules.Unclear, Code: "lost", Reason: "The mail server hung up before it said whether it has taken the message. Look whether it arrived before you send it again."}
	}
	says, account := connection(err)
	if !account && errors.Is(err, context.Canceled) {
		says = "Sending was interrupted. The message is tried again."
	}
	kind := rules.Passing
	if errors.Is(err, errInsecure) || errors.Is(err, errNoTLS) || errors.Is(err, errNoAuth) {
		kind = rules.Permanent
	}
	return &rules.Failure{Kind: kind, Code: "connection", Reason: says, Account: account}
}

// connection says in plain words why a mail server cannot be spoken with, and whether it is
// for the clinic to mend that.
func connection(err error) (says string, account bool) {
	var lookup *net.DNSError
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var timeout net.Error
	switch {
	case errors.Is(err, errInsecure):
		return "The connection to the mail server is not encrypted. Choose TLS or STARTTLS in the settings.", true
	case errors.Is(err, errNoTLS):
		return "The mail server offers no STARTTLS at this port. Choose TLS, or another port, in the settings.", true
	case errors.Is(err, errNoAuth):
		return "The mail server offers no sign-in at this port. Check the port in the settings.", true
	case errors.As(err, &lookup) && lookup.IsNotFound:
		return "There is no mail server of this name. Check the host in the settings.", true
	case errors.As(err, &lookup):
		return "The name of the mail server cannot be looked up at the moment.", false
	case errors.As(err, &unknown), errors.As(err, &name), errors.As(err, &invalid):
		return "The mail server's certificate is not valid for its name. Check the host in the settings, or ask who runs it.", true
	case errors.As(err, &record):
		return "The mail server does not speak TLS at this port. Choose STARTTLS, or another port, in the settings.", true
	case errors.Is(err, syscall.ECONNREFUSED):
		return "Nothing answers at the mail server's port. Check the port in the settings if this lasts.", false
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "The mail server does not answer in time.", false
	}
	return "The connection to the mail server was lost.", false
}

// answered judges by the enhanced code where the server gives one, otherwise by where it said
// no: the same 550 is an unknown recipient here and a suspicious letter there.
func answered(at stage, said *textproto.Error) *rules.Failure {
	status := enhanced(said.Msg)
	if !strings.HasPrefix(status, strconv.Itoa(said.Code/100)+".") {
		status = guessed(at, said.Code)
	}
	f := &rules.Failure{Kind: rules.Permanent, Code: strconv.Itoa(said.Code) + " " + status, Reason: reason(status)}
	if said.Code < 500 {
		f.Kind = rules.Passing
	}
	switch {
	case status == "5.4.5" || status == "4.4.5" || strings.Contains(strings.ToLower(said.Msg), "quota exceeded") && at != addressing:
		// A day's allowance: it comes back by itself.
		f.Kind, f.Account, f.After, f.Reason = rules.Passing, true, time.Hour, reason("5.4.5")
	case at == dialling && said.Code < 500:
		f.Reason = "The mail server does not take messages at the moment."
	case said.Code == 530 || said.Code == 534 || said.Code == 535 || said.Code == 538 || at == dialling:
		f.Account, f.Reason = true, signIn
	case at == naming && said.Code >= 500:
		f.Account, f.Reason = true, "The mail server does not let the clinic's account send from its address. Check the account in the settings."
	}
	return f
}

const signIn = "The mail server does not accept the clinic's user name and password. Enter them anew in the settings; some providers want a password of its own for each app."

var enhancedCode = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)

func enhanced(words string) string { return enhancedCode.FindString(words) }

// guessed is the enhanced code that a bare one most likely stands for.
func guessed(at stage, code int) string {
	switch {
	case code == 550 && at == addressing, code == 551, code == 553:
		return "5.1.1"
	case code == 552:
		if at == addressing {
			return "5.2.2"
		}
		return "5.3.4"
	case code == 452 && at == addressing:
		return "4.2.2"
	case code == 450 || code == 451:
		return "4.2.0"
	case code >= 550:
		return "5.7.1"
	case code >= 500:
		return "5.0.0"
	}
	return "4.0.0"
}

// reason tells staff what an enhanced code of RFC 3463 means for them.
func reason(status string) string {
	_, detail, _ := strings.Cut(status, ".")
	later := strings.HasPrefix(status, "4")
	switch {
	case detail == "1.1" || detail == "1.6" || detail == "1.0" || detail == "1.3":
		return "There is no mailbox with this address. Check it with the patient."
	case detail == "1.2" || detail == "1.10" || detail == "4.4" || detail == "4.1":
		return "The part of the address after the @ takes no mail. Check it with the patient."
	case detail == "2.1":
		return "The patient's mailbox is switched off. Ask for another address."
	case detail == "2.2":
		return "The patient's mailbox is full. Try another channel, or again in a few days."
	case detail == "2.3" || detail == "3.4":
		return "The message is too large for the mail server. Send fewer or smaller files."
	case detail == "4.5":
		return "The clinic's account has sent as much as its provider allows for now. It is tried again later."
	case detail == "4.7":
		return "The patient's mail server could not be reached for days. Try another channel."
	case strings.HasPrefix(detail, "7.") && !later:
		return "The mail server takes the message for unwanted and refuses it. Try another channel; if this happens often, ask whoever runs the clinic's mail."
	case later:
		return "The mail server asks to try again later."
	}
	return "The mail server refuses the message. Try another channel."
}
