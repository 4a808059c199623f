package main

import (
	"cmp"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

func (c *carrier) metaRoutes(mux *http.ServeMux) {
	route := func(pattern string, next http.HandlerFunc) {
		mux.HandleFunc(pattern, c.faulty(func(*http.Request) string { return whatsApp }, metaNo, c.metaToken(next)))
	}
	route("POST /{version}/{id}/messages", c.metaSend)
	route("POST /{version}/{id}/media", c.metaUpload)
	route("GET /{version}/{id}", c.metaGet)
	route("GET /{version}/{id}/message_templates", c.metaTemplates)
	route("GET /whatsapp_business/attachments/{$}", c.metaDownload)
}

func metaNo(w http.ResponseWriter, n no) {
	switch n {
	case rateLimited:
		metaError(w, http.StatusTooManyRequests, 130429, "Rate limit hit", "Cloud API message throughput has been reached.")
	case broken:
		metaError(w, http.StatusInternalServerError, 131000, "Something went wrong", "Message failed to send due to an unknown error.")
	default:
		metaError(w, http.StatusForbidden, 131031, "Business Account locked", "The account has been locked or violated a policy.")
	}
}

func metaError(w http.ResponseWriter, status, code int, title, details string) {
	writeJSON(w, status, map[string]any{"error": map[string]any{
		"message": fmt.Sprintf("(#%d) %s", code, title), "type": "OAuthException", "code": code, "fbtrace_id": newID("A", 22),
		"error_data": map[string]string{"messaging_product": "whatsapp", "details": details},
	}})
}

var metaVersion = regexp.MustCompile(`^v\d+\.\d+$`)

func (c *carrier) metaToken(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if version := r.PathValue("version"); version != "" && !metaVersion.MatchString(version) {
			metaError(w, http.StatusBadRequest, 2500, "Unknown path components: /"+version, "")
			return
		}
		if subtle.ConstantTimeCompare([]byte(token), []byte(c.AccessToken)) != 1 {
			metaError(w, http.StatusUnauthorized, 190, "Invalid OAuth access token - Cannot parse access token", "")
			return
		}
		next(w, r)
	}
}

func noObject(w http.ResponseWriter, r *http.Request) {
	metaError(w, http.StatusBadRequest, 100, "Unsupported request. Object with ID '"+r.PathValue("id")+"' does not exist", "")
}

// metaFile is a file in a message, by the id of an upload or by a link.
type metaFile struct {
	ID       string `json:"id"`
	Link     string `json:"link"`
	Caption  string `json:"caption"`
	Filename string `json:"filename"`
}

// metaMessage is what POST …/messages takes.
type metaMessage struct {
	Product   string `json:"messaging_product"`
	To        string `json:"to"`
	Type      string `json:"type"`
	Status    string `json:"status"` // "read": this is no message, but a receipt for MessageID
	MessageID string `json:"message_id"`
	Typing    *struct {
		Type string `json:"type"`
	} `json:"typing_indicator"`
	Opaque  string `json:"biz_opaque_callback_data"`
	Context struct {
		MessageID string `json:"message_id"`
	} `json:"context"`
	Text *struct {
		Body string `json:"body"`
	} `json:"text"`
	Reaction *struct {
		MessageID string `json:"message_id"`
		Emoji     string `json:"emoji"`
	} `json:"reaction"`
	Template *metaTemplate `json:"template"`
	Image    *metaFile     `json:"image"`
	Document *metaFile     `json:"document"`
	Audio    *metaFile     `json:"audio"`
	Video    *metaFile     `json:"video"`
	Sticker  *metaFile     `json:"sticker"`
}

type metaTemplate struct {
	Name     string `json:"name"`
	Language struct {
		Code string `json:"code"`
	} `json:"language"`
	Components []struct {
		Type       string `json:"type"`
		Parameters []struct {
			Text string `json:"text"`
		} `json:"parameters"`
	} `json:"components"`
}

func (m metaMessage) file() *metaFile {
	return map[string]*metaFile{"image": m.Image, "document": m.Document, "audio": m.Audio, "video": m.Video, "sticker": m.Sticker}[m.Type]
}

// metaProblem is an error in Meta's words; code 0 is none.
type metaProblem struct {
	status, code   int
	title, details string
}

