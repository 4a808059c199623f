package people

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// Found makes a clinic.
func (s *Service) Found(ctx context.Context, c Clinic) error {
	if _, err := time.LoadLocation(c.Timezone); err != nil {
		return fmt.Errorf("timezone %q is none; use a name such as Europe/Lisbon: %w", c.Timezone, err)
	}
	return s.store.Write(ctx, c.ID, func(tx *store.Tx) error {
		return errors.Join(
			q.ClinicInsert(ctx, tx, db.ClinicInsertParams{ClinicID: c.ID, Name: c.Name, Timezone: c.Timezone}),
			q.HistoryInsert(ctx, tx, c.ID),
		)
	})
}

// AddUser makes a member of staff.
func (s *Service) AddUser(ctx context.Context, clinic uuid.UUID, u User, hash string) error {
	return s.store.Write(ctx, clinic, func(tx *store.Tx) error {
		return q.UserInsert(ctx, tx, db.UserInsertParams{
			ClinicID: clinic, UserID: u.ID, Role: string(u.Role), Name: u.Name, Email: strings.ToLower(u.Email),
			PasswordHash: hash, Permissions: append([]string{}, u.Permissions...), Active: u.Active, CreatedAt: tx.Now,
		})
	})
}

// AddPatients makes patients, all or none. A patient with portal access signs in with the
// email; hashes holds the password hashes of those who can, by patient.
func (s *Service) AddPatients(ctx context.Context, clinic uuid.UUID, patients []Patient, hashes map[uuid.UUID]string) error {
	return s.store.Write(ctx, clinic, func(tx *store.Tx) error {
		for _, p := range patients {
			arg := db.PatientInsertParams{
				ClinicID: clinic, PatientID: p.ID, Name: p.Name, BirthDate: p.BirthDate, Email: orNull(p.Email), Phone: orNull(p.Phone),
				PortalAccess: p.PortalAccess, PasswordHash: orNull(hashes[p.ID]), CreatedAt: p.CreatedAt,
				Language: p.Language, PreferredChannel: string(p.PreferredChannel), Remarks: p.Remarks, ExternalID: orNull(p.ExternalID), OptedOut: []string{},
			}
			if p.PortalAccess {
				arg.PortalEmail = orNull(strings.ToLower(p.Email))
			}
			if err := q.PatientInsert(ctx, tx, arg); err != nil {
				return err
			}
		}
		return nil
	})
}

// ErrNoUser says that an email is no user's.
var ErrNoUser = errors.New("no member of staff has this email")

// UserByEmail finds a member of staff in a clinic.
func (s *Service) UserByEmail(ctx context.Context, clinic uuid.UUID, email string) (User, error) {
	row, err := q.UserByEmail(ctx, s.store.View(clinic), db.UserByEmailParams{ClinicID: clinic, Email: strings.ToLower(email)})
	if errors.Is(err, pgx.ErrNoRows) {
		return User{}, ErrNoUser
	}
	return userOf(row), err
}

// Clinics answers every clinic of the installation.
func (s *Service) Clinics(ctx context.Context) ([]Clinic, error) {
	ids, err := q.ClinicIDs(ctx, s.store.View(uuid.Nil))
	if err != nil {
		return nil, err
	}
	out := make([]Clinic, len(ids))
	for i, id := range ids {
		c, err := q.ClinicGet(ctx, s.store.View(id), id)
		if err != nil {
			return nil, err
		}
		out[i] = Clinic{ID: c.ClinicID, Name: c.Name, Timezone: c.Timezone}
	}
	return out, nil
}

// SetRights changes what a user may do. It takes effect at once: whoever is deactivated has
// no session any more, and open sockets end.
func (s *Service) SetRights(ctx context.Context, clinic, user uuid.UUID, permissions []string, active bool) error {
	if err := rules.CheckPermissions(permissions); err != nil {
		return err
	}
	seq, err := s.store.Change(ctx, clinic, func(tx *store.Tx) error {
		tx.Log(store.Entry{Accounts: []uuid.UUID{user}, Topics: []string{"users"}})
		ended := error(nil)
		if !active {
			ended = q.SessionDeleteOf(ctx, tx, db.SessionDeleteOfParams{ClinicID: clinic, UserID: store.Maybe(user)})
		}
		return errors.Join(ended, q.UserSetRights(ctx, tx, db.UserSetRightsParams{
			ClinicID: clinic, UserID: user, Permissions: append([]string{}, permissions...), Active: active,
		}))
	})
	if err == nil {
		s.announcer.Committed(clinic, seq)
	}
	return err
}

// SetPassword replaces a user's password and ends every session of theirs.
func (s *Service) SetPassword(ctx context.Context, clinic, user uuid.UUID, password string) error {
	hash, err := HashPassword(password)
	if err != nil {
		return err
	}
	seq, err := s.store.Change(ctx, clinic, func(tx *store.Tx) error {
		tx.Log(store.Entry{Accounts: []uuid.UUID{user}})
		return errors.Join(
			q.UserSetPassword(ctx, tx, db.UserSetPasswordParams{ClinicID: clinic, UserID: user, PasswordHash: hash}),
			q.SessionDeleteOf(ctx, tx, db.SessionDeleteOfParams{ClinicID: clinic, UserID: store.Maybe(user)}),
		)
	})
	if err == nil {
		s.announcer.Committed(clinic, seq)
	}
	return err
}
