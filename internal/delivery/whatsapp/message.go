package whatsapp

import "strings"

// Message is what is to be sent: a template, a file or a text, in this order.
type Message struct {
	To       string // E.164
	Body     string // at most 4096 characters
	Media    *Media
	Template *Template
	ReplyTo  string // the id of the message that this one answers
	Callback string // comes back with each status
}

// Media is a file that was uploaded.
type Media struct {
	ID       string
	Type     string // image, document, audio or video: see Carries
	Filename string // shown with a document
	Caption  string // none with audio
}

// Template is one that Meta has approved, filled in.
type Template struct {
	Name       string
	Language   string   // as the template has it: en_US
	Parameters []string // what its body wants, in the order in which it does
	Names      []string // of the parameters, where the template names them; else empty
}

// wire is the message as Meta reads it.
func (m Message) wire() map[string]any {
	out := map[string]any{"messaging_product": "whatsapp", "recipient_type": "individual", "to": strings.TrimPrefix(m.To, "+")}
	if m.ReplyTo != "" {
		out["context"] = map[string]any{"message_id": m.ReplyTo}
	}
	if m.Callback != "" {
		out["biz_opaque_callback_data"] = m.Callback
	}
	kind := "text"
	switch {
	case m.Template != nil:
		kind = "template"
		out[kind] = m.Template.wire()
	case m.Media != nil:
		kind = m.Media.Type
		out[kind] = m.Media.wire()
	default:
		out[kind] = map[string]any{"preview_url": false, "body": m.Body}
	}
	out["type"] = kind
	return out
}

func (m Media) wire() map[string]any {
	out := map[string]any{"id": m.ID}
	if m.Caption != "" && m.Type != audio {
		out["caption"] = m.Caption
	}
	if m.Filename != "" && m.Type == document {
		out["filename"] = m.Filename
	}
	return out
}

func (t Template) wire() map[string]any {
	out := map[string]any{"name": t.Name, "language": map[string]any{"code": t.Language}}
	if len(t.Parameters) == 0 {
		return out
	}
	parameters := make([]map[string]any, len(t.Parameters))
	for i, text := range t.Parameters {
		// Meta refuses a parameter with a new line, a tab or many spaces in it.
		parameters[i] = map[string]any{"type": "text", "text": strings.Join(strings.Fields(text), " ")}
		if i < len(t.Names) {
			parameters[i]["parameter_name"] = t.Names[i]
		}
	}
	out["components"] = []map[string]any{{"type": "body", "parameters": parameters}}
	return out
}

// clean makes a text fit for the database, which holds neither a NUL nor half a character.
func clean(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
}
