package rules

import (
	"slices"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
)

var errStaffOnly = &refusal.Error{Kind: refusal.Refused, Code: "staff_only", Detail: "Only the clinic's staff can look this up."}

// SeeFigures asks whether the actor may see how busy the clinic is: all staff with access to
// the hub may, as no figure names a patient.
func SeeFigures(a Actor) error {
	if a.Kind == Patient {
		return errStaffOnly
	}
	return UseHub(a)
}

// WhoseFigures says whose work the actor may see the figures of: an admin everybody's
// (uuid.Nil), others their own alone.
func WhoseFigures(a Actor) (uuid.UUID, error) {
	if err := SeeFigures(a); err != nil {
		return a.ID, err
	}
	if a.Role == Admin {
		return uuid.Nil, nil
	}
	return a.ID, nil
}

// Export asks whether the actor may take histories out: an admin may, by the role; others
// need the permission. Without access to the hub nobody does.
func Export(a Actor) error {
	if a.Kind == Patient {
		return errStaffOnly
	}
	if err := UseHub(a); err != nil {
		return err
	}
	if a.Role == Admin || slices.Contains(a.Permissions, ExportData) {
		return nil
	}
	return &refusal.Error{
		Kind: refusal.Refused, Code: "export_not_allowed",
		Detail: "You may not take a patient's history out. Ask an administrator of your clinic for the permission to export data.",
	}
}
