package mail_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"frontdesk/internal/delivery/mail"
	"frontdesk/internal/rules"
)

func letter() mail.Letter {
	return mail.Letter{
		To: mail.Address{Name: "Ana Líma, Dr.", Email: "ana@patients.test"}, ReplyTo: "desk+k3JvTq9xA2@clinic.test",
		MessageID: "sent-1@clinic.test", InReplyTo: "<m1@patients.test>", References: []string{"m0@clinic.test", "<m1@patients.test>"},
		Subject: "Ihr Termin – für Ana " + strings.Repeat("lang ", 40), Text: "Guten Tag,\n\n" + strings.Repeat("wörter ", 300) + "Punkt\n.\nEnde",
		HTML: "<p>Guten Tag</p><img src=\"cid:logo@clinic.test\">", Loop: "clinic-1",
		Files: []mail.File{
			{Filename: "Befünde März.pdf", MediaType: "application/pdf", Content: []byte("%PDF-1.4 \x00\xff")},
			{Filename: "logo.png", MediaType: "image/png", Content: []byte("\x89PNG"), ContentID: "logo@clinic.test", Inline: true},
		},
	}
}

// What is sent is read as it was written, by the way in of this very package.
func TestALetterArrivesAsItWas(t *testing.T) {
	t.Parallel()
	o := openOffice(t, nil, false)
	l := letter()
	if err := o.account().Send(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	raw := o.last(t)
	for _, line := range strings.Split(raw, "\r\n") {
		if len(line) > 998 {
			t.Errorf("a line has %d characters", len(line))
		}
	}
	m, err := mail.Parse([]byte(raw), mail.Options{Own: []string{"desk@clinic.test"}, Loop: "clinic-1"})
	if err != nil {
		t.Fatal(err)
	}
	if m.Text != l.Text || m.Subject != strings.TrimSpace(l.Subject) || m.MessageID != l.MessageID || m.InReplyTo != "m1@patients.test" || len(m.References) != 2 {
		t.Errorf("it arrives as %+v", m)
	}
	if m.From != (mail.Address{Name: "Elm Street", Email: "desk@clinic.test"}) || len(m.To) != 1 || m.To[0] != l.To || m.ReplyTo != l.ReplyTo || !m.Loop || m.Automatic || m.Date.IsZero() {
		t.Errorf("its head arrives as %+v", m)
	}
	if len(m.Files) != 2 || m.HTML != `<p>Guten Tag</p><img data-cid="logo@clinic.test"/>` {
		t.Fatalf("%d files, %s", len(m.Files), m.HTML)
	}
	logo, pdf := m.Files[0], m.Files[1]
	if pdf.Filename != l.Files[0].Filename || string(pdf.Content) != string(l.Files[0].Content) || logo.ContentID != "logo@clinic.test" || !logo.Inline {
		t.Errorf("its files arrive as %+v", m.Files)
	}
}

func TestAnAutomaticLetterAsksForNoAnswer(t *testing.T) {
	t.Parallel()
	o := openOffice(t, nil, false)
	l := letter()
	l.Automatic, l.Unsubscribe = true, "https://clinic.test/u/abc?x=1"
	if err := o.account().Send(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	raw := o.last(t)
	for _, want := range []string{
		"Auto-Submitted: auto-replied\r\n", "X-Auto-Response-Suppress: All\r\n",
		"List-Unsubscribe: <https://clinic.test/u/abc?x=1>\r\n", "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
	} {
		if !strings.Contains(raw, want) {
			t.Errorf("it lacks %q", want)
		}
	}
	if o.senders[0] != "" {
		t.Errorf("its sender is %q, so it would bounce", o.senders[0])
	}
	if m, err := mail.Parse([]byte(raw), mail.Options{}); err != nil || !m.Automatic {
		t.Error("it does not pass for automatic", err)
	}
	l.Unsubscribe = "http://clinic.test/u"
	if err := o.account().Send(t.Context(), l); err == nil {
		t.Error("nobody unsubscribes without encryption")
	}
}

func TestNothingSlipsIntoTheHeader(t *testing.T) {
	t.Parallel()
	o := openOffice(t, nil, false)
	const evil = "x\r\nBcc: evil@evil.test\r\n\r\nbody"
	l := letter()
	l.Subject, l.To.Name, l.Loop, l.MessageID, l.InReplyTo, l.References = evil, evil, evil, evil, evil, []string{evil}
	l.Files[0].Filename, l.Files[0].MediaType, l.Files[1].ContentID = evil, evil, evil
	if err := o.account().Send(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(o.last(t), "\n") {
		if strings.HasPrefix(line, "Bcc:") || line == "body\r" {
			t.Errorf("it holds the line %q", line)
		}
	}
	for _, address := range []string{evil, "ana@patients.test\r\nRCPT TO:<evil@evil.test>", "a@b.test, c@d.test", "Ana <ana@patients.test>", "", "ana"} {
		l := letter()
		l.To.Email = address
		var f *rules.Failure
		if err := o.account().Send(t.Context(), l); !errors.As(err, &f) || f.Kind != rules.Permanent {
			t.Errorf("%q passes for an address: %v", address, err)
		}
	}
}

func TestWhatARefusalMeans(t *testing.T) {
	t.Parallel()
	type refusal struct {
		at   string
		code int
		enh  smtp.EnhancedCode
		says string
	}
	for name, c := range map[string]struct {
		refusal
		kind    rules.FailureKind
		account bool
		reason  string
	}{
		"unknown":           {refusal{"rcpt", 550, smtp.EnhancedCode{5, 1, 1}, "User unknown"}, rules.Permanent, false, "no mailbox"},
		"unknown, bare":     {refusal{"rcpt", 550, smtp.NoEnhancedCode, "No such user here"}, rules.Permanent, false, "no mailbox"},
		"not local":         {refusal{"rcpt", 551, smtp.NoEnhancedCode, "User not local"}, rules.Permanent, false, "no mailbox"},
		"name not allowed":  {refusal{"rcpt", 553, smtp.NoEnhancedCode, "Not allowed"}, rules.Permanent, false, "no mailbox"},
		"full":              {refusal{"rcpt", 552, smtp.EnhancedCode{5, 2, 2}, "Mailbox full"}, rules.Permanent, false, "full"},
		"full for now":      {refusal{"rcpt", 452, smtp.NoEnhancedCode, "Insufficient storage"}, rules.Passing, false, "full"},
		"too large":         {refusal{"data", 552, smtp.NoEnhancedCode, "Too much"}, rules.Permanent, false, "too large"},
		"spam":              {refusal{"data", 554, smtp.EnhancedCode{5, 7, 1}, "Message refused"}, rules.Permanent, false, "unwanted"},
		"spam, bare":        {refusal{"data", 550, smtp.NoEnhancedCode, "Refused"}, rules.Permanent, false, "unwanted"},
		"greylisted":        {refusal{"rcpt", 450, smtp.EnhancedCode{4, 2, 0}, "Greylisted"}, rules.Passing, false, "again later"},
		"shutting down":     {refusal{"data", 421, smtp.EnhancedCode{4, 3, 2}, "Shutting down"}, rules.Passing, false, "again later"},
		"sender refused":    {refusal{"mail", 553, smtp.EnhancedCode{5, 7, 1}, "Not owned"}, rules.Permanent, true, "from its address"},
		"must sign in":      {refusal{"mail", 530, smtp.EnhancedCode{5, 7, 0}, "Authentication required"}, rules.Permanent, true, "password"},
		"the day's letters": {refusal{"data", 550, smtp.EnhancedCode{5, 4, 5}, "Daily sending quota exceeded"}, rules.Passing, true, "as much as"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t, nil, false)
			o.refuse[c.at] = &smtp.SMTPError{Code: c.code, EnhancedCode: c.enh, Message: c.says + " ana@patients.test"}
			failed(t, o.account().Send(t.Context(), letter()), c.kind, c.account, c.reason)
		})
	}
}

// failed looks at a failure, which names neither an address nor a word of the letter.
func failed(t *testing.T, err error, kind rules.FailureKind, account bool, reason string) {
	t.Helper()
	var f *rules.Failure
	if !errors.As(err, &f) {
		t.Fatalf("it is %v", err)
	}
	if f.Kind != kind || f.Account != account || !strings.Contains(f.Reason, reason) {
		t.Errorf("it is %+v", f)
	}
	if strings.Contains(f.Error(), "patients.test") || strings.Contains(f.Error(), "Termin") {
		t.Errorf("it tells too much: %v", f)
	}
}

func TestWhatAConnectionMeans(t *testing.T) {
	t.Parallel()
	o := openOffice(t, nil, false)
	wrong := o.account()
	wrong.Password = "guess"
	failed(t, wrong.Send(t.Context(), letter()), rules.Permanent, true, "password")

	large := letter()
	large.Files[0].Content = make([]byte, 3<<20)
	failed(t, o.account().Send(t.Context(), large), rules.Permanent, false, "too large")

	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := o.account()
	nobody.SMTPPort = ln.Addr().(*net.TCPAddr).Port
	shutConn(ln)
	failed(t, nobody.Send(t.Context(), letter()), rules.Passing, false, "Nothing answers")

	nowhere := o.account()
	nowhere.SMTPHost, nowhere.SMTPSecurity = "mail.invalid", mail.TLS
	var f *rules.Failure
	if err := nowhere.Send(t.Context(), letter()); !errors.As(err, &f) || f.Kind != rules.Passing {
		t.Error(err)
	}
	open := o.account()
	open.SMTPHost = "mail.elsewhere.test"
	failed(t, open.Send(t.Context(), letter()), rules.Permanent, true, "not encrypted")

	over, end := context.WithCancel(t.Context())
	end()
	failed(t, o.account().Send(over, letter()), rules.Passing, false, "interrupted")

	o.mu.Lock()
	o.hangUp = true
	o.mu.Unlock()
	failed(t, o.account().Send(t.Context(), letter()), rules.Unclear, false, "hung up")
}
