package delivery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/files"
	"frontdesk/internal/inbox"
	"frontdesk/internal/jobs"
	"frontdesk/internal/rules"
)

// parcel is a message on its way to a carrier.
type parcel struct {
	jobs.Carriage
	message      uuid.UUID
	conversation uuid.UUID
	address      string // bound when it was written
	subject      string
	body         string
	html         string // of a letter: the same, formatted; may be empty
	files        []files.Attachment
	attachments  int // how many files there are
	template     *inbox.Template
	automatic    bool
	optedOut     bool // the address has, by now
	createdAt    time.Time
	clinicName   string
	portal       bool // the patient can sign in there
	tries        int
	askedBefore  time.Time // when the carrier was asked without an answer that we know of; zero: it was not
	ids          []string  // the carrier's names for the parts that it has
}

// receipt is what a carrier says on taking something.
type receipt struct {
	id    string
	state rules.Delivery
}

// way speaks with one carrier for one account. Each no is a *rules.Failure.
type way interface {
	// send hands over the part that comes next: parcel.ids are those before it.
	send(ctx context.Context, p parcel) (receipt, error)
	// find tells whether that part was taken at a time when the answer was lost.
	find(ctx context.Context, p parcel) (got receipt, found bool, err error)
	// patience is how long one call of send may take.
	patience(pace Pace) time.Duration
	// check tells in plain words what is wrong with the account.
	check(ctx context.Context) error
}

// parts is into how many messages of the carrier's ours is made.
func (p parcel) parts(a Account) int {
	if a.Channel != rules.WhatsApp || len(p.files) == 0 {
		return 1
	}
	if p.separately() {
		return len(p.files) + 1
	}
	return len(p.files)
}

// maxCaption is what WhatsApp shows below a file, in characters.
const maxCaption = 1024

// separately tells that the text goes before the files, as it does not fit below the first.
func (p parcel) separately() bool { return len([]rune(p.body)) > maxCaption }

// next is the file of the part that comes next and the text that goes with it.
func (p parcel) next() (file *files.Attachment, text string) {
	at := len(p.ids)
	switch {
	case len(p.files) == 0:
		return nil, p.body
	case p.separately() && at == 0:
		return nil, p.body
	case p.separately():
		return &p.files[at-1], ""
	case at == 0:
		return &p.files[0], p.body
	}
	return &p.files[at], ""
}

// mark is what comes back to us with the carrier's callbacks of a part.
type mark struct {
	clinic, message   uuid.UUID
	round, part, last int
}

func (p parcel) mark(a Account) mark {
	return mark{p.ClinicID, p.message, int(p.Round), len(p.ids), p.parts(a) - 1}
}

func (m mark) String() string {
	return fmt.Sprintf("%s.%s.%d.%d.%d", m.clinic, m.message, m.round, m.part, m.last)
}

// markOf reads one back; what is not ours is no mark.
func markOf(s string) (m mark, ok bool) {
	words := strings.Split(s, ".")
	if len(words) != 5 {
		return m, false
	}
	var clinic, message, round, part, last error
	m.clinic, clinic = uuid.Parse(words[0])
	m.message, message = uuid.Parse(words[1])
	m.round, round = strconv.Atoi(words[2])
	m.part, part = strconv.Atoi(words[3])
	m.last, last = strconv.Atoi(words[4])
	return m, errors.Join(clinic, message, round, part, last) == nil
}

// load completes a parcel with what its account asks for: the files, or a notice in place of
// it all.
func (p *Post) load(ctx context.Context, a Account, parcel *parcel) error {
	if a.Settings.Private && parcel.template == nil && !parcel.automatic {
		if !parcel.portal {
			return &rules.Failure{Reason: "Your clinic sends only notices here, and this patient has no access to the portal. Switch it on in the patient’s details, or call."}
		}
		parcel.subject = "A new message from " + parcel.clinicName
		parcel.body = parcel.clinicName + " has written to you. Sign in to read it: " + p.URL + "/"
		parcel.html = ""
		return nil
	}
	if parcel.attachments == 0 {
		return nil
	}
	var err error
	parcel.files, err = p.Files.OfMessage(ctx, parcel.ClinicID, parcel.message)
	return err
}

func templateOf(raw []byte) (*inbox.Template, error) {
	if raw == nil {
		return nil, nil
	}
	var t inbox.Template
	return &t, json.Unmarshal(raw, &t)
}
