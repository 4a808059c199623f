package delivery

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
)

// Carrier is the outside service behind a channel.
type Carrier string

const (
	Twilio Carrier = "twilio" // SMS, and WhatsApp as a second way
	Meta   Carrier = "meta"   // WhatsApp's Cloud API
	Mail   Carrier = "mail"   // a mail server: SMTP out, IMAP in
)

// Account is what a clinic needs to speak with the carrier of one channel.
type Account struct {
	ClinicID  uuid.UUID
	Channel   rules.Channel
	Carrier   Carrier
	Settings  AccountSettings
	Secrets   Secrets
	Enabled   bool
	Trouble   string // what is wrong with its way out, in plain words; empty: nothing is known to be
	TroubleIn string // and with its way in
	TroubleAt time.Time

	readEpoch, readUpto uint32    // of a mailbox
	readSince           time.Time // when it was connected
}

// Says is all that is wrong with it.
func (a Account) Says() string {
	if a.Trouble != "" && a.TroubleIn != "" {
		return a.Trouble + " " + a.TroubleIn
	}
	return a.Trouble + a.TroubleIn
}

// sameMailbox tells whether it is read where another one was.
func (a Account) sameMailbox(b Account) bool {
	x, y := a.Settings, b.Settings
	return x.IMAPHost == y.IMAPHost && x.IMAPPort == y.IMAPPort && x.Username == y.Username && x.Mailbox == y.Mailbox
}

// collides tells whether what comes in for one could be taken for the other's.
func (a Account) collides(b Account) bool {
	x, y := a.Settings, b.Settings
	switch {
	case a.Carrier != b.Carrier:
		return false
	case a.Carrier == Twilio:
		return a.Channel == b.Channel && (x.Number != "" && x.Number == y.Number || x.Service != "" && x.Service == y.Service)
	case a.Carrier == Meta:
		return x.PhoneNumberID == y.PhoneNumberID
	}
	return false
}

// AccountSettings are what may be shown of an account; each carrier has its own among them.
type AccountSettings struct {
	BaseURL   string  `json:"base_url,omitempty" doc:"Of the carrier's API, for a proxy; empty: the carrier's own."`
	PerSecond float64 `json:"per_second,omitempty" minimum:"0" maximum:"1000" doc:"How many messages it takes in a second; 0: what is usual."`
	Private   bool    `json:"private,omitempty" doc:"Messages carry only a notice and a link to the portal."`

	AccountSID string `json:"account_sid,omitempty" maxLength:"64" doc:"Of Twilio."`
	Number     string `json:"number,omitempty" maxLength:"20" doc:"Of Twilio: the clinic's number in E.164."`
	Service    string `json:"service,omitempty" maxLength:"64" doc:"Of Twilio: a Messaging Service's SID in place of the number."`

	PhoneNumberID string `json:"phone_number_id,omitempty" maxLength:"64" doc:"Of Meta."`
	BusinessID    string `json:"business_id,omitempty" maxLength:"64" doc:"Of Meta: the WhatsApp Business Account, whose templates are offered."`
	ReadMarks     bool   `json:"read_marks,omitempty" doc:"Of WhatsApp: patients see when staff have opened a message."`

	Address      string `json:"address,omitempty" maxLength:"254" doc:"Of email: the clinic's."`
	Name         string `json:"name,omitempty" maxLength:"100" doc:"Of email: the name beside the address; empty: the clinic's."`
	Username     string `json:"username,omitempty" maxLength:"254"`
	SMTPHost     string `json:"smtp_host,omitempty" maxLength:"253"`
	SMTPPort     int    `json:"smtp_port,omitempty" minimum:"0" maximum:"65535"`
	SMTPSecurity string `json:"smtp_security,omitempty" enum:",tls,starttls,none"`
	IMAPHost     string `json:"imap_host,omitempty" maxLength:"253" doc:"Empty: mail comes in by the webhook alone."`
	IMAPPort     int    `json:"imap_port,omitempty" minimum:"0" maximum:"65535"`
	IMAPSecurity string `json:"imap_security,omitempty" enum:",tls,starttls,none"`
	Mailbox      string `json:"mailbox,omitempty" maxLength:"200" doc:"Empty: INBOX."`
	Plus         bool   `json:"plus_addressing,omitempty" doc:"Answers are led back by name+token@host, which the mail server must allow."`
}

// Secrets are what is never shown.
type Secrets struct {
	AuthToken   string `json:"auth_token,omitempty"`   // of Twilio
	AccessToken string `json:"access_token,omitempty"` // of Meta
	AppSecret   string `json:"app_secret,omitempty"`   // of Meta: signs what it posts
	VerifyToken string `json:"verify_token,omitempty"` // of Meta: of our own making, told there
	Password    string `json:"password,omitempty"`     // of email
	WebhookKey  string `json:"webhook_key,omitempty"`  // of email: of our own making, in the webhook's address
}

// routes are what the account is found by when a carrier calls. Secrets are there as hashes.
func (a Account) routes() []string {
	switch a.Carrier {
	case Twilio:
		return []string{routeTwilio(a.Settings.AccountSID)}
	case Meta:
		out := []string{routeMeta(a.Settings.PhoneNumberID), routeVerify(a.Secrets.VerifyToken)}
		if a.Settings.BusinessID != "" {
			out = append(out, routeBusiness(a.Settings.BusinessID))
		}
		return out
	case Mail:
		return []string{routeMail(a.Secrets.WebhookKey)}
	}
	return nil
}

func routeTwilio(sid string) string  { return "twilio:" + sid }
func routeMeta(number string) string { return "meta:" + number }
func routeBusiness(id string) string { return "meta-business:" + id }
func routeVerify(token string) string {
	return "meta-verify:" + hashed(token)
}
func routeMail(key string) string { return "mail:" + hashed(key) }

func hashed(secret string) string {
	sum := sha256.Sum256([]byte("frontdesk route " + secret))
	return hex.EncodeToString(sum[:])
}

// vault seals what the database must not know.
type vault struct{ aead cipher.AEAD }

func newVault(secret []byte) (vault, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "frontdesk carriers' secrets", 32)
	if err != nil {
		return vault{}, fmt.Errorf("make the carriers' key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return vault{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return vault{aead}, err
}

func (v vault) seal(a Account) ([]byte, error) {
	plain, err := json.Marshal(a.Secrets) //nolint:gosec // to be sealed in the next line
	if err != nil {
		return nil, err
	}
	return v.aead.Seal(nil, nil, plain, placeOf(a)), nil //nolint:gosec // the nonce is random, and the cipher's own
}

// errSealed is what an account is worth when SECRET_KEY is another one than when it was kept.
var errSealed = errors.New("the carriers' secrets cannot be read: SECRET_KEY has changed; enter them again")

func (v vault) open(a Account, sealed []byte) (s Secrets, err error) {
	plain, err := v.aead.Open(nil, nil, sealed, placeOf(a))
	if err != nil {
		return s, errSealed
	}
	return s, json.Unmarshal(plain, &s)
}

// placeOf binds a secret to where it is kept: moved elsewhere it cannot be read.
func placeOf(a Account) []byte { return append(a.ClinicID[:], a.Channel...) }

// newKey is a secret of our own making.
func newKey() string {
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails
	return hex.EncodeToString(random[:])
}
