package delivery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"html"
	"strings"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/delivery/mail"
	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
)

// mailCut is what a letter is kept as of which only the beginning was fetched.
const mailCut = "mail_cut"

// maxHTML is what is kept of a letter as it looked, in bytes.
const maxHTML = 256 << 10

// heardMail understands a letter: our own come back is nothing, a bounce is a delivery that
// failed, all else is a message.
func (p *Post) heardMail(ctx context.Context, a Account, raw []byte, cut bool, came time.Time) error {
	m, err := mail.Parse(raw, mail.Options{Own: []string{a.Settings.Address}, Loop: a.ClinicID.String(), Cut: cut, MaxHTML: maxHTML})
	if err != nil {
		return unreadable{err}
	}
	if m.Loop {
		return nil
	}
	if b := m.Bounce; b != nil {
		if done, err := p.bounced(ctx, a, *b); done || err != nil {
			return err
		}
	}
	in := inbox.Incoming{
		Channel: a.Channel, CarrierID: m.MessageID + " " + digestOf(m), Address: strings.ToLower(m.From.Email), Sender: m.From.Name,
		Subject: m.Subject, Body: m.Text, HTML: wholeOf(m), ReplyTo: p.answers(m, a), Automatic: m.Automatic,
	}
	for i, f := range m.Files {
		had := len(in.Files)
		if err := p.attach(ctx, a, &in, enclosed{i, f.Filename, f.MediaType, f.Content, came}, nil); err != nil {
			return err
		}
		if len(in.Files) > had && f.ContentID != "" { // a picture within the letter is found by its file
			in.HTML = strings.ReplaceAll(in.HTML, `data-cid="`+html.EscapeString(f.ContentID)+`"`, `data-cid="`+in.Files[had].String()+`"`)
		}
	}
	if m.Truncated {
		in.Body = withNote(in.Body, "The letter was too long to be kept whole.")
	}
	if strings.TrimSpace(in.Body) == "" && len(in.Files) == 0 {
		in.Body = "(An empty letter.)"
	}
	return p.Inbox.Receive(ctx, a.ClinicID, in)
}

// bounced moves the message on that a mail server could not deliver. A letter that is only
// late goes on being under way; what names none of ours is a message like any other.
func (p *Post) bounced(ctx context.Context, a Account, b mail.Bounce) (done bool, err error) {
	message := messageOf(b.MessageID, a)
	if message == uuid.Nil {
		return false, nil
	}
	if !b.Permanent {
		return true, nil
	}
	err = p.Inbox.Progress(ctx, a.ClinicID, message, inbox.Progress{State: rules.Undone, Reason: b.Reason, Code: b.Status, AnyRound: true})
	if errors.Is(err, inbox.ErrNoDelivery) {
		return false, nil
	}
	return true, err
}

// answers is what a letter of ours or which conversation it answers.
func (p *Post) answers(m mail.Mail, a Account) uuid.UUID {
	if conversation := tokenOf(m.Token); conversation != uuid.Nil {
		return conversation
	}
	for _, name := range append([]string{m.InReplyTo}, m.References...) {
		if message := messageOf(name, a); message != uuid.Nil {
			return message
		}
	}
	return uuid.Nil
}

// digestOf tells letters apart that have the same Message-ID, which happens.
func digestOf(m mail.Mail) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{m.From.Email, m.Subject, m.Date.UTC().String(), m.Text, m.Quoted}, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// letterName is the Message-ID of what digestOf was added to.
func letterName(carrierID string) string {
	name, _, _ := strings.Cut(carrierID, " ")
	return name
}

// wholeOf is a letter as it came, where its new words are not all of it.
func wholeOf(m mail.Mail) string {
	switch {
	case m.HTML != "":
		return m.HTML
	case m.Quoted != "":
		return "<pre>" + html.EscapeString(m.Text+"\n\n"+m.Quoted) + "</pre>"
	}
	return ""
}
