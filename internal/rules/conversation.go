package rules

import (
	"github.com/google/uuid"

	"frontdesk/internal/refusal"
)

// ConversationKind is what a conversation is between.
type ConversationKind string

const (
	FrontDesk    ConversationKind = "front_desk" // a patient and the whole reception
	DoctorThread ConversationKind = "doctor"     // a patient and one doctor
	Direct       ConversationKind = "direct"     // an admin and one other member of staff
)

// Side is one of a conversation's two: the clinic or the first user of a direct
// conversation, and the patient or the second user.
type Side int16

const (
	First  Side = 0
	Second Side = 1
)

// Other is the side across.
func (s Side) Other() Side { return 1 - s }

// Parties are the people of a conversation, as far as the rules ask. What a kind does not
// have is uuid.Nil.
type Parties struct {
	Kind       ConversationKind
	PatientID  uuid.UUID
	DoctorID   uuid.UUID
	AssigneeID uuid.UUID // a front-desk conversation that is handed over
	FirstID    uuid.UUID // of a direct conversation
	SecondID   uuid.UUID
}

// Sees tells whether the actor may see the conversation: receptionists every front-desk
// one, a doctor the own ones and those handed over, an admin all, a patient the own ones.
func Sees(a Actor, p Parties) bool {
	if UseHub(a) != nil {
		return false
	}
	if a.Kind == Patient {
		return p.PatientID == a.ID
	}
	switch a.Role {
	case Admin:
		return true
	case Receptionist:
		return p.Kind == FrontDesk || isDirectOf(a, p)
	case Doctor:
		return p.DoctorID == a.ID || p.AssigneeID == a.ID || isDirectOf(a, p)
	}
	return false
}

// TakesPart tells whether the actor may write here and whether reading marks as read: an
// admin sees all, but is a party only to front-desk conversations and to the own direct ones.
func TakesPart(a Actor, p Parties) bool {
	if !Sees(a, p) {
		return false
	}
	if a.Kind == Patient || a.Role != Admin {
		return true
	}
	return p.Kind == FrontDesk || isDirectOf(a, p)
}

// SideOf is the side on which the actor stands. An admin who only looks on stands with the
// clinic, or with the first user.
func SideOf(a Actor, p Parties) Side {
	if a.Kind == Patient || p.Kind == Direct && p.SecondID == a.ID {
		return Second
	}
	return First
}

func isDirectOf(a Actor, p Parties) bool {
	return p.Kind == Direct && (p.FirstID == a.ID || p.SecondID == a.ID)
}

var (
	// ErrNotFound is the answer for what is not there and for what is not the actor's to see.
	ErrNotFound = &refusal.Error{Kind: refusal.NotFound, Code: "conversation_not_found", Detail: "There is no such conversation, or it is not yours to see."}

	errOnlooker = &refusal.Error{Kind: refusal.Refused, Code: "not_a_participant", Detail: "You can read this conversation but not write in it. Write to the patient from the front desk instead."}
)

// Write asks whether the actor may write in the conversation.
func Write(a Actor, p Parties) error {
	switch {
	case !Sees(a, p):
		return ErrNotFound
	case !TakesPart(a, p):
		return errOnlooker
	}
	return nil
}

// Assign asks whether the actor may hand the conversation to a colleague, or to nobody
// (uuid.Nil): reception and admins may, and whoever has it may give it back.
func Assign(a Actor, p Parties, to uuid.UUID) error {
	switch {
	case p.Kind != FrontDesk:
		return &refusal.Error{Kind: refusal.Unworkable, Code: "not_assignable", Field: "assignee_id", Detail: "Only a front-desk conversation can be handed over."}
	case a.Role == Receptionist || a.Role == Admin, p.AssigneeID == a.ID && to == uuid.Nil:
		return nil
	}
	return &refusal.Error{Kind: refusal.Refused, Code: "not_allowed_to_assign", Field: "assignee_id", Detail: "Reception hands conversations over. You can give this one back, or leave a note."}
}
