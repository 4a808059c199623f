package delivery_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"frontdesk/internal/delivery"
	"frontdesk/internal/inbox"
	"frontdesk/internal/jobs"
	"frontdesk/internal/people"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

// pushService stands where a browser's maker has one: it checks who calls, as those do, and
// opens what came with the browser's own key, as the browser does.
type pushService struct {
	*httptest.Server
	t      *testing.T
	key    *ecdh.PrivateKey
	secret []byte

	mu     sync.Mutex
	got    []map[string]string
	header []http.Header
	answer int // 0: taken
	calls  int
}

func openPushService(t *testing.T) *pushService {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &pushService{t: t, key: key, secret: make([]byte, 16)}
	_, _ = rand.Read(p.secret)
	p.Server = httptest.NewTLSServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *pushService) browser() delivery.Subscription {
	return delivery.Subscription{
		Endpoint: p.URL + "/push/of-this-browser", Auth: base64.RawURLEncoding.EncodeToString(p.secret),
		P256dh: base64.RawURLEncoding.EncodeToString(p.key.PublicKey().Bytes()),
	}
}

func (p *pushService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.calls++; p.answer != 0 {
		w.WriteHeader(p.answer)
		return
	}
	if err == nil {
		err = p.mayCall(r)
	}
	var text []byte
	if err == nil {
		text, err = p.open(body)
	}
	var said map[string]string
	if err == nil {
		err = json.Unmarshal(text, &said)
	}
	if err != nil {
		p.t.Errorf("what came is not in order: %v", err)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	p.got, p.header = append(p.got, said), append(p.header, r.Header)
	w.WriteHeader(http.StatusCreated)
}

// mayCall checks the token of RFC 8292: signed with the key that is named, for this service,
// for a day at most, with somebody to turn to.
func (p *pushService) mayCall(r *http.Request) error {
	token, key, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "vapid t="), ", k=")
	raw, err := base64.RawURLEncoding.DecodeString(key)
	if err != nil || len(raw) != 65 {
		return errors.New("the key is none")
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw)
	if err != nil {
		return err
	}
	_, err = jwt.Parse(token, func(*jwt.Token) (any, error) { return public, nil },
		jwt.WithValidMethods([]string{"ES256"}), jwt.WithAudience(p.URL), jwt.WithSubject("mailto:desk@clinic.test"), jwt.WithExpirationRequired())
	return err
}

// open undoes RFC 8291 and RFC 8188.
func (p *pushService) open(body []byte) ([]byte, error) {
	salt, size, keyLength := body[:16], binary.BigEndian.Uint32(body[16:20]), int(body[20])
	sender, sealed := body[21:21+keyLength], body[21+keyLength:]
	if int(size) < len(sealed) {
		return nil, errors.New("more than one record")
	}
	theirs, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		return nil, err
	}
	shared, err := p.key.ECDH(theirs)
	if err != nil {
		return nil, err
	}
	info := slices.Concat([]byte("WebPush: info\x00"), p.key.PublicKey().Bytes(), sender)
	ikm, _ := hkdf.Key(sha256.New, shared, p.secret, string(info), 32)
	key, _ := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	nonce, _ := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	text, err := aead.Open(nil, nonce, sealed, nil)
	if err != nil {
		return nil, err
	}
	return text[:strings.LastIndexByte(string(text), 2)], nil
}

// looking is who has a page before their eyes.
type looking struct{ at map[uuid.UUID]bool }

func (l looking) Connected(_ context.Context, _, person uuid.UUID) bool { return l.at[person] }
func (l looking) Attentive(_ context.Context, _, person uuid.UUID) bool { return l.at[person] }

// desk is a clinic whose receptionist lets one browser be told.
type desk struct {
	*testkit.Clinic
	push    *delivery.Push
	service *pushService
	looking looking
	rita    rules.Actor
	thread  uuid.UUID
}

func openDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{Clinic: testkit.NewClinic(t), service: openPushService(t), looking: looking{map[uuid.UUID]bool{}}}
	var err error
	d.push, err = delivery.NewPush(delivery.PushParts{
		Store: d.Store, Queue: d.Queue, Presence: d.looking, Secret: []byte(strings.Repeat("secret ", 6)),
		Contact: "desk@clinic.test", Client: d.service.Client(), Log: testkit.Log(),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, session, err := d.People.SignIn(t.Context(), people.Credentials{Email: d.Email("reception"), Password: testkit.Password})
	if err != nil {
		t.Fatal(err)
	}
	d.rita = session.Actor
	d.thread = d.FromAna(t, "before anybody wanted to be told").ID
	if err := d.push.Subscribe(t.Context(), d.rita, d.service.browser()); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) anaWrites(t *testing.T) {
	t.Helper()
	if _, _, err := d.Inbox.Send(t.Context(), d.Ana, d.thread, testkit.Text("My secret illness")); err != nil {
		t.Fatal(err)
	}
}

// queued takes the jobs of a kind out of the queue.
func queued[T jobs.Job](t *testing.T, c *testkit.Clinic) (all []T) {
	t.Helper()
	var kind T
	rows, err := c.DB.Owner.Query(t.Context(), `DELETE FROM river.river_job WHERE kind = $1 RETURNING args`, kind.Kind())
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var raw []byte
		var job T
		if err := errors.Join(rows.Scan(&raw), json.Unmarshal(raw, &job)); err != nil {
			t.Fatal(err)
		}
		all = append(all, job)
	}
	return all
}

// work does what is queued; each job twice, as a worker that died would have it.
func (d *desk) work(t *testing.T) {
	t.Helper()
	for _, told := range queued[inbox.Told](t, d.Clinic) {
		for range 2 {
			if err := d.push.Tell(t.Context(), told); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, ring := range queued[delivery.Ring](t, d.Clinic) {
		if err := d.push.Send(t.Context(), ring); err != nil {
			t.Fatal(err)
		}
	}
}

func TestABrowserIsToldOnceAndNothingOfWhatWasWritten(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.anaWrites(t)
	d.anaWrites(t)
	d.work(t)
	if len(d.service.got) != 1 {
		t.Fatalf("told %d times: %v", len(d.service.got), d.service.got)
	}
	got := d.service.got[0]
	if got["title"] != "New message" || got["body"] != "" || got["url"] != "/c/"+d.thread.String() || got["tag"] != d.thread.String() {
		t.Errorf("told %v", got)
	}
	if ttl := d.service.header[0].Get("TTL"); ttl == "" || ttl == "0" {
		t.Errorf("TTL %q", ttl)
	}
	yes := true
	if _, err := d.People.SetPreferences(t.Context(), d.rita, people.PreferencesChange{Names: &yes}); err != nil {
		t.Fatal(err)
	}
	d.anaWrites(t)
	d.work(t)
	if got := d.service.got[1]; got["body"] != "Ana Silva" || strings.Contains(got["title"]+got["body"], "illness") {
		t.Errorf("with names, told %v", got)
	}
}

func TestWhoIsNotToldOutsideThePage(t *testing.T) {
	t.Parallel()
	always := people.Quiet{On: true, From: "00:00", To: "23:59", Days: []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}}
	for name, prepare := range map[string]func(*testing.T, *desk) error{
		"who looks at a page": func(_ *testing.T, d *desk) error { d.looking.at[d.rita.ID] = true; return nil },
		"who has read it": func(t *testing.T, d *desk) error {
			_, err := d.Inbox.Read(t.Context(), d.rita, d.thread, uuid.Nil)
			return err
		},
		"at a quiet time": func(t *testing.T, d *desk) error {
			_, err := d.People.SetPreferences(t.Context(), d.rita, people.PreferencesChange{Quiet: &always})
			return err
		},
		"who does not want this kind": func(t *testing.T, d *desk) error {
			_, err := d.People.SetPreferences(t.Context(), d.rita, people.PreferencesChange{Kinds: map[rules.NoticeKind]people.Ways{rules.NoticeMessage: {Page: true, Sound: true}}})
			return err
		},
		"who has signed out":   func(t *testing.T, d *desk) error { return d.People.SignOut(t.Context(), d.rita) },
		"who has no right now": func(t *testing.T, d *desk) error { return d.People.SetRights(t.Context(), d.ID, d.rita.ID, nil, true) },
		"who wants it no more": func(t *testing.T, d *desk) error {
			return d.push.Unsubscribe(t.Context(), d.rita, d.service.browser().Endpoint)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := openDesk(t)
			d.anaWrites(t)
			if err := prepare(t, d); err != nil {
				t.Fatal(err)
			}
			d.work(t)
			if d.service.calls != 0 {
				t.Errorf("told all the same: %v", d.service.got)
			}
		})
	}
}

