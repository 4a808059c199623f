package people

import (
	"context"
	"time"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// insertInvited makes a user without a password.
func (s *Service) insertInvited(ctx context.Context, tx *store.Tx, by rules.Actor, u User) error {
	if err := emailFree(ctx, tx, by.ClinicID, u.Email); err != nil {
		return err
	}
	return q.UserInsert(ctx, tx, db.UserInsertParams{
		ClinicID: by.ClinicID, UserID: u.ID, Role: string(u.Role), Name: u.Name, Email: u.Email,
		Permissions: append([]string{}, u.Permissions...), Active: true, CreatedAt: tx.Now,
	})
}

// invitation makes the link and queues the letter with it.
func (s *Service) invitation(ctx context.Context, tx *store.Tx, by rules.Actor, u User) (string, error) {
	token, err := s.Link(ctx, tx, by.ClinicID, Invitation, rules.User, u.ID)
	if err != nil {
		return "", err
	}
	clinic, err := q.ClinicGet(ctx, tx, by.ClinicID)
	if err != nil {
		return "", err
	}
	link := s.address(token)
	tx.Log(store.Entry{Topics: []string{"users"}})
	return link, s.queue.Add(ctx, tx, invited(by, clinic.Name, u, link), time.Time{})
}
