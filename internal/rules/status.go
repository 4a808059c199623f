package rules

// Status is where a message is in its life.
type Status string

const (
	Unread   Status = "unread"
	Read     Status = "read"
	Replied  Status = "replied"
	Archived Status = "archived" // of the whole conversation: shown, never stored on a message
)

// Shown is the status that people see: archiving hides what a message was before, and
// reopening brings it back.
func Shown(s Status, archived bool) Status {
	if archived {
		return Archived
	}
	return s
}

// Summary is a conversation's status, seen from one side: something unread for us; all read
// and the last word theirs; or the last word ours.
func Summary(archived bool, unread int, lastWord *Side, own Side) Status {
	switch {
	case archived:
		return Archived
	case unread > 0:
		return Unread
	case lastWord != nil && *lastWord != own:
		return Read
	}
	return Replied
}
