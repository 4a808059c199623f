package rules

import (
	"time"

	"frontdesk/internal/refusal"
)

// EditLabels asks whether the actor may change the clinic's labels. All staff put them on and
// take them off; what labels there are is for administrators, as a new name touches everybody's
// conversations.
func EditLabels(a Actor) error {
	if err := UseHub(a); err != nil {
		return err
	}
	if a.Kind == User && a.Role == Admin {
		return nil
	}
	return &refusal.Error{Kind: refusal.Refused, Code: "admins_only", Detail: "Only administrators change the labels. Ask one of them for the label that you need."}
}

// longestSnooze bounds how far away a conversation may be put.
const longestSnooze = 366 * 24 * time.Hour

// Snooze asks whether a conversation may be put out of the way until a time, or, where until is
// zero, until the patient answers. Whoever may write in it may: it leaves the queues of all.
func Snooze(a Actor, p Parties, archived bool, until, now time.Time) error {
	if err := Write(a, p); err != nil {
		return err
	}
	switch {
	case p.Kind == Direct:
		return notSnoozed("not_snoozable", "A conversation between colleagues cannot be snoozed. Mark it as unread to come back to it.")
	case archived:
		return notSnoozed("archived", "This conversation is archived. Reopen it, then snooze it.")
	case until.IsZero():
		return nil
	case !until.After(now):
		return notSnoozed("snooze_past", "This time has passed. Choose a later one.")
	case until.Sub(now) > longestSnooze:
		return notSnoozed("snooze_too_far", "Choose a time within a year.")
	}
	return nil
}

func notSnoozed(code, why string) error {
	return &refusal.Error{Kind: refusal.Unworkable, Code: code, Field: "snoozed_until", Detail: why}
}

// Mention asks whether a note in the conversation may call a colleague: somebody with access to
// messages who sees it. A doctor sees it once it is handed over.
func Mention(colleague Actor, p Parties) error {
	switch {
	case UseHub(colleague) != nil:
		return notMentioned("mention_unreachable", colleague.Name+" has no access to messages. Mention somebody else.")
	case Sees(colleague, p):
		return nil
	case colleague.Role == Doctor && p.Kind == FrontDesk:
		return notMentioned("mention_unseen", colleague.Name+" does not see this conversation. Hand it over first, then mention them.")
	}
	return notMentioned("mention_unseen", colleague.Name+" does not see this conversation. Mention somebody who does.")
}

func notMentioned(code, why string) error {
	return &refusal.Error{Kind: refusal.Unworkable, Code: code, Field: "mentions", Detail: why}
}
