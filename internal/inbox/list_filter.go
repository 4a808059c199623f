package inbox

import (
	"net/url"
	"slices"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

// Filter narrows the inbox; what is nil or empty does not. All that is set must hold.
type Filter struct {
	Archived   *bool // nil: both. For a patient nothing is archived
	Snoozed    *bool // nil: both
	Status     rules.Status
	Channel    rules.Channel // of the newest message
	Direction  string        // of the newest message: "inbound" or "outbound"
	Starred    *bool
	Waiting    *bool // the last word is the other side's
	Mine       bool  // the actor is a party to it, or it is assigned to them
	PatientID  uuid.UUID
	AssigneeID uuid.UUID
	Unassigned bool     // at the front desk, and assigned to nobody
	Labels     []string // each of them
	Words      string   // in the names, a label, or any message that the actor may see
	Longest    bool     // only those who wait, the longest wait first
}

// queues are the lists that everybody has, as the page names them.
var queues = map[string]url.Values{
	"waiting": {"waiting": {"true"}}, "unread": {"status": {"unread"}}, "all": {}, "mine": {"mine": {"true"}},
	"starred": {"starred": {"true"}, "archived": {"any"}}, "archived": {"archived": {"true"}}, "snoozed": {"snoozed": {"true"}},
}

// FilterOf reads a filter from the words of an address, the same for a list and for a saved
// view: archived and snoozed ones are left out unless asked for; who asks for archived ones
// gets the snoozed among them too.
func FilterOf(asked url.Values, by rules.Actor) (Filter, error) {
	words := url.Values{}
	for name, values := range asked {
		if name == "view" {
			continue
		}
		if _, known := readers[name]; !known {
			return Filter{}, refusal.Field("query."+name, "filter_unknown", "There is no filter of this name. Leave it out.")
		}
		words[name] = values
	}
	if view := asked.Get("view"); view != "" {
		queue, known := queues[view]
		if !known {
			return Filter{}, refusal.Field("query.view", "filter_invalid", "There is no queue of this name. Use waiting, unread, all, mine, starred, snoozed or archived.")
		}
		for name, values := range queue {
			if len(words[name]) == 0 {
				words[name] = values
			}
		}
	}
	return readFilter(words, by)
}

func readFilter(words url.Values, by rules.Actor) (Filter, error) {
	f := Filter{}
	for name, values := range words {
		for _, value := range values {
			if value == "" {
				continue
			}
			if !readers[name](&f, value, by) {
				return Filter{}, refusal.Field("query."+name, "filter_invalid", "This filter does not know the value. Choose one of those that the description lists.")
			}
		}
	}
	if words.Get("archived") == "" {
		open := f.Status == rules.Archived
		f.Archived = &open
	}
	if words.Get("snoozed") == "" && f.Archived != nil && !*f.Archived {
		awake := false
		f.Snoozed = &awake
	}
	return f, nil
}

// readers take one value each, and say whether they know it.
var readers = map[string]func(f *Filter, value string, by rules.Actor) bool{
	"archived": tristate(func(f *Filter) **bool { return &f.Archived }),
	"snoozed":  tristate(func(f *Filter) **bool { return &f.Snoozed }),
	"starred":  tristate(func(f *Filter) **bool { return &f.Starred }),
	"waiting":  tristate(func(f *Filter) **bool { return &f.Waiting }),
	"mine": func(f *Filter, value string, _ rules.Actor) bool {
		f.Mine = value == "true"
		return value == "true" || value == "false"
	},
	"status": func(f *Filter, value string, _ rules.Actor) bool {
		f.Status = rules.Status(value)
		return slices.Contains([]rules.Status{rules.Unread, rules.Read, rules.Replied, rules.Archived}, f.Status)
	},
	"channel": func(f *Filter, value string, _ rules.Actor) bool {
		f.Channel = rules.Channel(value)
		return slices.Contains([]rules.Channel{rules.SMS, rules.Email, rules.Portal, rules.WhatsApp, rules.Call, rules.Note}, f.Channel)
	},
	"direction": func(f *Filter, value string, _ rules.Actor) bool {
		f.Direction = value
		return value == "inbound" || value == "outbound"
	},
	"patient_id": func(f *Filter, value string, _ rules.Actor) (known bool) {
		f.PatientID, known = idOf(value)
		return known
	},
	"assignee_id": func(f *Filter, value string, by rules.Actor) (known bool) {
		switch value {
		case "nobody":
			f.Unassigned = true
			return true
		case "me":
			f.AssigneeID = by.ID
			return true
		}
		f.AssigneeID, known = idOf(value)
		return known
	},
	"label": func(f *Filter, value string, _ rules.Actor) bool {
		if !slices.Contains(f.Labels, value) {
			f.Labels = append(f.Labels, value)
		}
		return len(f.Labels) <= maxLabels && text("label", value, maxLabel) == nil
	},
	"q": func(f *Filter, value string, _ rules.Actor) bool {
		f.Words = value
		return true // it says itself what is wrong with it
	},
	"sort": func(f *Filter, value string, _ rules.Actor) bool {
		f.Longest = value == "waiting"
		return f.Longest || value == "newest"
	},
}

func tristate(of func(*Filter) **bool) func(*Filter, string, rules.Actor) bool {
	return func(f *Filter, value string, _ rules.Actor) bool {
		yes := value == "true"
		if *of(f) = &yes; value == "any" {
			*of(f) = nil
		}
		return yes || value == "false" || value == "any"
	}
}

// idOf reads an id; that of nothing is none.
func idOf(value string) (uuid.UUID, bool) {
	id, err := uuid.Parse(value)
	return id, err == nil && id != uuid.Nil
}
