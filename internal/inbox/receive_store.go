package inbox

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

const topicStrays = "strays"

// received tells whether this has come before, as a message or as a stray.
func received(ctx context.Context, from db.DBTX, clinic, id uuid.UUID) (bool, error) {
	return q.ReceivedBefore(ctx, from, db.ReceivedBeforeParams{ClinicID: clinic, MessageID: id})
}

// Received tells whether what a carrier has brought under an id is here already.
func (s *Reader) Received(ctx context.Context, clinic, id uuid.UUID) (bool, error) {
	return received(ctx, s.store.View(clinic), clinic, id)
}

// ownerOf answers the one patient whose the address is, or nobody.
func ownerOf(ctx context.Context, tx *store.Tx, clinic uuid.UUID, address string) (rules.Actor, error) {
	rows, err := q.AddressOwners(ctx, tx, db.AddressOwnersParams{ClinicID: clinic, Address: address})
	if err != nil || len(rows) == 0 {
		return rules.Actor{}, err
	}
	// Whoever somebody has said it is goes before those who have it, and these before those
	// who had it.
	if len(rows) > 1 && rows[1].Rank == rows[0].Rank {
		return rules.Actor{}, nil
	}
	return patientActor(clinic, rows[0].PatientID), nil
}

// patientActor stands for a patient who writes from outside: who may write in the portal is
// not asked.
func patientActor(clinic, id uuid.UUID) rules.Actor {
	return rules.Actor{Kind: rules.Patient, ClinicID: clinic, ID: id, Active: true}
}

// threadFor locks the conversation that the message belongs to.
func (s *Service) threadFor(ctx context.Context, tx *store.Tx, patient rules.Actor, in Incoming) (locked, error) {
	if in.ReplyTo != uuid.Nil {
		c, err := answered(ctx, tx, patient, in.ReplyTo)
		if err == nil || !errors.Is(err, rules.ErrNotFound) {
			return c, err
		}
	}
	id, err := q.DeliveryLastTo(ctx, tx, db.DeliveryLastToParams{
		ClinicID: patient.ClinicID, Address: in.Address, Channel: string(in.Channel), Since: tx.Now.Add(-answersFor), PatientID: patient.ID,
	})
	if err == nil {
		return open(ctx, tx, patient, id, rules.Write)
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return locked{}, err
	}
	opening := Opening{Message: Draft{ID: in.ID(patient.ClinicID)}}
	to, err := recipient(ctx, tx, patient, opening)
	if err != nil {
		return locked{}, err
	}
	return to.conversation(ctx, tx, patient, opening)
}

// answered is the patient's conversation that an answer names, by itself or by a message.
func answered(ctx context.Context, tx *store.Tx, patient rules.Actor, named uuid.UUID) (locked, error) {
	m, err := q.MessageGet(ctx, tx, db.MessageGetParams{ClinicID: patient.ClinicID, MessageID: named})
	switch {
	case err == nil:
		named = m.ConversationID
	case !errors.Is(err, pgx.ErrNoRows):
		return locked{}, err
	}
	return openOrJoined(ctx, tx, patient, named, rules.Write)
}

func noteReceived(ctx context.Context, tx *store.Tx, clinic uuid.UUID, in Incoming) error {
	at := tx.Now
	if !in.At.IsZero() && in.At.Before(at) { // it came late, or waited: so much of WhatsApp's window is over
		at = in.At
	}
	return q.ReceivedInsert(ctx, tx, db.ReceivedInsertParams{
		ClinicID: clinic, MessageID: in.ID(clinic), Channel: string(in.Channel), Address: in.Address, CarrierID: in.CarrierID, ReceivedAt: at,
	})
}

// setAside keeps what belongs to nobody yet.
func setAside(ctx context.Context, tx *store.Tx, clinic uuid.UUID, in Incoming) error {
	id := in.ID(clinic)
	err := q.StrayInsert(ctx, tx, db.StrayInsertParams{
		ClinicID: clinic, StrayID: id, Channel: string(in.Channel), Address: in.Address, Sender: in.Sender, Subject: in.Subject,
		Body: in.Body, BodyHtml: htmlOf(in.HTML), CarrierID: in.CarrierID, Automatic: in.Automatic, ReceivedAt: tx.Now,
	})
	if len(in.Files) == 0 {
		return err
	}
	return errors.Join(err, q.StrayHoldFiles(ctx, tx, db.StrayHoldFilesParams{ClinicID: clinic, StrayID: id, AttachmentIds: in.Files}))
}
