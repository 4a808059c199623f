package main

import (
	"bytes"
	"errors"
	"net/http"
	"net/mail"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/jhillyerd/enmime/v2"
)

const letter = "From: Harbour Street Clinic <clinic@mail.test>\r\nReply-To: clinic+abc@mail.test\r\nTo: ana@demo.test\r\nSubject: Your letter\r\n" +
	"Message-ID: <1@frontdesk.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nOlá Ana\r\n"

// submit hands a mail in and answers the code of a refusal, or 0.
func (r *rig) submit(t *testing.T, password string, to ...string) int {
	t.Helper()
	client, err := smtp.Dial(r.smtp)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }() // when it has not signed off
	if password != "" {
		err = client.Auth(sasl.NewPlainClient("", r.MailUser, password))
	}
	if err == nil {
		err = client.SendMail(r.Mailbox, to, strings.NewReader(letter))
	}
	var refusal *smtp.SMTPError
	switch {
	case errors.As(err, &refusal):
		return refusal.Code
	case err != nil:
		return -1
	}
	return 0
}

func TestMailOut(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	for name, tt := range map[string]struct {
		password string
		to       string
		switches switches
		code     int
		taken    int
	}{
		"sent":                  {"password", "Ana@demo.test", switches{}, 0, 1},
		"to a stranger":         {"password", "who@else.test", switches{}, 0, 1},
		"anonymous":             {"", "ana@demo.test", switches{}, 530, 0},
		"a wrong password":      {"wrong", "ana@demo.test", switches{}, 535, 0},
		"nobody is called that": {"password", "nobody@demo.test", switches{UnknownRecipients: true}, 550, 0},
		"refused":               {"password", "ana@demo.test", switches{Refuse: true}, 554, 0},
		"too many":              {"password", "ana@demo.test", switches{RateLimitedPercent: 100}, 451, 0},
		"an error":              {"password", "ana@demo.test", switches{ErrorsPercent: 100}, 451, 0},
		"taken without a word":  {"password", "ana@demo.test", switches{DropPercent: 100}, -1, 1},
	} {
		r.control(t, "faults", tt.switches)
		before := len(r.taken(t, email))
		if got := r.submit(t, tt.password, tt.to); got != tt.code {
			t.Errorf("%s: answered %d, want %d", name, got, tt.code)
		}
		if got := len(r.taken(t, email)) - before; got != tt.taken {
			t.Errorf("%s: %d were taken, want %d", name, got, tt.taken)
		}
	}
	_, world := r.do(t, http.MethodGet, "/control/world", http.Header{}, "")
	m := at(t, world, "mails", 0)
	if at(t, m, "subject") != "Your letter" || at(t, m, "body") != "Olá Ana" || at(t, m, "message_id") != "<1@frontdesk.test>" {
		t.Errorf("it arrived as %v", m)
	}
}

// TestMailBounces: the mail was taken, and a report of it comes back.
func TestMailBounces(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	r.control(t, "faults", switches{Bounce: true})
	if code := r.submit(t, "password", "ana@demo.test"); code != 0 {
		t.Fatalf("answered %d", code)
	}
	if m := r.taken(t, email)[0]; at(t, m, "status") != "failed" {
		t.Errorf("the mail is %v", m)
	}
	client, err := imapclient.DialInsecure(r.imap, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }() // it has read enough
	if err := client.Login(r.MailUser, "password").Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	got, err := client.Fetch(imap.SeqSetNum(1), &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{{}}}).Collect()
	if err != nil || len(got) != 1 {
		t.Fatalf("fetched %d (%v)", len(got), err)
	}
	raw := got[0].FindBodySection(&imap.FetchItemBodySection{})
	report, err := enmime.ReadEnvelope(bytes.NewReader(raw))
	if err != nil || len(report.Errors) > 0 {
		t.Fatalf("the report cannot be read: %v %v", err, report)
	}
	for _, want := range []string{"report-type=delivery-status", "Final-Recipient: rfc822; ana@demo.test", "Status: 5.1.1", "<1@frontdesk.test>"} {
		if !bytes.Contains(raw, []byte(want)) {
			t.Errorf("it does not say %q", want)
		}
	}
}

// TestMailIn waits with IDLE for a patient's answer, and reads it.
func TestMailIn(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	if code := r.submit(t, "password", "ana@demo.test"); code != 0 {
		t.Fatalf("answered %d", code)
	}
	more := make(chan uint32, 10)
	client, err := imapclient.DialInsecure(r.imap, &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages != nil {
				more <- *data.NumMessages
			}
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }() // when it has not signed off
	if err := client.Login(r.MailUser, "wrong").Wait(); err == nil {
		t.Error("a wrong password opens the mailbox")
	}
	if err := client.Login(r.MailUser, "password").Wait(); err != nil {
		t.Fatal(err)
	}
	inbox, err := client.Select("INBOX", nil).Wait()
	if err != nil || inbox.NumMessages != 0 || inbox.UIDValidity < 1e9 {
		t.Fatalf("the inbox is %v (%v)", inbox, err)
	}
	idle, err := client.Idle()
	if err != nil {
		t.Fatal(err)
	}
	said := r.control(t, "inbound", wording{
		Channel: email, From: "ana", Body: "Thank you!", InReplyTo: "<1@frontdesk.test>", Headers: map[string]string{"Auto-Submitted": "no"},
		Media: &upload{Filename: "card.pdf", Type: "application/pdf", Base64: "JVBERg=="},
	})
	select {
	case n := <-more:
		if n != 1 {
			t.Errorf("%d are there", n)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("nothing was heard of the mail")
	}
	if err := errors.Join(idle.Close(), idle.Wait()); err != nil {
		t.Fatal(err)
	}
	body := &imap.FetchItemBodySection{Peek: true}
	got, err := client.Fetch(imap.SeqSetNum(1), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{body}}).Collect()
	if err != nil || len(got) != 1 {
		t.Fatalf("fetched %d (%v)", len(got), err)
	}
	raw := got[0].FindBodySection(body)
	read, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"From": `"Ana Silva" <ana@demo.test>`, "To": "<clinic+abc@mail.test>", "Subject": "Re: Your letter", "Message-Id": said["message_id"].(string),
		"In-Reply-To": "<1@frontdesk.test>", "References": "<1@frontdesk.test>", "Auto-Submitted": "no",
	} {
		if got := textproto.MIMEHeader(read.Header).Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, want := range []string{"Thank you!", "wrote:", "> Ol", "card.pdf"} {
		if !bytes.Contains(raw, []byte(want)) {
			t.Errorf("it does not say %q", want)
		}
	}
	if err := client.Logout().Wait(); err != nil {
		t.Error(err)
	}
}
