package main

import (
	"cmp"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const twilioRoot = "/2010-04-01/Accounts/{sid}"

func (c *carrier) twilioRoutes(mux *http.ServeMux) {
	route := func(pattern string, next http.HandlerFunc) {
		mux.HandleFunc(pattern, c.faulty(twilioChannel, twilioNo, c.twilioAccount(next)))
	}
	route("GET /2010-04-01/Accounts/{file}", c.twilioCheck)
	route("POST "+twilioRoot+"/Messages.json", c.twilioSend)
	route("GET "+twilioRoot+"/Messages.json", c.twilioList)
	route("GET "+twilioRoot+"/Messages/{file}", c.twilioGet)
	route("GET "+twilioRoot+"/Messages/{message}/Media/{media}", c.twilioMedia)
	mux.HandleFunc("GET /cdn/{media}", c.serveFile)
}

// twilioChannel goes by the address that the request names.
func twilioChannel(r *http.Request) string {
	if strings.HasPrefix(cmp.Or(r.FormValue("To"), r.FormValue("From")), "whatsapp:") {
		return whatsApp
	}
	return sms
}

func twilioNo(w http.ResponseWriter, n no) {
	switch n {
	case rateLimited:
		w.Header().Set("Retry-After", "1")
		twilioError(w, http.StatusTooManyRequests, 20429, "Too Many Requests")
	case broken:
		twilioError(w, http.StatusInternalServerError, 20500, "An internal server error has occurred")
	default:
		twilioError(w, http.StatusBadRequest, 21612, "Message cannot be sent with the current combination of 'To' and 'From' parameters")
	}
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // who has gone reads nothing
}

func twilioError(w http.ResponseWriter, status, code int, text string) {
	writeJSON(w, status, map[string]any{
		"code": code, "message": text, "more_info": fmt.Sprintf("https://www.twilio.com/docs/errors/%d", code), "status": status,
	})
}

// twilioAccount lets in who has the account's secret.
func (c *carrier) twilioAccount(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		user, secret, _ := r.BasicAuth()
		if user != c.AccountSid || subtle.ConstantTimeCompare([]byte(secret), []byte(c.AuthToken)) != 1 {
			twilioError(w, http.StatusUnauthorized, 20003, "Authenticate")
			return
		}
		if sid := cmp.Or(r.PathValue("sid"), strings.TrimSuffix(r.PathValue("file"), ".json")); sid != c.AccountSid {
			notThere(w, r)
			return
		}
		next(w, r)
	}
}

func notThere(w http.ResponseWriter, r *http.Request) {
	twilioError(w, http.StatusNotFound, 20404, "The requested resource "+r.URL.Path+" was not found")
}

func (c *carrier) twilioCheck(w http.ResponseWriter, _ *http.Request) {
	uri := "/2010-04-01/Accounts/" + c.AccountSid
	writeJSON(w, http.StatusOK, map[string]any{
		"sid": c.AccountSid, "friendly_name": "Local carrier", "status": "active", "type": "Full", "owner_account_sid": c.AccountSid, "uri": uri + ".json",
		"subresource_uris": map[string]string{"messages": uri + "/Messages.json"},
	})
}

// problem is a refusal in Twilio's words; code 0 is none.
type problem struct {
	code int
	text string
}

var number = regexp.MustCompile(`^\+[1-9]\d{6,14}$`)

// The numbers that Twilio keeps for tests, and what becomes of a message to them.
var testNumbers = map[string]problem{
	"+15005550001": {21211, "Invalid 'To' Phone Number: +1500555XXXX"},
	"+15005550002": {21612, "Message cannot be sent with the current combination of 'To' and 'From' parameters"},
	"+15005550003": {21408, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number"},
	"+15005550004": {21610, "Attempt to send to unsubscribed recipient"},
	"+15005550009": {21614, "'To' number is not a valid mobile number"},
}

// check finds what is wrong with a message.
func (c *carrier) check(form url.Values) problem {
	to, from, service, body := form.Get("To"), form.Get("From"), form.Get("MessagingServiceSid"), form.Get("Body")
	plain, overWhatsApp := strings.CutPrefix(to, "whatsapp:")
	known := from == c.SMSNumber
	if overWhatsApp {
		known = from == "whatsapp:"+c.WhatsAppNumber
	}
	callback := form.Get("StatusCallback")
	switch {
	case to == "":
		return problem{21604, "A 'To' phone number is required."}
	case !number.MatchString(plain):
		return problem{21211, "Invalid 'To' Phone Number"}
	case testNumbers[plain].code != 0:
		return testNumbers[plain]
	case from == "" && service == "":
		return problem{21603, "A 'From' phone number is required."}
	case service != "" && (!strings.HasPrefix(service, "MG") || len(service) != 34):
		return problem{21701, "The Messaging Service does not exist"}
	case service == "" && !known:
		return problem{21606, "The 'From' phone number provided is not a valid message-capable Twilio phone number for this destination."}
	case body == "" && form.Get("MediaUrl") == "" && form.Get("ContentSid") == "":
		return problem{21602, "Message body is required."}
	case utf8.RuneCountInString(body) > 1600:
		return problem{21617, "The concatenated message body exceeds the 1600 character limit"}
	case callback != "" && !local(callback):
		return problem{21609, "The 'StatusCallback' URL is not a valid URL: it must lead to this machine"}
	case !overWhatsApp && c.world.hasStopped(pair{c.SMSNumber, plain}):
		return problem{21610, "Attempt to send to unsubscribed recipient"}
	}
	return problem{}
}

func (c *carrier) twilioSend(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		twilioError(w, http.StatusBadRequest, 21602, "Message body is required.")
		return
	}
	form := r.PostForm
	if p := c.check(form); p.code != 0 {
		twilioError(w, http.StatusBadRequest, p.code, p.text)
		return
	}
	m := message{
		ID: newID("SM", 32), Channel: sms, Via: twilio, From: c.SMSNumber, To: form.Get("To"), Kind: "text", Body: form.Get("Body"),
		Status: "queued", callback: form.Get("StatusCallback"), service: form.Get("MessagingServiceSid"),
	}
	if plain, ok := strings.CutPrefix(m.To, "whatsapp:"); ok {
		m.Channel, m.From, m.To = whatsApp, c.WhatsAppNumber, plain
	}
	if m.service != "" {
		m.Status = "accepted"
	}
	if content := form.Get("ContentSid"); content != "" {
		t, ok := findTemplate(func(t template) bool { return t.content == content })
		values := map[string]string{}
		if !ok {
			twilioError(w, http.StatusBadRequest, 21655, "The ContentSid is Invalid")
			return
		}
		if raw := form.Get("ContentVariables"); raw != "" && json.Unmarshal([]byte(raw), &values) != nil || len(values) != t.parameters() {
			twilioError(w, http.StatusBadRequest, 21656, "The ContentVariables Parameter is invalid")
			return
		}
		m.Kind, m.Body = "template", t.fill(values)
	}
	for _, address := range form["MediaUrl"] {
		m.ID = "MM" + m.ID[2:]
		m.Media = append(m.Media, c.fetch(r, address))
	}
	m = c.world.add(m)
	c.tasks.Go(func() error { c.twilioJourney(m); return nil })
	writeJSON(w, http.StatusCreated, c.twilioMessage(m))
}

