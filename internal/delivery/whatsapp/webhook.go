package whatsapp

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"frontdesk/internal/rules"
)

// Event is one thing that Meta tells. One of the pointers is set.
type Event struct {
	BusinessID    string // the WhatsApp Business Account
	PhoneNumberID string // ours; empty with a template's news
	Status        *Status
	Message       *Inbound
	Account       *rules.Failure // a fault of the account, of no message in particular
	Template      *TemplateNews
}

// Status says how far a message of ours has come. They come late, out of order and twice.
type Status struct {
	ID       string
	State    rules.Delivery
	At       time.Time // zero: not told
	Callback string    // what went out with the message
	Failure  *rules.Failure
}

// TemplateNews says that Meta's judgement of a template has changed.
type TemplateNews struct {
	ID, Name, Language string
	Status             string // APPROVED, REJECTED, PAUSED …
	Reason             string // Meta's own words, or nothing
}

// ParseWebhook reads a body that Meta posted, whose signature was checked. What it does not
// know it leaves out, and what cannot be read does not keep the rest from being read: Meta
// would post all of it again for days.
func ParseWebhook(body []byte) ([]Event, error) {
	var post struct {
		Entry []struct {
			ID      text `json:"id"`
			Changes []struct {
				Field text            `json:"field"`
				Value json.RawMessage `json:"value"`
			} `json:"changes"`
		} `json:"entry"`
	}
	if err := read(body, &post); err != nil {
		return nil, fmt.Errorf("read what Meta posted: %w", err)
	}
	var events []Event
	for _, entry := range post.Entry {
		for _, change := range entry.Changes {
			var found []Event
			switch change.Field {
			case "messages":
				found = messages(change.Value)
			case "message_template_status_update":
				found = templateNews(change.Value)
			}
			for _, event := range found {
				event.BusinessID = string(entry.ID)
				events = append(events, event)
			}
		}
	}
	return events, nil
}

// read takes what it can from JSON whose shape is another than was expected. The root's is
// as it should be, or there is nothing to take.
func read(body []byte, into any) error {
	err := json.Unmarshal(body, into)
	var shape *json.UnmarshalTypeError
	if errors.As(err, &shape) && shape.Field != "" {
		return nil
	}
	if errors.As(err, &shape) { // its own words could hold what was written
		return errors.New("its shape is not known")
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("it is no JSON from byte %d on", syntax.Offset)
	}
	return err
}

func messages(raw json.RawMessage) []Event {
	var value struct {
		Metadata struct {
			PhoneNumberID text `json:"phone_number_id"`
		} `json:"metadata"`
		Contacts []contact         `json:"contacts"`
		Messages []json.RawMessage `json:"messages"`
		Statuses []json.RawMessage `json:"statuses"`
		Errors   []fault           `json:"errors"`
	}
	if read(raw, &value) != nil {
		return nil
	}
	var events []Event
	for _, one := range value.Messages {
		if m := inbound(one, value.Contacts); m != nil {
			events = append(events, Event{Message: m})
		}
	}
	for _, one := range value.Statuses {
		if s := status(one); s != nil {
			events = append(events, Event{Status: s})
		}
	}
	for _, one := range value.Errors {
		events = append(events, Event{Account: told(Failure(int(one.Code), 0))})
	}
	for i := range events {
		events[i].PhoneNumberID = string(value.Metadata.PhoneNumberID)
	}
	return events
}

// fault is an error as it comes with a status or by itself. Its texts change; the code stays.
type fault struct {
	Code number `json:"code"`
}

func status(raw json.RawMessage) *Status {
	var s struct {
		ID       text    `json:"id"`
		Status   text    `json:"status"`
		At       number  `json:"timestamp"`
		Callback text    `json:"biz_opaque_callback_data"`
		Errors   []fault `json:"errors"`
	}
	if read(raw, &s) != nil || s.ID == "" {
		return nil
	}
	out := &Status{ID: string(s.ID), At: s.At.moment(), Callback: string(s.Callback)}
	switch s.Status {
	case "sent":
		out.State = rules.Sent
	case "delivered":
		out.State = rules.Delivered
	case "read", "played": // a voice message that was listened to
		out.State = rules.Seen
	case "failed":
		out.State, out.Failure = rules.Undone, &rules.Failure{Reason: undone}
		if len(s.Errors) > 0 {
			out.Failure = told(Failure(int(s.Errors[0].Code), 0))
		}
	default:
		return nil
	}
	return out
}

func templateNews(raw json.RawMessage) []Event {
	var value struct {
		Event    text `json:"event"`
		ID       text `json:"message_template_id"`
		Name     text `json:"message_template_name"`
		Language text `json:"message_template_language"`
		Reason   text `json:"reason"`
	}
	if read(raw, &value) != nil || value.Name == "" {
		return nil
	}
	news := &TemplateNews{ID: string(value.ID), Name: string(value.Name), Language: string(value.Language), Status: string(value.Event)}
	if value.Reason != "NONE" {
		news.Reason = string(value.Reason)
	}
	return []Event{{Template: news}}
}

// text is one that the database can hold. Meta writes some ids as numbers.
type text string

func (t *text) UnmarshalJSON(raw []byte) error {
	var s string
	if len(raw) > 0 && (raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9') {
		s = string(raw)
	} else if err := json.Unmarshal(raw, &s); err != nil {
		s = "" // it is no text
	}
	*t = text(clean(s))
	return nil
}

// number is one that Meta writes as such or as text.
type number int64

func (n *number) UnmarshalJSON(raw []byte) error {
	*n = 0
	if value, err := strconv.ParseInt(strings.Trim(string(raw), `"`), 10, 64); err == nil {
		*n = number(value)
	}
	return nil
}

// lastSecond is one that a database and JSON can still write: the end of the year 9999.
const lastSecond = 253402300799

func (n number) moment() time.Time {
	if n <= 0 || n > lastSecond {
		return time.Time{}
	}
	return time.Unix(int64(n), 0).UTC()
}
