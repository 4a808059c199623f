package main

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// notice is a delivery report as mail servers write it (RFC 3464): for people, for programs,
// and the head of the mail that it is about.
const notice = `From: Mail Delivery System <mailer-daemon@localhost>
To: <%[1]s>
Subject: Undelivered Mail Returned to Sender
Date: %[2]s
Message-ID: <%[3]s@localhost>
In-Reply-To: %[4]s
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="%[3]s"

--%[3]s
Content-Type: text/plain; charset=utf-8

Your message could not be delivered to one or more recipients.

--%[3]s
Content-Type: message/delivery-status

Reporting-MTA: dns; localhost
Arrival-Date: %[2]s

Final-Recipient: rfc822; %[5]s
Original-Recipient: rfc822; %[5]s
Action: failed
Status: 5.1.1
Remote-MTA: dns; localhost
Diagnostic-Code: smtp; 550 5.1.1 No such user here

--%[3]s
Content-Type: text/rfc822-headers

Message-ID: %[4]s
To: <%[5]s>

--%[3]s--
`

// bounce gives a mail that was taken back to the clinic: nobody has it after all.
func (c *carrier) bounce(id string) error {
	m, ok := c.world.find(id)
	if !ok || m.Channel != email || m.Inbound {
		return errors.New("no mail of the clinic's has this id")
	}
	c.world.change(m.ID, func(m *message) bool {
		m.Status, m.ErrorCode = "failed", 550
		return true
	})
	text := fmt.Sprintf(notice, c.Mailbox, time.Now().Format(time.RFC1123Z), newID("report-", 24), m.MessageID, m.To)
	return c.mail.put([]byte(strings.ReplaceAll(text, "\n", "\r\n")))
}

func (c *carrier) bounceMail(w http.ResponseWriter, r *http.Request) {
	var in struct {
		ID string `json:"id"` // the mail's, or its Message-ID
	}
	if !decode(w, r, &in) {
		return
	}
	if err := c.bounce(in.ID); err != nil {
		badRequest(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
