package people

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Newcomer is whom an administrator invites.
type Newcomer struct {
	Name, Email string
	Role        rules.Role
	Permissions []string
}

var errJoined = &refusal.Error{Kind: refusal.Unworkable, Code: "already_joined", Detail: "This person has chosen a password already. Whoever has forgotten it asks for another on the sign-in page."}

var errInactive = &refusal.Error{Kind: refusal.Unworkable, Code: "user_inactive", Detail: "This account is deactivated. Reactivate it, then send the invitation."}

// Invite makes a user who cannot sign in yet, and writes them a letter with a link that lets
// them choose a password. The answer's link is shown once, and kept nowhere.
func (s *Service) Invite(ctx context.Context, by rules.Actor, who Newcomer) (u User, link string, err error) {
	if err := rules.Administrate(by); err != nil {
		return User{}, "", err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return User{}, "", err
	}
	u = User{
		ID: id, Name: strings.TrimSpace(who.Name), Email: plainEmail(who.Email), Role: who.Role, Active: true,
		Permissions: slices.Compact(slices.Sorted(slices.Values(who.Permissions))),
	}
	if u, err = (UserChange{}).on(u); err != nil {
		return User{}, "", err
	}
	if err := rules.Entitle(by, u.ID, rules.Rights{}, u.Rights(), 1); err != nil {
		return User{}, "", err
	}
	seq, err := s.store.Change(ctx, by.ClinicID, func(tx *store.Tx) error {
		if err := s.insertInvited(ctx, tx, by, u); err != nil {
			return err
		}
		link, err = s.invitation(ctx, tx, by, u)
		return err
	})
	if err != nil {
		return User{}, "", err
	}
	s.announcer.Committed(by.ClinicID, seq)
	u, err = s.user(ctx, by.ClinicID, id)
	return u, link, err
}

// InviteAgain sends another invitation in the place of the one that is out.
func (s *Service) InviteAgain(ctx context.Context, by rules.Actor, id uuid.UUID) (u User, link string, err error) {
	if err := rules.Administrate(by); err != nil {
		return User{}, "", err
	}
	seq, err := s.store.Change(ctx, by.ClinicID, func(tx *store.Tx) error {
		if u, err = lockUser(ctx, tx, by.ClinicID, id); err != nil {
			return err
		}
		switch {
		case u.Joined:
			return errJoined
		case !u.Active:
			return errInactive
		}
		if err := revoke(ctx, tx, by.ClinicID, id, Invitation); err != nil {
			return err
		}
		link, err = s.invitation(ctx, tx, by, u)
		return err
	})
	if err != nil {
		return User{}, "", err
	}
	s.announcer.Committed(by.ClinicID, seq)
	u, err = s.user(ctx, by.ClinicID, id)
	return u, link, err
}

// Uninvite makes an invitation useless. The user stays, and can be invited again.
func (s *Service) Uninvite(ctx context.Context, by rules.Actor, id uuid.UUID) error {
	if err := rules.Administrate(by); err != nil {
		return err
	}
	seq, err := s.store.Change(ctx, by.ClinicID, func(tx *store.Tx) error {
		u, err := lockUser(ctx, tx, by.ClinicID, id)
		if err != nil {
			return err
		}
		if u.Joined {
			return errJoined
		}
		tx.Log(store.Entry{Topics: []string{"users"}})
		return revoke(ctx, tx, by.ClinicID, id, Invitation)
	})
	if err == nil {
		s.announcer.Committed(by.ClinicID, seq)
	}
	return err
}
