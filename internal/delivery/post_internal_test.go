package delivery

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/files"
	"frontdesk/internal/rules"
)

func TestSecretsStayWhereTheyAre(t *testing.T) {
	t.Parallel()
	v, err := newVault([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	a := Account{ClinicID: uuid.New(), Channel: rules.SMS, Secrets: Secrets{AuthToken: "hidden"}}
	sealed, err := v.seal(a)
	if err != nil || strings.Contains(string(sealed), "hidden") {
		t.Fatalf("%q, %v", sealed, err)
	}
	if back, err := v.open(a, sealed); err != nil || back != a.Secrets {
		t.Errorf("%v, %v", back, err)
	}
	elsewhere := a
	elsewhere.Channel = rules.WhatsApp
	foreign := a
	foreign.ClinicID = uuid.New()
	other, err := newVault([]byte(strings.Repeat("x", 32)))
	if err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func() (Secrets, error){
		"another channel": func() (Secrets, error) { return v.open(elsewhere, sealed) },
		"another clinic":  func() (Secrets, error) { return v.open(foreign, sealed) },
		"another key":     func() (Secrets, error) { return other.open(a, sealed) },
		"half of it":      func() (Secrets, error) { return v.open(a, sealed[:len(sealed)/2]) },
	} {
		if _, err := open(); !errors.Is(err, errSealed) {
			t.Errorf("%s opens it: %v", name, err)
		}
	}
}

func TestPausesGrow(t *testing.T) {
	t.Parallel()
	least := Patient.First
	for tries := 1; tries < 40; tries++ {
		d := Patient.pause(tries, 0)
		if d < min(least, Patient.Most) || d > Patient.Most+Patient.Most/2+1 {
			t.Errorf("after %d tries: %v", tries, d)
		}
		least = min(2*least, Patient.Most)
	}
	if d := Patient.pause(1, time.Hour); d < time.Hour {
		t.Errorf("a carrier that asks for an hour is left alone for %v", d)
	}
}

func TestACarrierThatFailsIsGivenARest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var told []bool
		g := &gates{pace: Patient, all: map[gateKey]*gate{}, rest: func(_ gateKey, resting bool) { told = append(told, resting) }}
		ill := Account{ClinicID: uuid.New(), Channel: rules.SMS, Settings: AccountSettings{PerSecond: 1000}}
		well := ill
		well.ClinicID = uuid.New()
		for range Patient.Trips {
			pass, away := g.of(ill).enter(Patient)
			if away > 0 {
				t.Fatal("it rests too early")
			}
			pass.failed(&rules.Failure{Kind: rules.Passing})
			pass.leave()
		}
		if _, away := g.of(ill).enter(Patient); away < Patient.Rest/2 {
			t.Errorf("it is left alone for %v", away)
		}
		if pass, away := g.of(well).enter(Patient); away > 0 {
			t.Error("another clinic's carrier rests with it")
		} else {
			pass.well()
		}
		<-time.After(Patient.Rest + time.Second)
		for range 3 { // that nothing was asked after all says nothing of the carrier
			pass, away := g.of(ill).enter(Patient)
			if away > 0 {
				t.Fatal("it is never asked again")
			}
			pass.leave()
		}
		if len(told) != 1 {
			t.Error("it is well again before it has answered")
		}
		pass, away := g.of(ill).enter(Patient)
		if away > 0 {
			t.Fatal("it is never asked again")
		}
		pass.well()
		if !slices.Equal(told, []bool{true, false}) {
			t.Errorf("staff are told %v", told)
		}
	})
}

func TestAGateIsNoFasterThanTheCarrier(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := &gates{pace: Patient, all: map[gateKey]*gate{}, rest: func(gateKey, bool) {}}
		a := Account{ClinicID: uuid.New(), Channel: rules.SMS, Settings: AccountSettings{PerSecond: 2}}
		let := 0
		for range 100 {
			if pass, away := g.of(a).enter(Patient); away == 0 {
				pass.well()
				let++
			}
		}
		if let > 3 {
			t.Errorf("%d go at once, of 2 in a second", let)
		}
		g.of(a).leave(time.Minute)
		if _, away := g.of(a).enter(Patient); away < time.Minute {
			t.Errorf("a carrier that asks for a minute is left alone for %v", away)
		}
	})
}

