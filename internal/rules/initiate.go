package rules

import "frontdesk/internal/refusal"

// Recipient is whom a first message is for.
type Recipient string

const (
	ToReception    Recipient = "reception" // as a patient writes: to nobody in particular
	ToPatient      Recipient = "patient"
	ToReceptionist Recipient = "receptionist"
	ToDoctor       Recipient = "doctor"
	ToAdmin        Recipient = "admin"
)

// Initiate answers the kind of conversation that the actor may start with the recipient.
//
//	patient      → reception   always
//	receptionist → patient     always
//	doctor       → patient     only if the two have no conversation yet (known)
//	admin        → anyone      always
//
// Whatever is not in the table is refused, with what to do instead. The caller adds which
// conversation it is where known says that there is one.
func Initiate(a Actor, to Recipient, known bool) (ConversationKind, error) {
	if err := UseHub(a); err != nil {
		return "", err
	}
	switch {
	case a.Kind == Patient && to == ToReception,
		a.Kind == User && a.Role == Receptionist && to == ToPatient,
		a.Kind == User && a.Role == Admin && to == ToPatient:
		return FrontDesk, nil
	case a.Kind == User && a.Role == Doctor && to == ToPatient && known:
		return "", &refusal.Error{Kind: refusal.Conflict, Code: "conversation_exists", Detail: "You already have a conversation with this patient. Write there."}
	case a.Kind == User && a.Role == Doctor && to == ToPatient:
		return DoctorThread, nil
	case a.Kind == User && a.Role == Admin && to != ToReception:
		return Direct, nil
	}
	return "", &refusal.Error{Kind: refusal.Refused, Code: "not_allowed_to_initiate", Detail: instead(a)}
}

func instead(a Actor) string {
	switch {
	case a.Kind == Patient:
		return "Write to reception first; they can hand your conversation to a doctor."
	case a.Role == Receptionist:
		return "Reception starts conversations with patients. To reach a colleague, assign a conversation or leave a note in it."
	case a.Role == Doctor:
		return "Doctors start conversations with patients. To reach a colleague, leave a note in a conversation."
	}
	return "Name a patient or a colleague to write to."
}
