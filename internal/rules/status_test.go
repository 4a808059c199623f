package rules_test

import (
	"testing"

	"frontdesk/internal/rules"
)

func TestStatusOnlyAdvances(t *testing.T) {
	t.Parallel()
	order := []rules.Status{rules.Unread, rules.Read, rules.Replied}
	for i, from := range order {
		for j, to := range order {
			if got := rules.Advances(from, to); got != (j > i) {
				t.Errorf("%s to %s: %v", from, to, got)
			}
		}
		if rules.Advances(from, rules.Archived) || rules.Advances(rules.Archived, from) || rules.Shown(from, true) != rules.Archived || rules.Shown(from, false) != from {
			t.Errorf("archiving is the conversation's, not %s's", from)
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
	if got := rules.Available(open); len(got) != 1 || got[0] != rules.Portal {
		t.Errorf("available: %v", got)
	}
}
