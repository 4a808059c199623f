package wire

import (
	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
)

// Scheduled is a message that waits for its time; it is for staff alone.
type Scheduled struct {
	ID             uuid.UUID            `json:"id" doc:"The message's, once it is sent."`
	ConversationID uuid.UUID            `json:"conversation_id"`
	Patient        *Person              `json:"patient"`
	Author         Person               `json:"author"`
	Channel        rules.Channel        `json:"channel" enum:"sms,email,portal,whatsapp"`
	Subject        *string              `json:"subject" nullable:"true"`
	Body           string               `json:"body"`
	BodyHTML       *string              `json:"body_html" nullable:"true" doc:"Of a letter: the same, formatted."`
	Attachments    []Attachment         `json:"attachments" doc:"Files that wait with it; once it is sent, they are the message's."`
	ScheduledAt    Time                 `json:"scheduled_at"`
	State          inbox.ScheduledState `json:"state" enum:"waiting,sent,failed,cancelled"`
	Reason         *string              `json:"reason" nullable:"true" doc:"Why it failed, in plain words."`
	CreatedAt      Time                 `json:"created_at"`
}

// ScheduledOf is what waits, as all staff see it who see its conversation.
func ScheduledOf(s inbox.Scheduled) Scheduled {
	out := Scheduled{
		ID: s.ID, ConversationID: s.ConversationID, Patient: person(s.Patient), Author: Person(s.Author),
		Channel: s.Channel, Body: s.Body, Attachments: attachments(s.Files), ScheduledAt: Time(s.At), State: s.State, CreatedAt: Time(s.CreatedAt),
	}
	if s.Subject != "" {
		out.Subject = &s.Subject
	}
	if s.HTML != "" {
		out.BodyHTML = &s.HTML
	}
	if s.Reason != "" {
		out.Reason = &s.Reason
	}
	return out
}

// Revision is what a logged call said until somebody changed it.
type Revision struct {
	Body       string `json:"body"`
	Call       *Call  `json:"call"`
	ReplacedBy Person `json:"replaced_by"`
	ReplacedAt Time   `json:"replaced_at"`
}

// RevisionOf is for staff alone.
func RevisionOf(r inbox.Revision) Revision {
	return Revision{
		Body: r.Body, Call: callOf(inbox.Message{Call: r.Call, Body: r.Body}),
		ReplacedBy: Person(r.By), ReplacedAt: Time(r.At),
	}
}
