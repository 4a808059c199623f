package people_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/jobs"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/testkit"
)

const chosen = "seven tall mountains"

// mint makes a link as if at another time.
func mint(t *testing.T, c *testkit.Clinic, purpose people.Purpose, who rules.Actor, ago time.Duration) (token string) {
	t.Helper()
	past := c.Store.WithClock(func() time.Time { return time.Now().Add(-ago) })
	err := past.Write(t.Context(), c.ID, func(tx *store.Tx) (err error) {
		token, err = c.People.Link(t.Context(), tx, c.ID, purpose, who.Kind, who.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// letters are those that wait to be sent, the oldest first.
func letters(t *testing.T, c *testkit.Clinic) (out []jobs.Letter) {
	t.Helper()
	rows, err := c.Store.Pool().Query(t.Context(), `SELECT args FROM river.river_job WHERE kind = 'letter' ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var raw []byte
		var l jobs.Letter
		if err := rows.Scan(&raw); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, &l); err != nil {
			t.Fatal(err)
		}
		if l.ClinicID == c.ID {
			out = append(out, l)
		}
	}
	return out
}

// tokenIn finds the link in a text.
func tokenIn(t *testing.T, text string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, "https://desk.test/signin#")
	if !found {
		t.Fatalf("there is no link in %q", text)
	}
	token, _, _ := strings.Cut(rest, "\n")
	return token
}

func redeem(t *testing.T, c *testkit.Clinic, token, password string) (people.Session, string) {
	t.Helper()
	_, session, err := c.People.Redeem(t.Context(), people.Redemption{Token: token, Password: password, Address: uuid.NewString()})
	return session, codeOf(err)
}

func signsIn(t *testing.T, c *testkit.Clinic, short, password string) string {
	t.Helper()
	_, _, err := c.People.SignIn(t.Context(), people.Credentials{Email: c.Email(short), Password: password, Address: uuid.NewString()})
	return codeOf(err)
}

func TestALinkWorksOnce(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		purpose  people.Purpose
		who      func(*testkit.Clinic) rules.Actor
		password string
	}{
		"a patient signs in":            {people.SignInLink, func(c *testkit.Clinic) rules.Actor { return c.Ana }, ""},
		"a receptionist forgot":         {people.Reset, func(c *testkit.Clinic) rules.Actor { return c.Reception }, chosen},
		"a doctor is invited":           {people.Invitation, func(c *testkit.Clinic) rules.Actor { return c.Doctor }, chosen},
		"a patient is invited to join":  {people.Invitation, func(c *testkit.Clinic) rules.Actor { return c.Ben }, chosen},
		"a sign-in needs no password":   {people.SignInLink, func(c *testkit.Clinic) rules.Actor { return c.Ben }, "whatever"},
		"staff without the hub sign in": {people.Reset, func(c *testkit.Clinic) rules.Actor { return c.NoHub }, chosen},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := testkit.NewClinic(t)
			who := tt.who(c)
			token := mint(t, c, tt.purpose, who, 0)
			opened, err := c.People.LookAtLink(t.Context(), people.Redemption{Token: token})
			if err != nil || opened.Purpose != tt.purpose || opened.Name != who.Name || opened.Clinic != "Elm Street" || opened.Email == "" {
				t.Errorf("it opens %+v, %v", opened, err)
			}
			var all sync.WaitGroup
			sessions, codes := make([]people.Session, 4), make([]string, 4)
			for i := range codes {
				all.Go(func() { sessions[i], codes[i] = redeem(t, c, token, tt.password) })
			}
			all.Wait()
			won := 0
			for i, code := range codes {
				switch code {
				case "":
					won++
					if sessions[i].ID != who.ID || sessions[i].Kind != who.Kind {
						t.Errorf("it signs in %+v", sessions[i])
					}
				case "link_used":
				default:
					t.Errorf("%s", code)
				}
			}
			if won != 1 {
				t.Errorf("%d have won: %q", won, codes)
			}
			if _, code := redeem(t, c, token, tt.password); code != "link_used" {
				t.Errorf("once more: %s", code)
			}
		})
	}
}

func TestLinksThatOpenNothing(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	foreign := testkit.NewClinicIn(t, c.DB)
	good := mint(t, c, people.Reset, c.Doctor, 0)
	raw, err := base64.RawURLEncoding.DecodeString(good)
	if err != nil {
		t.Fatal(err)
	}
	moved := base64.RawURLEncoding.EncodeToString(append(foreign.ID[:], raw[16:]...))
	leaving := mint(t, c, people.Reset, c.Reception2, 0)
	if _, err := c.People.SetUser(t.Context(), c.Admin, c.Reception2.ID, people.UserChange{Active: to(false)}); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ token, password, want string }{
		"nothing":                  {"", chosen, "link_unknown"},
		"no token":                 {"hello", chosen, "link_unknown"},
		"one that never was":       {base64.RawURLEncoding.EncodeToString(append(c.ID[:], make([]byte, 32)...)), chosen, "link_unknown"},
		"another clinic's":         {moved, chosen, "link_unknown"},
		"an old sign-in":           {mint(t, c, people.SignInLink, c.Ana, 16*time.Minute), "", "link_expired"},
		"an old reset":             {mint(t, c, people.Reset, c.Doctor2, 61*time.Minute), chosen, "link_expired"},
		"an old invitation":        {mint(t, c, people.Invitation, c.Doctor2, 7*24*time.Hour+time.Minute), chosen, "link_expired"},
		"a patient without portal": {mint(t, c, people.SignInLink, c.Offline, 0), "", "link_unknown"},
		"of somebody who left":     {leaving, chosen, "link_unknown"},
		"no password":              {good, "", "password_missing"},
		"a short one":              {good, "short", "password_short"},
		"a common one":             {good, "password123", "password_common"},
		"the own name":             {good, "Dora-Doctor", "password_personal"},
		"and it still works":       {good, chosen, ""},
	} {
		if name == "and it still works" {
			continue
		}
		if _, code := redeem(t, c, tt.token, tt.password); code != tt.want {
			t.Errorf("%s: %q, want %q", name, code, tt.want)
		}
	}
	if _, code := redeem(t, c, good, chosen); code != "" {
		t.Errorf("it should still work: %s", code)
	}
}

// Whoever asks learns nothing: what the request itself does is the same for every address.
func TestAskingForALinkTellsNothing(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	queued := func() (n int) {
		t.Helper()
		if err := c.Store.Pool().QueryRow(t.Context(), `SELECT count(*) FROM river.river_job WHERE kind = 'link_request'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for i, email := range []string{c.Email("ana"), c.Email("doctor"), c.Email("otto"), "nobody@elm.test", "no address at all"} {
		for try := range 4 {
			want := ""
			if try == 3 {
				want = "too_many_links"
			}
			if err := c.People.AskForLink(t.Context(), strings.ToUpper(email), "192.0.2.7"); codeOf(err) != want {
				t.Errorf("%s, try %d: %v", email, try, err)
			}
		}
		if got := queued(); got != 3*(i+1) {
			t.Errorf("%s: %d jobs", email, got)
		}
	}
	if got := letters(t, c); len(got) != 0 {
		t.Errorf("a letter was written while somebody waited: %+v", got)
	}
}

func TestWhoGetsWhichLetter(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	_, _, err := c.People.Invite(t.Context(), c.Admin, people.Newcomer{Name: "Ines Nova", Email: c.Email("ines"), Role: rules.Doctor, Permissions: []string{rules.SendMessages}})
	if err != nil {
		t.Fatal(err)
	}
	first := letters(t, c)
	if len(first) != 1 || first[0].To != c.Email("ines") {
		t.Fatalf("%+v", first)
	}
	if _, err := c.People.SetUser(t.Context(), c.Admin, c.Doctor2.ID, people.UserChange{Active: to(false)}); err != nil {
		t.Fatal(err)
	}
	for short, subject := range map[string]string{
		"ana": "Sign in to Elm Street", "reception": "Choose another password for Frontdesk", "ines": "", // went out just now
		"otto": "", "doctor2": "", "nobody": "",
	} {
		before := len(letters(t, c))
		for range 2 { // a job may run twice
			if err := c.People.SendLinks(t.Context(), people.LinkRequest{Email: c.Email(short)}); err != nil {
				t.Fatal(err)
			}
		}
		got := letters(t, c)[before:]
		switch {
		case subject == "" && len(got) == 0:
		case subject != "" && len(got) == 1 && got[0].Subject == subject && got[0].To == c.Email(short):
			if _, err := c.People.LookAtLink(t.Context(), people.Redemption{Token: tokenIn(t, got[0].Text)}); err != nil {
				t.Errorf("%s: its link: %v", short, err)
			}
		default:
			t.Errorf("%s got %+v, want %q", short, got, subject)
		}
	}
}

func TestAnInvitation(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	who := people.Newcomer{Name: "Ines Nova", Email: strings.ToUpper(c.Email("ines")), Role: rules.Doctor, Permissions: []string{rules.SendMessages}}
	u, link, err := c.People.Invite(t.Context(), c.Admin, who)
	if err != nil || u.Joined || u.InvitedAt.IsZero() || !u.InvitationEnds.After(time.Now().Add(6*24*time.Hour)) {
		t.Fatalf("%+v, %v", u, err)
	}
	if code := signsIn(t, c, "ines", ""); code != "sign_in_failed" {
		t.Errorf("without a password: %s", code)
	}
	if _, _, err := c.People.Invite(t.Context(), c.Admin2, who); codeOf(err) != "email_taken" {
		t.Errorf("the same address: %v", err)
	}
	_, again, err := c.People.InviteAgain(t.Context(), c.Admin2, u.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, code := redeem(t, c, tokenIn(t, link), chosen); code != "link_unknown" {
		t.Errorf("the first link, after the second: %s", code)
	}
	if err := c.People.Uninvite(t.Context(), c.Admin, u.ID); err != nil {
		t.Fatal(err)
	}
	if _, code := redeem(t, c, tokenIn(t, again), chosen); code != "link_unknown" {
		t.Errorf("a link that was revoked: %s", code)
	}
	before := len(letters(t, c))
	if err := c.People.SendLinks(t.Context(), people.LinkRequest{Email: c.Email("ines")}); err != nil || len(letters(t, c)) != before {
		t.Errorf("whoever was uninvited got another letter (%v)", err)
	}
	_, last, err := c.People.InviteAgain(t.Context(), c.Admin, u.ID)
	if err != nil {
		t.Fatal(err)
	}
	session, code := redeem(t, c, tokenIn(t, last), chosen)
	if code != "" || session.Role != rules.Doctor || rules.UseHub(session.Actor) != nil {
		t.Errorf("%+v, %s", session, code)
	}
	if code := signsIn(t, c, "ines", chosen); code != "" {
		t.Errorf("with the password: %s", code)
	}
	if _, _, err := c.People.InviteAgain(t.Context(), c.Admin, u.ID); codeOf(err) != "already_joined" {
		t.Errorf("who has joined: %v", err)
	}
	if err := c.People.Uninvite(t.Context(), c.Admin, u.ID); codeOf(err) != "already_joined" {
		t.Errorf("who has joined: %v", err)
	}
	if u, err := c.People.User(t.Context(), c.Admin, u.ID); err != nil || !u.Joined || !u.InvitedAt.IsZero() {
		t.Errorf("%+v, %v", u, err)
	}
}

func TestWhoMayInvite(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	good := people.Newcomer{Name: "Ines Nova", Email: "ines@nova.test", Role: rules.Doctor}
	with := func(change func(*people.Newcomer)) people.Newcomer {
		n := good
		change(&n)
		return n
	}
	for name, tt := range map[string]struct {
		by   rules.Actor
		who  people.Newcomer
		want string
	}{
		"a receptionist":     {c.Reception, good, "admin_only"},
		"a doctor":           {c.Doctor, good, "admin_only"},
		"a patient":          {c.Ana, good, "staff_only"},
		"no name":            {c.Admin, with(func(n *people.Newcomer) { n.Name = "" }), "name_invalid"},
		"no address":         {c.Admin, with(func(n *people.Newcomer) { n.Email = "" }), "email_invalid"},
		"no role":            {c.Admin, with(func(n *people.Newcomer) { n.Role = "" }), "role_unknown"},
		"no such permission": {c.Admin, with(func(n *people.Newcomer) { n.Permissions = []string{"fly"} }), "permission_unknown"},
	} {
		if _, _, err := c.People.Invite(t.Context(), tt.by, tt.who); codeOf(err) != tt.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := c.People.SignOutUser(t.Context(), c.Reception, c.Doctor.ID); codeOf(err) != "admin_only" {
		t.Errorf("signing others out: %v", err)
	}
	if err := c.People.Uninvite(t.Context(), c.Reception, c.Doctor.ID); codeOf(err) != "admin_only" {
		t.Errorf("uninviting: %v", err)
	}
	if _, _, err := c.People.InviteAgain(t.Context(), c.Reception, c.Doctor.ID); codeOf(err) != "admin_only" {
		t.Errorf("inviting again: %v", err)
	}
}

// Whoever chooses another password is alone in the account afterwards.
func TestANewPasswordEndsTheRest(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	begin := func() (string, people.Session) {
		t.Helper()
		token, session, err := c.People.SignIn(t.Context(), people.Credentials{Email: c.Email("doctor"), Password: testkit.Password})
		if err != nil {
			t.Fatal(err)
		}
		return token, session
	}
	alive := func(token string) bool {
		_, err := c.People.Authenticate(t.Context(), token)
		return err == nil
	}
	old, _ := begin()
	other := mint(t, c, people.Reset, c.Doctor, 0)
	if _, code := redeem(t, c, mint(t, c, people.Reset, c.Doctor, 0), chosen); code != "" {
		t.Fatal(code)
	}
	if _, code := redeem(t, c, other, chosen); alive(old) || code != "link_unknown" || signsIn(t, c, "doctor", testkit.Password) != "sign_in_failed" {
		t.Errorf("after a reset: the old session %v, another link %s", alive(old), code)
	}

	ana := func(password string) (string, people.Session, error) {
		return c.People.SignIn(t.Context(), people.Credentials{Email: c.Email("ana"), Password: password, Agent: "Browser\x00 \xff"})
	}
	elsewhere, _, err := ana(testkit.Password)
	if err != nil {
		t.Fatal(err)
	}
	here, session, err := ana(testkit.Password)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range [][3]string{{"wrong", chosen, "password_wrong"}, {"", chosen, "password_wrong"}, {testkit.Password, "short", "password_short"}, {testkit.Password, "anasilva2026", "password_personal"}} {
		if err := c.People.ChangePassword(t.Context(), session.Actor, tt[0], tt[1]); codeOf(err) != tt[2] {
			t.Errorf("%q to %q: %v", tt[0], tt[1], err)
		}
	}
	if devices, err := c.People.Devices(t.Context(), session.Actor); err != nil || len(devices) != 2 || !devices[0].Current || devices[0].Agent != "Browser " {
		t.Errorf("%+v, %v", devices, err)
	}
	if err := c.People.ChangePassword(t.Context(), session.Actor, testkit.Password, chosen); err != nil || !alive(here) || alive(elsewhere) {
		t.Errorf("%v: here %v, elsewhere %v", err, alive(here), alive(elsewhere))
	}
	elsewhere, _, err = ana(chosen)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.People.SignOutElsewhere(t.Context(), session.Actor); err != nil || !alive(here) || alive(elsewhere) {
		t.Errorf("%v: here %v, elsewhere %v", err, alive(here), alive(elsewhere))
	}
}

func TestGuessingTheOwnPasswordIsSlowedDown(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	_, session, err := c.People.SignIn(t.Context(), people.Credentials{Email: c.Email("ben"), Password: testkit.Password})
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if err := c.People.ChangePassword(t.Context(), session.Actor, "guess", chosen); codeOf(err) != "password_wrong" {
			t.Fatal(err)
		}
	}
	if err := c.People.ChangePassword(t.Context(), session.Actor, testkit.Password, chosen); codeOf(err) != "too_many_attempts" {
		t.Errorf("after ten: %v", err)
	}
}

func TestLinksArePruned(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	gone, kept := mint(t, c, people.SignInLink, c.Ana, 61*24*time.Hour), mint(t, c, people.SignInLink, c.Ana, time.Hour)
	if err := c.People.PruneLinks(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, code := redeem(t, c, gone, ""); code != "link_unknown" {
		t.Errorf("an old link: %s", code)
	}
	if _, code := redeem(t, c, kept, ""); code != "link_expired" {
		t.Errorf("one that has just run out: %s", code)
	}
}
