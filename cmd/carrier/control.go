package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// The control API: what tests and the page do in the patients' and the world's place. JSON in
// and out; what is wrong is answered 400 {"error"}.
//
//	GET  world               {people, messages, mails, faults}
//	GET  messages?channel=   {messages}: what was taken from the clinic, once for each time
//	POST inbound             a wording → the message
//	POST read                {channel, from}: the patient opens the thread → {read}
//	POST window              {from, open}: WhatsApp's 24 hours begin or end
//	POST bounce              {id}: a mail comes back to the clinic
//	POST faults              the switches, all of them; GET answers them
//	POST subscribe           Meta's check of the webhook → {ok, status, error}
//	GET  file?id=            the bytes of a message's media
func (c *carrier) controlRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /control/world", c.showWorld)
	mux.HandleFunc("GET /control/messages", c.showTaken)
	mux.HandleFunc("POST /control/inbound", c.inbound)
	mux.HandleFunc("POST /control/read", c.readByPatient)
	mux.HandleFunc("POST /control/window", c.moveWindow)
	mux.HandleFunc("POST /control/bounce", c.bounceMail)
	mux.HandleFunc("GET /control/faults", c.showFaults)
	mux.HandleFunc("POST /control/faults", c.setFaults)
	mux.HandleFunc("POST /control/subscribe", c.trySubscribe)
	mux.HandleFunc("GET /control/file", c.serveFile)
}

func badRequest(w http.ResponseWriter, err error) {
	writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
}

// decode reads a request of the control API; it has answered if that failed.
func decode[T any](w http.ResponseWriter, r *http.Request, into *T) bool {
	reader := json.NewDecoder(http.MaxBytesReader(w, r.Body, 2*mailLimit))
	reader.DisallowUnknownFields()
	if err := reader.Decode(into); err != nil {
		badRequest(w, err)
		return false
	}
	return true
}

// inbound lets a patient write, and answers the message.
func (c *carrier) inbound(w http.ResponseWriter, r *http.Request) {
	var in wording
	if !decode(w, r, &in) {
		return
	}
	if err := c.complete(&in); err != nil {
		badRequest(w, err)
		return
	}
	m := message{Channel: in.Channel, Via: in.Via, Inbound: true, From: in.From, Kind: in.Kind, Body: in.Body, Subject: in.Subject, InReplyTo: in.InReplyTo, Status: "received"}
	var files []file
	if in.Media != nil {
		raw, err := base64.StdEncoding.DecodeString(in.Media.Base64)
		if err != nil {
			badRequest(w, err)
			return
		}
		id := newID("ME", 32)
		if in.Via == meta {
			id = metaID()
		}
		kept := c.world.keep(id, in.Media.Filename, in.Media.Type, raw)
		m.Media, files = []media{kept}, []file{{kept, raw}}
	}
	if err := c.carry(&m, in, files); err != nil {
		badRequest(w, err)
		return
	}
	writeJSON(w, http.StatusCreated, m)
}

// carry keeps the message and tells the product, in the way of its channel.
func (c *carrier) carry(m *message, in wording, files []file) error {
	switch {
	case m.Channel == email:
		p := c.world.person(m.From)
		m.ID, m.Person = newID("mail-", 24), p.Slug
		m.MessageID = "<" + newID("", 24) + "@" + m.From[strings.LastIndex(m.From, "@")+1:] + ">"
		if err := c.write(in, m, files); err != nil {
			return err
		}
		*m = c.world.add(*m)
	case m.Via == meta:
		m.ID, m.To = newID("wamid.", 40), c.WhatsAppNumber
		*m = c.world.add(*m)
		c.metaInbound(*m, in)
	default:
		m.ID, m.To = newID("SM", 32), c.SMSNumber
		if len(m.Media) > 0 {
			m.ID = "MM" + m.ID[2:]
		}
		if m.Channel == whatsApp {
			m.To = c.WhatsAppNumber
		}
		*m = c.world.add(*m)
		c.twilioInbound(*m, in)
		if m.Channel == sms {
			c.obey(*m)
		}
	}
	return nil
}

// readByPatient opens a thread on the patient's phone: what is there is read.
func (c *carrier) readByPatient(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Channel string `json:"channel"`
		From    string `json:"from"`
	}
	if !decode(w, r, &in) {
		return
	}
	if p, ok := c.world.named(in.From); ok {
		in.From = p.Phone
		if in.Channel == email {
			in.From = p.Email
		}
	}
	theirs := c.world.list(func(m message) bool {
		return !m.Inbound && m.Channel == in.Channel && strings.EqualFold(m.To, in.From) && (m.Status == "delivered" || m.Status == "sent" && m.Channel == sms) && !m.Seen
	})
	for _, m := range theirs {
		c.world.change(m.ID, func(m *message) bool { m.Seen = true; return true })
		switch {
		case m.Channel != whatsApp: // the sender is not told
		case m.Via == meta:
			c.metaStatus(m.ID, "read", 0)
		default:
			c.twilioStatus(m.ID, "read", 0)
		}
	}
	writeJSON(w, http.StatusOK, map[string]int{"read": len(theirs)})
}

// moveWindow opens or closes the 24 hours in which the clinic may write freely on WhatsApp.
func (c *carrier) moveWindow(w http.ResponseWriter, r *http.Request) {
	var in struct {
		From string `json:"from"`
		Open bool   `json:"open"`
	}
	if !decode(w, r, &in) {
		return
	}
	if p, ok := c.world.named(in.From); ok {
		in.From = p.Phone
	}
	at := time.Now().UTC()
	if !in.Open {
		at = at.Add(-windowLasts)
	}
	c.world.mu.Lock()
	c.world.setWindow(c.WhatsAppNumber, in.From, at)
	c.world.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func (c *carrier) showFaults(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, c.faults.on(""))
}

// setFaults puts all switches: what is not named is off.
func (c *carrier) setFaults(w http.ResponseWriter, r *http.Request) {
	var s switches
	if !decode(w, r, &s) {
		return
	}
	c.faults.set(s)
	c.world.announce("faults", c.faults.on(""))
	c.showFaults(w, r)
}

func (c *carrier) trySubscribe(w http.ResponseWriter, r *http.Request) {
	status, err := c.subscribe(r.Context())
	said := map[string]any{"ok": err == nil, "status": status}
	if err != nil {
		said["error"] = err.Error()
	}
	writeJSON(w, http.StatusOK, said)
}

func (c *carrier) showWorld(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{
		"people":   c.world.everybody(),
		"messages": c.world.list(func(m message) bool { return m.Channel != email }),
		"mails":    c.world.list(func(m message) bool { return m.Channel == email }),
		"faults":   c.faults.on(""),
	})
}

// showTaken lists each message that was taken from the clinic, as often as it was.
func (c *carrier) showTaken(w http.ResponseWriter, r *http.Request) {
	channel := r.URL.Query().Get("channel")
	writeJSON(w, http.StatusOK, map[string]any{"messages": c.world.list(func(m message) bool {
		return !m.Inbound && !m.Automatic && (channel == "" || m.Channel == channel)
	})})
}
