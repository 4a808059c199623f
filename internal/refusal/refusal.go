// Package refusal is how every package says no to a person.
package refusal

import "github.com/google/uuid"

// Kind says how a caller should react. The domain knows no HTTP and no close code;
// each transport has one table from Kind.
type Kind string

const (
	Invalid    Kind = "invalid"    // mend the input
	Unknown    Kind = "unknown"    // not signed in, or no longer
	Refused    Kind = "refused"    // not for this person
	NotFound   Kind = "not_found"  // or not visible: the same answer
	Conflict   Kind = "conflict"   // the state has moved on
	TooMany    Kind = "too_many"   // come back later
	Unworkable Kind = "unworkable" // well-formed, but it cannot be done as things are
)

// Kinds lists them all, for the transports' tables and their tests.
var Kinds = []Kind{Invalid, Unknown, Refused, NotFound, Conflict, TooMany, Unworkable}

// Error is a refusal for the person at the other end. Any other error that leaves the
// domain is a fault: logged in full, shown as nothing but a request id.
type Error struct {
	Kind         Kind
	Code         string    // stable, snake_case; clients switch on it
	Detail       string    // one sentence that says what to do next
	Field        string    // the input at fault, as the API names it
	Conversation uuid.UUID // where to go instead, or uuid.Nil
	Newer        any       // what has come in the meantime, for the transport to encode, or nil
}

func (e *Error) Error() string { return e.Code + ": " + e.Detail }

// Field is the refusal of one input.
func Field(field, code, detail string) *Error {
	return &Error{Kind: Invalid, Code: code, Field: field, Detail: detail}
}
