package jobs

import "github.com/google/uuid"

// Letter is an email that the system itself sends, such as an invitation. It never holds
// what a patient or the clinic has written.
type Letter struct {
	ClinicID uuid.UUID `json:"clinic_id"`
	To       string    `json:"to"`
	Subject  string    `json:"subject"`
	Text     string    `json:"text"` // lines are folded by the mailer
}

// Kind names it in the database.
func (Letter) Kind() string { return "letter" }
