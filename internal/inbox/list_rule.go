package inbox

import (
	"slices"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
)

// Passes tells whether a conversation that the actor may see passes the filter, its words
// aside: the rule that the database is asked for page by page, and that a page of the inbox
// goes by for what changes.
func (f Filter) Passes(by rules.Actor, c Conversation) bool {
	own, stars, newest := rules.SideOf(by, c.Parties), c.Stars, c.Last
	archived := c.Archived
	if by.Kind == rules.Patient {
		stars, newest, archived = c.PatientStars, c.Shown, false // archiving is the clinic's filing
	}
	waits := c.LastWord != nil && *c.LastWord != own
	return is(f.Archived, archived) && is(f.Snoozed, by.Kind == rules.User && c.Snooze != nil) &&
		is(f.Starred, stars > 0) && is(f.Waiting, waits) && (!f.Longest || waits) &&
		(f.Status == "" || f.Status == rules.Summary(archived, c.Unread[own], c.LastWord, own)) &&
		(!f.Mine || f.isMine(by, c.Parties)) && f.filed(c) && f.newest(c.Parties.Kind, newest)
}

func is(asked *bool, fact bool) bool { return asked == nil || *asked == fact }

func (f Filter) isMine(by rules.Actor, p rules.Parties) bool {
	return slices.Contains([]uuid.UUID{p.AssigneeID, p.DoctorID, p.FirstID, p.SecondID}, by.ID)
}

// filed asks for whom it is, who has it, and how it is labelled.
func (f Filter) filed(c Conversation) bool {
	return (f.PatientID == uuid.Nil || f.PatientID == c.Parties.PatientID) &&
		(f.AssigneeID == uuid.Nil || f.AssigneeID == c.Parties.AssigneeID) &&
		(!f.Unassigned || c.Parties.Kind == rules.FrontDesk && c.Parties.AssigneeID == uuid.Nil) &&
		!slices.ContainsFunc(f.Labels, func(l string) bool { return !slices.Contains(c.Labels, l) })
}

func (f Filter) newest(kind rules.ConversationKind, m *Message) bool {
	if f.Channel == "" && f.Direction == "" {
		return true
	}
	if m == nil || f.Channel != "" && m.Channel != f.Channel {
		return false
	}
	return f.Direction == "" || kind != rules.Direct && f.Direction == directionOf(*m)
}

// directionOf is which way a message goes; a call is the one who called's.
func directionOf(m Message) string {
	if m.Call != nil && m.Call.Inbound || m.Call == nil && m.Side == rules.Second {
		return "inbound"
	}
	return "outbound"
}
