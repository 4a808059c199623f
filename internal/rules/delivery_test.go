package rules_test

import (
	"testing"
	"time"

	"frontdesk/internal/rules"
)

func TestAdvances(t *testing.T) {
	t.Parallel()
	all := []rules.Delivery{rules.Queued, rules.Sent, rules.Delivered, rules.Seen, rules.Undone}
	to := map[rules.Delivery][]bool{
		//                 queued sent   deliv. read   failed
		rules.Queued:    {false, true, true, true, true},
		rules.Sent:      {false, false, true, true, true},
		rules.Delivered: {false, false, false, true, false},
		rules.Seen:      {false, false, false, false, false},
		rules.Undone:    {false, false, true, true, false},
	}
	for from, row := range to {
		for i, want := range row {
			if got := rules.Advances(from, all[i]); got != want {
				t.Errorf("from %s to %s: %v", from, all[i], got)
			}
		}
	}
}

func TestWishOf(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]rules.Wish{
		"STOP": rules.Stop, " stop. ": rules.Stop, "Stopall": rules.Stop, "arrêt": rules.Stop, "CANCEL": rules.Stop,
		"START": rules.StartAgain, "unstop": rules.StartAgain,
		"": rules.NoWish, "yes": rules.NoWish, "STOP PLEASE": rules.NoWish, "please cancel my appointment": rules.NoWish,
	} {
		if got := rules.WishOf(body); got != want {
			t.Errorf("%q: %v", body, got)
		}
	}
	if !rules.Ambiguous("cancel") || rules.Ambiguous("stop") {
		t.Error("a word of every day is told apart from one that is not")
	}
}

func TestNeedsTemplate(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		channel rules.Channel
		heard   time.Time
		want    bool
	}{
		"never heard":        {rules.WhatsApp, time.Time{}, true},
		"within the window":  {rules.WhatsApp, now.Add(-23 * time.Hour), false},
		"just closed":        {rules.WhatsApp, now.Add(-24 * time.Hour), true},
		"another channel":    {rules.SMS, time.Time{}, false},
		"heard a moment ago": {rules.WhatsApp, now, false},
	} {
		if got := rules.NeedsTemplate(c.channel, rules.Reach{Heard: c.heard}, now); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
