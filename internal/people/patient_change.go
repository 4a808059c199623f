package people

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// change runs one step of the clinic's people and announces it.
func (s *Service) change(ctx context.Context, clinic uuid.UUID, decide func(*store.Tx) error) error {
	seq, err := s.store.Change(ctx, clinic, decide)
	if err == nil && seq > 0 {
		s.announcer.Committed(clinic, seq)
	}
	return err
}

// AddPatient makes a record. The caller makes the id: the same record, however often it
// comes, is one, and fresh is true only for the first. Likely doubles are told before
// anything is written, unless the caller is certain.
func (s *Service) AddPatient(ctx context.Context, by rules.Actor, id uuid.UUID, in PatientFields, certain bool) (p Patient, fresh bool, err error) {
	if err := rules.LookUp(by); err != nil {
		return p, false, err
	}
	if id == uuid.Nil {
		return p, false, refusal.Field("id", "id_missing", "Make a UUIDv7 for the patient and send it as its id.")
	}
	if in.Name == nil {
		return p, false, refusal.Field("name", "name_missing", "Give the patient's name.")
	}
	err = s.change(ctx, by.ClinicID, func(tx *store.Tx) error {
		p, fresh = Patient{ID: id, CreatedAt: tx.Now, UpdatedAt: tx.Now}, false
		home, err := region(ctx, tx, by.ClinicID)
		if err != nil {
			return err
		}
		if err := in.apply(&p, home, tx.Now); err != nil {
			return err
		}
		known, err := lockPatient(ctx, tx, by.ClinicID, id)
		switch {
		case err == nil && sameRecord(known, p):
			p = known
			return nil
		case err == nil:
			return &refusal.Error{Kind: refusal.Conflict, Code: "id_conflict", Field: "id", Detail: "Another patient already has this id. Make a new one and send again."}
		case !errors.Is(err, ErrNoPatient):
			return err
		}
		fresh = true
		return add(ctx, tx, by.ClinicID, &p, certain)
	})
	return p, fresh, err
}

func add(ctx context.Context, tx *store.Tx, clinic uuid.UUID, p *Patient, certain bool) error {
	if !certain {
		likely, err := doubles(ctx, tx, clinic, *p)
		if err != nil {
			return err
		}
		if len(likely) > 0 {
			return &refusal.Error{
				Kind: refusal.Conflict, Code: "patient_likely_double", Newer: likely,
				Detail: "Somebody with the same phone, email, or name and birth date is in the directory. Open that record, or confirm that this is another person.",
			}
		}
	}
	if err := freeExternalID(ctx, tx, clinic, *p); err != nil {
		return err
	}
	var err error
	if p.OptedOut, err = optedOut(ctx, tx, clinic, *p); err != nil {
		return err
	}
	tx.Log(store.Entry{Topics: topics(p.ID)})
	return insertPatient(ctx, tx, clinic, *p)
}

// sameRecord tells whether an earlier try has made this record.
func sameRecord(a, b Patient) bool {
	same := a.BirthDate == b.BirthDate || a.BirthDate != nil && b.BirthDate != nil && a.BirthDate.Equal(*b.BirthDate)
	return same && a.Name == b.Name && a.Email == b.Email && a.Phone == b.Phone && a.Language == b.Language &&
		a.PreferredChannel == b.PreferredChannel && a.Remarks == b.Remarks && a.ExternalID == b.ExternalID
}

// EditPatient writes anew what is given. Opt-outs belong to addresses: another phone number
// has its own.
func (s *Service) EditPatient(ctx context.Context, by rules.Actor, id uuid.UUID, in PatientFields) (p Patient, err error) {
	if err := rules.LookUp(by); err != nil {
		return p, err
	}
	err = s.change(ctx, by.ClinicID, func(tx *store.Tx) error {
		if p, err = lockPatient(ctx, tx, by.ClinicID, id); err != nil {
			return err
		}
		home, err := region(ctx, tx, by.ClinicID)
		if err != nil {
			return err
		}
		before := p
		if err := in.apply(&p, home, tx.Now); err != nil {
			return err
		}
		if sameRecord(before, p) {
			return nil
		}
		return edit(ctx, tx, by.ClinicID, before, &p)
	})
	return p, err
}

func edit(ctx context.Context, tx *store.Tx, clinic uuid.UUID, before Patient, p *Patient) (err error) {
	if p.ExternalID != before.ExternalID {
		if err := freeExternalID(ctx, tx, clinic, *p); err != nil {
			return err
		}
	}
	if p.OptedOut, err = optedOut(ctx, tx, clinic, *p); err != nil {
		return err
	}
	// Whoever signs in with the address on record goes on doing so.
	if email := strings.ToLower(p.Email); p.PortalAccess && email != "" && p.PortalEmail == strings.ToLower(before.Email) && email != p.PortalEmail {
		if err := freeForPortal(ctx, tx, clinic, *p, email); err != nil {
			return err
		}
		p.PortalEmail = email
	}
	p.UpdatedAt = tx.Now
	renamed := uuid.Nil
	if p.Name != before.Name {
		renamed = p.ID
	}
	if err := touch(ctx, tx, clinic, renamed, p.ID); err != nil {
		return err
	}
	return updatePatient(ctx, tx, clinic, *p)
}
