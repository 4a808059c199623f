package record_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/uuid"
	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"golang.org/x/text/unicode/norm"

	"frontdesk/internal/inbox"
	"frontdesk/internal/record"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

// told is a clinic in which Ana has two conversations, with one of everything.
type told struct {
	*testkit.Clinic
	record         *record.Service
	desk, doctor   inbox.Conversation
	clerk, hasNone rules.Actor // a receptionist who may export, and one who may not
}

const arabic = "شكرا على الموعد (غدا) في الساعة 10"

func tell(t *testing.T) told {
	t.Helper()
	c := testkit.NewClinic(t)
	h := told{Clinic: c, record: record.New(c.Store), hasNone: c.Reception}
	h.clerk = c.Reception2
	h.clerk.Permissions = append([]string{rules.ExportData}, h.clerk.Permissions...)
	h.desk = c.FromAna(t, "Good morning, I need an appointment.")
	h.say(t, c.Reception, testkit.Note("She sounds worried."))
	h.say(t, c.Reception, testkit.Text(arabic))
	h.say(t, c.Ana, testkit.Text("Thanks \U0001F44D Привет Γειά σου ☺ 中\n\n=HYPERLINK(1)\x0b"))
	h.say(t, c.Reception, testkit.Text(strings.Repeat("wide", 300)))
	var err error
	if h.doctor, _, _, err = c.Inbox.Start(t.Context(), c.Doctor, inbox.Opening{PatientID: c.Ana.ID, Message: testkit.Text("Your results are fine.")}); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := c.Inbox.Start(t.Context(), c.Ben, inbox.Opening{Message: testkit.Text("Ben's own affair")}); err != nil {
		t.Fatal(err)
	}
	file := uuid.New()
	h.exec(t, `UPDATE patient SET birth_date = '1986-03-14', language = 'pt', opted_out = '{sms}', remarks = 'Prefers Dr. Dora' WHERE patient_id = $1`, c.Ana.ID)
	h.exec(t, `INSERT INTO message (clinic_id, message_id, conversation_id, channel, side, author_user_id, body, status, created_at, call_started_at, call_seconds, call_direction, call_outcome)
		VALUES ($1, $2, $3, 'call', 0, $4, 'Moved to Friday.', 'read', now() + interval '1 minute', now(), 95, 'inbound', 'reached')`, c.ID, uuid.New(), h.desk.ID, c.Reception.ID)
	h.exec(t, `INSERT INTO attachment (clinic_id, attachment_id, uploader_patient_id, message_id, filename, media_type, size, sha256, blob_key, created_at)
		VALUES ($1, $2, $3, $4, 'Überweisung ☺.pdf', 'application/pdf', 123456, decode(repeat('ab', 32), 'hex'), 'k', now())`, c.ID, file, c.Ana.ID, h.desk.Last.ID)
	h.exec(t, `UPDATE message SET attachments = 1 WHERE message_id = $1`, h.desk.Last.ID)
	return h
}

func (h told) say(t *testing.T, by rules.Actor, d inbox.Draft) {
	t.Helper()
	if _, _, err := h.Inbox.Send(t.Context(), by, h.desk.ID, d); err != nil {
		t.Fatal(err)
	}
}

func (h told) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := h.DB.Owner.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func TestPDFCanBeReadBack(t *testing.T) {
	t.Parallel()
	h := tell(t)
	text, pages := h.pdf(t, h.Admin, false)
	for _, want := range []string{
		"Elm Street", "History of Ana Silva", "14 March 1986", "+351910000000", "does not want SMS", "Conversation with Reception", "Conversation with Dora Doctor",
		"Good morning, I need an appointment.", "Thanks [thumbs up sign] Привет Γειά σου ☺ [U+4E2D]", "=HYPERLINK(1)[U+000B]", "Your results are fine.",
		"Attachment: Überweisung ☺.pdf (application/pdf, 123.5 kB)", "SHA-256 " + strings.Repeat("ab", 32), "from the patient", "to the patient", " WE",
		fmt.Sprintf("Page 1 of %d", pages),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not there", want)
		}
	}
	for _, word := range strings.Fields(strings.NewReplacer("(", "", ")", "").Replace(arabic)) {
		if !strings.Contains(text, word) && !strings.Contains(text, backwards(word)) {
			t.Errorf("%q is not there", word)
		}
	}
	if n := strings.Count(strings.ReplaceAll(text, "\n", ""), "wide"); n != 300 {
		t.Errorf("of a word that is wider than the page, %d of 300 parts are there", n)
	}
	for _, secret := range []string{"worried", "Moved to Friday", "Prefers Dr.", "Ben", "Phone call", "opened by"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is for staff only", secret)
		}
	}
	full, _ := h.pdf(t, h.Admin, true)
	full = strings.ReplaceAll(full, "\n", " ")
	for _, want := range []string{"She sounds worried.", "Moved to Friday.", "The patient called on", "1m35s, spoke", "Prefers Dr. Dora", "Do not hand this to the patient", "for staff only"} {
		if !strings.Contains(full, want) {
			t.Errorf("with notes, %q is not there", want)
		}
	}
}

func TestWhatIsNotTheirsIsLeftOutAndSaidSo(t *testing.T) {
	t.Parallel()
	h := tell(t)
	text, _ := h.pdf(t, h.clerk, false)
	if strings.Contains(text, "results") || !strings.Contains(text, "Not everything is here: 1 of") || !strings.Contains(text, "Good morning") {
		t.Errorf("a receptionist's export: %s", text)
	}
	history := h.json(t, h.clerk, false)
	if history.Omitted != 1 || len(history.Conversations) != 1 {
		t.Errorf("%d left out of %d", history.Omitted, len(history.Conversations))
	}
}

