// Package wire is the public contract: conversations, messages and changes as JSON, with one
// shape for staff and one for patients. What a patient is not to see is not in the shape.
package wire

import (
	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
)

// Person is somebody with a name.
type Person struct {
	ID   uuid.UUID `json:"id"`
	Name string    `json:"name"`
}

// Conversation is a thread with its summary. The fields after the blank line are for staff;
// a patient's JSON does not have them.
type Conversation struct {
	ID                uuid.UUID              `json:"id"`
	Kind              rules.ConversationKind `json:"kind" enum:"front_desk,doctor,direct"`
	Patient           *Person                `json:"patient"`
	Doctor            *Person                `json:"doctor"`
	Status            rules.Status           `json:"status" enum:"unread,read,replied,archived" doc:"Seen from the caller's side: something unread; all read and the last word theirs; the last word ours."`
	Archived          bool                   `json:"archived" doc:"Always false for a patient."`
	UnreadCount       int                    `json:"unread_count"`
	Starred           bool                   `json:"starred" doc:"The caller's side has starred a message here."`
	LastMessage       *Preview               `json:"last_message"`
	AvailableChannels []rules.Channel        `json:"available_channels" enum:"sms,email,portal,whatsapp,call,note"`
	UpdatedAt         Time                   `json:"updated_at"`

	*StaffFields
}

// StaffFields are what only staff see of a conversation.
type StaffFields struct {
	Participants []Person `json:"participants" required:"false" doc:"The two of a direct conversation."`
	Assignee     *Person  `json:"assignee" required:"false"`
	Labels       []string `json:"labels" required:"false"`
	Snooze       *Snooze  `json:"snooze" required:"false" doc:"Out of the way until a time, or until the patient answers."`
	WaitingSince *Time    `json:"waiting_since" required:"false" nullable:"true" doc:"The last word is the other side's, since then."`
	WhatsAppTill *Time    `json:"whatsapp_until" required:"false" nullable:"true" doc:"Until then WhatsApp takes free text; null: only an approved template."`
}

// Snooze says until when a conversation is out of the way, and who put it there.
type Snooze struct {
	Until *Time  `json:"until" nullable:"true" doc:"Null: until the patient answers."`
	By    Person `json:"by"`
}

// Preview is the newest message as a list shows it.
type Preview struct {
	ID        uuid.UUID     `json:"id"`
	Channel   rules.Channel `json:"channel" enum:"sms,email,portal,whatsapp,call,note"`
	Direction *Direction    `json:"direction" nullable:"true" enum:"inbound,outbound"`
	Author    Author        `json:"author"`
	Body      string        `json:"body" doc:"The first 200 characters."`
	Files     []string      `json:"files" doc:"The names of its attachments."`
	Status    rules.Status  `json:"status" enum:"unread,read,replied,archived"`
	CreatedAt Time          `json:"created_at"`
}

// previewLength is in characters.
const previewLength = 200

// ConversationFor is the conversation as the actor may see it.
func ConversationFor(by rules.Actor, c inbox.Conversation) Conversation {
	if by.Kind == rules.User {
		return staffConversation(c, rules.SideOf(by, c.Parties))
	}
	return patientConversation(c)
}

func staffConversation(c inbox.Conversation, own rules.Side) Conversation {
	out := Conversation{
		ID: c.ID, Kind: c.Parties.Kind, Patient: person(c.Patient), Doctor: person(c.Doctor),
		Status: rules.Summary(c.Archived, c.Unread[own], c.LastWord, own), Archived: c.Archived,
		UnreadCount: c.Unread[own], Starred: c.Stars > 0,
		AvailableChannels: available(c), UpdatedAt: Time(c.LastAt),
		StaffFields: &StaffFields{Participants: []Person{}, Assignee: person(c.Assignee), Labels: c.Labels},
	}
	if c.Parties.Kind == rules.Direct {
		out.Participants = []Person{Person(c.FirstUser), Person(c.SecondUser)}
	}
	if c.Snooze != nil {
		out.Snooze = &Snooze{By: Person(c.Snooze.By)}
		if !c.Snooze.Until.IsZero() {
			until := Time(c.Snooze.Until)
			out.Snooze.Until = &until
		}
	}
	if until := c.Reach.Heard.Add(rules.Window); !c.Reach.Heard.IsZero() {
		till := Time(until)
		out.WhatsAppTill = &till
	}
	if c.LastWord != nil && *c.LastWord != own {
		since := Time(c.LastWordSince)
		out.WaitingSince = &since
	}
	if c.Last != nil {
		out.LastMessage = preview(*c.Last, c.Last.Archived)
	}
	return out
}

// patientConversation leaves out the clinic's filing: for the patient nothing is archived.
func patientConversation(c inbox.Conversation) Conversation {
	out := Conversation{
		ID: c.ID, Kind: c.Parties.Kind, Patient: person(c.Patient), Doctor: person(c.Doctor),
		Status:      rules.Summary(false, c.Unread[rules.Second], c.LastWord, rules.Second),
		UnreadCount: c.Unread[rules.Second], Starred: c.PatientStars > 0,
		AvailableChannels: []rules.Channel{rules.Portal}, UpdatedAt: Time(c.ShownAt),
	}
	if c.Shown != nil {
		out.LastMessage = preview(*c.Shown, false)
	}
	return out
}

func preview(m inbox.Message, archived bool) *Preview {
	body := m.Body
	if n := 0; len(body) > previewLength {
		for i := range body {
			if n == previewLength {
				body = body[:i]
				break
			}
			n++
		}
	}
	names := make([]string, len(m.Files))
	for i, f := range m.Files {
		names[i] = f.Filename
	}
	return &Preview{
		Files: names, ID: m.ID, Channel: m.Channel, Direction: direction(m), Author: author(m.Author), Body: body,
		Status: rules.Shown(m.Status, archived), CreatedAt: Time(m.CreatedAt),
	}
}

func available(c inbox.Conversation) []rules.Channel {
	if c.Parties.Kind == rules.Direct {
		return []rules.Channel{rules.Portal}
	}
	return rules.Available(c.Reach)
}

func person(p inbox.Person) *Person {
	if p.ID == uuid.Nil {
		return nil
	}
	return &Person{p.ID, p.Name}
}