func TestABrowserThatIsGoneIsForgotten(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		answer int
		gone   bool
		again  bool
	}{{http.StatusNotFound, true, false}, {http.StatusGone, true, false}, {http.StatusTooManyRequests, false, true}, {http.StatusBadGateway, false, true}, {http.StatusForbidden, false, false}} {
		d := openDesk(t)
		d.anaWrites(t)
		for _, told := range queued[inbox.Told](t, d.Clinic) {
			if err := d.push.Tell(t.Context(), told); err != nil {
				t.Fatal(err)
			}
		}
		d.service.answer = tt.answer
		for _, ring := range queued[delivery.Ring](t, d.Clinic) {
			err := d.push.Send(t.Context(), ring)
			if again := err != nil && !gaveUp(err); again != tt.again || err != nil && strings.Contains(err.Error(), "of-this-browser") {
				t.Errorf("%d: %v", tt.answer, err)
			}
		}
		_, devices, err := d.push.Key(t.Context(), d.rita)
		if err != nil || (devices == 0) != tt.gone {
			t.Errorf("%d: %d browsers are left, %v", tt.answer, devices, err)
		}
	}
}

func TestClinicsHaveKeysOfTheirOwn(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	other := testkit.NewClinicIn(t, d.DB)
	keys := make([]string, 6)
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() {
			key, _, err := d.push.Key(t.Context(), other.Reception)
			if keys[i] = key; err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	mine, _, err := d.push.Key(t.Context(), d.rita)
	keys = slices.Compact(keys)
	if err != nil || keys[0] == mine || len(keys) != 1 {
		t.Errorf("%q and %q, %v", mine, keys, err)
	}
	var raw []byte
	if err := d.DB.Owner.QueryRow(t.Context(), `SELECT sealed_private FROM push_key WHERE clinic_id = $1`, d.ID).Scan(&raw); err != nil || len(raw) < 60 {
		t.Errorf("kept %d bytes, %v", len(raw), err)
	}
	foreign, err := delivery.NewPush(delivery.PushParts{Store: d.Store, Queue: d.Queue, Presence: d.looking, Secret: []byte(strings.Repeat("other ", 6)), Log: testkit.Log()})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := foreign.Key(t.Context(), d.rita); err == nil || !strings.Contains(err.Error(), "SECRET_KEY") {
		t.Errorf("with another secret: %v", err)
	}
}

func TestWhatIsNoSubscription(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	right := d.service.browser()
	with := func(change func(*delivery.Subscription)) delivery.Subscription {
		s := right
		change(&s)
		return s
	}
	for name, tt := range map[string]struct {
		in   delivery.Subscription
		code string
	}{
		"not encrypted": {with(func(s *delivery.Subscription) { s.Endpoint = "http://push.test/1" }), "endpoint_invalid"},
		"no address":    {with(func(s *delivery.Subscription) { s.Endpoint = "push" }), "endpoint_invalid"},
		"a password":    {with(func(s *delivery.Subscription) { s.Endpoint = "https://u:p@push.test/1" }), "endpoint_invalid"},
		"no key":        {with(func(s *delivery.Subscription) { s.P256dh = "AAAA" }), "key_invalid"},
		"off the curve": {with(func(s *delivery.Subscription) {
			s.P256dh = base64.RawURLEncoding.EncodeToString(append([]byte{4}, make([]byte, 64)...))
		}), "key_invalid"},
		"no secret": {with(func(s *delivery.Subscription) { s.Auth = "AAAA" }), "key_invalid"},
	} {
		var refused *refusal.Error
		if err := d.push.Subscribe(t.Context(), d.rita, tt.in); !errors.As(err, &refused) || refused.Code != tt.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := d.push.Subscribe(t.Context(), d.Ana, right); err == nil {
		t.Error("a patient subscribes")
	}
	// Whoever signs in at the same browser is told there, and nobody else any more.
	_, session, err := d.People.SignIn(t.Context(), people.Credentials{Email: d.Email("reception2"), Password: testkit.Password})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.push.Subscribe(t.Context(), session.Actor, right); err != nil {
		t.Fatal(err)
	}
	if _, devices, err := d.push.Key(t.Context(), d.rita); err != nil || devices != 0 {
		t.Errorf("the first is still told on %d browsers, %v", devices, err)
	}
}

// The address that is called comes from a browser: a clinic's own machines are none of it.
func TestPushServicesAreOnTheInternet(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	own, err := delivery.NewPush(delivery.PushParts{Store: d.Store, Queue: d.Queue, Presence: d.looking, Secret: []byte(strings.Repeat("secret ", 6)), Contact: "desk@clinic.test", Log: testkit.Log()})
	if err != nil {
		t.Fatal(err)
	}
	d.anaWrites(t)
	for _, told := range queued[inbox.Told](t, d.Clinic) {
		if err := own.Tell(t.Context(), told); err != nil {
			t.Fatal(err)
		}
	}
	for _, ring := range queued[delivery.Ring](t, d.Clinic) {
		if err := own.Send(t.Context(), ring); err == nil || !strings.Contains(err.Error(), "not on the public internet") {
			t.Errorf("a machine of the house is called: %v", err)
		}
	}
	if d.service.calls != 0 {
		t.Error("it was reached")
	}
}

func TestQuietTimes(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Lisbon")
	if err != nil {
		t.Fatal(err)
	}
	night := people.Quiet{On: true, From: "22:00", To: "07:00", Days: []string{"monday", "saturday"}}
	noon := people.Quiet{On: true, From: "12:00", To: "13:00", Days: []string{"monday"}}
	off := night
	off.On = false
	for _, tt := range []struct {
		quiet people.Quiet
		at    string // the 1st of March 2027 is a Monday; clocks go forward on the 28th, at 01:00
		want  bool
	}{
		{night, "2027-03-01 21:59", false},
		{night, "2027-03-01 22:00", true},
		{night, "2027-03-02 06:59", true}, // the night that began on Monday
		{night, "2027-03-02 07:00", false},
		{night, "2027-03-02 23:00", false},
		{night, "2027-03-01 06:00", false}, // Sunday's night
		{night, "2027-03-28 00:30", true},  // Saturday's, before the clock jumps
		{night, "2027-03-28 02:30", true},  // and after
		{night, "2027-03-28 07:30", false},
		{night, "2027-10-31 01:30", true}, // the hour that comes twice
		{night, "2027-10-31 07:01", false},
		{noon, "2027-03-01 12:30", true},
		{noon, "2027-03-01 13:00", false},
		{noon, "2027-03-02 12:30", false},
		{off, "2027-03-01 23:00", false},
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", tt.at, zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := tt.quiet.At(at.UTC(), zone); got != tt.want {
			t.Errorf("%s–%s on %v: at %s it is quiet: %v", tt.quiet.From, tt.quiet.To, tt.quiet.Days, tt.at, got)
		}
	}
}
