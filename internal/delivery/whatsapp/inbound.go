package whatsapp

import (
	"encoding/json"
	"strings"
	"time"
)

// Inbound is a message that came in.
type Inbound struct {
	ID        string
	From      string // E.164; may be empty where UserID is told
	UserID    string // Meta's own id for the sender, where it is told
	Name      string // that the sender goes by
	At        time.Time
	Kind      string // Meta's word: text, image, reaction …
	Body      string // what was written, or what came in words
	Media     *InboundMedia
	ReplyTo   string // the id of the message that this one answers
	Reaction  *Reaction
	NewNumber string // E.164: the sender has moved to it
}

// InboundMedia is a file at Meta, which Client.Media fetches within seven days.
type InboundMedia struct {
	ID        string
	Type      string // image, document, audio, video or sticker
	MediaType string
	Filename  string
	Caption   string
	SHA256    string // as Meta writes it, in Base64
}

// Reaction is a sign that was set on a message; an empty Emoji takes it away.
type Reaction struct{ MessageID, Emoji string }

type contact struct {
	Profile struct {
		Name text `json:"name"`
	} `json:"profile"`
	Phone  text `json:"wa_id"`
	UserID text `json:"user_id"`
}

// message is how Meta writes one: what it holds stands under the name of its kind.
type message struct {
	ID      text   `json:"id"`
	From    text   `json:"from"`
	UserID  text   `json:"from_user_id"`
	At      number `json:"timestamp"`
	Kind    text   `json:"type"`
	Context struct {
		ID text `json:"id"`
	} `json:"context"`
	content
}

// inbound reads a message, or nothing where it cannot be told whose it is.
func inbound(raw json.RawMessage, contacts []contact) *Inbound {
	var m message
	if read(raw, &m) != nil || m.ID == "" {
		return nil
	}
	who := sender(m, contacts)
	out := &Inbound{
		ID: string(m.ID), From: e164(first(m.From, who.Phone)), UserID: string(first(m.UserID, who.UserID)), Name: string(who.Profile.Name),
		At: m.At.moment(), Kind: string(m.Kind), ReplyTo: string(m.Context.ID),
	}
	if out.From == "" && out.UserID == "" {
		if out.UserID = string(m.From); out.UserID == "" {
			return nil
		}
	}
	m.fill(out)
	return out
}

// sender finds the one of the contacts that a message is from.
func sender(m message, contacts []contact) contact {
	for _, c := range contacts {
		if m.From != "" && c.Phone == m.From || m.UserID != "" && c.UserID == m.UserID {
			return c
		}
	}
	if len(contacts) == 1 && m.From == "" && m.UserID == "" {
		return contacts[0]
	}
	return contact{}
}

// e164 writes a number as it is kept, or nothing where it is none.
func e164(digits text) string {
	bare := strings.TrimPrefix(string(digits), "+")
	if bare == "" || len(bare) > 15 || strings.Trim(bare, "0123456789") != "" {
		return ""
	}
	return "+" + bare
}

func first(all ...text) text {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}
