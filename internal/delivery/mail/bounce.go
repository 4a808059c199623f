package mail

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
)

// bounce reads a report of RFC 3464, and what older servers write for people instead.
func (g *gathering) bounce(m *Mail, h header) *Bounce {
	var b *Bounce
	switch {
	case g.report != nil:
		b = reported(g.report.Content)
	case h.get("X-Failed-Recipients") != "" || fromServer(m) && (h.nullSender() || failure.MatchString(m.Subject)):
		b = told(m, h)
	}
	if b == nil {
		return nil
	}
	if b.MessageID == "" && g.returned != nil {
		if ids := messageIDs(header(flat(g.returned.Content).Header).get("Message-Id")); len(ids) > 0 {
			b.MessageID = ids[0]
		}
	}
	if b.MessageID == "" {
		b.MessageID = g.attachedID()
	}
	if b.MessageID == "" && len(m.References) > 0 {
		b.MessageID = m.References[len(m.References)-1]
	}
	if b.MessageID == "" {
		b.MessageID = m.InReplyTo
	}
	b.Permanent = b.Action == "failed"
	b.Reason = bounceReason(b)
	return b
}

// attachedID finds our letter among what a server has attached without saying why.
func (g *gathering) attachedID() string {
	for _, f := range g.files {
		if f.MediaType == "message/rfc822" || f.MediaType == "text/rfc822-headers" {
			if ids := messageIDs(header(flat(f.Content).Header).get("Message-Id")); len(ids) > 0 {
				return ids[0]
			}
		}
	}
	return ""
}

func bounceReason(b *Bounce) string {
	switch b.Action {
	case "delivered", "relayed", "expanded":
		return "The mail server has passed the message on."
	case "delayed":
		return "The message has not arrived yet. The mail server goes on trying."
	}
	return reason(b.Status)
}

const mostRecipients = 100

// reported takes, of several recipients, the first that failed.
func reported(content []byte) *Bounce {
	content = append(bytes.TrimLeft(bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n")), "\n"), "\n\n"...)
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(content)))
	var best *Bounce
	id := ""
	for range mostRecipients {
		fields, err := r.ReadMIMEHeader()
		if len(fields) > 0 {
			if ids := messageIDs(fields.Get("Original-Message-Id")); len(ids) > 0 {
				id = ids[0]
			}
			if b := recipient(fields); b != nil && (best == nil || best.Action != "failed" && b.Action == "failed") {
				best = b
			}
		}
		if errors.Is(err, io.EOF) || err != nil && len(fields) == 0 {
			break
		}
	}
	if best != nil {
		best.MessageID = id
	}
	return best
}

func recipient(fields textproto.MIMEHeader) *Bounce {
	action, _, _ := strings.Cut(strings.ToLower(oneLine(fields.Get("Action"))), " ")
	status := enhanced(fields.Get("Status"))
	if action == "" && status == "" {
		return nil
	}
	if action == "" {
		action = map[byte]string{'2': "delivered", '4': "delayed", '5': "failed"}[status[0]]
	}
	who := fields.Get("Original-Recipient")
	if who == "" {
		who = fields.Get("Final-Recipient")
	}
	diagnostic := decodeWords(fields.Get("Diagnostic-Code"))
	// Some servers put 5.0.0 and leave it to the other side's words to say more.
	if better := enhanced(diagnostic); better != "" && (status == "" || strings.HasSuffix(status, ".0.0") && better[0] == status[0]) {
		status = better
	}
	return &Bounce{Recipient: typed(who), Action: action, Status: status, Diagnostic: short(typed(oneLine(diagnostic)), longestLine)}
}

// typed takes off the type that stands before a value: "rfc822; ana@x".
func typed(s string) string {
	if kind, value, found := strings.Cut(s, ";"); found && !strings.ContainsAny(strings.TrimSpace(kind), " @") {
		s = value
	}
	return strings.Trim(oneLine(s), "<> ")
}

var (
	failure    = regexp.MustCompile(`(?i)undeliver|returned mail|delivery (status|failure|has failed)|failure notice|mail delivery|unzustellbar|non remis|nicht zugestellt|rejected`)
	servers    = regexp.MustCompile(`(?i)^(mailer-daemon|postmaster|mail-daemon)([+=._-].*)?@`)
	bareCode   = regexp.MustCompile(`\b([45]\d\d)[ -]`)
	returnedID = regexp.MustCompile(`(?im)^[ \t>]*Message-ID:\s*<([^<>\s]+)>`)
)

func fromServer(m *Mail) bool { return servers.MatchString(m.From.Email) }

// told reads a report that was written for people: qmail's, Exim's and those of old Exchange.
func told(m *Mail, h header) *Bounce {
	words := m.Text + "\n" + m.Quoted
	b := &Bounce{Action: "failed", Status: enhanced(words), Recipient: h.line("X-Failed-Recipients")}
	if code := bareCode.FindStringSubmatch(words); code != nil && b.Status == "" {
		n, _ := strconv.Atoi(code[1]) // three digits
		b.Status = guessed(addressing, n)
	}
	if strings.HasPrefix(b.Status, "4") && h.get("X-Failed-Recipients") == "" {
		b.Action = "delayed"
	}
	if b.Recipient == "" {
		for _, address := range looksLikeAddress.FindAllString(m.Text, 10) {
			if !servers.MatchString(address) {
				b.Recipient = address
				break
			}
		}
	}
	if id := returnedID.FindStringSubmatch(words); id != nil {
		b.MessageID = bareID(id[1])
	}
	for line := range strings.Lines(words) {
		if enhancedCode.MatchString(line) || bareCode.MatchString(line) {
			b.Diagnostic = short(oneLine(line), longestLine)
			break
		}
	}
	return b
}
