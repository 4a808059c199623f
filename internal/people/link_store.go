package people

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// Link makes a link's token for a user or a patient, as part of a transaction. The token is
// kept nowhere; the page that redeems it is PUBLIC_URL/signin#token.
func (s *Sessions) Link(ctx context.Context, tx *store.Tx, clinic uuid.UUID, purpose Purpose, kind rules.ActorKind, person uuid.UUID) (token string, err error) {
	token = newToken(clinic)
	_, hash, err := parseToken(token)
	if err != nil {
		return "", err
	}
	row := db.SignInLinkInsertParams{
		ClinicID: clinic, TokenHash: hash, Purpose: string(purpose), CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(linkLife[purpose]),
	}
	row.UserID, row.PatientID = either(kind, person)
	return token, q.SignInLinkInsert(ctx, tx, row)
}

// address is where a token is redeemed. It stands behind the #, which no browser sends.
func (s *Service) address(token string) string { return s.page + "/signin#" + token }

// either is the person's place in a row that is a user's or a patient's.
func either(kind rules.ActorKind, person uuid.UUID) (user, patient uuid.NullUUID) {
	if kind == rules.User {
		return store.Maybe(person), uuid.NullUUID{}
	}
	return uuid.NullUUID{}, store.Maybe(person)
}

// linkAccount is one that a link may let in.
type linkAccount struct {
	account
	name, clinicName string
	joined           bool
}

func (a linkAccount) purpose() Purpose {
	switch {
	case a.kind == rules.Patient:
		return SignInLink
	case a.joined:
		return Reset
	}
	return Invitation
}

func (s *Service) linkAccounts(ctx context.Context, email string) ([]linkAccount, error) {
	rows, err := q.LinkAccounts(ctx, s.store.View(uuid.Nil), email)
	out := make([]linkAccount, len(rows))
	for i, r := range rows {
		out[i] = linkAccount{account: account{clinic: r.ClinicID, kind: rules.ActorKind(r.Kind), person: r.PersonID}, name: r.PersonName, clinicName: r.ClinicName, joined: r.Joined}
	}
	return out, err
}

// queueLinks writes the job down: nothing of any clinic is read or written.
func (s *Service) queueLinks(ctx context.Context, job LinkRequest) error {
	return s.store.Write(ctx, uuid.Nil, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT 1`); err != nil { // a change without a write would be taken back
			return err
		}
		return s.queue.Add(ctx, tx, job, time.Time{})
	})
}

func (s *Service) sendLink(ctx context.Context, tx *store.Tx, email string, a linkAccount) error {
	arg := db.SignInLinkNewestParams{ClinicID: a.clinic, Purpose: string(a.purpose())}
	arg.UserID, arg.PatientID = either(a.kind, a.person)
	newest, err := q.SignInLinkNewest(ctx, tx, arg)
	if err != nil || tx.Now.Sub(newest) < time.Minute {
		return err
	}
	token, err := s.Link(ctx, tx, a.clinic, a.purpose(), a.kind, a.person)
	if err != nil {
		return err
	}
	return s.queue.Add(ctx, tx, linkLetter(a.clinic, email, a, a.purpose(), s.address(token)), time.Time{})
}

// findLink answers a link that is still good.
func (s *Service) findLink(ctx context.Context, token string) (link, error) {
	clinic, hash, err := parseToken(token)
	if err != nil {
		return link{}, errLinkUnknown
	}
	row, err := q.SignInLinkGet(ctx, s.store.View(clinic), db.SignInLinkGetParams{ClinicID: clinic, TokenHash: hash})
	return goodLink(db.SignInLinkLockRow(row), time.Now(), err)
}

// goodLink says why a link is none.
func goodLink(r db.SignInLinkLockRow, now time.Time, err error) (link, error) {
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return link{}, errLinkUnknown
	case err != nil:
		return link{}, err
	case r.UsedAt != nil:
		return link{}, errLinkUsed
	case now.After(r.ExpiresAt):
		return link{}, errLinkExpired
	case !r.Allowed:
		return link{}, errLinkUnknown
	}
	l := link{
		account: account{clinic: r.ClinicID, kind: rules.User, person: r.UserID.UUID}, tokenHash: r.TokenHash,
		purpose: Purpose(r.Purpose), name: r.PersonName, email: r.Email, clinicName: r.ClinicName,
	}
	if r.PatientID.Valid {
		l.kind, l.person = rules.Patient, r.PatientID.UUID
	}
	return l, nil
}

// redeem uses the link, if nobody was quicker, and writes the session.
func (s *Service) redeem(ctx context.Context, tx *store.Tx, l link, hash string, begun beginning) error {
	row, err := q.SignInLinkLock(ctx, tx, db.SignInLinkLockParams{ClinicID: l.clinic, TokenHash: l.tokenHash})
	if _, err := goodLink(row, tx.Now, err); err != nil {
		return err
	}
	tx.Log(l.entry())
	use := q.SignInLinkUse(ctx, tx, db.SignInLinkUseParams{ClinicID: l.clinic, TokenHash: l.tokenHash, UsedAt: &tx.Now})
	if hash != "" {
		use = errors.Join(use, setPassword(ctx, tx, l.account, hash))
	}
	return errors.Join(use, begun.insert(ctx, tx))
}

// setPassword replaces a password and ends every session.
func setPassword(ctx context.Context, tx *store.Tx, a account, hash string) error {
	user, patient := either(a.kind, a.person)
	return errors.Join(
		writePassword(ctx, tx, a, hash),
		q.SessionDeleteOf(ctx, tx, db.SessionDeleteOfParams{ClinicID: a.clinic, UserID: user, PatientID: patient}),
	)
}

// writePassword also makes the links useless that nobody has followed yet.
func writePassword(ctx context.Context, tx *store.Tx, a account, hash string) error {
	user, patient := either(a.kind, a.person)
	revoked := q.SignInLinkRevoke(ctx, tx, db.SignInLinkRevokeParams{
		ClinicID: a.clinic, UserID: user, PatientID: patient, Purposes: []string{string(Invitation), string(Reset), string(SignInLink)},
	})
	if a.kind == rules.Patient {
		return errors.Join(revoked, q.PatientSetPassword(ctx, tx, db.PatientSetPasswordParams{ClinicID: a.clinic, PatientID: a.person, PasswordHash: &hash}))
	}
	return errors.Join(revoked, q.UserSetPassword(ctx, tx, db.UserSetPasswordParams{ClinicID: a.clinic, UserID: a.person, PasswordHash: hash}))
}

// PruneLinks removes links that have run out a while ago. Until then their owner is told so.
func (s *Service) PruneLinks(ctx context.Context) error {
	clinics, err := q.ClinicIDs(ctx, s.store.View(uuid.Nil))
	if err != nil {
		return err
	}
	for _, clinic := range clinics {
		err := s.store.Write(ctx, clinic, func(tx *store.Tx) error {
			return q.SignInLinkPrune(ctx, tx, db.SignInLinkPruneParams{ClinicID: clinic, Before: tx.Now.Add(-linkMemory)})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const linkMemory = 60 * 24 * time.Hour
