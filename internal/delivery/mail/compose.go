package mail

import (
	"bytes"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// composed is a letter as it goes over the wire.
type composed struct {
	sender, recipient string // bare addresses; an empty sender is the null one
	raw               []byte
}

// compose writes the letter out whole, before anything is dialled: a file that cannot be
// encoded must not end a letter in the middle.
func (a Account) compose(l Letter) (composed, error) {
	from := l.From
	if from.Email == "" {
		from = Address{Name: a.Name, Email: a.Address}
	}
	sender, err := address(from)
	if err != nil {
		return composed{}, fmt.Errorf("the sender: %w", err)
	}
	to, err := address(l.To)
	if err != nil {
		return composed{}, fmt.Errorf("the recipient: %w", err)
	}
	msg := mail.NewMsg(mail.WithEncoding(mail.EncodingQP), mail.WithNoDefaultUserAgent())
	msg.FromMailAddress(sender)
	msg.ToMailAddress(to)
	if l.ReplyTo != "" {
		reply, err := address(Address{Email: l.ReplyTo})
		if err != nil {
			return composed{}, fmt.Errorf("where to reply: %w", err)
		}
		msg.ReplyToMailAddress(reply)
	}
	if err := headers(msg, l); err != nil {
		return composed{}, err
	}
	if err := body(msg, l); err != nil {
		return composed{}, err
	}
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		return composed{}, fmt.Errorf("write the letter: %w", err)
	}
	out := composed{sender: sender.Address, recipient: to.Address, raw: raw.Bytes()}
	if l.Automatic {
		out.sender = "" // what bounces of it is not wanted back, RFC 3834
	}
	return out, nil
}

// address checks an address by reading it back as the other side will.
func address(a Address) (*netmail.Address, error) {
	if strings.ContainsAny(a.Email, "\r\n<>\" \t,;") {
		return nil, errors.New("it is no address")
	}
	parsed, err := netmail.ParseAddress(a.Email)
	if err != nil || parsed.Address != a.Email {
		return nil, errors.New("it is no address")
	}
	parsed.Name = oneLine(a.Name)
	return parsed, nil
}

func headers(msg *mail.Msg, l Letter) error {
	msg.Subject(oneLine(l.Subject))
	if l.Date.IsZero() {
		l.Date = time.Now()
	}
	msg.SetDateWithValue(l.Date)
	id := bareID(l.MessageID)
	if id == "" {
		return errors.New("the letter has no id")
	}
	msg.SetMessageIDWithValue(id)
	// Ids are written as they are: a folded line is made at their spaces, and encoding would
	// make them other ids.
	if id := bareID(l.InReplyTo); id != "" {
		msg.SetGenHeaderPreformatted(mail.HeaderInReplyTo, "<"+id+">")
	}
	if refs := references(l.References); refs != "" {
		msg.SetGenHeaderPreformatted(mail.HeaderReferences, refs)
	}
	if l.Loop != "" {
		msg.SetGenHeader(LoopHeader, oneLine(l.Loop))
	}
	if l.Automatic {
		kind := "auto-generated"
		if l.InReplyTo != "" {
			kind = "auto-replied"
		}
		msg.SetGenHeader("Auto-Submitted", kind)
		msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	}
	if l.Unsubscribe != "" {
		u, err := url.Parse(l.Unsubscribe)
		if err != nil || u.Scheme != "https" || u.Host == "" {
			return errors.New("the address to unsubscribe at is not https")
		}
		msg.SetGenHeaderPreformatted("List-Unsubscribe", "<"+u.String()+">")
		msg.SetGenHeaderPreformatted("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	return nil
}

// mostReferences keeps a long thread's header short: its beginning and its end find it.
const mostReferences = 30

func references(ids []string) string {
	if len(ids) > mostReferences {
		ids = append(ids[:1:1], ids[len(ids)-mostReferences+1:]...)
	}
	var out []string
	for _, id := range ids {
		if id = bareID(id); id != "" {
			out = append(out, "<"+id+">")
		}
	}
	return strings.Join(out, "\r\n ")
}

func body(msg *mail.Msg, l Letter) error {
	msg.SetBodyString(mail.TypeTextPlain, l.Text)
	if l.HTML != "" {
		msg.AddAlternativeString(mail.TypeTextHTML, l.HTML)
	}
	for _, file := range l.Files {
		kind := mediaType(file.MediaType)
		name := fileName(file.Filename, kind)
		opts := []mail.FileOption{mail.WithFileContentType(mail.ContentType(kind)), mail.WithFileName(name)}
		add := msg.AttachReader
		if id := bareID(file.ContentID); id != "" && file.Inline {
			opts, add = append(opts, mail.WithFileContentID(id)), msg.EmbedReader
		}
		if err := add(name, bytes.NewReader(file.Content), opts...); err != nil {
			return fmt.Errorf("attach a file: %w", err)
		}
	}
	return nil
}
