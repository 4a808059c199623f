package rules

import (
	"slices"
	"strings"
	"time"

	"frontdesk/internal/refusal"
)

// Channel is the way that a message goes.
type Channel string

const (
	SMS      Channel = "sms"
	Email    Channel = "email"
	Portal   Channel = "portal"
	WhatsApp Channel = "whatsapp"
	Call     Channel = "call" // a logged phone call
	Note     Channel = "note" // only staff see it
)

// StaffOnly tells that what is written there reaches nobody outside of the clinic.
func (c Channel) StaffOnly() bool { return c == Note || c == Call }

// Channels are those that reach a patient, in the order in which they are offered.
var Channels = []Channel{Portal, SMS, WhatsApp, Email}

// CarriesFiles tells whether attachments go with a message of this channel.
func CarriesFiles(c Channel) bool { return c != SMS }

// Reach is what is known of the ways to a patient.
type Reach struct {
	PortalAccess bool
	Email, Phone string    // empty: none; a phone number is in E.164
	Configured   []Channel // what the clinic has a carrier for; the portal needs none
	OptedOut     []Channel // what the patient does not want
	Heard        time.Time // when the patient last wrote on WhatsApp; zero: never
}

// Unavailable says why a channel does not reach the patient, in words for staff; it is
// empty where the channel does.
func Unavailable(c Channel, r Reach) string {
	switch c {
	case Portal:
		if !r.PortalAccess {
			return "This patient has no access to the portal yet. Switch it on in the patient's details."
		}
		return ""
	case SMS, WhatsApp:
		if r.Phone == "" {
			return "No phone number is known. Add one to the patient's details."
		}
	case Email:
		if r.Email == "" {
			return "No email address is known. Add one to the patient's details."
		}
		if at := strings.IndexByte(r.Email, '@'); at < 1 || at == len(r.Email)-1 {
			return "The email address is not valid. Correct it in the patient's details."
		}
	case Call, Note: // reach nobody
		return "This reaches nobody. Choose a channel to the patient."
	}
	switch {
	case slices.Contains(r.OptedOut, c):
		return "The patient has opted out of this channel. Choose another one."
	case !slices.Contains(r.Configured, c):
		return "Your clinic has not set up this channel yet."
	}
	return ""
}

// Window is how long WhatsApp carries free text after the patient last wrote there (or
// reacted, pressed a button, called): Meta's customer service window. Outside it a template
// that Meta has approved is needed.
const Window = 24 * time.Hour

// FreeText tells how long free text may still be written on WhatsApp, of which the patient
// was last heard at that time; zero means that only a template goes.
func FreeText(lastHeard, now time.Time) (left time.Duration) {
	return max(0, lastHeard.Add(Window).Sub(now))
}

// NeedsTemplate tells whether WhatsApp takes nothing from the clinic now but an approved template.
func NeedsTemplate(c Channel, r Reach, now time.Time) bool {
	return c == WhatsApp && FreeText(r.Heard, now) == 0
}

// Carried tells whether a message of this channel is handed to a carrier.
func (c Channel) Carried() bool { return c == SMS || c == WhatsApp || c == Email }

// Address is where a carried channel reaches the patient: a phone number in E.164, or an email
// address in small letters.
func (r Reach) Address(c Channel) string {
	switch c {
	case SMS, WhatsApp:
		return r.Phone
	case Email:
		return strings.ToLower(r.Email)
	case Portal, Call, Note:
	}
	return ""
}

// Available lists the channels that reach the patient.
func Available(r Reach) []Channel {
	out := make([]Channel, 0, len(Channels))
	for _, c := range Channels {
		if Unavailable(c, r) == "" {
			out = append(out, c)
		}
	}
	return out
}

// Use asks whether the actor may write on the channel here. People of a direct conversation
// write to each other in the page itself, which is the portal channel; a patient has no other.
func Use(a Actor, p Parties, c Channel, r Reach) error {
	switch {
	case p.Kind == Direct && c == Portal:
		return nil
	case p.Kind == Direct:
		return unavailable("Colleagues write to each other here on the portal channel.")
	case a.Kind == Patient && c != Portal:
		return unavailable("Write on the portal channel.")
	case c.StaffOnly():
		return nil
	}
	if why := Unavailable(c, r); why != "" {
		return unavailable(why)
	}
	return nil
}

func unavailable(why string) error {
	return &refusal.Error{Kind: refusal.Unworkable, Code: "channel_unavailable", Field: "channel", Detail: why}
}
