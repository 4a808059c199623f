package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/jobs"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// carry binds what goes to the patient over a carrier to its address, and queues the job that
// hands it over: both are there if and only if the message is.
func (s *Service) carry(ctx context.Context, tx *store.Tx, by rules.Actor, c locked, in Draft) error {
	if by.Kind == rules.Patient || c.parties.Kind == rules.Direct || !in.Channel.Carried() {
		return nil
	}
	var template []byte
	if in.Template != nil {
		var err error
		if template, err = json.Marshal(in.Template); err != nil {
			return err
		}
	}
	return errors.Join(
		q.DeliveryInsert(ctx, tx, db.DeliveryInsertParams{
			ClinicID: c.row.ClinicID, MessageID: in.ID, Channel: string(in.Channel), Address: c.reach.Address(in.Channel),
			Template: template, Automatic: in.Automatic, Now: tx.Now,
		}),
		s.queue.Add(ctx, tx, jobs.Carry(in.Channel, jobs.Carriage{ClinicID: c.row.ClinicID, MessageID: in.ID}), time.Time{}),
	)
}

// delivery is a row that this transaction holds.
type delivery struct {
	message   uuid.UUID
	clinic    uuid.UUID
	author    uuid.UUID
	channel   rules.Channel
	state     rules.Delivery
	round     int32
	ids       []string
	templated bool
	unread    bool // the message is
}

func (s *Reader) deliveredIn(ctx context.Context, clinic, message uuid.UUID) (conversation uuid.UUID, err error) {
	d, err := q.DeliveryGet(ctx, s.store.View(clinic), db.DeliveryGetParams{ClinicID: clinic, MessageID: message})
	if errors.Is(err, pgx.ErrNoRows) {
		return uuid.Nil, ErrNoDelivery
	}
	return d.ConversationID, err
}

func lockDelivery(ctx context.Context, tx *store.Tx, clinic, message uuid.UUID) (delivery, error) {
	d, err := q.DeliveryLock(ctx, tx, db.DeliveryLockParams{ClinicID: clinic, MessageID: message})
	if err != nil {
		return delivery{}, err
	}
	m, err := q.MessageGet(ctx, tx, db.MessageGetParams{ClinicID: clinic, MessageID: message})
	return delivery{
		message: message, clinic: clinic, author: m.AuthorUserID.UUID, channel: rules.Channel(d.Channel), state: rules.Delivery(d.State),
		round: d.Round, ids: d.CarrierIds, templated: d.Template != nil, unread: m.Status == string(rules.Unread),
	}, err
}

// move writes the state, and the carrier's names. The names of a part that has failed, and of
// those after it, are of the past: in another try they are sent again.
func (d delivery) move(ctx context.Context, tx *store.Tx, p Progress) error {
	ids, past := d.ids, []string{}
	at := slices.Index(ids, p.CarrierID)
	switch {
	case p.CarrierID == "":
	case p.State == rules.Undone && at >= 0:
		ids, past = ids[:at], ids[at:]
	case p.State == rules.Undone:
		past = []string{p.CarrierID}
	case at < 0:
		ids = append(ids, p.CarrierID)
	}
	return q.DeliveryMove(ctx, tx, db.DeliveryMoveParams{
		ClinicID: d.clinic, MessageID: d.message, State: string(p.State), Reason: p.Reason, Code: p.Code,
		CarrierIds: ids, PastIds: past, KeepAsked: p.Unclear, Now: tx.Now,
	})
}

func putAgain(ctx context.Context, tx *store.Tx, clinic, message uuid.UUID) error {
	return q.DeliveryAgain(ctx, tx, db.DeliveryAgainParams{ClinicID: clinic, MessageID: message, Now: tx.Now})
}

func readByPatient(ctx context.Context, tx *store.Tx, c locked, message uuid.UUID) error {
	return q.MessageRead(ctx, tx, db.MessageReadParams{
		ClinicID: c.row.ClinicID, MessageIds: []uuid.UUID{message}, Now: tx.Now, ReaderPatientID: store.Maybe(c.parties.PatientID),
	})
}

// passOn queues the telling of WhatsApp that staff have opened what came from there: the
// newest, which stands for all before it.
func (s *Service) passOn(ctx context.Context, tx *store.Tx, by rules.Actor, c locked, read []uuid.UUID) error {
	if by.Kind != rules.User || !slices.Contains(c.reach.Configured, rules.WhatsApp) {
		return nil
	}
	rows, err := q.ReceivedUnmarked(ctx, tx, db.ReceivedUnmarkedParams{ClinicID: c.row.ClinicID, MessageIds: read})
	if err != nil || len(rows) == 0 {
		return err
	}
	return s.queue.Add(ctx, tx, jobs.ReadMark{ClinicID: c.row.ClinicID, MessageID: rows[0].MessageID, CarrierID: rows[0].CarrierID}, time.Time{})
}
