package people

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// consent adds a line to the history, and brings everybody with the address up to date. What
// is known already, without another reason, is not written twice.
func (s *Service) consent(ctx context.Context, clinic, patient uuid.UUID, c Consent) error {
	c.Address = strings.ToLower(c.Address)
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	return s.change(ctx, clinic, func(tx *store.Tx) error {
		concerned, err := q.PatientsOfAddress(ctx, tx, db.PatientsOfAddressParams{ClinicID: clinic, Address: c.Address})
		if err != nil {
			return err
		}
		known, err := q.ConsentStates(ctx, tx, db.ConsentStatesParams{ClinicID: clinic, Addresses: []string{c.Address}})
		if err != nil {
			return err
		}
		said := slices.ContainsFunc(known, func(k db.ConsentStatesRow) bool { return k.Channel == string(c.Channel) && k.Given == c.Given })
		if said && c.Reason == "" {
			return nil
		}
		ids := make([]uuid.UUID, len(concerned))
		writes := []error{q.ConsentInsert(ctx, tx, db.ConsentInsertParams{
			ClinicID: clinic, ConsentID: id, Channel: string(c.Channel), Address: c.Address, Given: c.Given, Source: string(c.Source),
			Reason: c.Reason, UserID: store.Maybe(c.UserID), PatientID: store.Maybe(patient), CreatedAt: tx.Now,
		})}
		for i, p := range concerned {
			ids[i] = p.PatientID
			out := slices.DeleteFunc(slices.Clone(p.OptedOut), func(o string) bool { return o == string(c.Channel) })
			if !c.Given {
				out = append(out, string(c.Channel))
			}
			slices.Sort(out)
			writes = append(writes, q.PatientSetOptedOut(ctx, tx, db.PatientSetOptedOutParams{ClinicID: clinic, PatientID: p.PatientID, OptedOut: out, UpdatedAt: tx.Now}))
		}
		return errors.Join(append(writes, touch(ctx, tx, clinic, uuid.Nil, ids...))...)
	})
}

// optedOut answers what the patient's addresses do not want.
func optedOut(ctx context.Context, from db.DBTX, clinic uuid.UUID, p Patient) ([]rules.Channel, error) {
	rows, err := q.ConsentStates(ctx, from, db.ConsentStatesParams{ClinicID: clinic, Addresses: p.Addresses()})
	out := []rules.Channel{}
	for _, r := range rows {
		if c := rules.Channel(r.Channel); !r.Given && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return out, err
}

// Consents answers what is known of the patient's addresses, the newest first.
func (s *Service) Consents(ctx context.Context, by rules.Actor, id uuid.UUID) ([]Consent, error) {
	p, err := s.Patient(ctx, by, id)
	if err != nil {
		return nil, err
	}
	rows, err := q.ConsentHistory(ctx, s.store.View(by.ClinicID), db.ConsentHistoryParams{ClinicID: by.ClinicID, Addresses: p.Addresses()})
	out := make([]Consent, len(rows))
	for i, r := range rows {
		out[i] = Consent{
			ID: r.ConsentID, Channel: rules.Channel(r.Channel), Address: r.Address, Given: r.Given, Source: Source(r.Source),
			Reason: r.Reason, UserID: r.UserID.UUID, User: r.UserName, At: r.CreatedAt.UTC(),
		}
	}
	return out, err
}