func TestWhoMayExport(t *testing.T) {
	t.Parallel()
	h := tell(t)
	foreign := testkit.NewClinicIn(t, h.DB)
	nobody := h.Admin
	nobody.Permissions = nil
	for name, tt := range map[string]struct {
		by      rules.Actor
		patient uuid.UUID
		code    string
	}{
		"an admin":              {h.Admin, h.Ana.ID, ""},
		"with the permission":   {h.clerk, h.Ana.ID, ""},
		"without":               {h.hasNone, h.Ana.ID, "export_not_allowed"},
		"a doctor of the own":   {h.Doctor, h.Ana.ID, "export_not_allowed"},
		"without the hub":       {nobody, h.Ana.ID, "hub_not_allowed"},
		"the patient":           {h.Ana, h.Ana.ID, "staff_only"},
		"nobody's":              {h.Admin, uuid.New(), "patient_not_found"},
		"of another clinic":     {h.Admin, foreign.Ana.ID, "patient_not_found"},
		"by another's admin":    {foreign.Admin, h.Ana.ID, "patient_not_found"},
		"without conversations": {h.Admin, h.Offline.ID, ""},
	} {
		_, asPDF := h.record.PDF(t.Context(), tt.by, tt.patient, true)
		_, asJSON := h.record.JSON(t.Context(), tt.by, tt.patient, true)
		for _, err := range []error{asPDF, asJSON} {
			if (err == nil) != (tt.code == "") || err != nil && !strings.HasPrefix(err.Error(), tt.code) {
				t.Errorf("%s: %v, want %q", name, err, tt.code)
			}
		}
	}
}

// What is exported equals what the API would answer to whoever may see it.
func TestJSONIsWhole(t *testing.T) {
	t.Parallel()
	h := tell(t)
	for notes, want := range map[bool]int{false: 5, true: 7} {
		history := h.json(t, h.Admin, notes)
		raw, _ := json.Marshal(history)
		if history.StaffOnly != notes || len(history.Conversations) != 2 || history.Conversations[1].Doctor.Name != "Dora Doctor" || history.Omitted != 0 {
			t.Errorf("%s", raw)
		}
		messages := history.Conversations[0].Messages
		if !slices.IsSortedFunc(messages, func(a, b record.HistoryMessage) int {
			x, _ := a.CreatedAt.MarshalText()
			y, _ := b.CreatedAt.MarshalText()
			return bytes.Compare(x, y)
		}) {
			t.Error("the messages are not in order")
		}
		if len(messages) != want-1 || len(messages[0].Files) != 1 || messages[0].Files[0].SHA256 != strings.Repeat("ab", 32) || len(messages[0].Attachments) != 1 {
			t.Errorf("%d messages: %s", len(messages), raw)
		}
		for _, secret := range []string{"worried", "Moved to Friday", "Prefers Dr.", "read_by", "starred_by", `"filing"`} {
			if strings.Contains(string(raw), secret) != notes {
				t.Errorf("notes %v: %q", notes, secret)
			}
		}
	}
}

// A long history is read page by page, and nothing of it is lost at the seams.
func TestLongHistories(t *testing.T) {
	t.Parallel()
	h := tell(t)
	const many = 2500
	h.exec(t, `INSERT INTO message (clinic_id, message_id, conversation_id, channel, side, author_patient_id, body, status, created_at)
		SELECT $1, gen_random_uuid(), $2, 'portal', 1, $3, 'number ' || n || '.', 'read', now() + n * interval '1 minute' FROM generate_series(1, $4::int) n`, h.ID, h.desk.ID, h.Ana.ID, many)
	history := h.json(t, h.Admin, false)
	text, pages := h.pdf(t, h.Admin, false)
	for n := 1; n <= many; n++ {
		if body := fmt.Sprintf("number %d.", n); history.Conversations[0].Messages[n+3].Body != body || !strings.Contains(text, body) {
			t.Fatalf("%q is not in its place", body)
		}
	}
	if !strings.Contains(text, fmt.Sprintf("Page %d of %d", pages, pages)) || pages < 50 {
		t.Errorf("%d pages are not numbered", pages)
	}
}

func (h told) json(t *testing.T, by rules.Actor, notes bool) (out record.History) {
	t.Helper()
	raw, err := h.record.JSON(t.Context(), by, h.Ana.ID, notes)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	return out
}

// pdf answers the text as it is drawn, line by line, and how many pages there are.
func (h told) pdf(t *testing.T, by rules.Actor, notes bool) (string, int) {
	t.Helper()
	raw, err := h.record.PDF(t.Context(), by, h.Ana.ID, notes)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := api.ReadAndValidate(bytes.NewReader(raw), model.NewDefaultConfiguration())
	if err != nil {
		t.Fatalf("no PDF: %v", err)
	}
	var text strings.Builder
	for n := 1; n <= doc.PageCount; n++ {
		content, err := pdfcpu.ExtractPageContent(doc, n)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(content); err != nil {
			t.Fatal(err)
		}
		for _, shown := range regexp.MustCompile(`(?s)\(((?:\\.|[^\\)])*)\)\s*Tj`).FindAllSubmatch(b.Bytes(), -1) {
			text.WriteString(decode(shown[1]) + "\n")
		}
	}
	return text.String(), doc.PageCount
}

// decode reads a string of a PDF in UTF-16, joined letters as letters.
func decode(literal []byte) string {
	raw := regexp.MustCompile(`(?s)\\(.)`).ReplaceAllFunc(literal, func(b []byte) []byte {
		if b[1] == 'r' {
			return []byte("\r")
		}
		return b[1:]
	})
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
	}
	return norm.NFKC.String(string(utf16.Decode(units)))
}

func backwards(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}
