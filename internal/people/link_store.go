package people

import (
	"context"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// Purpose is what a link is for.
type Purpose string

const (
	Invitation Purpose = "invitation" // whoever follows it chooses a password
	SignInLink Purpose = "sign_in"    // signs a patient in without one
)

var linkLife = map[Purpose]time.Duration{Invitation: 7 * 24 * time.Hour, SignInLink: 15 * time.Minute}

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
	if kind == rules.User {
		row.UserID = store.Maybe(person)
	} else {
		row.PatientID = store.Maybe(person)
	}
	return token, q.SignInLinkInsert(ctx, tx, row)
}
