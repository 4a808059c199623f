// Package rules decides who may do what. It is pure: no database, no clock, no network.
package rules

import (
	"slices"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
)

// Role is what a member of staff is.
type Role string

const (
	Receptionist Role = "receptionist"
	Doctor       Role = "doctor"
	Admin        Role = "admin"
)

const (
	// SendMessages is the permission without which a member of staff has no access to the hub.
	SendMessages = "send_messages"
	// ExportData is the permission to take data out of the hub, as files or for other programs.
	ExportData = "export_data"
)

// Permissions lists what may be given to a member of staff.
var Permissions = []string{SendMessages, ExportData}

// ActorKind tells staff from patients. The zero value is nobody and may do nothing.
type ActorKind string

const (
	User    ActorKind = "user"
	Patient ActorKind = "patient"
)

// Actor is who asks, with the rights of this moment. Every method takes it; none looks for
// it in the context.
type Actor struct {
	Kind        ActorKind
	ClinicID    uuid.UUID
	ID          uuid.UUID
	SessionID   uuid.UUID
	Name        string
	Role        Role     // of a user
	Permissions []string // of a user
	Active      bool     // a user who is not deactivated; a patient whose portal access is on
}

// UseHub asks whether the actor has access to the hub at all.
func UseHub(a Actor) error {
	switch {
	case !a.Active || a.ID == uuid.Nil || a.ClinicID == uuid.Nil:
	case a.Kind == Patient:
		return nil
	case a.Kind == User && slices.Contains(a.Permissions, SendMessages):
		return nil
	}
	return &refusal.Error{
		Kind: refusal.Refused, Code: "hub_not_allowed",
		Detail: "You have no access to messages. Ask an administrator of your clinic for the permission to send messages.",
	}
}

// UseAsStaff asks whether the actor is of the clinic's staff, with access to the hub.
func UseAsStaff(a Actor) error {
	if a.Kind != User {
		return &refusal.Error{Kind: refusal.Refused, Code: "staff_only", Detail: "Only the clinic's staff can do this. Write to reception instead."}
	}
	return UseHub(a)
}

// Administrate asks whether the actor may change the clinic's users and settings.
func Administrate(a Actor) error {
	if err := UseAsStaff(a); err != nil {
		return err
	}
	if a.Role != Admin {
		return &refusal.Error{Kind: refusal.Refused, Code: "admin_only", Detail: "Only an administrator of your clinic can do this. Ask one of them."}
	}
	return nil
}

// Triage asks whether the actor may say whose a message is that came from outside.
func Triage(a Actor) error {
	if err := UseAsStaff(a); err != nil {
		return err
	}
	if a.Role == Doctor {
		return &refusal.Error{Kind: refusal.Refused, Code: "reception_only", Detail: "Reception looks after messages from unknown senders. Ask a colleague there."}
	}
	return nil
}
