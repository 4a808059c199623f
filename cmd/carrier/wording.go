package main

import (
	"errors"
	"slices"
	"strings"
)

// wording is what a patient writes.
type wording struct {
	Channel   string            `json:"channel"`
	From      string            `json:"from"` // a number, an address, or a slug
	Kind      string            `json:"kind"` // text unless there is a file
	Body      string            `json:"body"`
	Subject   string            `json:"subject"`
	InReplyTo string            `json:"in_reply_to"` // a message's id, or a mail's Message-ID
	Via       string            `json:"via"`         // of WhatsApp: twilio or meta; else as the clinic wrote last
	Media     *upload           `json:"media"`
	Location  *location         `json:"location"`
	Contact   *contact          `json:"contact"`
	Button    *button           `json:"button"`
	Choice    *choice           `json:"interactive"`
	Headers   map[string]string `json:"headers"` // of a mail, beside the usual ones
	Raw       string            `json:"raw"`     // a whole mail, put into the mailbox as it is
}

type upload struct {
	Filename string `json:"filename"`
	Type     string `json:"media_type"`
	Base64   string `json:"base64"`
}

type location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
}

type contact struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
}

type button struct {
	Payload string `json:"payload"`
	Text    string `json:"text"`
}

// choice is what somebody chose from a message's buttons or list.
type choice struct {
	Type        string `json:"type"` // button_reply or list_reply
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

func (i choice) reply() map[string]string {
	reply := map[string]string{"id": i.ID, "title": i.Title}
	if i.Description != "" {
		reply["description"] = i.Description
	}
	return reply
}

// complete checks what a patient writes, and fills in what goes without saying.
func (c *carrier) complete(in *wording) error {
	if p, ok := c.world.named(in.From); ok {
		in.From = p.Phone
		if in.Channel == email {
			in.From = p.Email
		}
	}
	switch {
	case in.Channel == email && !strings.Contains(in.From, "@"):
		return errors.New("from is no mail address")
	case (in.Channel == sms || in.Channel == whatsApp) && !number.MatchString(in.From):
		return errors.New("from is no phone number")
	case !slices.Contains([]string{sms, whatsApp, email}, in.Channel):
		return errors.New("channel is sms, whatsapp or email")
	case in.Kind == "location" && in.Location == nil, in.Kind == "contacts" && in.Contact == nil,
		in.Kind == "button" && in.Button == nil, in.Kind == "interactive" && in.Choice == nil:
		return errors.New("what the kind says is missing")
	}
	if in.Kind == "" {
		in.Kind = "text"
		if in.Media != nil {
			in.Kind = kindOf(in.Media.Type)
		}
	}
	if in.Channel == sms {
		in.Via = twilio
	}
	if in.Channel == whatsApp && in.Via == "" {
		in.Via = meta
		theirs := c.world.list(func(m message) bool { return m.Channel == whatsApp && m.To == in.From })
		if n := len(theirs); n > 0 {
			in.Via = theirs[n-1].Via
		}
	}
	return nil
}

func kindOf(mediaType string) string {
	kind, _, _ := strings.Cut(mediaType, "/")
	if slices.Contains([]string{"image", "audio", "video"}, kind) {
		return kind
	}
	return "document"
}
