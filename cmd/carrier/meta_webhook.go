package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// metaSignature signs a body's bytes with the app's secret.
func metaSignature(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// metaPost wraps what happened to the number as Meta does.
func (c *carrier) metaPost(value map[string]any) {
	value["messaging_product"] = "whatsapp"
	value["metadata"] = map[string]string{"display_phone_number": digits(c.WhatsAppNumber), "phone_number_id": c.PhoneNumberID}
	body, err := json.Marshal(map[string]any{"object": "whatsapp_business_account", "entry": []any{
		map[string]any{"id": c.BusinessID, "changes": []any{map[string]any{"value": value, "field": "messages"}}},
	}})
	if err != nil {
		panic(err) // our own values, all of which can be written
	}
	c.hooks.send(post{
		channel: whatsApp, url: c.Webhooks + "/webhooks/whatsapp", mediaType: "application/json", body: string(body),
		signature: [2]string{"X-Hub-Signature-256", metaSignature(c.AppSecret, body)},
	})
}

func digits(number string) string { return strings.TrimPrefix(number, "+") }

// The reasons for which WhatsApp gives a message up.
var metaReasons = map[int]string{131026: "Message undeliverable", 131047: "Re-engagement message", 131053: "Media upload error"}

// metaJourney takes a message to the patient's phone, and says so at each step.
func (c *carrier) metaJourney(m message) {
	if !pause(c.life, c.Pace) {
		return
	}
	switch {
	case strings.HasPrefix(m.To, "+1500555"): // Twilio's numbers for tests: nobody there has WhatsApp
		c.metaStatus(m.ID, "failed", 131026)
		return
	case m.Kind != "template" && !c.world.windowOpen(pair{c.WhatsAppNumber, m.To}):
		c.metaStatus(m.ID, "failed", 131047)
		return
	case len(m.Media) > 0 && m.Media[0].Size == 0:
		c.metaStatus(m.ID, "failed", 131053)
		return
	}
	c.metaStatus(m.ID, "sent", 0)
	if pause(c.life, c.Pace) {
		c.metaStatus(m.ID, "delivered", 0)
	}
}

func (c *carrier) metaStatus(id, status string, code int) {
	m, moved := c.world.advance(id, status, code)
	if !moved || c.faults.on(whatsApp).Mute {
		return
	}
	s := map[string]any{"id": id, "status": status, "timestamp": unix(time.Now()), "recipient_id": digits(m.To)}
	if m.opaque != "" {
		s["biz_opaque_callback_data"] = m.opaque
	}
	switch status {
	case "sent", "delivered":
		category := "service"
		if m.Kind == "template" {
			category = "utility"
		}
		s["pricing"] = map[string]any{"billable": m.Kind == "template", "pricing_model": "PMP", "type": "regular", "category": category}
	case "failed":
		s["errors"] = []any{map[string]any{
			"code": code, "title": metaReasons[code], "message": metaReasons[code], "error_data": map[string]string{"details": metaReasons[code]},
			"href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
		}}
	}
	c.metaPost(map[string]any{"statuses": []any{s}})
}

func unix(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

// metaInbound tells the product what a patient wrote.
func (c *carrier) metaInbound(m message, w wording) {
	p, _ := c.world.named(m.Person)
	shown := map[string]any{"from": digits(m.From), "id": m.ID, "timestamp": unix(m.CreatedAt), "type": m.Kind}
	if to, ok := c.world.find(m.InReplyTo); ok && m.Kind != "reaction" {
		shown["context"] = map[string]string{"from": digits(to.From), "id": to.ID}
	}
	switch m.Kind {
	case "text":
		shown["text"] = map[string]string{"body": m.Body}
	case "image", "document", "audio", "video", "sticker":
		shown[m.Kind] = c.metaMedia(m)
	case "location":
		shown["location"] = w.Location
	case "contacts":
		shown["contacts"] = []any{map[string]any{
			"name":   map[string]string{"formatted_name": w.Contact.Name, "first_name": w.Contact.Name},
			"phones": []any{map[string]string{"phone": w.Contact.Phone, "type": "CELL", "wa_id": digits(w.Contact.Phone)}},
		}}
	case "reaction":
		reaction := map[string]string{"message_id": m.InReplyTo}
		if m.Body != "" { // without: taken back
			reaction["emoji"] = m.Body
		}
		shown["reaction"] = reaction
	case "button":
		shown["button"] = w.Button
	case "interactive":
		shown["interactive"] = map[string]any{"type": w.Choice.Type, w.Choice.Type: w.Choice.reply()}
	default:
		shown["type"] = "unsupported"
		shown["errors"] = []any{map[string]any{
			"code": 131051, "title": "Message type unknown", "message": "Message type unknown", "error_data": map[string]string{"details": "Message type is currently not supported."},
		}}
	}
	c.metaPost(map[string]any{
		"contacts": []any{map[string]any{"profile": map[string]string{"name": p.Name}, "wa_id": digits(m.From)}}, "messages": []any{shown},
	})
}

func (c *carrier) metaMedia(m message) map[string]any {
	if len(m.Media) == 0 {
		return map[string]any{}
	}
	f, _ := c.world.file(m.Media[0].ID)
	sum := sha256.Sum256(f.Bytes) // here to base 64; in the API to base 16
	shown := map[string]any{"id": f.ID, "mime_type": f.Type, "sha256": base64.StdEncoding.EncodeToString(sum[:])}
	if m.Body != "" {
		shown["caption"] = m.Body
	}
	switch m.Kind {
	case "document":
		shown["filename"] = f.Filename
	case "audio":
		shown["voice"] = true
	case "sticker":
		shown["animated"] = false
	}
	return shown
}

// subscribe asks the product, as Meta does when a webhook is set up, to prove that it knows the
// verify token. It answers the product's status, and an error unless the challenge came back.
func (c *carrier) subscribe(ctx context.Context) (int, error) {
	challenge := strconv.FormatInt(time.Now().UnixNano()%1e10, 10)
	query := url.Values{"hub.mode": {"subscribe"}, "hub.challenge": {challenge}, "hub.verify_token": {c.VerifyToken}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Webhooks+"/webhooks/whatsapp?"+query.Encode(), nil)
	if err != nil {
		return 0, err
	}
	answer, err := c.hooks.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }() // it was read
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1000))
	if err == nil && (answer.StatusCode != http.StatusOK || string(body) != challenge) {
		err = fmt.Errorf("the challenge did not come back, but %d", answer.StatusCode)
	}
	return answer.StatusCode, err
}
