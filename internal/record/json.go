package record

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

// History is a patient's history as JSON. Unless staff_only is true, everything in it is what
// the patient may see too.
type History struct {
	Format        string         `json:"format" enum:"frontdesk-history"`
	Version       int            `json:"version" doc:"Of this shape: 1."`
	ExportedAt    wire.Time      `json:"exported_at"`
	ExportedBy    wire.Person    `json:"exported_by"`
	StaffOnly     bool           `json:"staff_only" doc:"Notes, logged calls, remarks and filing are there too: not for the patient's eyes."`
	Omitted       int            `json:"omitted_conversations" doc:"How many are not there, as whoever exported may not see them."`
	Clinic        HistoryClinic  `json:"clinic"`
	Patient       HistoryPatient `json:"patient"`
	Conversations []HistoryTopic `json:"conversations" doc:"The front desk's first, then those with doctors by name."`
}

// HistoryClinic is whose patient it is.
type HistoryClinic struct {
	ID       uuid.UUID `json:"id"`
	Name     string    `json:"name"`
	Timezone string    `json:"timezone"`
}

// HistoryPatient is what is known of the patient.
type HistoryPatient struct {
	ID               uuid.UUID       `json:"id"`
	Name             string          `json:"name"`
	BirthDate        *string         `json:"birth_date" nullable:"true" format:"date"`
	Email            *string         `json:"email" nullable:"true"`
	Phone            *string         `json:"phone" nullable:"true" doc:"E.164"`
	PortalAccess     bool            `json:"portal_access"`
	Language         *string         `json:"language" nullable:"true" doc:"BCP 47"`
	PreferredChannel *rules.Channel  `json:"preferred_channel" nullable:"true" doc:"sms, email, portal or whatsapp"`
	OptedOut         []rules.Channel `json:"opted_out" doc:"Channels that the patient does not want."`
	Remarks          *string         `json:"remarks,omitempty" doc:"Only with staff_only."`
	CreatedAt        wire.Time       `json:"created_at"`
}

// HistoryTopic is one conversation, whole.
type HistoryTopic struct {
	ID       uuid.UUID              `json:"id"`
	Kind     rules.ConversationKind `json:"kind" enum:"front_desk,doctor"`
	Doctor   *wire.Person           `json:"doctor,omitempty"`
	Filing   *HistoryFiling         `json:"filing,omitempty" doc:"Only with staff_only."`
	Messages []HistoryMessage       `json:"messages" doc:"Oldest first."`
}

// HistoryFiling is how the clinic keeps the conversation.
type HistoryFiling struct {
	Archived bool         `json:"archived"`
	Assignee *wire.Person `json:"assignee,omitempty"`
	Labels   []string     `json:"labels"`
}

// HistoryMessage is a message, as the API answers it, with what proves its files.
type HistoryMessage struct {
	wire.Message
	ReadAt *wire.Time    `json:"read_at" nullable:"true" doc:"When the other side opened it."`
	Files  []HistoryFile `json:"files" doc:"The attachments' SHA-256, by their ids."`
}

// HistoryFile proves an attachment.
type HistoryFile struct {
	ID     uuid.UUID `json:"id"`
	SHA256 string    `json:"sha256" doc:"In hexadecimal."`
}

// JSON answers the patient's history as the JSON of a History. It is written message by
// message: no more of it is in memory than its bytes.
func (s *Service) JSON(ctx context.Context, by rules.Actor, patient uuid.UUID, notes bool) ([]byte, error) {
	w := &jsonWriter{}
	if err := s.write(ctx, by, patient, notes, w); err != nil {
		return nil, err
	}
	return w.out.Bytes(), nil
}

type jsonWriter struct {
	out      bytes.Buffer
	notes    bool
	threads  int
	messages int
}

// put writes an object but for its end, so that a list can follow as its last member.
func (w *jsonWriter) put(object any, list string) error {
	raw, err := json.Marshal(object)
	if err != nil {
		return err
	}
	w.out.Write(bytes.TrimSuffix(raw, []byte(`,"`+list+`":null}`)))
	w.out.WriteString(`,"` + list + `":[`)
	return nil
}

func (w *jsonWriter) begin(h Head) error {
	w.notes = h.Notes
	return w.put(History{
		Format: "frontdesk-history", Version: 1, ExportedAt: wire.Time(h.At), ExportedBy: wire.Person(h.By), StaffOnly: h.Notes, Omitted: h.Omitted,
		Clinic: HistoryClinic(h.Clinic), Patient: historyPatient(h.Patient, h.Notes),
	}, "conversations")
}

func historyPatient(p Patient, notes bool) HistoryPatient {
	out := HistoryPatient{
		ID: p.ID, Name: p.Name, Email: orNull(p.Email), Phone: orNull(p.Phone), PortalAccess: p.PortalAccess, Language: orNull(p.Language),
		OptedOut: append([]rules.Channel{}, p.OptedOut...), CreatedAt: wire.Time(p.CreatedAt),
	}
	if p.BirthDate != nil {
		out.BirthDate = orNull(p.BirthDate.Format(time.DateOnly))
	}
	if p.PreferredChannel != "" {
		out.PreferredChannel = &p.PreferredChannel
	}
	if notes {
		out.Remarks = orNull(p.Remarks)
	}
	return out
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (w *jsonWriter) conversation(c inbox.Conversation) error {
	if w.threads++; w.threads > 1 {
		w.out.WriteString(`]},`)
	}
	w.messages = 0
	out := HistoryTopic{ID: c.ID, Kind: c.Parties.Kind, Doctor: personOf(c.Doctor)}
	if w.notes {
		out.Filing = &HistoryFiling{Archived: c.Archived, Assignee: personOf(c.Assignee), Labels: append([]string{}, c.Labels...)}
	}
	return w.put(out, "messages")
}

func personOf(p inbox.Person) *wire.Person {
	if p.ID == uuid.Nil {
		return nil
	}
	return &wire.Person{ID: p.ID, Name: p.Name}
}

// shownTo is whose shape of a message is exported: what is not for staff alone is exactly
// what the patient may see.
func shownTo(notes bool) rules.Actor {
	if notes {
		return rules.Actor{Kind: rules.User}
	}
	return rules.Actor{Kind: rules.Patient}
}

func (w *jsonWriter) message(e Entry) error {
	if w.messages++; w.messages > 1 {
		w.out.WriteByte(',')
	}
	out := HistoryMessage{Message: wire.MessageFor(shownTo(w.notes), e.Message), Files: []HistoryFile{}}
	if e.Reader != nil {
		at := wire.Time(e.Reader.At)
		out.ReadAt = &at
	}
	for _, f := range e.Files {
		out.Files = append(out.Files, HistoryFile{f.ID, hex.EncodeToString(e.Sums[f.ID])})
	}
	raw, err := json.Marshal(out)
	w.out.Write(raw)
	return err
}

func (w *jsonWriter) end() error {
	if w.threads > 0 {
		w.out.WriteString(`]}`)
	}
	w.out.WriteString("]}\n")
	return nil
}