func (c *carrier) metaSend(w http.ResponseWriter, r *http.Request) {
	var in metaMessage
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.Product != "whatsapp" {
		metaError(w, http.StatusBadRequest, 100, "Invalid parameter", "The body is a JSON object whose messaging_product is whatsapp.")
		return
	}
	if r.PathValue("id") != c.PhoneNumberID {
		noObject(w, r)
		return
	}
	if in.Status == "read" {
		c.metaRead(w, in)
		return
	}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, in.To)
	m := message{
		ID: newID("wamid.", 40), Channel: whatsApp, Via: meta, From: c.WhatsAppNumber, To: "+" + digits, Kind: cmp.Or(in.Type, "text"),
		InReplyTo: in.Context.MessageID, Status: "accepted", opaque: in.Opaque,
	}
	in.Type = m.Kind
	p := metaProblem{http.StatusBadRequest, 131009, "Parameter value is not valid", "to is no phone number"}
	if number.MatchString(m.To) {
		p = c.metaFill(r, in, &m)
	}
	if p.code != 0 {
		metaError(w, p.status, p.code, p.title, p.details)
		return
	}
	m = c.world.add(m)
	c.tasks.Go(func() error { c.metaJourney(m); return nil })
	writeJSON(w, http.StatusOK, map[string]any{
		"messaging_product": "whatsapp", "contacts": []any{map[string]string{"input": in.To, "wa_id": digits}},
		"messages": []any{map[string]string{"id": m.ID, "message_status": "accepted"}},
	})
}

// metaFill reads what the message says, by its type.
func (c *carrier) metaFill(r *http.Request, in metaMessage, m *message) metaProblem {
	missing := metaProblem{http.StatusBadRequest, 131008, "Required parameter is missing", "The object named like the type is missing."}
	switch in.Type {
	case "text":
		if in.Text == nil || in.Text.Body == "" {
			return missing
		}
		if m.Body = in.Text.Body; utf8.RuneCountInString(m.Body) > 4096 {
			return metaProblem{http.StatusBadRequest, 100, "Param text['body'] must be at most 4096 characters long.", ""}
		}
	case "reaction":
		if in.Reaction == nil {
			return missing
		}
		m.Body, m.InReplyTo = in.Reaction.Emoji, in.Reaction.MessageID
	case "template":
		if in.Template == nil {
			return missing
		}
		return in.Template.fill(m)
	case "image", "document", "audio", "video", "sticker":
		f := in.file()
		if f == nil || f.ID == "" && f.Link == "" {
			return missing
		}
		m.Body = f.Caption
		if f.Link != "" {
			m.Media = []media{c.fetch(r, f.Link)}
		} else if kept, ok := c.world.file(f.ID); ok {
			kept.Filename = cmp.Or(f.Filename, kept.Filename)
			m.Media = []media{kept.media}
		} else {
			return metaProblem{http.StatusBadRequest, 100, "Invalid parameter", "No media has this id."}
		}
	default:
		return metaProblem{http.StatusBadRequest, 131051, "Unsupported message type", "This type is not carried here."}
	}
	return metaProblem{}
}

func (t *metaTemplate) fill(m *message) metaProblem {
	found, ok := findTemplate(func(known template) bool { return known.name == t.Name && known.language == t.Language.Code })
	if !ok {
		return metaProblem{http.StatusNotFound, 132001, "Template name does not exist in the translation", "template name (" + t.Name + ") does not exist in " + t.Language.Code}
	}
	values := map[string]string{}
	for _, part := range t.Components {
		for i, p := range part.Parameters {
			if strings.EqualFold(part.Type, "body") {
				values[strconv.Itoa(i+1)] = p.Text
			}
		}
	}
	if want := found.parameters(); len(values) != want {
		return metaProblem{
			http.StatusBadRequest, 132000, "Number of parameters does not match the expected number of params",
			fmt.Sprintf("body: number of localizable_params (%d) does not match the expected number of params (%d)", len(values), want),
		}
	}
	m.Body = found.fill(values)
	return metaProblem{}
}

// typingLasts is how long a phone shows that the clinic writes.
const typingLasts = 25 * time.Second

// metaRead marks a patient's message, and those before it, as seen by the clinic.
func (c *carrier) metaRead(w http.ResponseWriter, in metaMessage) {
	upTo, ok := c.world.find(in.MessageID)
	if !ok || !upTo.Inbound || upTo.Channel != whatsApp {
		metaError(w, http.StatusBadRequest, 100, "Invalid parameter", "No message of a patient has this id.")
		return
	}
	for _, m := range c.world.list(func(m message) bool {
		return m.Inbound && m.Channel == whatsApp && m.From == upTo.From && !m.CreatedAt.After(upTo.CreatedAt)
	}) {
		c.world.change(m.ID, func(m *message) bool {
			unseen := !m.Seen
			m.Seen = true
			return unseen
		})
	}
	if in.Typing != nil {
		c.world.announce("typing", map[string]any{"person": upTo.Person, "until": time.Now().Add(typingLasts).UTC()})
	}
	writeJSON(w, http.StatusOK, map[string]bool{"success": true})
}
