package people

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

func (s *Service) userPage(ctx context.Context, clinic uuid.UUID, role rules.Role, limit int, from *place) ([]User, error) {
	arg := db.UserPageParams{ClinicID: clinic, MaxRows: int32(limit)} //nolint:gosec // a page is at most some hundred
	if role != "" {
		arg.Role = (*string)(&role)
	}
	if from != nil {
		arg.AfterName, arg.AfterID = &from.name, store.Maybe(from.id)
	}
	rows, err := q.UserPage(ctx, s.store.View(clinic), arg)
	out := make([]User, len(rows))
	for i, r := range rows {
		out[i] = userOfView(r)
	}
	return out, err
}

func (s *Service) user(ctx context.Context, clinic, id uuid.UUID) (User, error) {
	row, err := q.UserViewGet(ctx, s.store.View(clinic), db.UserViewGetParams{ClinicID: clinic, UserID: id})
	if errors.Is(err, pgx.ErrNoRows) {
		return User{}, errNoSuchUser
	}
	return userOfView(row), err
}

func userOf(r db.ClinicUser) User {
	return User{
		ID: r.UserID, Role: rules.Role(r.Role), Name: r.Name, Email: r.Email, Permissions: r.Permissions, Active: r.Active,
		Joined: r.PasswordHash != "",
	}
}

func userOfView(r db.UserView) User {
	u := User{
		ID: r.UserID, Role: rules.Role(r.Role), Name: r.Name, Email: r.Email, Permissions: r.Permissions, Active: r.Active,
		Joined: r.Joined,
	}
	if r.InvitedAt.After(time.Unix(0, 0)) {
		u.InvitedAt, u.InvitationEnds = r.InvitedAt.UTC(), r.InvitationEnds.UTC()
	}
	return u
}

// administrators locks who can administrate, asks whether the actor still does, and counts
// those besides a user.
func administrators(ctx context.Context, tx *store.Tx, by rules.Actor, user uuid.UUID) (others int, err error) {
	ids, err := q.AdminsLock(ctx, tx, by.ClinicID)
	if err != nil {
		return 0, err
	}
	if !slices.Contains(ids, by.ID) {
		by.Role = "" // another administrator was quicker
		return 0, rules.Administrate(by)
	}
	for _, id := range ids {
		if id != user {
			others++
		}
	}
	return others, nil
}

func lockUser(ctx context.Context, tx *store.Tx, clinic, id uuid.UUID) (User, error) {
	row, err := q.UserLock(ctx, tx, db.UserLockParams{ClinicID: clinic, UserID: id})
	if errors.Is(err, pgx.ErrNoRows) {
		return User{}, errNoSuchUser
	}
	return userOf(row), err
}

// setUser writes what has changed, with all that follows from it.
func (s *Service) setUser(ctx context.Context, tx *store.Tx, by rules.Actor, before, after User, handTo *uuid.UUID) error {
	rights := before.Role != after.Role || before.Active != after.Active || !slices.Equal(slices.Sorted(slices.Values(before.Permissions)), after.Permissions)
	if !rights && before.Name == after.Name && before.Email == after.Email && handTo == nil {
		return nil
	}
	entry := store.Entry{Topics: []string{"users"}}
	if rights {
		entry.Accounts = []uuid.UUID{after.ID}
	}
	tx.Log(entry)
	if after.Email != before.Email {
		if err := s.moveEmail(ctx, tx, by, before, after); err != nil {
			return err
		}
	}
	if handTo != nil {
		if err := s.handOver(ctx, tx, by, after, *handTo); err != nil {
			return err
		}
	}
	if !after.Active {
		if err := errors.Join(endSessions(ctx, tx, by.ClinicID, after.ID), revoke(ctx, tx, by.ClinicID, after.ID, Invitation, Reset)); err != nil {
			return err
		}
	}
	return q.UserSet(ctx, tx, db.UserSetParams{
		ClinicID: by.ClinicID, UserID: after.ID, Name: after.Name, Email: after.Email,
		Role: string(after.Role), Permissions: append([]string{}, after.Permissions...), Active: after.Active,
	})
}

// moveEmail takes back what was sent to the old address, and tells whoever reads it.
func (s *Service) moveEmail(ctx context.Context, tx *store.Tx, by rules.Actor, before, after User) error {
	if err := emailFree(ctx, tx, by.ClinicID, after.Email); err != nil {
		return err
	}
	if err := s.queue.Add(ctx, tx, moved(by, before, after), time.Time{}); err != nil {
		return err
	}
	return revoke(ctx, tx, by.ClinicID, after.ID, Invitation, Reset)
}

func emailFree(ctx context.Context, tx *store.Tx, clinic uuid.UUID, email string) error {
	_, err := q.UserByEmail(ctx, tx, db.UserByEmailParams{ClinicID: clinic, Email: email})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err == nil:
		return errEmailTaken
	}
	return err
}

var errHandTo = &refusal.Error{
	Kind: refusal.Unworkable, Code: "assignee_unreachable", Field: "hand_over_to",
	Detail: "This colleague has no access to messages. Choose somebody else, or nobody.",
}

// handOver queues the job that gives the user's conversations away.
func (s *Service) handOver(ctx context.Context, tx *store.Tx, by rules.Actor, from User, to uuid.UUID) error {
	if to != uuid.Nil {
		u, err := q.UserGet(ctx, tx, db.UserGetParams{ClinicID: by.ClinicID, UserID: to})
		if errors.Is(err, pgx.ErrNoRows) {
			return refusal.Field("hand_over_to", "assignee_unknown", "There is no such member of staff.")
		}
		if err != nil {
			return err
		}
		if to == from.ID || !u.Active || !slices.Contains(u.Permissions, rules.SendMessages) {
			return errHandTo
		}
	}
	return s.queue.Add(ctx, tx, HandOver{ClinicID: by.ClinicID, By: by.ID, From: from.ID, To: to}, time.Time{})
}

func (s *Service) rename(ctx context.Context, tx *store.Tx, by rules.Actor, name string) error {
	u, err := lockUser(ctx, tx, by.ClinicID, by.ID)
	if err != nil || u.Name == name {
		return err
	}
	tx.Log(store.Entry{Topics: []string{"users"}})
	return q.UserSet(ctx, tx, db.UserSetParams{
		ClinicID: by.ClinicID, UserID: u.ID, Name: name, Email: u.Email, Role: string(u.Role), Permissions: u.Permissions, Active: u.Active,
	})
}

func endSessions(ctx context.Context, tx *store.Tx, clinic, user uuid.UUID) error {
	return q.SessionDeleteOf(ctx, tx, db.SessionDeleteOfParams{ClinicID: clinic, UserID: store.Maybe(user)})
}

// revoke makes a user's links useless that nobody has followed yet.
func revoke(ctx context.Context, tx *store.Tx, clinic, user uuid.UUID, purposes ...Purpose) error {
	arg := db.SignInLinkRevokeParams{ClinicID: clinic, UserID: store.Maybe(user)}
	for _, p := range purposes {
		arg.Purposes = append(arg.Purposes, string(p))
	}
	return q.SignInLinkRevoke(ctx, tx, arg)
}
