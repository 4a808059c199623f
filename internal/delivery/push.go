package delivery

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/jobs"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Push tells browsers while no page is open (Web Push): through the service of the browser's
// maker, who sees when and how much, and not what.
type Push struct {
	PushParts
	seal cipher.AEAD
}

// PushParts are what it works with.
type PushParts struct {
	Store    *store.Store
	Queue    *jobs.Queue
	Presence Presence
	Secret   []byte       // from which the key of the kept private keys is derived
	Contact  string       // whom a push service may turn to: an https address, or one of email
	Client   *http.Client // nil for one that reaches the public internet alone
	Log      *slog.Logger
}

const pushTime = 20 * time.Second

// NewPush makes the one of a process.
func NewPush(parts PushParts) (*Push, error) {
	key, err := hkdf.Key(sha256.New, parts.Secret, nil, "frontdesk push keys", 32)
	if err != nil {
		return nil, fmt.Errorf("derive the key of push keys: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	p := &Push{PushParts: parts}
	if p.Client == nil {
		p.Client = publicClient()
	}
	p.seal, err = cipher.NewGCM(block)
	return p, err
}

// publicClient goes where no clinic's own machines are: the address it calls comes from a
// browser. It follows no redirection.
func publicClient() *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !public(at.Addr()) {
			return fmt.Errorf("%s is not on the public internet", address)
		}
		return nil
	}}
	return &http.Client{
		Timeout:       pushTime,
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

var shared = netip.MustParsePrefix("100.64.0.0/10") // of providers, not of the internet

func public(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsGlobalUnicast() && !a.IsPrivate() && !shared.Contains(a)
}

// Subscription is a browser that lets itself be told.
type Subscription struct{ Endpoint, P256dh, Auth string }

const maxDevices = 20 // of one person

// Key answers what a browser needs to subscribe, and how many of the actor's have.
func (p *Push) Key(ctx context.Context, by rules.Actor) (key string, devices int, err error) {
	if err := staff(by); err != nil {
		return "", 0, err
	}
	if devices, err = p.devices(ctx, by); err != nil {
		return "", 0, err
	}
	pair, err := p.pair(ctx, by.ClinicID)
	return pair.public, devices, err
}

// Subscribe lets a browser of the actor be told, as long as the session lasts. The same
// browser again is the same subscription.
func (p *Push) Subscribe(ctx context.Context, by rules.Actor, s Subscription) error {
	if err := staff(by); err != nil {
		return err
	}
	if err := s.check(); err != nil {
		return err
	}
	devices, err := p.devices(ctx, by)
	if err != nil {
		return err
	}
	if devices >= maxDevices {
		return &refusal.Error{Kind: refusal.Unworkable, Code: "devices_too_many", Detail: "You are told on twenty browsers already. Switch it off on one that you no longer use."}
	}
	return p.put(ctx, by, s)
}

// Unsubscribe ends it; of a browser that is not told it is done already.
func (p *Push) Unsubscribe(ctx context.Context, by rules.Actor, endpoint string) error {
	if err := staff(by); err != nil {
		return err
	}
	return p.remove(ctx, by, endpoint)
}

func (s Subscription) check() error {
	u, err := url.Parse(s.Endpoint)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" || strings.ContainsRune(s.Endpoint, 0) {
		return refusal.Field("endpoint", "endpoint_invalid", "Send the endpoint of the browser's PushSubscription, unchanged.")
	}
	raw, err := decode(s.P256dh)
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(raw)
	}
	if err != nil {
		return refusal.Field("keys.p256dh", "key_invalid", "Send the keys of the browser's PushSubscription, unchanged.")
	}
	if raw, err := decode(s.Auth); err != nil || len(raw) != 16 {
		return refusal.Field("keys.auth", "key_invalid", "Send the keys of the browser's PushSubscription, unchanged.")
	}
	return nil
}

// decode takes base64url with and without padding.
func decode(s string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
}

func staff(by rules.Actor) error {
	if by.Kind != rules.User {
		return &refusal.Error{Kind: refusal.Refused, Code: "staff_only", Detail: "Only the clinic's staff are told this way."}
	}
	return rules.UseHub(by)
}

// pair is a clinic's keys towards push services.
type pair struct{ public, private string }

// closed seals a private key for its clinic.
func (p *Push) closed(clinic uuid.UUID, private string) []byte {
	nonce := make([]byte, p.seal.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return p.seal.Seal(nonce, nonce, []byte(private), clinic[:])
}

func (p *Push) opened(clinic uuid.UUID, sealed []byte) (string, error) {
	n := p.seal.NonceSize()
	if len(sealed) < n {
		return "", fmt.Errorf("the push key of %s is cut off", clinic)
	}
	private, err := p.seal.Open(nil, sealed[:n], sealed[n:], clinic[:])
	if err != nil {
		return "", fmt.Errorf("the push key of %s was sealed with another SECRET_KEY: restore that key", clinic)
	}
	return string(private), nil
}
