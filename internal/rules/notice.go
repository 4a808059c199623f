package rules

import (
	"slices"

	"github.com/google/uuid"
)

// NoticeKind is what a member of staff is told of.
type NoticeKind string

const (
	NoticeMessage  NoticeKind = "message"  // the other side has written
	NoticeReply    NoticeKind = "reply"    // a colleague has answered in what is assigned to you
	NoticeMention  NoticeKind = "mention"  // a note calls you
	NoticeAssigned NoticeKind = "assigned" // a conversation was handed to you
	NoticeReturned NoticeKind = "returned" // and given back to reception
	NoticeFailed   NoticeKind = "failed"   // a message of yours was not delivered
	NoticeUnsent   NoticeKind = "unsent"   // a scheduled message of yours could not be sent
	NoticeWoken    NoticeKind = "woken"    // what you had put off is back
)

// NoticeKinds lists them all, in the order in which people are shown them.
var NoticeKinds = []NoticeKind{
	NoticeMessage, NoticeMention, NoticeAssigned, NoticeReply, NoticeReturned, NoticeWoken, NoticeUnsent, NoticeFailed,
}

// TellMessage answers whom of the staff a message concerns, and as what: the one it is
// handed to or else all of reception; a doctor of the own thread; the other of two
// colleagues. Nobody is told of what they did themselves, and nobody of what they do not see.
func TellMessage(p Parties, by Actor, staff []Actor) (NoticeKind, []uuid.UUID) {
	switch {
	case p.Kind == Direct:
		return NoticeMessage, Tell(p, by, staff, p.FirstID, p.SecondID)
	case by.Kind == User:
		return NoticeReply, Tell(p, by, staff, p.AssigneeID)
	case p.Kind == DoctorThread:
		return NoticeMessage, Tell(p, by, staff, p.DoctorID)
	}
	if assignee := Tell(p, by, staff, p.AssigneeID); len(assignee) > 0 {
		return NoticeMessage, assignee
	}
	return NoticeMessage, TellReception(p, by, staff)
}

// TellReception answers all of reception, but not whoever did it.
func TellReception(p Parties, by Actor, staff []Actor) []uuid.UUID {
	var all []uuid.UUID
	for _, a := range staff {
		if a.Role == Receptionist {
			all = append(all, a.ID)
		}
	}
	return Tell(p, by, staff, all...)
}

// Tell answers those of the named who may be told of something in the conversation, each
// once.
func Tell(p Parties, by Actor, staff []Actor, named ...uuid.UUID) []uuid.UUID {
	var told []uuid.UUID
	for _, a := range staff {
		if a.ID != by.ID && slices.Contains(named, a.ID) && Sees(a, p) && !slices.Contains(told, a.ID) {
			told = append(told, a.ID)
		}
	}
	return told
}
