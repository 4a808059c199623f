package people

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
)

// How long a session lasts without a sign of life, and at the longest. Staff share
// computers; a patient's phone is the patient's own.
const (
	StaffIdle    = 12 * time.Hour
	staffLife    = 7 * 24 * time.Hour
	patientIdle  = 14 * 24 * time.Hour
	patientLife  = 60 * 24 * time.Hour
	touchedEvery = time.Minute
)

// Credentials are what somebody signs in with. Address is the client's, to slow down
// guessing, Agent what the program says of itself; Clinic is only needed where one email and
// password fit several clinics.
type Credentials struct {
	Email, Password, Address, Agent string
	Clinic                          uuid.UUID
}

var (
	errSignIn     = &refusal.Error{Kind: refusal.Unknown, Code: "sign_in_failed", Detail: "Email and password do not match an account. Check both, or ask your clinic for access."}
	errTooMany    = &refusal.Error{Kind: refusal.TooMany, Code: "too_many_attempts", Detail: "Too many failed tries. Wait a minute, then try again."}
	errAmbiguous  = &refusal.Error{Kind: refusal.Conflict, Code: "clinic_ambiguous", Field: "clinic_id", Detail: "This account exists at several clinics. Say which one with clinic_id."}
	errNoSession  = &refusal.Error{Kind: refusal.Unknown, Code: "not_signed_in", Detail: "Sign in first."}
	errSignedAway = &refusal.Error{Kind: refusal.Unknown, Code: "not_signed_in", Detail: "Your session has ended. Sign in again."}
)

// SignIn checks the credentials and begins a session; the answer is its token, which is kept
// nowhere. An unknown account costs the same time and gets the same answer as a wrong
// password.
func (s *Service) SignIn(ctx context.Context, in Credentials) (token string, session Session, err error) {
	email := strings.ToLower(strings.TrimSpace(in.Email))
	account, address := "account "+email, "address "+in.Address
	if s.failures.exhausted(account, failuresOfAccount) || s.failures.exhausted(address, failuresOfAddress) {
		return "", Session{}, errTooMany
	}
	found, err := s.verified(ctx, email, in)
	if err != nil {
		return "", Session{}, err
	}
	switch len(found) {
	case 0:
		s.failures.count(account, failuresOfAccount)
		s.failures.count(address, failuresOfAddress)
		return "", Session{}, errSignIn
	case 1:
		return s.begin(ctx, found[0], in.Agent)
	}
	return "", Session{}, errAmbiguous
}

// verified answers the accounts that the password opens.
func (s *Service) verified(ctx context.Context, email string, in Credentials) ([]account, error) {
	candidates, err := s.accounts(ctx, email)
	if err != nil {
		return nil, err
	}
	if len(candidates) == 0 {
		_, err := s.matches(ctx, in.Password, s.decoy)
		return nil, err
	}
	var found []account
	for _, c := range candidates {
		ok, err := s.matches(ctx, in.Password, c.hash)
		if err != nil {
			return nil, err
		}
		if ok && (in.Clinic == uuid.Nil || in.Clinic == c.clinic) {
			found = append(found, c)
		}
	}
	return found, nil
}

const secretBytes = 32

// newToken is the clinic's id and a secret, so that a session is looked up in its clinic.
func newToken(clinic uuid.UUID) string {
	raw := make([]byte, 16+secretBytes)
	copy(raw, clinic[:])
	rand.Read(raw[16:])
	return base64.RawURLEncoding.EncodeToString(raw)
}

// parseToken answers the clinic and the hash under which the session is kept.
func parseToken(token string) (clinic uuid.UUID, hash []byte, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 16+secretBytes {
		return uuid.Nil, nil, errNoSession
	}
	sum := sha256.Sum256(raw)
	return uuid.UUID(raw[:16]), sum[:], nil
}
