package record

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
)

// PDF answers the patient's history as a document to read or to hand over.
func (s *Service) PDF(ctx context.Context, by rules.Actor, patient uuid.UUID, notes bool) ([]byte, error) {
	w := &pdfWriter{}
	if err := s.write(ctx, by, patient, notes, w); err != nil {
		return nil, err
	}
	return w.out.Bytes(), nil
}

// pdfWriter says what stands on the pages; sheets knows how.
type pdfWriter struct {
	sheets *sheets
	head   Head
	zone   *time.Location
	day    string // of the message before
	empty  bool   // the conversation so far
	any    bool   // there is a conversation
	out    bytes.Buffer
}

func (w *pdfWriter) begin(h Head) (err error) {
	w.head = h
	if w.zone, err = time.LoadLocation(h.Clinic.Timezone); err != nil {
		return err
	}
	w.sheets = newSheets("History of "+h.Patient.Name, h.Clinic.Name, h.At)
	w.sheets.title(h.Clinic.Name, "History of "+h.Patient.Name)
	p := h.Patient
	if p.BirthDate != nil {
		w.sheets.fact("Born", p.BirthDate.Format("2 January 2006"))
	}
	w.sheets.fact("Phone", orNone(p.Phone))
	w.sheets.fact("Email", orNone(p.Email))
	w.sheets.fact("Portal", map[bool]string{true: "has access", false: "no access"}[p.PortalAccess])
	if p.Language != "" {
		w.sheets.fact("Language", p.Language)
	}
	if p.PreferredChannel != "" {
		w.sheets.fact("Prefers", channelName[p.PreferredChannel])
	}
	w.sheets.fact("Consent", consent(p.OptedOut))
	w.sheets.fact("Record", p.ID.String())
	w.sheets.fact("Exported", fmt.Sprintf("%s by %s; all times in %s", w.time(h.At), h.By.Name, h.Clinic.Timezone))
	if h.Notes && p.Remarks != "" {
		w.sheets.fact("Remarks", p.Remarks)
	}
	if h.Notes {
		w.sheets.notice("With internal notes and logged calls, which only the clinic's staff may see. Do not hand this to the patient.")
	}
	if h.Omitted > 0 {
		w.sheets.notice(fmt.Sprintf("Not everything is here: %d of the patient's conversations are not for %s to see.", h.Omitted, h.By.Name))
	}
	return nil
}

func consent(optedOut []rules.Channel) string {
	if len(optedOut) == 0 {
		return "no channel is declined"
	}
	names := make([]string, len(optedOut))
	for i, c := range optedOut {
		names[i] = channelName[c]
	}
	return "does not want " + strings.Join(names, ", ")
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

var channelName = map[rules.Channel]string{
	rules.SMS: "SMS", rules.Email: "Email", rules.Portal: "Portal", rules.WhatsApp: "WhatsApp", rules.Call: "Phone call", rules.Note: "Internal note",
}

func (w *pdfWriter) time(t time.Time) string { return t.In(w.zone).Format("2 Jan 2006, 15:04 MST") }

func (w *pdfWriter) conversation(c inbox.Conversation) error {
	w.closeThread()
	w.day, w.empty, w.any = "", true, true
	name := "Reception"
	if c.Parties.Kind == rules.DoctorThread {
		name = c.Doctor.Name
	}
	about := ""
	if w.head.Notes {
		about = filing(c)
	}
	w.sheets.heading("Conversation with "+name, about)
	return nil
}

func filing(c inbox.Conversation) string {
	var parts []string
	if c.Archived {
		parts = append(parts, "archived")
	}
	if c.Assignee.ID != uuid.Nil {
		parts = append(parts, "assigned to "+c.Assignee.Name)
	}
	if len(c.Labels) > 0 {
		parts = append(parts, "labels: "+strings.Join(c.Labels, ", "))
	}
	return strings.Join(parts, " · ")
}

func (w *pdfWriter) message(e Entry) error {
	w.empty = false
	local := e.CreatedAt.In(w.zone)
	if day := local.Format("Monday, 2 January 2006"); day != w.day {
		w.day = day
		w.sheets.day(day)
	}
	note := e.Channel == rules.Note
	w.sheets.entry(w.author(e.Message), local.Format("15:04 MST")+" · "+w.way(e.Message), note)
	if e.Call != nil {
		w.sheets.aside(w.call(*e.Call))
	}
	if e.Subject != "" {
		w.sheets.subject(e.Subject)
	}
	if e.Body != "" {
		w.sheets.body(e.Body, note)
	}
	for _, f := range e.Files {
		w.sheets.aside(fmt.Sprintf("Attachment: %s (%s, %s)", f.Filename, f.MediaType, size(f.Size)))
		w.sheets.fine(fmt.Sprintf("SHA-256 %x", e.Sums[f.ID]))
	}
	return nil
}

func (w *pdfWriter) author(m inbox.Message) string {
	if m.Author.Kind == inbox.System {
		return w.head.Clinic.Name + " (automatic)"
	}
	return m.Author.Name
}

// way says how the message went, and what became of it.
func (w *pdfWriter) way(m inbox.Message) string {
	parts := []string{channelName[m.Channel]}
	switch {
	case m.StaffOnly():
		return strings.Join(parts, " · ")
	case m.Side == rules.Second:
		parts = append(parts, "from the patient")
	default:
		parts = append(parts, "to the patient")
	}
	switch {
	case m.Reader != nil && w.head.Notes:
		parts = append(parts, "opened "+w.time(m.Reader.At)+" by "+m.Reader.By.Name)
	case m.Reader != nil:
		parts = append(parts, "opened "+w.time(m.Reader.At))
	default:
		parts = append(parts, "not opened")
	}
	if m.Status == rules.Replied {
		parts = append(parts, "answered")
	}
	if !m.EditedAt.IsZero() && w.head.Notes {
		parts = append(parts, "edited "+w.time(m.EditedAt))
	}
	return strings.Join(parts, " · ")
}

func (w *pdfWriter) call(c inbox.Call) string {
	who := "The clinic called"
	if c.Inbound {
		who = "The patient called"
	}
	took := (time.Duration(c.Seconds) * time.Second).String()
	outcome := map[inbox.Outcome]string{inbox.Reached: "spoke", inbox.Voicemail: "voicemail", inbox.NoAnswer: "no answer"}[c.Outcome]
	return fmt.Sprintf("%s on %s, %s, %s", who, w.time(c.StartedAt), took, outcome)
}

func size(bytes int64) string {
	switch {
	case bytes < 1000:
		return fmt.Sprintf("%d bytes", bytes)
	case bytes < 1000*1000:
		return fmt.Sprintf("%.1f kB", float64(bytes)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/1000/1000)
}

// closeThread says so where there was nothing.
func (w *pdfWriter) closeThread() {
	if w.any && w.empty {
		w.sheets.aside("No messages.")
	}
}

func (w *pdfWriter) end() error {
	w.closeThread()
	if !w.any {
		w.sheets.aside("There are no conversations with this patient.")
	}
	about := w.head.Clinic.Name + " · " + w.head.Patient.Name
	if w.head.Notes {
		about += " · for staff only"
	}
	return w.sheets.finish(about, &w.out)
}
