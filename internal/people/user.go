package people

import (
	"context"
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// UserChange is what is to be another way with a user; nil leaves a thing as it is.
type UserChange struct {
	Name, Email *string
	Role        *rules.Role
	Permissions *[]string
	Active      *bool
	HandTo      *uuid.UUID // who gets the conversations that the user has; uuid.Nil: nobody; nil: they stay
}

// HandOver is the job that gives a user's conversations to another. It is queued with the
// change of the user's rights, so that one is not done without the other.
type HandOver struct {
	ClinicID uuid.UUID `json:"clinic_id"`
	By       uuid.UUID `json:"by"` // an administrator
	From     uuid.UUID `json:"from"`
	To       uuid.UUID `json:"to"` // uuid.Nil: nobody
}

// Kind names it in the database.
func (HandOver) Kind() string { return "hand_over" }

var (
	errNoSuchUser = &refusal.Error{Kind: refusal.NotFound, Code: "user_not_found", Detail: "There is no such member of staff. Look at the list of users."}
	errEmailTaken = &refusal.Error{Kind: refusal.Conflict, Code: "email_taken", Field: "email", Detail: "A member of your staff has this address already. Look in the list of users; the account may be inactive."}
)

// Users answers a page of the clinic's staff by name; role narrows it where it is given.
func (s *Service) Users(ctx context.Context, by rules.Actor, role rules.Role, limit int, cursor string) ([]User, string, error) {
	if err := rules.LookUp(by); err != nil {
		return nil, "", err
	}
	from, err := parsePlace(cursor)
	if err != nil {
		return nil, "", err
	}
	page, err := s.userPage(ctx, by.ClinicID, role, limit+1, from)
	if err != nil || len(page) <= limit {
		return page, "", err
	}
	last := page[limit-1]
	return page[:limit], place{last.Name, last.ID}.String(), nil
}

// User answers one member of staff.
func (s *Service) User(ctx context.Context, by rules.Actor, id uuid.UUID) (User, error) {
	if err := rules.LookUp(by); err != nil {
		return User{}, err
	}
	return s.user(ctx, by.ClinicID, id)
}

// Rights are what the user may do.
func (u User) Rights() rules.Rights {
	return rules.Rights{Role: u.Role, Permissions: u.Permissions, Active: u.Active}
}

// SetUser changes a user, as administrators may. It takes effect at once: whoever is
// deactivated has no session any more, and open sockets end.
func (s *Service) SetUser(ctx context.Context, by rules.Actor, id uuid.UUID, change UserChange) (User, error) {
	if err := rules.Administrate(by); err != nil {
		return User{}, err
	}
	seq, err := s.store.Change(ctx, by.ClinicID, func(tx *store.Tx) error {
		others, err := administrators(ctx, tx, by, id)
		if err != nil {
			return err
		}
		before, err := lockUser(ctx, tx, by.ClinicID, id)
		if err != nil {
			return err
		}
		after, err := change.on(before)
		if err != nil {
			return err
		}
		if err := rules.Entitle(by, id, before.Rights(), after.Rights(), others); err != nil {
			return err
		}
		return s.setUser(ctx, tx, by, before, after, change.HandTo)
	})
	if err != nil {
		return User{}, err
	}
	if seq > 0 {
		s.announcer.Committed(by.ClinicID, seq)
	}
	return s.user(ctx, by.ClinicID, id)
}

// on answers the user with what changes.
func (c UserChange) on(u User) (User, error) {
	if c.Name != nil {
		u.Name = strings.TrimSpace(*c.Name)
	}
	if c.Email != nil {
		u.Email = plainEmail(*c.Email)
	}
	if c.Role != nil {
		u.Role = *c.Role
	}
	if c.Permissions != nil {
		u.Permissions = slices.Compact(slices.Sorted(slices.Values(*c.Permissions)))
	}
	if c.Active != nil {
		u.Active = *c.Active
	}
	if err := checkName(u.Name); err != nil {
		return u, err
	}
	return u, checkEmail(u.Email)
}

// Rename gives the actor another name.
func (s *Service) Rename(ctx context.Context, by rules.Actor, name string) error {
	if err := rules.UseAsStaff(by); err != nil {
		return err
	}
	name = strings.TrimSpace(name)
	if err := checkName(name); err != nil {
		return err
	}
	seq, err := s.store.Change(ctx, by.ClinicID, func(tx *store.Tx) error {
		return s.rename(ctx, tx, by, name)
	})
	if err == nil && seq > 0 {
		s.announcer.Committed(by.ClinicID, seq)
	}
	return err
}

// SignOutUser ends every session of a user, as administrators may.
func (s *Service) SignOutUser(ctx context.Context, by rules.Actor, id uuid.UUID) error {
	if err := rules.Administrate(by); err != nil {
		return err
	}
	seq, err := s.store.Change(ctx, by.ClinicID, func(tx *store.Tx) error {
		if _, err := lockUser(ctx, tx, by.ClinicID, id); err != nil {
			return err
		}
		tx.Log(store.Entry{Accounts: []uuid.UUID{id}, Topics: []string{"users"}})
		return endSessions(ctx, tx, by.ClinicID, id)
	})
	if err == nil {
		s.announcer.Committed(by.ClinicID, seq)
	}
	return err
}

const (
	maxName  = 200 // characters
	maxEmail = 254
)

func checkName(name string) error {
	if name == "" || len([]rune(name)) > maxName || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
		return refusal.Field("name", "name_invalid", fmt.Sprintf("Give a name of 1 to %d characters.", maxName))
	}
	return nil
}

// plainEmail is how an address is kept and looked for.
func plainEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func checkEmail(email string) error {
	address, err := mail.ParseAddress(email)
	if err != nil || address.Address != email || len(email) > maxEmail || !strings.Contains(email[strings.LastIndex(email, "@"):], ".") {
		return refusal.Field("email", "email_invalid", "Write one address, such as maria@example.org.")
	}
	return nil
}
