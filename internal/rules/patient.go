package rules

import "frontdesk/internal/refusal"

// LookUp asks whether the actor may use the directory of patients: all staff with access to
// the hub, and no patient.
func LookUp(a Actor) error {
	if a.Kind != User {
		return &refusal.Error{Kind: refusal.Refused, Code: "staff_only", Detail: "Only the clinic's staff can look this up."}
	}
	return UseHub(a)
}

// KeepDirectory asks whether the actor may do what touches the directory as a whole, or
// conversations that are others': import, export and merge are for reception and admins.
func KeepDirectory(a Actor) error {
	if err := LookUp(a); err != nil {
		return err
	}
	if a.Role == Receptionist || a.Role == Admin {
		return nil
	}
	return &refusal.Error{Kind: refusal.Refused, Code: "not_allowed_to_keep_directory", Detail: "Reception and administrators import, export and merge patients. Ask one of them."}
}
