package rules

import "time"

// Delivery is what a carrier says of a message on its way out.
type Delivery string

const (
	Queued    Delivery = "queued"    // not handed to the carrier yet, or the carrier has not passed it on
	Sent      Delivery = "sent"      // the carrier has passed it on
	Delivered Delivery = "delivered" // it is on the patient's device
	Seen      Delivery = "read"      // the patient has opened it, where the channel tells
	Undone    Delivery = "failed"    // it did not arrive, and is not tried again by itself
)

// rank orders the states of a way without a fault.
var rank = map[Delivery]int{Queued: 0, Undone: 1, Sent: 2, Delivered: 3, Seen: 4}

// Advances tells whether what a carrier says now may replace what it said before. Callbacks
// come late and out of order, so a state never moves back; and a carrier that gave a message
// up may find later that it has arrived, never that it is merely on its way.
func Advances(from, to Delivery) bool {
	switch {
	case from == Undone:
		return to == Delivered || to == Seen
	case to == Undone:
		return from == Queued || from == Sent
	}
	return rank[to] > rank[from]
}

// FailureKind says what is to be done after a try that did not end in the carrier's yes.
type FailureKind int

const (
	// Permanent: the carrier refuses it, and no other try would help.
	Permanent FailureKind = iota
	// Passing: the carrier did not take it, and may a little later.
	Passing
	// Unclear: nobody knows whether the carrier took it. It must be asked before it is
	// tried again.
	Unclear
)

// Failure is why a carrier did not take a message, told by the client that spoke with it.
type Failure struct {
	Kind    FailureKind
	Code    string        // the carrier's own, for the log and for support; may be empty
	Reason  string        // one or two plain sentences for staff that say what to do next; no address, no text of the message
	After   time.Duration // how long the carrier asks to be left alone; zero: it did not say
	OptOut  bool          // the recipient has told the carrier to be left alone
	Account bool          // the fault is the clinic's account with the carrier: everything else will fail too
	Closed  bool          // WhatsApp takes only a template now
}

// Error is for the log.
func (f *Failure) Error() string {
	if f.Code == "" {
		return f.Reason
	}
	return f.Reason + " (" + f.Code + ")"
}