func TestPartsOfAMessage(t *testing.T) {
	t.Parallel()
	whatsapp := Account{Channel: rules.WhatsApp}
	three := make([]files.Attachment, 3)
	for name, c := range map[string]struct {
		account Account
		p       parcel
		want    []string // f: a file, t: a text, ft: both
	}{
		"words":                    {whatsapp, parcel{body: "hi"}, []string{"t"}},
		"a file":                   {whatsapp, parcel{files: three[:1]}, []string{"f"}},
		"a file with words":        {whatsapp, parcel{body: "hi", files: three[:1]}, []string{"ft"}},
		"files with words":         {whatsapp, parcel{body: "hi", files: three}, []string{"ft", "f", "f"}},
		"words too long for files": {whatsapp, parcel{body: strings.Repeat("ä", 1025), files: three[:2]}, []string{"t", "f", "f"}},
		"a letter with files":      {Account{Channel: rules.Email}, parcel{body: "hi", files: three}, []string{"ft"}},
	} {
		var got []string
		for range c.p.parts(c.account) {
			file, text := c.p.next()
			what := ""
			if file != nil {
				what = "f"
			}
			if text != "" {
				what += "t"
			}
			got = append(got, what)
			c.p.ids = append(c.p.ids, "x")
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestMarksComeBack(t *testing.T) {
	t.Parallel()
	m := mark{uuid.New(), uuid.New(), 3, 2, 4}
	if back, ok := markOf(m.String()); !ok || back != m {
		t.Errorf("%v comes back as %v", m, back)
	}
	for _, s := range []string{"", "x", "a.b.c", uuid.NewString(), uuid.NewString() + ".0", uuid.NewString() + ".x.1"} {
		if _, ok := markOf(s); ok {
			t.Errorf("%q is a mark", s)
		}
	}
}

func TestRoutesIn(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][]string{
		``: nil, `{}`: nil,
		`{"phone_number_id":"1","id":"9","x":{"phone_number_id" : "2"},"phone_number_id":"1"}`: {"meta:1", "meta:2"},
		`{"phone_number_id":3,"phone_number_id":"`:                                             nil,
		`{"entry":[{"id":"7","changes":[]}]}`:                                                  {"meta-business:7"},
	} {
		if got := routesIn([]byte(body)); !slices.Equal(got, want) {
			t.Errorf("%s: %v", body, got)
		}
	}
}

func FuzzRoutesIn(f *testing.F) {
	f.Add([]byte(`{"phone_number_id":"1"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if n := len(routesIn(body)); n > maxRoutes {
			t.Errorf("%d routes", n)
		}
	})
}

func TestWhichAccountTwilioMeans(t *testing.T) {
	t.Parallel()
	one, two := uuid.New(), uuid.New()
	sms := Account{ClinicID: one, Channel: rules.SMS, Settings: AccountSettings{Number: "+15550001000"}}
	second := Account{ClinicID: two, Channel: rules.SMS, Settings: AccountSettings{Number: "+15550009999"}}
	whatsapp := Account{ClinicID: two, Channel: rules.WhatsApp, Settings: AccountSettings{Number: "+15550009999"}}
	for name, c := range map[string]struct {
		uri  string
		form url.Values
		want *Account
	}{
		"a text":                        {"", url.Values{"To": {"+15550001000"}}, &sms},
		"another clinic's":              {"", url.Values{"To": {"+15550009999"}}, &second},
		"a status":                      {"", url.Values{"From": {"+15550009999"}, "To": {"+49123"}}, &second},
		"a status with our mark":        {"/?mark=" + mark{one, uuid.New(), 0, 0, 0}.String(), url.Values{"From": {"+1555"}}, &sms},
		"WhatsApp":                      {"", url.Values{"To": {"whatsapp:+15550009999"}}, &whatsapp},
		"WhatsApp, which one has not":   {"", url.Values{"To": {"whatsapp:+15550001000"}}, nil},
		"a number that nobody has":      {"", url.Values{"To": {"+15550007777"}}, nil},
		"a mark of a clinic not theirs": {"/?mark=" + mark{uuid.New(), uuid.New(), 0, 0, 0}.String(), url.Values{"From": {"+1555"}}, nil},
	} {
		got, found := twilioAccount([]Account{whatsapp, sms, second}, c.uri, c.form)
		if found != (c.want != nil) || found && got != *c.want {
			t.Errorf("%s: %v %v", name, found, got.Settings)
		}
	}
}

func TestInColour(t *testing.T) {
	t.Parallel()
	got := inColour("Hello <b>,\nsee https://example.org/?a=1&b=2.\n\nBye")
	want := "<p>Hello &lt;b&gt;,<br>\nsee <a href=\"https://example.org/?a=1&amp;b=2\">https://example.org/?a=1&amp;b=2</a>.</p>\n<p>Bye</p>\n"
	if got != want {
		t.Errorf("%q", got)
	}
	for in, want := range map[string]string{"Visit": "Re: Visit", "Re: Visit": "Re: Visit", "RE: Visit": "RE: Visit", "": "Re: "} {
		if got := replyTo(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}
