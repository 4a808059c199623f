package jobs

import (
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
)

// Carriage is what the jobs that hand messages to carriers hold. Of one message, only the job
// of its newest round does anything.
type Carriage struct {
	ClinicID  uuid.UUID `json:"clinic_id"`
	MessageID uuid.UUID `json:"message_id"`
	Round     int32     `json:"round"`
}

// CarrySMS hands a message to the carrier of text messages.
type CarrySMS struct{ Carriage }

// CarryWhatsApp hands a message to WhatsApp's.
type CarryWhatsApp struct{ Carriage }

// CarryEmail hands a message to the clinic's mail server.
type CarryEmail struct{ Carriage }

// Kind names it in the database.
func (CarrySMS) Kind() string { return "carry_sms" }

// Kind names it in the database.
func (CarryWhatsApp) Kind() string { return "carry_whatsapp" }

// Kind names it in the database.
func (CarryEmail) Kind() string { return "carry_email" }

// Lane keeps a slow carrier from holding others up.
func (CarrySMS) Lane() string { return "sms" }

// Lane keeps a slow carrier from holding others up.
func (CarryWhatsApp) Lane() string { return "whatsapp" }

// Lane keeps a slow carrier from holding others up.
func (CarryEmail) Lane() string { return "email" }

// Limit is longer than others': a mail server looks into a letter before it takes it.
func (CarryEmail) Limit() time.Duration { return 2 * time.Minute }

// Carry is the job that hands a message to the carrier of a channel; nil where none does.
func Carry(channel rules.Channel, c Carriage) Job {
	switch channel {
	case rules.SMS:
		return CarrySMS{c}
	case rules.WhatsApp:
		return CarryWhatsApp{c}
	case rules.Email:
		return CarryEmail{c}
	case rules.Portal, rules.Call, rules.Note:
	}
	return nil
}

// Heard is the job that understands what a carrier has told us.
type Heard struct {
	ClinicID  uuid.UUID `json:"clinic_id"`
	WebhookID uuid.UUID `json:"webhook_id"`
}

// Kind names it in the database.
func (Heard) Kind() string { return "heard" }

// Lane keeps what comes in apart from what goes out.
func (Heard) Lane() string { return "heard" }

// ReadMark is the job that tells a carrier that the clinic has opened a message, so that its
// writer sees it.
type ReadMark struct {
	ClinicID  uuid.UUID `json:"clinic_id"`
	MessageID uuid.UUID `json:"message_id"`
	CarrierID string    `json:"carrier_id"`
}

// Kind names it in the database.
func (ReadMark) Kind() string { return "read_mark" }

// Lane is that of what else goes to the same carrier.
func (ReadMark) Lane() string { return "whatsapp" }
