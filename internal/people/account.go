package people

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Device is a session as its owner sees it.
type Device struct {
	ID                uuid.UUID
	Agent             string // what the program said of itself
	CreatedAt, SeenAt time.Time
	Current           bool // the one that asks
}

var errWrongPassword = &refusal.Error{Kind: refusal.Invalid, Code: "password_wrong", Field: "current", Detail: "This is not your password. Try again; if you have forgotten it, sign out and ask for a link."}

// ChangePassword replaces the actor's own password, and ends every session but this one.
// Whoever has none yet need not name it.
func (s *Service) ChangePassword(ctx context.Context, by rules.Actor, current, next string) error {
	kept, err := s.password(ctx, by)
	if err != nil {
		return err
	}
	if err := s.confirm(ctx, kept, current); err != nil {
		return err
	}
	if err := CheckPassword(next, kept.email, kept.name); err != nil {
		var refused *refusal.Error
		if errors.As(err, &refused) {
			return refusal.Field("new", refused.Code, refused.Detail)
		}
		return err
	}
	hash, err := s.hash(ctx, next)
	if err != nil {
		return err
	}
	seq, err := s.store.Change(ctx, by.ClinicID, func(tx *store.Tx) error {
		tx.Log(store.Entry{Accounts: []uuid.UUID{by.ID}})
		return ownPassword(ctx, tx, by, hash)
	})
	if err == nil {
		s.announcer.Committed(by.ClinicID, seq)
	}
	return err
}

// kept is what is known of the actor's password.
type kept struct{ hash, email, name string }

// confirm asks for the password once more. Guessing is slowed down as at sign-in.
func (s *Service) confirm(ctx context.Context, k kept, current string) error {
	if k.hash == "" {
		return nil
	}
	account := "account " + k.email
	if s.failures.exhausted(account, failuresOfAccount) {
		return errTooMany
	}
	ok, err := s.matches(ctx, current, k.hash)
	if err == nil && !ok {
		s.failures.count(account, failuresOfAccount)
		return errWrongPassword
	}
	return err
}

// SignOutElsewhere ends every session of the actor but this one.
func (s *Service) SignOutElsewhere(ctx context.Context, by rules.Actor) error {
	seq, err := s.store.Change(ctx, by.ClinicID, func(tx *store.Tx) error {
		tx.Log(store.Entry{Accounts: []uuid.UUID{by.ID}})
		return endOthers(ctx, tx, by)
	})
	if err == nil {
		s.announcer.Committed(by.ClinicID, seq)
	}
	return err
}
