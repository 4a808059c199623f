package main

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Twilio's signature is made of it
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// twilioSignature signs a form for the address that it is posted to, with the account's secret:
// each name and its values, sorted, put together without a separator.
func twilioSignature(secret, address string, form url.Values) string {
	var text strings.Builder
	text.WriteString(address)
	for _, name := range sortedNames(form) {
		values := slices.Compact(slices.Sorted(slices.Values(form[name])))
		for _, value := range values {
			text.WriteString(name + value)
		}
	}
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(text.String()))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func sortedNames(form url.Values) []string {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (c *carrier) twilioPost(channel, address string, form url.Values) {
	c.hooks.send(post{
		channel: channel, url: address, mediaType: "application/x-www-form-urlencoded; charset=UTF-8", body: form.Encode(),
		signature: [2]string{"X-Twilio-Signature", twilioSignature(c.AuthToken, address, form)},
	})
}

// lost are numbers whose phone never answers, and the code that says why.
var lost = map[string]int{"+15005550033": 30003, "+15005550035": 30005, "+15005550036": 30006, "+15005550037": 30007}

// twilioJourney takes a message to the patient's phone, and says so at each step.
func (c *carrier) twilioJourney(m message) {
	if !pause(c.life, c.Pace) {
		return
	}
	if m.Channel == whatsApp && m.Kind != "template" && !c.world.windowOpen(pair{c.WhatsAppNumber, m.To}) {
		c.twilioStatus(m.ID, "failed", 63016)
		return
	}
	c.twilioStatus(m.ID, "sent", 0)
	if !pause(c.life, c.Pace) {
		return
	}
	if code := lost[m.To]; code != 0 {
		c.twilioStatus(m.ID, "undelivered", code)
		return
	}
	c.twilioStatus(m.ID, "delivered", 0)
}

func (c *carrier) twilioStatus(id, status string, code int) {
	m, moved := c.world.advance(id, status, code)
	if !moved || m.callback == "" || c.faults.on(m.Channel).Mute {
		return
	}
	form := url.Values{
		"AccountSid": {c.AccountSid}, "ApiVersion": {"2010-04-01"}, "MessageSid": {id}, "SmsSid": {id},
		"MessageStatus": {status}, "SmsStatus": {status}, "From": {prefixed(m, m.From)}, "To": {prefixed(m, m.To)},
	}
	if m.service != "" {
		form.Set("MessagingServiceSid", m.service)
	}
	if code != 0 {
		form.Set("ErrorCode", strconv.Itoa(code))
	}
	switch {
	case m.Channel == whatsApp:
		form.Set("ChannelPrefix", "whatsapp")
		form.Set("ChannelInstallSid", "XE00000000000000000000000000000001")
		if status == "read" {
			form.Set("EventType", "READ")
		}
	case status != "sent":
		form.Set("RawDlrDoneDate", time.Now().UTC().Format("0601021504"))
	}
	c.twilioPost(m.Channel, m.callback, form)
}

func prefixed(m message, address string) string {
	if m.Channel == whatsApp {
		return "whatsapp:" + address
	}
	return address
}

// The words that Twilio obeys when a message is nothing else.
var (
	stopWords  = []string{"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
	startWords = []string{"START", "UNSTOP", "YES"}
)

// obey records an opt-out or lifts it, and answers the patient as Twilio does by itself. The
// message reaches the clinic all the same.
func (c *carrier) obey(m message) {
	word, answer := strings.ToUpper(strings.TrimSpace(m.Body)), ""
	switch {
	case slices.Contains(stopWords, word):
		c.world.stop(pair{m.To, m.From}, true)
		answer = "You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe."
	case slices.Contains(startWords, word) && c.world.hasStopped(pair{m.To, m.From}):
		c.world.stop(pair{m.To, m.From}, false)
		answer = "You have successfully been re-subscribed to messages from this number. Reply STOP to unsubscribe."
	}
	if answer != "" {
		c.world.add(message{ID: newID("SM", 32), Channel: sms, Via: twilio, From: m.To, To: m.From, Kind: "text", Body: answer, Status: "delivered", Automatic: true})
	}
}

// twilioInbound tells the product what a patient wrote.
func (c *carrier) twilioInbound(m message, w wording) {
	form := url.Values{
		"AccountSid": {c.AccountSid}, "ApiVersion": {"2010-04-01"}, "MessageSid": {m.ID}, "SmsSid": {m.ID}, "SmsMessageSid": {m.ID}, "SmsStatus": {"received"},
		"From": {prefixed(m, m.From)}, "To": {prefixed(m, m.To)}, "Body": {m.Body}, "NumSegments": {strconv.Itoa(segments(m.Body))}, "NumMedia": {strconv.Itoa(len(m.Media))},
	}
	for i, f := range m.Media {
		n := strconv.Itoa(i)
		form.Set("MediaUrl"+n, c.base+"/2010-04-01/Accounts/"+c.AccountSid+"/Messages/"+m.ID+"/Media/"+f.ID)
		form.Set("MediaContentType"+n, f.Type)
	}
	if m.Channel == whatsApp {
		p, _ := c.world.named(m.Person)
		form.Set("ProfileName", p.Name)
		form.Set("WaId", strings.TrimPrefix(m.From, "+"))
		form.Set("MessageType", m.Kind)
		if to, ok := c.world.find(m.InReplyTo); ok {
			form.Set("OriginalRepliedMessageSid", to.ID)
			form.Set("OriginalRepliedMessageSender", prefixed(to, to.From))
		}
		if l := w.Location; l != nil {
			form.Set("Latitude", strconv.FormatFloat(l.Latitude, 'f', -1, 64))
			form.Set("Longitude", strconv.FormatFloat(l.Longitude, 'f', -1, 64))
			form.Set("Address", l.Address)
			form.Set("Label", l.Name)
		}
		if b := w.Button; b != nil {
			form.Set("ButtonText", b.Text)
			form.Set("ButtonPayload", b.Payload)
		}
	}
	c.twilioPost(m.Channel, c.Webhooks+"/webhooks/twilio", form)
}

// twilioMessage is a message as the API shows it.
func (c *carrier) twilioMessage(m message) map[string]any {
	uri := "/2010-04-01/Accounts/" + c.AccountSid + "/Messages/" + m.ID
	shown := map[string]any{
		"sid": m.ID, "account_sid": c.AccountSid, "api_version": "2010-04-01", "status": m.Status, "direction": "outbound-api",
		"from": prefixed(m, m.From), "to": prefixed(m, m.To), "body": m.Body, "num_segments": strconv.Itoa(segments(m.Body)), "num_media": strconv.Itoa(len(m.Media)),
		"messaging_service_sid": nil, "error_code": nil, "error_message": nil, "price": nil, "price_unit": "USD",
		"date_created": m.CreatedAt.Format(time.RFC1123Z), "date_updated": m.CreatedAt.Format(time.RFC1123Z), "date_sent": nil,
		"uri": uri + ".json", "subresource_uris": map[string]string{"media": uri + "/Media.json"},
	}
	if m.Inbound {
		shown["direction"], shown["date_sent"] = "inbound", m.CreatedAt.Format(time.RFC1123Z)
	}
	if m.SentAt != nil {
		shown["date_sent"] = m.SentAt.Format(time.RFC1123Z)
	}
	if m.service != "" {
		shown["messaging_service_sid"] = m.service
	}
	if m.Status == "accepted" { // nobody has chosen a number yet, nor looked at the text
		shown["from"], shown["num_segments"] = nil, "0"
	}
	if m.ErrorCode != 0 {
		shown["error_code"], shown["error_message"] = m.ErrorCode, "The message was not delivered"
	}
	return shown
}

// The letters of GSM-7, and those of its extension, which count twice.
const (
	gsm         = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtended = "^{}\\[~]|€\f"
)

// segments is how many SMS a text takes: 160 letters of GSM-7 or 70 of UCS-2 in one; several
// carry a header and hold 153 or 67 each.
func segments(text string) int {
	size, one, each := 0, 160, 153
	for _, letter := range text {
		switch {
		case strings.ContainsRune(gsm, letter):
			size++
		case strings.ContainsRune(gsmExtended, letter):
			size += 2
		default:
			size, one, each = len(utf16.Encode([]rune(text))), 70, 67
			return pieces(size, one, each)
		}
	}
	return pieces(size, one, each)
}

func pieces(size, one, each int) int {
	if size <= one {
		return 1
	}
	return (size + each - 1) / each
}
