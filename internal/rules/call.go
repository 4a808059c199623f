package rules

import (
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
)

// editable is how long a logged call may be set right.
const editable = 24 * time.Hour

// EditCall asks whether the actor may set a logged call right: whoever logged it, or an
// admin, within a day.
func EditCall(a Actor, author uuid.UUID, logged, now time.Time) error {
	switch {
	case a.Kind != User || a.ID != author && a.Role != Admin:
		return &refusal.Error{Kind: refusal.Refused, Code: "not_yours_to_edit", Detail: "Only who logged this call, or an administrator, can change it. Leave a note instead."}
	case now.Sub(logged) > editable:
		return &refusal.Error{Kind: refusal.Unworkable, Code: "edit_too_late", Detail: "A logged call can be changed for a day. Leave a note instead."}
	}
	return nil
}

// EditScheduled asks whether the actor, who may write in the conversation, may change the
// words of a message that waits: they go out under its author's name.
func EditScheduled(a Actor, author uuid.UUID) error {
	if a.ID == author {
		return nil
	}
	return &refusal.Error{Kind: refusal.Refused, Code: "not_yours_to_edit", Detail: "It goes out under a colleague's name. Change its time or cancel it, and write your own."}
}
