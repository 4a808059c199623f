package wire

import (
	"github.com/google/uuid"

	"frontdesk/internal/files"
	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
)

// Author is who wrote a message.
type Author struct {
	Kind rules.ActorKind `json:"kind" enum:"user,patient,system"`
	ID   uuid.UUID       `json:"id"`
	Name string          `json:"name"`
}

// Direction is which way a message goes between patient and clinic.
type Direction string

const (
	Inbound  Direction = "inbound"
	Outbound Direction = "outbound"
)

// Message is one entry of a conversation. The fields after the blank line are for staff.
type Message struct {
	ID             uuid.UUID     `json:"id"`
	ConversationID uuid.UUID     `json:"conversation_id"`
	Channel        rules.Channel `json:"channel" enum:"sms,email,portal,whatsapp,call,note"`
	Direction      *Direction    `json:"direction" nullable:"true" enum:"inbound,outbound" doc:"None in a direct conversation."`
	Author         Author        `json:"author"`
	Subject        *string       `json:"subject" nullable:"true"`
	Body           string        `json:"body"`
	BodyHTML       *string       `json:"body_html" nullable:"true" doc:"Of a letter, made safe: what the body says, formatted; of an inbound one all of it, of which the body holds the new words."`
	Attachments    []Attachment  `json:"attachments"`
	Status         rules.Status  `json:"status" enum:"unread,read,replied,archived"`
	Starred        bool          `json:"starred" doc:"Starred by the caller's side."`
	Delivery       *Delivery     `json:"delivery" doc:"What the carrier says of an outbound message; patients are told only of the portal."`
	CreatedAt      Time          `json:"created_at" doc:"Strictly increasing within a conversation."`

	*StaffMarks
}

// Delivery is what the carrier says of an outbound message.
type Delivery struct {
	State     string `json:"state" enum:"queued,sent,delivered,read,failed"`
	UpdatedAt Time   `json:"updated_at"`

	*DeliveryFault
}

// DeliveryFault is what only staff see of a delivery.
type DeliveryFault struct {
	Error   *string `json:"error" required:"false" nullable:"true" doc:"Why it failed, in plain words."`
	Address *string `json:"address" required:"false" nullable:"true" doc:"Where it goes, fixed when it was written."`
	Texts   int     `json:"texts,omitempty" doc:"Of SMS: in how many texts it travels."`
}

// Attachment is a file that goes with a message.
type Attachment struct {
	ID        uuid.UUID `json:"id"`
	Filename  string    `json:"filename"`
	MediaType string    `json:"media_type"`
	Size      int64     `json:"size" doc:"In bytes."`
	Thumbnail bool      `json:"thumbnail"`
	Width     int       `json:"width,omitempty" doc:"Of an image, in pixels."`
	Height    int       `json:"height,omitempty"`
}

// AttachmentOf is a file that was uploaded, and is not sent yet.
func AttachmentOf(a files.Attachment) Attachment {
	return Attachment{ID: a.ID, Filename: a.Filename, MediaType: a.MediaType, Size: a.Size, Thumbnail: a.Thumbnail, Width: a.Width, Height: a.Height}
}

func attachments(of []inbox.File) []Attachment {
	out := make([]Attachment, len(of))
	for i, f := range of {
		out[i] = Attachment(f)
	}
	return out
}

// StaffMarks are what only staff see of a message.
type StaffMarks struct {
	StarredBy *Mark       `json:"starred_by" required:"false"`
	ReadBy    []Mark      `json:"read_by" required:"false" doc:"Who opened it first, and when."`
	Call      *Call       `json:"call" required:"false"`
	Mentions  []uuid.UUID `json:"mentions" required:"false" doc:"Colleagues whom a note calls."`
	EditedAt  *Time       `json:"edited_at" required:"false" nullable:"true"`
}

// Call is a logged phone call.
type Call struct {
	StartedAt       Time          `json:"started_at"`
	DurationSeconds int           `json:"duration_seconds"`
	Direction       Direction     `json:"direction" enum:"inbound,outbound"`
	Outcome         inbox.Outcome `json:"outcome" enum:"reached,voicemail,no_answer"`
	Summary         string        `json:"summary"`
}

