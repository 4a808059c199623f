package main

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"net/mail"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/jhillyerd/enmime/v2"
)

const mailLimit = 25 << 20

// smtpServer takes the clinic's mail, from who signs in.
func (c *carrier) smtpServer() *smtp.Server {
	s := smtp.NewServer(smtp.BackendFunc(func(conn *smtp.Conn) (smtp.Session, error) {
		if c.faults.on(email).Down {
			return nil, errors.Join(errors.New("down"), conn.Conn().Close())
		}
		return &submission{c: c, conn: conn}, nil
	}))
	s.Domain, s.AllowInsecureAuth, s.EnableSMTPUTF8 = "localhost", true, true
	s.MaxMessageBytes, s.MaxRecipients = mailLimit, 50
	s.ReadTimeout, s.WriteTimeout = time.Minute, time.Minute
	s.ErrorLog = quiet{}
	return s
}

// quiet keeps the libraries from writing addresses into the log.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// submission is one connection on which mail is handed in.
type submission struct {
	c        *carrier
	conn     *smtp.Conn
	signedIn bool
	to       []string
}

func answer(code int, enhanced smtp.EnhancedCode, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
}

func (s *submission) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *submission) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.c.MailUser || password != s.c.MailPassword {
			return smtp.ErrAuthFailed
		}
		s.signedIn = true
		return nil
	}), nil
}

func (s *submission) Mail(string, *smtp.MailOptions) error {
	if !s.signedIn {
		return answer(530, smtp.EnhancedCode{5, 7, 0}, "Authentication required")
	}
	return nil
}

func (s *submission) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.c.faults.on(email).UnknownRecipients && strings.HasSuffix(strings.ToLower(to), "@demo.test") && !s.c.world.knows(to) {
		return answer(550, smtp.EnhancedCode{5, 1, 1}, "No such user here")
	}
	s.to = append(s.to, to)
	return nil
}

func (s *submission) Reset()        { s.to = nil }
func (s *submission) Logout() error { return nil }

// Data takes a mail, or says no, as the faults will have it.
func (s *submission) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	fate := s.c.faults.roll(email)
	pause(s.c.life, fate.slow)
	switch {
	case fate.down:
		return errors.Join(io.ErrClosedPipe, s.conn.Conn().Close())
	case fate.no == refused:
		return answer(554, smtp.EnhancedCode{5, 7, 1}, "Message refused")
	case fate.no == rateLimited:
		return answer(451, smtp.EnhancedCode{4, 7, 1}, "Too many messages, try again later")
	case fate.no == broken:
		return answer(451, smtp.EnhancedCode{4, 3, 0}, "Local error, try again later")
	}
	if err := s.c.deliver(raw, s.to); err != nil {
		return answer(554, smtp.EnhancedCode{5, 6, 0}, "Message cannot be read")
	}
	pause(s.c.life, fate.late)
	if fate.drop {
		return errors.Join(io.ErrClosedPipe, s.conn.Conn().Close())
	}
	return nil
}

