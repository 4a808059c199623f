package people

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

var q = db.New() // stateless: each query is handed its connection

// account is one that an email may open.
type account struct {
	clinic uuid.UUID
	kind   rules.ActorKind
	person uuid.UUID
	hash   string
}

func (s *Service) accounts(ctx context.Context, email string) ([]account, error) {
	rows, err := q.SignInAccounts(ctx, s.store.View(uuid.Nil), email)
	out := make([]account, len(rows))
	for i, r := range rows {
		out[i] = account{clinic: r.ClinicID, kind: rules.ActorKind(r.Kind), person: r.PersonID, hash: r.PasswordHash}
	}
	return out, err
}

// beginning is a session that is about to be written.
type beginning struct {
	account
	token string
	hash  []byte
	id    uuid.UUID
	agent string
}

func newSession(a account, agent string) (beginning, error) {
	token := newToken(a.clinic)
	_, hash, err := parseToken(token)
	if err != nil {
		return beginning{}, err
	}
	id, err := uuid.NewV7()
	return beginning{account: a, token: token, hash: hash, id: id, agent: shorten(agent)}, err
}

const maxAgent = 300 // characters

// shorten makes what a browser says of itself fit.
func shorten(agent string) string {
	plain := []rune(strings.ToValidUTF8(strings.ReplaceAll(agent, "\x00", ""), ""))
	return string(plain[:min(len(plain), maxAgent)])
}

func (b beginning) insert(ctx context.Context, tx *store.Tx) error {
	life := staffLife
	if b.kind == rules.Patient {
		life = patientLife
	}
	user, patient := either(b.kind, b.person)
	return q.SessionInsert(ctx, tx, db.SessionInsertParams{
		ClinicID: b.clinic, TokenHash: b.hash, SessionID: b.id, UserID: user, PatientID: patient,
		CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(life), Agent: b.agent,
	})
}

// begin makes the session of an account.
func (s *Service) begin(ctx context.Context, a account, agent string) (string, Session, error) {
	b, err := newSession(a, agent)
	if err != nil {
		return "", Session{}, err
	}
	err = s.store.Write(ctx, a.clinic, func(tx *store.Tx) error { return b.insert(ctx, tx) })
	if err != nil {
		return "", Session{}, err
	}
	session, err := s.Authenticate(ctx, b.token)
	return b.token, session, err
}

// Authenticate answers whose session a token is, with their rights as they are now: one
// round trip to Postgres, so that what was taken away is gone with the next request.
func (s *Sessions) Authenticate(ctx context.Context, token string) (Session, error) {
	clinic, hash, err := parseToken(token)
	if err != nil {
		return Session{}, err
	}
	r, err := q.SessionGet(ctx, s.store.View(clinic), db.SessionGetParams{ClinicID: clinic, TokenHash: hash})
	if errors.Is(err, pgx.ErrNoRows) {
		return Session{}, errSignedAway
	}
	if err != nil {
		return Session{}, err
	}
	now, idle := time.Now(), StaffIdle
	if r.PatientID.Valid {
		idle = patientIdle
	}
	if !r.Allowed || now.After(r.ExpiresAt) || now.Sub(r.SeenAt) > idle {
		return Session{}, errSignedAway
	}
	if now.Sub(r.SeenAt) > touchedEvery {
		if err := s.touch(ctx, clinic, hash); err != nil {
			return Session{}, err
		}
	}
	return Session{
		Actor:  actorOf(clinic, r.SessionID, r.UserID, r.PatientID, r.PersonName, r.Role, r.Permissions, r.Allowed),
		Clinic: Clinic{ID: clinic, Name: r.ClinicName, Timezone: r.Timezone},
	}, nil
}

func (s *Sessions) touch(ctx context.Context, clinic uuid.UUID, hash []byte) error {
	return s.store.Write(ctx, clinic, func(tx *store.Tx) error {
		return q.SessionTouch(ctx, tx, db.SessionTouchParams{ClinicID: clinic, TokenHash: hash, SeenAt: tx.Now})
	})
}

// Current answers the actor's rights as they are now, or a refusal where the session has
// ended.
func (s *Sessions) Current(ctx context.Context, by rules.Actor) (rules.Actor, error) {
	r, err := q.SessionCurrent(ctx, s.store.View(by.ClinicID), db.SessionCurrentParams{ClinicID: by.ClinicID, SessionID: by.SessionID})
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !r.Allowed {
		return rules.Actor{}, errSignedAway
	}
	if err != nil {
		return rules.Actor{}, err
	}
	return actorOf(by.ClinicID, by.SessionID, r.UserID, r.PatientID, r.PersonName, r.Role, r.Permissions, r.Allowed), nil
}

func actorOf(clinic, session uuid.UUID, user, patient uuid.NullUUID, name, role string, permissions []string, active bool) rules.Actor {
	a := rules.Actor{
		Kind: rules.User, ClinicID: clinic, ID: user.UUID, SessionID: session,
		Name: name, Role: rules.Role(role), Permissions: permissions, Active: active,
	}
	if patient.Valid {
		a.Kind, a.ID = rules.Patient, patient.UUID
	}
	return a
}

// SignOut ends the actor's session, and every socket of it on every node.
func (s *Service) SignOut(ctx context.Context, by rules.Actor) error {
	seq, err := s.store.Change(ctx, by.ClinicID, func(tx *store.Tx) error {
		tx.Log(store.Entry{Sessions: []uuid.UUID{by.SessionID}})
		return q.SessionDelete(ctx, tx, db.SessionDeleteParams{ClinicID: by.ClinicID, SessionID: by.SessionID})
	})
	if err == nil {
		s.announcer.Committed(by.ClinicID, seq)
	}
	return err
}

// PruneSessions removes what has run out.
func (s *Service) PruneSessions(ctx context.Context) error {
	clinics, err := q.ClinicIDs(ctx, s.store.View(uuid.Nil))
	if err != nil {
		return err
	}
	for _, clinic := range clinics {
		err := s.store.Write(ctx, clinic, func(tx *store.Tx) error {
			return q.SessionPrune(ctx, tx, db.SessionPruneParams{ClinicID: clinic, Now: tx.Now, IdleSince: tx.Now.Add(-patientIdle)})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
