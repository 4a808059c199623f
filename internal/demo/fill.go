// Package demo fills an empty installation with a believable clinic. It works through the
// same methods as everybody, with a clock of its own, so that what it makes is what months
// of use would have made.
package demo

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"gocloud.dev/blob"

	"frontdesk/internal/files"
	"frontdesk/internal/inbox"
	"frontdesk/internal/jobs"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Fill makes the demo clinic where there is no clinic yet. Its ids are the same on every
// run, its times relative to now.
func Fill(ctx context.Context, st *store.Store, blobs *blob.Bucket, log *slog.Logger) error {
	now := time.Now()
	f := &filler{now: now, clock: now, actors: map[string]rules.Actor{}, threads: map[string]uuid.UUID{}}
	past := st.WithClock(func() time.Time { return f.clock })
	queue, err := jobs.NewQueue()
	if err != nil {
		return err
	}
	f.inbox = inbox.New(past, quiet{}, queue)
	f.files = files.New(past, blobs, queue, 25<<20, "")
	if f.people, err = people.New(past, quiet{}, queue, ""); err != nil {
		return err
	}
	clinics, err := f.people.Clinics(ctx)
	if err != nil {
		return err
	}
	if len(clinics) > 0 {
		log.Info("the database holds a clinic already: the demo leaves it as it is")
		return nil
	}
	if err := f.cast(ctx); err != nil {
		return err
	}
	if err := errors.Join(f.clinicSetup(ctx, past), f.colleagues(ctx, past), f.preferences(ctx)); err != nil {
		return err
	}
	if err := errors.Join(f.words(ctx, past), f.play(ctx)); err != nil {
		return err
	}
	return errors.Join(f.views(ctx), f.later(ctx), f.directory(ctx))
}

// filler plays the threads.
type filler struct {
	now, clock time.Time
	people     *people.Service
	inbox      *inbox.Service
	files      *files.Service
	clinic     uuid.UUID
	zone       *time.Location
	actors     map[string]rules.Actor
	threads    map[string]uuid.UUID // conversations by their heading
	said       int
}

// quiet tells nobody: no socket is open on a clinic that is just being made.
type quiet struct{}

func (quiet) Changed(inbox.Change)       {}
func (quiet) Committed(uuid.UUID, int64) {}

// epoch is the time in the ids, which are UUIDv7: the same on every run.
const epoch uint64 = 1_767_225_600_000 // 2026-01-01, in milliseconds

// id is a UUIDv7 that depends on what it is for alone.
func id(parts ...string) uuid.UUID {
	sum := sha256.Sum256(fmt.Append(nil, "frontdesk demo ", parts))
	u := uuid.UUID(sum[:16])
	var at [8]byte
	binary.BigEndian.PutUint64(at[:], epoch)
	copy(u[:6], at[2:])
	u[6], u[8] = u[6]&0x0f|0x70, u[8]&0x3f|0x80
	return u
}

// cast makes the clinic and its people.
func (f *filler) cast(ctx context.Context) error {
	f.clinic, f.clock = id("clinic"), f.now.AddDate(-2, 0, 0)
	if err := f.people.Found(ctx, people.Clinic{ID: f.clinic, Name: clinicName, Timezone: "Europe/Lisbon"}); err != nil {
		return err
	}
	var err error
	if f.zone, err = time.LoadLocation("Europe/Lisbon"); err != nil {
		return err
	}
	hash, err := people.HashPassword(Password)
	if err != nil {
		return err
	}
	for _, s := range staff {
		u := people.User{ID: id("user", s.short), Role: s.role, Name: s.name, Email: s.email, Active: true}
		if s.hub {
			u.Permissions = []string{rules.SendMessages}
		}
		if err := f.people.AddUser(ctx, f.clinic, u, hash); err != nil {
			return err
		}
		f.actors[s.short] = rules.Actor{Kind: rules.User, ClinicID: f.clinic, ID: u.ID, Name: u.Name, Role: u.Role, Permissions: u.Permissions, Active: true}
	}
	all, hashes := patientsAt(f.now), map[uuid.UUID]string{}
	for i, p := range all {
		if i < 3 {
			hashes[p.ID] = hash
		}
		f.actors[short(p.Name)] = rules.Actor{Kind: rules.Patient, ClinicID: f.clinic, ID: p.ID, Name: p.Name, Active: p.PortalAccess}
	}
	if err := f.people.AddPatients(ctx, f.clinic, all, hashes); err != nil {
		return err
	}
	return f.labels(ctx)
}