// fetch takes a file from this machine; of any other it keeps the name.
func (c *carrier) fetch(r *http.Request, address string) media {
	id, name := newID("ME", 32), path.Base(address)
	if !local(address) {
		return c.world.keep(id, name, "application/octet-stream", nil)
	}
	request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, address, nil) //nolint:gosec // the client leaves this machine for nobody
	if err != nil {
		return c.world.keep(id, name, "application/octet-stream", nil)
	}
	answer, err := c.hooks.client.Do(request) //nolint:gosec // as above
	if err != nil {
		return c.world.keep(id, name, "application/octet-stream", nil)
	}
	defer func() { _ = answer.Body.Close() }() // it was read
	raw, _ := io.ReadAll(io.LimitReader(answer.Body, 16<<20))
	return c.world.keep(id, name, answer.Header.Get("Content-Type"), raw)
}

// dated is the part of a date filter that says the day.
func dated(value string) string { return value[:min(len(value), len("2006-01-02"))] }

// twilioWanted is a list's filter. "DateSent>=2026-01-31" arrives as the name "DateSent>".
func (c *carrier) twilioWanted(form url.Values) func(message) bool {
	plain := func(name string) string { return strings.TrimPrefix(form.Get(name), "whatsapp:") }
	to, from := plain("To"), plain("From")
	return func(m message) bool {
		sent := m.CreatedAt
		if m.SentAt != nil {
			sent = *m.SentAt
		}
		day := sent.Format("2006-01-02")
		return m.Via == twilio && !m.Automatic &&
			(to == "" || m.To == to && (m.Channel == whatsApp) == strings.HasPrefix(form.Get("To"), "whatsapp:")) &&
			(from == "" || m.From == from && (m.Channel == whatsApp) == strings.HasPrefix(form.Get("From"), "whatsapp:")) &&
			(form.Get("DateSent") == "" || day == dated(form.Get("DateSent"))) &&
			(form.Get("DateSent>") == "" || day >= dated(form.Get("DateSent>"))) &&
			(form.Get("DateSent<") == "" || day <= dated(form.Get("DateSent<")))
	}
}

// twilioList answers the newest first. A page's token is the last message of the page before.
func (c *carrier) twilioList(w http.ResponseWriter, r *http.Request) {
	form := r.URL.Query()
	size, err := strconv.Atoi(cmp.Or(form.Get("PageSize"), "50"))
	if err != nil || size < 1 {
		size = 50
	}
	size = min(size, 1000)
	all := c.world.list(c.twilioWanted(form))
	slices.Reverse(all)
	if after, ok := strings.CutPrefix(form.Get("PageToken"), "PA"); ok {
		at := slices.IndexFunc(all, func(m message) bool { return m.ID == after })
		all = all[at+1:]
	}
	var next any
	if len(all) > size {
		all = all[:size]
		form.Set("PageToken", "PA"+all[size-1].ID)
		next = r.URL.Path + "?" + form.Encode()
	}
	shown := make([]any, len(all))
	for i, m := range all {
		shown[i] = c.twilioMessage(m)
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"messages": shown, "next_page_uri": next, "page_size": size, "uri": r.URL.RequestURI(), "first_page_uri": r.URL.Path,
	})
}

func (c *carrier) twilioGet(w http.ResponseWriter, r *http.Request) {
	m, ok := c.world.find(strings.TrimSuffix(r.PathValue("file"), ".json"))
	if !ok || m.Via != twilio {
		notThere(w, r)
		return
	}
	writeJSON(w, http.StatusOK, c.twilioMessage(m))
}

// twilioMedia leads, as the real one does, to another address.
func (c *carrier) twilioMedia(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("media")
	m, ok := c.world.find(r.PathValue("message"))
	if !ok || !slices.ContainsFunc(m.Media, func(f media) bool { return f.ID == id }) {
		notThere(w, r)
		return
	}
	http.Redirect(w, r, "/cdn/"+id, http.StatusTemporaryRedirect)
}
