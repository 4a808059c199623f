package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// The channels, as the control API names them.
const (
	sms      = "sms"
	whatsApp = "whatsapp"
	email    = "email"
)

// The two services that carry WhatsApp.
const (
	twilio = "twilio"
	meta   = "meta"
)

// message is one SMS, WhatsApp message or mail, whichever way it went.
type message struct {
	ID        string     `json:"id"` // the service's: SM…, wamid.…; of a mail our own
	Channel   string     `json:"channel"`
	Via       string     `json:"via,omitempty"` // the service
	Inbound   bool       `json:"inbound"`       // from a patient to the clinic
	Person    string     `json:"person"`        // the patient's slug
	From      string     `json:"from"`
	To        string     `json:"to"`
	Kind      string     `json:"kind"` // text, image, template, reaction …
	Body      string     `json:"body"`
	HTML      string     `json:"html,omitempty"` // of a mail: its other part
	Subject   string     `json:"subject,omitempty"`
	MessageID string     `json:"message_id,omitempty"` // of a mail, with its brackets
	InReplyTo string     `json:"in_reply_to,omitempty"`
	Media     []media    `json:"media,omitempty"`
	Status    string     `json:"status"`
	ErrorCode int        `json:"error_code,omitempty"`
	Seen      bool       `json:"seen,omitempty"`      // by the clinic
	Automatic bool       `json:"automatic,omitempty"` // the service's own answer
	CreatedAt time.Time  `json:"created_at"`
	SentAt    *time.Time `json:"sent_at,omitempty"`

	replyTo    string // of a mail: where an answer goes
	references string
	callback   string // where Twilio reports the status
	service    string // the Messaging Service that it was sent through
	opaque     string // what Meta gives back with each status
}

// patient is the other end of the message.
func (m message) patient() string {
	if m.Inbound {
		return m.From
	}
	return m.To
}

// media is a file; its bytes are in the world's files.
type media struct {
	ID       string `json:"id"`
	Filename string `json:"filename,omitempty"`
	Type     string `json:"media_type"`
	Size     int    `json:"size"`
	URL      string `json:"url"` // on the page
}

// file is what a media is made of.
type file struct {
	media
	Bytes []byte
}

// pair is a number of the clinic's and a patient's: opt-outs and windows are theirs.
type pair struct{ clinic, patient string }

// world is everything that happened outside the clinic, in memory. Each change is also an event:
// whoever reads all events from the first on holds the world.
type world struct {
	mu       sync.Mutex
	people   []*person
	messages []*message
	byID     map[string]*message
	files    map[string]file
	stopped  map[pair]bool
	spoke    map[pair]time.Time // the patient, on WhatsApp
	events   []json.RawMessage
	news     chan struct{} // closed with the next event
}

func newWorld() *world {
	w := &world{
		byID: map[string]*message{}, files: map[string]file{}, stopped: map[pair]bool{}, spoke: map[pair]time.Time{},
		news: make(chan struct{}),
	}
	w.people = demoPatients()
	for _, p := range w.people {
		w.tell("person", p)
	}
	return w
}

// tell adds an event. The world is locked, or not yet shared.
func (w *world) tell(kind string, value any) {
	raw, err := json.Marshal(map[string]any{"kind": kind, "value": value})
	if err != nil {
		panic(err) // our own types, all of which can be written
	}
	w.events = append(w.events, raw)
	close(w.news)
	w.news = make(chan struct{})
}

// since answers the events after the first n, and what is closed when there are more.
func (w *world) since(n int) ([]json.RawMessage, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.events[n:]), w.news
}

// announce tells what is no message: a patient's window, the faults, that the clinic types.
func (w *world) announce(kind string, value any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tell(kind, value)
}

// add keeps a new message and answers it with its person and its time.
func (w *world) add(m message) message {
	w.mu.Lock()
	defer w.mu.Unlock()
	m.Person = w.whose(m.patient()).Slug
	m.CreatedAt = time.Now().UTC()
	w.messages = append(w.messages, &m)
	w.byID[m.ID] = &m
	w.tell("message", m)
	if m.Channel == whatsApp && m.Inbound {
		w.setWindow(m.To, m.From, m.CreatedAt)
	}
	return m
}

// change lets change a message; it answers what the message is now, and whether it did.
func (w *world) change(id string, change func(*message) bool) (message, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	m, ok := w.byID[id]
	if !ok {
		return message{}, false
	}
	changed := change(m)
	if changed {
		w.tell("message", *m)
	}
	return *m, changed
}

// ranks say which status may follow which: none goes back.
var ranks = map[string]int{"accepted": 0, "queued": 0, "sent": 1, "delivered": 2, "failed": 3, "undelivered": 3, "read": 3}

// advance moves a message on to a status, unless it has come further.
func (w *world) advance(id, status string, code int) (message, bool) {
	return w.change(id, func(m *message) bool {
		if ranks[m.Status] >= ranks[status] {
			return false
		}
		if m.SentAt == nil {
			now := time.Now().UTC()
			m.SentAt = &now
		}
		m.Status, m.ErrorCode = status, code
		return true
	})
}

// find answers the message with this id, of a mail also by its Message-ID.
func (w *world) find(id string) (message, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if m, ok := w.byID[id]; ok {
		return *m, true
	}
	for _, m := range slices.Backward(w.messages) {
		if id != "" && m.MessageID == id {
			return *m, true
		}
	}
	return message{}, false
}

// list answers the messages that are wanted, oldest first.
func (w *world) list(wanted func(message) bool) []message {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := []message{}
	for _, m := range w.messages {
		if wanted(*m) {
			out = append(out, *m)
		}
	}
	return out
}

// keep stores a file under a new id.
func (w *world) keep(id, filename, mediaType string, raw []byte) media {
	w.mu.Lock()
	defer w.mu.Unlock()
	m := media{ID: id, Filename: filename, Type: mediaType, Size: len(raw), URL: "/control/file?id=" + id}
	w.files[id] = file{media: m, Bytes: raw}
	return m
}

func (w *world) file(id string) (file, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f, ok := w.files[id]
	return f, ok
}

// stop records that a patient has opted out of a number, or lifts it.
func (w *world) stop(p pair, on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped[p] = on
}

func (w *world) hasStopped(p pair) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stopped[p]
}

// windowLasts is how long after a patient's message WhatsApp lets the clinic write freely.
const windowLasts = 24 * time.Hour

// windowOpen says whether the clinic may write freely to a patient on WhatsApp.
func (w *world) windowOpen(p pair) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	at, ok := w.spoke[p]
	return ok && time.Since(at) < windowLasts
}

// setWindow says when the patient last wrote; the zero time closes the window. The world is locked.
func (w *world) setWindow(clinic, patient string, at time.Time) {
	w.spoke[pair{clinic, patient}] = at
	w.tell("window", map[string]any{"person": w.whose(patient).Slug, "until": at.Add(windowLasts)})
}

// newID is a prefix and n random digits to base 16, as the services make their own.
func newID(prefix string, n int) string {
	raw := make([]byte, n/2)
	_, _ = rand.Read(raw) // never fails
	return prefix + hex.EncodeToString(raw)
}
