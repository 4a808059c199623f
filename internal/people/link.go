package people

import (
	"context"
	"time"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Purpose is what a link is for.
type Purpose string

const (
	Invitation Purpose = "invitation" // whoever follows it chooses a first password
	Reset      Purpose = "reset"      // chooses another password
	SignInLink Purpose = "sign_in"    // signs a patient in without one
)

var linkLife = map[Purpose]time.Duration{Invitation: 7 * 24 * time.Hour, Reset: time.Hour, SignInLink: 15 * time.Minute}

// Opened is what a link that is still good opens.
type Opened struct {
	Purpose     Purpose
	Name, Email string // whose it is
	Clinic      string
}

// Redemption is what somebody hands in with a link.
type Redemption struct {
	Token, Password, Address, Agent string
}

// The answers for a link that opens nothing do not tell whose it was.
var (
	errLinkUnknown = &refusal.Error{Kind: refusal.NotFound, Code: "link_unknown", Field: "token", Detail: "This link does not work, or a newer one has taken its place. Use the newest that you were sent, or ask for another."}
	errLinkUsed    = &refusal.Error{Kind: refusal.Conflict, Code: "link_used", Field: "token", Detail: "This link was used already. Sign in, or ask for another link."}
	errLinkExpired = &refusal.Error{Kind: refusal.Conflict, Code: "link_expired", Field: "token", Detail: "This link has run out. Ask for another one."}

	errTooManyLinks = &refusal.Error{Kind: refusal.TooMany, Code: "too_many_links", Detail: "Several links were asked for already. Look in your mail, also among spam; ask again in some minutes."}
)

const (
	linksOfAccount = 3
	linksOfAddress = 60 // a whole clinic may stand behind one
	linkPause      = 3 * time.Minute
)

// LinkRequest is the job that sends links to the accounts of an address.
type LinkRequest struct {
	Email string `json:"email"`
}

// Kind names it in the database.
func (LinkRequest) Kind() string { return "link_request" }

// AskForLink queues a letter with a link for each account that the address has: a patient's
// signs in, a member of staff chooses another password. All that is done here is the same
// whether there is an account or not; who has one is looked up by the job.
func (s *Service) AskForLink(ctx context.Context, email, address string) error {
	email = plainEmail(email)
	account, place := "account "+email, "address "+address
	if s.asked.exhausted(account, linksOfAccount) || s.asked.exhausted(place, linksOfAddress) {
		return errTooManyLinks
	}
	s.asked.count(account, linksOfAccount)
	s.asked.count(place, linksOfAddress)
	return s.queueLinks(ctx, LinkRequest{Email: email})
}

// SendLinks does a LinkRequest. A letter that went out less than a minute ago is not sent
// again.
func (s *Service) SendLinks(ctx context.Context, in LinkRequest) error {
	accounts, err := s.linkAccounts(ctx, in.Email)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		err := s.store.Write(ctx, a.clinic, func(tx *store.Tx) error {
			return s.sendLink(ctx, tx, in.Email, a)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// LookAtLink says what a link is for, without using it.
func (s *Service) LookAtLink(ctx context.Context, in Redemption) (Opened, error) {
	l, err := s.look(ctx, in)
	if err != nil {
		return Opened{}, err
	}
	return Opened{Purpose: l.purpose, Name: l.name, Email: l.email, Clinic: l.clinicName}, nil
}

// Redeem uses a link: it works once, and begins a session. One that lets its owner choose a
// password ends all other sessions.
func (s *Service) Redeem(ctx context.Context, in Redemption) (token string, session Session, err error) {
	l, err := s.look(ctx, in)
	if err != nil {
		return "", Session{}, err
	}
	hash := ""
	if l.purpose != SignInLink {
		if err := CheckPassword(in.Password, l.email, l.name); err != nil {
			return "", Session{}, err
		}
		if hash, err = s.hash(ctx, in.Password); err != nil {
			return "", Session{}, err
		}
	}
	begun, err := newSession(l.account, in.Agent)
	if err != nil {
		return "", Session{}, err
	}
	seq, err := s.store.Change(ctx, l.clinic, func(tx *store.Tx) error {
		return s.redeem(ctx, tx, l, hash, begun)
	})
	if err != nil {
		return "", Session{}, err
	}
	s.announcer.Committed(l.clinic, seq)
	session, err = s.Authenticate(ctx, begun.token)
	return begun.token, session, err
}

// look finds a link that is still good. Guessing is slowed down.
func (s *Service) look(ctx context.Context, in Redemption) (link, error) {
	address := "address " + in.Address
	if s.failures.exhausted(address, failuresOfAddress) {
		return link{}, errTooMany
	}
	l, err := s.findLink(ctx, in.Token)
	if err != nil {
		s.failures.count(address, failuresOfAddress)
	}
	return l, err
}

// link is one that is still good.
type link struct {
	account
	tokenHash               []byte
	purpose                 Purpose
	name, email, clinicName string
}

// entry is what using it touches: who chooses a password has no other session any more, and
// staff see that an invitation was accepted.
func (l link) entry() store.Entry {
	e := store.Entry{}
	if l.purpose != SignInLink {
		e.Accounts = append(e.Accounts, l.person)
	}
	switch {
	case l.kind == rules.User:
		e.Topics = []string{"users"}
	case l.purpose != SignInLink:
		e.Topics = topics(l.person)
	}
	return e
}