// deliver puts a mail of the clinic's into each recipient's mailbox.
func (c *carrier) deliver(raw []byte, to []string) error {
	read, err := enmime.ReadEnvelope(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	var files []media
	for _, part := range append(read.Attachments, read.Inlines...) {
		files = append(files, c.world.keep(newID("ME", 32), part.FileName, part.ContentType, part.Content))
	}
	from := addressOf(read.GetHeader("From"))
	for _, recipient := range to {
		if c.isMailbox(recipient) {
			if err := c.mail.put(raw); err != nil {
				return err
			}
			continue
		}
		m := c.world.add(message{
			ID: newID("mail-", 24), Channel: email, From: from, To: recipient, Kind: "text", Body: strings.TrimSpace(read.Text), HTML: strings.TrimSpace(read.HTML), Subject: read.GetHeader("Subject"),
			MessageID: read.GetHeader("Message-Id"), InReplyTo: read.GetHeader("In-Reply-To"), Media: files, Status: "delivered",
			replyTo: addressOf(cmp.Or(read.GetHeader("Reply-To"), read.GetHeader("From"))), references: read.GetHeader("References"),
		})
		if c.faults.on(email).Bounce {
			if err := c.bounce(m.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func addressOf(header string) string {
	if parsed, err := mail.ParseAddress(header); err == nil {
		return parsed.Address
	}
	return header
}

// isMailbox knows the clinic's address, also with a token behind a plus sign.
func (c *carrier) isMailbox(address string) bool {
	before, domain, _ := strings.Cut(strings.ToLower(address), "@")
	name, _, _ := strings.Cut(before, "+")
	return name+"@"+domain == strings.ToLower(c.Mailbox)
}

// write puts what a patient writes into the clinic's mailbox, as a mail program would send it:
// an answer goes where the mail wished, names it, and quotes it.
func (c *carrier) write(w wording, m *message, files []file) error {
	p, _ := c.world.named(m.Person)
	text, to, headers := w.Body, c.Mailbox, map[string]string{"Message-Id": m.MessageID}
	if parent, ok := c.world.find(w.InReplyTo); ok && parent.MessageID != "" {
		m.InReplyTo = parent.MessageID
		headers["In-Reply-To"] = parent.MessageID
		headers["References"] = strings.TrimSpace(cmp.Or(parent.references, parent.InReplyTo) + " " + parent.MessageID)
		text += "\r\n\r\nOn " + parent.CreatedAt.Format("Mon, 2 Jan 2006 at 15:04") + ", " + parent.From + " wrote:\r\n> " + strings.ReplaceAll(parent.Body, "\n", "\n> ")
		to = cmp.Or(parent.replyTo, to)
		m.Subject = cmp.Or(m.Subject, "Re: "+strings.TrimPrefix(parent.Subject, "Re: "))
	}
	m.To, m.references = to, headers["References"]
	for name, value := range w.Headers {
		headers[name] = value
	}
	raw := []byte(w.Raw)
	if w.Raw == "" {
		made := enmime.Builder().From(p.Name, m.From).To("", to).Subject(cmp.Or(m.Subject, "(no subject)")).Date(time.Now()).Text([]byte(text))
		for name, value := range headers {
			if value != "" {
				made = made.Header(name, value)
			}
		}
		for _, f := range files {
			made = made.AddAttachment(f.Bytes, f.Type, f.Filename)
		}
		part, err := made.Build()
		if err != nil {
			return err
		}
		var out bytes.Buffer
		if err := part.Encode(&out); err != nil {
			return err
		}
		raw = out.Bytes()
	}
	return c.mail.put(raw)
}

// mailroom is the clinic's mailbox. It is in memory, so another one with each start: its
// UIDVALIDITY says so, which the library cannot be told and is put in here.
type mailroom struct {
	user     *imapmemserver.User
	validity uint32
}

func newMailroom(user, password string) *mailroom {
	room := &mailroom{user: imapmemserver.NewUser(user, password), validity: uint32(time.Now().Unix())} //nolint:gosec // fits until 2106
	for _, name := range []string{"INBOX", "Sent", "Archive", "Trash"} {
		if err := room.user.Create(name, &imap.CreateOptions{}); err != nil {
			panic(err) // only of a name that is there already
		}
	}
	return room
}

// put adds a mail to the inbox; whoever waits there with IDLE hears of it.
func (m *mailroom) put(raw []byte) error {
	_, err := m.user.Append("INBOX", bytes.NewReader(raw), &imap.AppendOptions{})
	return err
}

// box is one connection that reads the mailbox.
type box struct {
	*imapmemserver.UserSession
	room *mailroom
}

func (b *box) Login(user, password string) error {
	if err := b.room.user.Login(user, password); err != nil {
		return err
	}
	b.UserSession = imapmemserver.NewUserSession(b.room.user)
	return nil
}

func (b *box) Select(name string, options *imap.SelectOptions) (*imap.SelectData, error) {
	data, err := b.UserSession.Select(name, options)
	if err == nil {
		data.UIDValidity = b.room.validity
	}
	return data, err
}

func (b *box) Status(name string, options *imap.StatusOptions) (*imap.StatusData, error) {
	data, err := b.UserSession.Status(name, options)
	if err == nil && options.UIDValidity {
		data.UIDValidity = b.room.validity
	}
	return data, err
}

func (b *box) Append(name string, r imap.LiteralReader, options *imap.AppendOptions) (*imap.AppendData, error) {
	data, err := b.UserSession.Append(name, r, options)
	if err == nil {
		data.UIDValidity = b.room.validity
	}
	return data, err
}

func (c *carrier) imapServer() *imapserver.Server {
	return imapserver.New(&imapserver.Options{
		NewSession: func(conn *imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			if c.faults.on(email).Down {
				return nil, nil, errors.Join(errors.New("down"), conn.NetConn().Close())
			}
			return &box{room: c.mail}, nil, nil
		},
		Caps: imap.CapSet{
			imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}, imap.CapNamespace: {}, imap.CapUIDPlus: {}, imap.CapESearch: {},
			imap.CapListExtended: {}, imap.CapListStatus: {}, imap.CapMove: {}, imap.CapStatusSize: {},
		},
		InsecureAuth: true, // this machine alone
		Logger:       quiet{},
	})
}
