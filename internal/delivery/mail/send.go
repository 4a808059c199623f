package mail

import (
	"context"
	"strconv"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"frontdesk/internal/rules"
)

// stage is how far a letter has come.
type stage int

const (
	dialling   stage = iota
	naming           // the sender
	addressing       // the recipient
	writing          // the letter
	answering        // it is whole on the other side, which has not said yes
)

// Send hands a letter to the account's server. Nil: the server has taken it, and a bounce may
// still come. Otherwise it is a *rules.Failure.
func (a Account) Send(ctx context.Context, l Letter) error {
	letter, err := a.compose(l)
	if err != nil {
		return &rules.Failure{Kind: rules.Permanent, Code: "compose", Reason: "The message cannot be made into an email: " + err.Error() + "."}
	}
	ctx, cancel := context.WithTimeout(ctx, letterTime+time.Duration(len(letter.raw)/slowest)*time.Second)
	defer cancel()
	client, done, err := a.dialSMTP(ctx)
	if err != nil {
		return refused(dialling, err)
	}
	defer done()
	if at, err := deliver(client, letter); err != nil {
		return refused(at, err)
	}
	client.Quit() //nolint:errcheck // a quarrel over the goodbye takes nothing back
	return nil
}

// deliver tells how far the letter has come where it does not arrive.
func deliver(client *smtp.Client, l composed) (stage, error) {
	if _, most := client.Extension("SIZE"); most != "" {
		if n, err := strconv.Atoi(most); err == nil && n > 0 && len(l.raw) > n {
			return writing, errTooLarge
		}
	}
	client.SkipSMTPUTF8(ascii(l.sender) && ascii(l.recipient)) // not every server on the way knows it
	if err := client.Mail("<" + l.sender + ">"); err != nil {
		return naming, err
	}
	if err := client.Rcpt("<" + l.recipient + ">"); err != nil {
		return addressing, err
	}
	out, err := client.Data()
	if err != nil {
		return writing, err
	}
	// Nothing may be said after a write that failed: the next command would first write the
	// final dot, and half a letter would pass for a whole one. Send hangs up.
	if _, err := out.Write(l.raw); err != nil {
		return writing, err
	}
	if err := out.Close(); err != nil {
		return answering, err
	}
	return answering, nil
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
