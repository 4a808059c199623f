package whatsapp

import (
	"encoding/json"
	"strconv"
	"strings"
)

// content is what a message may hold, each under the name of its kind.
type content struct {
	Text struct {
		Body text `json:"body"`
	} `json:"text"`
	Image    *media `json:"image"`
	Document *media `json:"document"`
	Audio    *media `json:"audio"`
	Video    *media `json:"video"`
	Sticker  *media `json:"sticker"`
	Location struct {
		Latitude  text `json:"latitude"`
		Longitude text `json:"longitude"`
		Name      text `json:"name"`
		Address   text `json:"address"`
	} `json:"location"`
	Contacts []card `json:"contacts"`
	Button   struct {
		Text text `json:"text"`
	} `json:"button"`
	Interactive struct {
		Button choice `json:"button_reply"`
		List   choice `json:"list_reply"`
		Form   struct {
			Body text `json:"body"`
		} `json:"nfm_reply"`
	} `json:"interactive"`
	Reaction struct {
		MessageID text `json:"message_id"`
		Emoji     text `json:"emoji"`
	} `json:"reaction"`
	Order struct {
		Text  text              `json:"text"`
		Items []json.RawMessage `json:"product_items"`
	} `json:"order"`
	System struct {
		Body   text `json:"body"`
		Type   text `json:"type"`
		Number text `json:"wa_id"`
		Newer  text `json:"new_wa_id"` // as older versions name it
	} `json:"system"`
}

type media struct {
	ID       text `json:"id"`
	Type     text `json:"mime_type"`
	Filename text `json:"filename"`
	Caption  text `json:"caption"`
	SHA256   text `json:"sha256"`
}

type choice struct {
	Title       text `json:"title"`
	Description text `json:"description"`
}

type card struct {
	Name struct {
		Formatted text `json:"formatted_name"`
	} `json:"name"`
	Phones []struct {
		Phone text `json:"phone"`
	} `json:"phones"`
	Emails []struct {
		Email text `json:"email"`
	} `json:"emails"`
}

// fill puts into words whatever came, so that nothing that a patient sent is left unseen.
func (c content) fill(out *Inbound) {
	if m := c.media(out.Kind); m != nil {
		out.Media = &InboundMedia{ID: string(m.ID), Type: out.Kind, MediaType: string(m.Type), Filename: string(m.Filename), Caption: string(m.Caption), SHA256: string(m.SHA256)}
		out.Body = out.Media.Caption
		return
	}
	switch out.Kind {
	case "text":
		out.Body = string(c.Text.Body)
	case "location":
		out.Body = c.place()
	case "contacts":
		out.Body = c.cards()
	case "button":
		out.Body = string(c.Button.Text)
	case "interactive":
		out.Body = c.chosen()
	case "reaction":
		out.Reaction = &Reaction{MessageID: string(c.Reaction.MessageID), Emoji: string(c.Reaction.Emoji)}
		out.Body = "reacted with " + out.Reaction.Emoji
		if out.Reaction.Emoji == "" {
			out.Body = "took a reaction back"
		}
	case "order":
		out.Body = joined("\n", "An order of "+counted(len(c.Order.Items), "item"), string(c.Order.Text))
	case "system":
		out.Body = string(first(c.System.Body, "A message from WhatsApp itself."))
		if out.NewNumber = e164(first(c.System.Newer, c.System.Number)); out.NewNumber == out.From {
			out.NewNumber = ""
		}
		if out.NewNumber != "" {
			out.Body = "This person's WhatsApp number is now " + out.NewNumber + "."
		}
	}
	if out.Body == "" {
		out.Body = "A message of a kind that cannot be shown here. Ask the patient to send it in another way."
	}
}

// media is the file of a message of that kind, or nil.
func (c content) media(kind string) *media {
	m := map[string]*media{image: c.Image, document: c.Document, audio: c.Audio, video: c.Video, sticker: c.Sticker}[kind]
	if m == nil || m.ID == "" {
		return nil
	}
	return m
}

func (c content) place() string {
	l := c.Location
	if l.Latitude == "" || l.Longitude == "" {
		return ""
	}
	return "Location: " + joined(", ", string(l.Name), string(l.Address), string(l.Latitude+" "+l.Longitude))
}

func (c content) cards() string {
	lines := make([]string, 0, len(c.Contacts))
	for _, one := range c.Contacts {
		parts := []string{string(one.Name.Formatted)}
		for _, p := range one.Phones {
			parts = append(parts, string(p.Phone))
		}
		for _, e := range one.Emails {
			parts = append(parts, string(e.Email))
		}
		lines = append(lines, "Contact: "+joined(", ", parts...))
	}
	return strings.Join(lines, "\n")
}

func (c content) chosen() string {
	picked := c.Interactive.Button
	if picked.Title == "" {
		picked = c.Interactive.List
	}
	return joined("\n", string(first(picked.Title, c.Interactive.Form.Body)), string(picked.Description))
}

// joined leaves out what is empty.
func joined(between string, parts ...string) string {
	kept := make([]string, 0, len(parts))
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, between)
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}
