package rules

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
)

// Rights are what a member of staff is and may do, as an administrator says.
type Rights struct {
	Role        Role
	Permissions []string
	Active      bool
}

// Administrates tells whether whoever has these rights may change those of others.
func (r Rights) Administrates() bool {
	return r.Active && r.Role == Admin && slices.Contains(r.Permissions, SendMessages)
}

var (
	errSelf      = &refusal.Error{Kind: refusal.Unworkable, Code: "own_account", Field: "active", Detail: "You cannot deactivate yourself. Ask another administrator to do it."}
	errLastAdmin = &refusal.Error{Kind: refusal.Unworkable, Code: "last_admin", Detail: "Nobody else can administrate this clinic. Make somebody else an administrator first."}
)

// Entitle asks whether the actor may give a user other rights; others is how many can
// administrate besides that user.
func Entitle(by Actor, user uuid.UUID, before, after Rights, others int) error {
	if err := Administrate(by); err != nil {
		return err
	}
	if err := after.check(); err != nil {
		return err
	}
	switch {
	case user == by.ID && !after.Active:
		return errSelf
	case before.Administrates() && !after.Administrates() && others == 0:
		return errLastAdmin
	}
	return nil
}

func (r Rights) check() error {
	switch r.Role {
	case Receptionist, Doctor, Admin:
	default:
		return refusal.Field("role", "role_unknown", "Choose receptionist, doctor or admin.")
	}
	return CheckPermissions(r.Permissions)
}

// CheckPermissions asks whether there are such permissions.
func CheckPermissions(permissions []string) error {
	for _, p := range permissions {
		if !slices.Contains(Permissions, p) {
			return refusal.Field("permissions", "permission_unknown", "Choose among the permissions that there are: "+strings.Join(Permissions, ", ")+".")
		}
	}
	return nil
}
