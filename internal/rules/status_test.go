package rules_test

import (
	"slices"
	"testing"
	"time"

	"frontdesk/internal/rules"
)

func TestArchivingOnlyHides(t *testing.T) {
	t.Parallel()
	for _, s := range []rules.Status{rules.Unread, rules.Read, rules.Replied} {
		if rules.Shown(s, true) != rules.Archived || rules.Shown(s, false) != s {
			t.Errorf("archiving is the conversation's, not %s's", s)
		}
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	first, second := rules.First, rules.Second
	for _, tt := range []struct {
		archived bool
		unread   int
		last     *rules.Side
		want     rules.Status
	}{
		{false, 2, &second, rules.Unread},
		{false, 0, &second, rules.Read},
		{false, 0, &first, rules.Replied},
		{false, 0, nil, rules.Replied},
		{true, 2, &second, rules.Archived},
	} {
		if got := rules.Summary(tt.archived, tt.unread, tt.last, rules.First); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}

func TestChannels(t *testing.T) {
	t.Parallel()
	front, direct := rules.Parties{Kind: rules.FrontDesk}, rules.Parties{Kind: rules.Direct}
	open, shut := rules.Reach{PortalAccess: true, Phone: "+351910000000"}, rules.Reach{}
	for name, tt := range map[string]struct {
		by      rules.Actor
		p       rules.Parties
		c       rules.Channel
		r       rules.Reach
		allowed bool
	}{
		"portal with access":     {user(rules.Doctor), front, rules.Portal, open, true},
		"portal without":         {user(rules.Doctor), front, rules.Portal, shut, false},
		"SMS is not set up":      {user(rules.Doctor), front, rules.SMS, open, false},
		"a note needs no access": {user(rules.Doctor), front, rules.Note, shut, true},
		"a patient's note":       {patient(), front, rules.Note, open, false},
		"between colleagues":     {user(rules.Admin), direct, rules.Portal, shut, true},
		"a note among staff":     {user(rules.Admin), direct, rules.Note, shut, false},
		"an unknown channel":     {user(rules.Admin), front, "fax", open, false},
	} {
		if err := rules.Use(tt.by, tt.p, tt.c, tt.r); (err == nil) != tt.allowed {
			t.Errorf("%s: %v", name, err)
		}
	}
	all := rules.Reach{PortalAccess: true, Phone: "+351910000000", Email: "a@b.test", Configured: []rules.Channel{rules.SMS, rules.WhatsApp, rules.Email}}
	if got := rules.Available(all); len(got) != 4 {
		t.Errorf("with everything: %v", got)
	}
	all.OptedOut = []rules.Channel{rules.SMS}
	if got := rules.Available(all); slices.Contains(got, rules.SMS) || len(got) != 3 {
		t.Errorf("opted out of SMS: %v", got)
	}
	all.Phone = ""
	if got := rules.Available(all); len(got) != 2 {
		t.Errorf("without a phone: %v", got)
	}
	if got := rules.Available(open); len(got) != 1 || got[0] != rules.Portal {
		t.Errorf("available: %v", got)
	}
}

// WhatsApp carries free text for 24 hours after the patient was heard.
func TestFreeText(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct{ ago, left time.Duration }{
		{0, 24 * time.Hour}, {23 * time.Hour, time.Hour}, {24 * time.Hour, 0}, {48 * time.Hour, 0},
	} {
		if got := rules.FreeText(now.Add(-tt.ago), now); got != tt.left {
			t.Errorf("heard %v ago: %v left, want %v", tt.ago, got, tt.left)
		}
	}
	if got := rules.FreeText(time.Time{}, now); got != 0 {
		t.Errorf("never heard: %v left", got)
	}
}
