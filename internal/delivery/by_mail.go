package delivery

import (
	"context"
	"encoding/hex"
	"html"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/delivery/mail"
	"frontdesk/internal/rules"
)

// byMail is the way of email.
type byMail struct {
	box     mail.Account
	account Account
	post    *Post
}

func (p *Post) mail(a Account) byMail {
	s := a.Settings
	return byMail{mail.Account{
		SMTPHost: s.SMTPHost, SMTPPort: s.SMTPPort, SMTPSecurity: mail.Security(s.SMTPSecurity),
		IMAPHost: s.IMAPHost, IMAPPort: s.IMAPPort, IMAPSecurity: mail.Security(s.IMAPSecurity),
		Username: s.Username, Password: a.Secrets.Password, Address: s.Address, Name: s.Name, Mailbox: s.Mailbox, Outward: !p.Local,
	}, a, p}
}

func (w byMail) send(ctx context.Context, p parcel) (receipt, error) {
	letter, err := w.letter(ctx, p)
	if err != nil {
		return receipt{}, err
	}
	// The name is ours, so that a letter which a server took twice is one in the mailbox.
	return receipt{letter.MessageID, rules.Sent}, w.box.Send(ctx, letter)
}

// find knows nothing: SMTP has no way to ask.
func (byMail) find(context.Context, parcel) (receipt, bool, error) {
	return receipt{}, false, nil
}

func (w byMail) letter(ctx context.Context, p parcel) (mail.Letter, error) {
	out := mail.Letter{
		From: mail.Address{Name: w.account.Settings.Name, Email: w.account.Settings.Address}, To: mail.Address{Email: p.address},
		MessageID: messageID(p.message, w.account), Subject: p.subject, Text: p.body, HTML: formatted(p), Automatic: p.automatic,
		Date: time.Now(), Loop: w.account.ClinicID.String(),
	}
	if out.From.Name == "" {
		out.From.Name = p.clinicName
	}
	if w.account.Settings.Plus {
		out.ReplyTo = w.plus(p.conversation)
	}
	if err := w.post.thread(ctx, p, &out); err != nil {
		return out, err
	}
	for _, f := range p.files {
		content, err := w.post.Files.Read(ctx, f)
		if err != nil {
			return out, err
		}
		out.Files = append(out.Files, mail.File{Filename: f.Filename, MediaType: f.MediaType, Content: content})
	}
	return out, nil
}

// messageID is the same at each try; what comes back names our message by it.
func messageID(message uuid.UUID, a Account) string {
	return message.String() + "@" + hostOf(a.Settings.Address)
}

// messageOf reads our message's id back from a Message-ID.
func messageOf(id string, a Account) uuid.UUID {
	name, host, _ := strings.Cut(strings.Trim(id, "<>"), "@")
	if message, err := uuid.Parse(name); err == nil && strings.EqualFold(host, hostOf(a.Settings.Address)) {
		return message
	}
	return uuid.Nil
}

func hostOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

// plus leads an answer back to its conversation.
func (w byMail) plus(conversation uuid.UUID) string {
	name, host, _ := strings.Cut(w.account.Settings.Address, "@")
	return name + "+" + hex.EncodeToString(conversation[:]) + "@" + host
}

// tokenOf reads a conversation back from such an address.
func tokenOf(token string) uuid.UUID {
	raw, err := hex.DecodeString(token)
	if err != nil || len(raw) != len(uuid.Nil) {
		return uuid.Nil
	}
	return uuid.UUID(raw)
}

// replyTo is a subject as an answer has it: one "Re:", however long the exchange.
func replyTo(subject string) string {
	if len(subject) >= 3 && strings.EqualFold(subject[:3], "re:") {
		return subject
	}
	return "Re: " + subject
}

var links = regexp.MustCompile(`https?://[^\s<>"]+[^\s<>".,;:!?)]`)

// formatted is the letter as it was written, or the text as HTML.
func formatted(p parcel) string {
	if p.html != "" {
		return p.html
	}
	return inColour(p.body)
}

// inColour is the text as HTML: the same words, with paragraphs and links.
func inColour(text string) string {
	var out strings.Builder
	for _, paragraph := range regexp.MustCompile(`\n\s*\n`).Split(strings.TrimSpace(text), -1) {
		safe := html.EscapeString(paragraph)
		safe = links.ReplaceAllStringFunc(safe, func(l string) string { return `<a href="` + l + `">` + l + `</a>` })
		out.WriteString("<p>" + strings.ReplaceAll(safe, "\n", "<br>\n") + "</p>\n")
	}
	return out.String()
}

func (byMail) patience(pace Pace) time.Duration { return pace.Letter }

// check tries both halves of the account.
func (w byMail) check(ctx context.Context) error {
	for _, f := range w.box.Check(ctx) {
		if !f.OK {
			return &rules.Failure{Reason: f.Says, Account: true}
		}
	}
	return nil
}

// referred orders names as References has them: the oldest first, each once.
func referred(newestFirst []string) []string {
	out := slices.Clone(newestFirst)
	slices.Reverse(out)
	return slices.Compact(out)
}