// Mark says who did something, and when.
type Mark struct {
	Kind rules.ActorKind `json:"kind" enum:"user,patient"`
	ID   uuid.UUID       `json:"id"`
	Name string          `json:"name"`
	At   Time            `json:"at"`
}

// MessageFor is the message as the actor, who may see it, sees it.
func MessageFor(by rules.Actor, m inbox.Message) Message {
	if by.Kind == rules.User {
		return staffMessage(m)
	}
	return patientMessage(m)
}

func staffMessage(m inbox.Message) Message {
	out := common(m)
	out.Status, out.Starred = rules.Shown(m.Status, m.Archived), m.Star != nil
	out.StaffMarks = &StaffMarks{StarredBy: mark(m.Star), ReadBy: []Mark{}, Call: callOf(m), Mentions: append([]uuid.UUID{}, m.Mentions...)}
	if !m.EditedAt.IsZero() {
		edited := Time(m.EditedAt)
		out.EditedAt = &edited
	}
	if m.Reader != nil {
		out.ReadBy = []Mark{*mark(m.Reader)}
	}
	if m.Delivery != nil {
		out.Delivery = &Delivery{State: string(m.Delivery.State), UpdatedAt: Time(m.Delivery.At)}
	}
	if out.Delivery != nil {
		out.Delivery.DeliveryFault = faultOf(m)
	}
	return out
}

func faultOf(m inbox.Message) *DeliveryFault {
	out, d := &DeliveryFault{}, m.Delivery
	if d == nil {
		return out
	}
	if m.Channel == rules.SMS {
		out.Texts, _, _ = rules.Segments(m.Body)
	}
	out.Address = &d.Address
	if d.Reason != "" {
		out.Error = &d.Reason
	}
	return out
}

func callOf(m inbox.Message) *Call {
	if m.Call == nil {
		return nil
	}
	out := &Call{
		StartedAt: Time(m.Call.StartedAt), DurationSeconds: m.Call.Seconds, Direction: Outbound,
		Outcome: m.Call.Outcome, Summary: m.Body,
	}
	if m.Call.Inbound {
		out.Direction = Inbound
	}
	return out
}

func patientMessage(m inbox.Message) Message {
	out := common(m)
	out.Status, out.Starred = m.Status, m.PatientStarred
	return out
}

func common(m inbox.Message) Message {
	out := Message{
		ID: m.ID, ConversationID: m.ConversationID, Channel: m.Channel, Direction: direction(m), Author: author(m.Author),
		Body: m.Body, Attachments: attachments(m.Files), CreatedAt: Time(m.CreatedAt),
	}
	if m.Subject != "" {
		out.Subject = &m.Subject
	}
	if m.HTML != "" {
		out.BodyHTML = &m.HTML
	}
	if m.Channel == rules.Portal && m.Side == rules.First && m.Kind != rules.Direct {
		out.Delivery = inPortal(m)
	}
	return out
}

// inPortal is the delivery of what needs no carrier: it is there once it is committed.
func inPortal(m inbox.Message) *Delivery {
	if m.Reader != nil {
		return &Delivery{State: "read", UpdatedAt: Time(m.Reader.At)}
	}
	return &Delivery{State: "delivered", UpdatedAt: Time(m.CreatedAt)}
}

// direction is none between colleagues; a note goes nowhere, but is the clinic's; a call's is
// that of who called.
func direction(m inbox.Message) *Direction {
	d := Outbound
	switch {
	case m.Kind == rules.Direct:
		return nil
	case m.Call != nil && m.Call.Inbound:
		d = Inbound
	case m.Side == rules.Second:
		d = Inbound
	}
	return &d
}

func author(a inbox.Author) Author { return Author{a.Kind, a.ID, a.Name} }

func mark(m *inbox.Mark) *Mark {
	if m == nil {
		return nil
	}
	return &Mark{Kind: m.By.Kind, ID: m.By.ID, Name: m.By.Name, At: Time(m.At)}
}

// MessageForStaff is the message as all staff see it.
func MessageForStaff(m inbox.Message) Message { return staffMessage(m) }
