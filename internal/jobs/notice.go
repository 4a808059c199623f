package jobs

import "github.com/google/uuid"

// Notice is a text message that the system itself sends: that something waits in the portal.
// It never holds what a patient or the clinic has written.
type Notice struct {
	ClinicID uuid.UUID `json:"clinic_id"`
	To       string    `json:"to"` // E.164
	Text     string    `json:"text"`
}

// Kind names it in the database.
func (Notice) Kind() string { return "notice" }

// Lane is that of what else goes to the same carrier.
func (Notice) Lane() string { return "sms" }
