package people

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/jobs"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// PatientInvitation is one on its way. The link is shown once, to whoever invited, for where no
// mail is set up; it is kept nowhere.
type PatientInvitation struct {
	Link, To string
	Expires  time.Time
}

// InvitePatient switches the portal on for a patient and sends a link with which a password is
// chosen. A new invitation takes the place of an older one.
func (s *Service) InvitePatient(ctx context.Context, by rules.Actor, id uuid.UUID, clinicName string) (out PatientInvitation, err error) {
	if err := rules.LookUp(by); err != nil {
		return out, err
	}
	err = s.change(ctx, by.ClinicID, func(tx *store.Tx) error {
		p, err := lockPatient(ctx, tx, by.ClinicID, id)
		if err != nil {
			return err
		}
		if p.Email == "" {
			return &refusal.Error{Kind: refusal.Unworkable, Code: "email_missing", Field: "email", Detail: "Add an email address first: the patient signs in with it."}
		}
		email := strings.ToLower(p.Email)
		if err := freeForPortal(ctx, tx, by.ClinicID, p, email); err != nil {
			return err
		}
		if err := forgetLinks(ctx, tx, by.ClinicID, id); err != nil { // before the new one
			return err
		}
		token, err := s.Link(ctx, tx, by.ClinicID, Invitation, rules.Patient, id)
		if err != nil {
			return err
		}
		out = PatientInvitation{Link: s.address(token), To: p.Email, Expires: tx.Now.Add(linkLife[Invitation])}
		letter := jobs.Letter{ClinicID: by.ClinicID, To: p.Email, Subject: "Your access to " + clinicName, Text: invitation(p.Name, clinicName, out.Link)}
		if err := s.queue.Add(ctx, tx, letter, time.Time{}); err != nil {
			return err
		}
		return errors.Join(setPortal(ctx, tx, by.ClinicID, id, true, email, p.hash), touch(ctx, tx, by.ClinicID, uuid.Nil, id))
	})
	return out, err
}

func invitation(name, clinic, link string) string {
	return "Hello " + name + ",\n\n" +
		clinic + " invites you to its patient portal, where you write with the clinic and read its answers. " +
		"Open this link and choose a password:\n\n" + link + "\n\n" +
		"The link works once, for seven days. If you did not expect this, you need not do anything.\n"
}

// ClosePortal takes portal access away. The patient's sessions and open sockets end at once,
// invitations that were not taken are void, and the password is forgotten.
func (s *Service) ClosePortal(ctx context.Context, by rules.Actor, id uuid.UUID) (p Patient, err error) {
	if err := rules.LookUp(by); err != nil {
		return p, err
	}
	err = s.change(ctx, by.ClinicID, func(tx *store.Tx) error {
		if p, err = lockPatient(ctx, tx, by.ClinicID, id); err != nil || !p.PortalAccess {
			return err
		}
		p.PortalAccess, p.PortalEmail, p.PortalReady = false, "", false
		tx.Log(store.Entry{Accounts: []uuid.UUID{id}})
		return errors.Join(
			setPortal(ctx, tx, by.ClinicID, id, false, "", ""),
			endPatientSessions(ctx, tx, by.ClinicID, id),
			forgetLinks(ctx, tx, by.ClinicID, id),
			touch(ctx, tx, by.ClinicID, uuid.Nil, id),
		)
	})
	return p, err
}
