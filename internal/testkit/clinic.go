package testkit

import (
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"

	"frontdesk/internal/clinic"
	"frontdesk/internal/files"
	"frontdesk/internal/inbox"
	"frontdesk/internal/jobs"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// MaxFile is the largest attachment, in bytes.
const MaxFile = 1 << 20

// Password is everybody's.
const Password = "correct horse battery"

var hash = sync.OnceValues(func() (string, error) { return people.HashPassword(Password) })

// Clinic is one with somebody of each kind in it, and all that happens there.
type Clinic struct {
	ID     uuid.UUID
	DB     Database
	Store  *store.Store
	Queue  *jobs.Queue
	Inbox  *inbox.Service
	People *people.Service
	Setup  *clinic.Service
	Files  *files.Service
	Blobs  *blob.Bucket

	Admin, Admin2, Reception, Reception2, Doctor, Doctor2, NoHub rules.Actor
	Ana, Ben, Offline                                            rules.Actor // Offline has no portal access

	mu      sync.Mutex
	changes []inbox.Change
	steps   []int64
}

// Changed hears what the inbox announces.
func (c *Clinic) Changed(ch inbox.Change) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes = append(c.changes, ch)
}

// Committed hears what the people announce.
func (c *Clinic) Committed(_ uuid.UUID, seq int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.steps = append(c.steps, seq)
}

// Changes answers what was announced so far.
func (c *Clinic) Changes() []inbox.Change {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]inbox.Change{}, c.changes...)
}

// Log is for those who must have one.
func Log() *slog.Logger { return slog.New(slog.DiscardHandler) }

// NewClinic makes a clinic in a database of its own.
func NewClinic(tb testing.TB) *Clinic {
	tb.Helper()
	return NewClinicIn(tb, DB(tb))
}

// NewClinicIn makes another clinic in a database.
func NewClinicIn(tb testing.TB, db Database) *Clinic {
	tb.Helper()
	st, err := store.Open(tb.Context(), db.URL, 8)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(st.Close)
	c := &Clinic{ID: uuid.Must(uuid.NewV7()), DB: db, Store: st}
	if c.Queue, err = jobs.NewQueue(); err != nil {
		tb.Fatal(err)
	}
	c.Setup = clinic.New(st, c)
	c.Inbox = inbox.New(st, c, c.Queue)
	if c.People, err = people.New(st, c, c.Queue, "https://desk.test"); err != nil {
		tb.Fatal(err)
	}
	c.Blobs = memblob.OpenBucket(nil)
	tb.Cleanup(func() { _ = c.Blobs.Close() })
	c.Files = files.New(st, c.Blobs, c.Queue, MaxFile, "")
	if err := c.People.Found(tb.Context(), people.Clinic{ID: c.ID, Name: "Elm Street", Timezone: "Europe/Lisbon"}); err != nil {
		tb.Fatal(err)
	}
	c.populate(tb)
	return c
}

func (c *Clinic) populate(tb testing.TB) {
	tb.Helper()
	may := []string{rules.SendMessages}
	c.Admin = c.user(tb, rules.Admin, "Ada Admin", "admin", may)
	c.Admin2 = c.user(tb, rules.Admin, "Abel Admin", "admin2", may)
	c.Reception = c.user(tb, rules.Receptionist, "Rita Reception", "reception", may)
	c.Reception2 = c.user(tb, rules.Receptionist, "Rui Reception", "reception2", may)
	c.Doctor = c.user(tb, rules.Doctor, "Dora Doctor", "doctor", may)
	c.Doctor2 = c.user(tb, rules.Doctor, "Dan Doctor", "doctor2", may)
	c.NoHub = c.user(tb, rules.Receptionist, "Nora Nohub", "nohub", nil)
	c.Ana = c.Patient(tb, "Ana Silva", "ana", true)
	c.Ben = c.Patient(tb, "Ben Weber", "ben", true)
	c.Offline = c.Patient(tb, "Otto Offline", "otto", false)
	for i, name := range []string{"urgent", "lab", "billing"} {
		c.label(tb, name, i)
	}
}

// label makes one without a change, so that a clinic's history begins with what a test does.
func (c *Clinic) label(tb testing.TB, name string, position int) {
	tb.Helper()
	_, err := c.DB.Owner.Exec(tb.Context(), `
		INSERT INTO label (clinic_id, label_id, name, colour, position, created_at) VALUES ($1, $2, $3, 'teal', $4, now())`,
		c.ID, uuid.Must(uuid.NewV7()), name, position)
	if err != nil {
		tb.Fatal(err)
	}
}

// Email is unique for the clinic, as sign-in looks in all clinics.
func (c *Clinic) Email(short string) string { return short + "@" + c.ID.String() + ".test" }

func (c *Clinic) user(tb testing.TB, role rules.Role, name, short string, permissions []string) rules.Actor {
	tb.Helper()
	h, err := hash()
	if err != nil {
		tb.Fatal(err)
	}
	u := people.User{ID: uuid.Must(uuid.NewV7()), Role: role, Name: name, Email: c.Email(short), Permissions: permissions, Active: true}
	if err := c.People.AddUser(tb.Context(), c.ID, u, h); err != nil {
		tb.Fatal(err)
	}
	return rules.Actor{Kind: rules.User, ClinicID: c.ID, ID: u.ID, Name: name, Role: role, Permissions: permissions, Active: true}
}

// Patient makes one more; portal says whether it has portal access.
func (c *Clinic) Patient(tb testing.TB, name, short string, portal bool) rules.Actor {
	tb.Helper()
	h, err := hash()
	if err != nil {
		tb.Fatal(err)
	}
	p := people.Patient{ID: uuid.Must(uuid.NewV7()), Name: name, Email: c.Email(short), Phone: "+351910000000", PortalAccess: portal, CreatedAt: time.Now()}
	if err := c.People.AddPatients(tb.Context(), c.ID, []people.Patient{p}, map[uuid.UUID]string{p.ID: h}); err != nil {
		tb.Fatal(err)
	}
	return rules.Actor{Kind: rules.Patient, ClinicID: c.ID, ID: p.ID, Name: name, Active: portal}
}

// Text is a draft of the portal channel with a new id.
func Text(body string) inbox.Draft {
	return inbox.Draft{ID: uuid.Must(uuid.NewV7()), Channel: rules.Portal, Body: body}
}

// Note is a draft that only staff see.
func Note(body string) inbox.Draft {
	return inbox.Draft{ID: uuid.Must(uuid.NewV7()), Channel: rules.Note, Body: body}
}

// FromAna makes her conversation with reception.
func (c *Clinic) FromAna(tb testing.TB, body string) inbox.Conversation {
	tb.Helper()
	conversation, _, _, err := c.Inbox.Start(tb.Context(), c.Ana, inbox.Opening{Message: Text(body)})
	if err != nil {
		tb.Fatal(err)
	}
	return conversation
}
