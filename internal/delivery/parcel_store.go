package delivery

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"frontdesk/internal/inbox"
	"frontdesk/internal/jobs"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// take writes down that the carrier is about to be asked, and answers what is to be handed
// over; nothing, where that is done, or where a later round has its own job.
func (p *Post) take(ctx context.Context, job jobs.Carriage) (*parcel, error) {
	r, err := q.DeliveryTake(ctx, p.Store.Step(job.ClinicID), db.DeliveryTakeParams{
		ClinicID: job.ClinicID, MessageID: job.MessageID, Round: job.Round, Now: time.Now().UTC(),
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := &parcel{
		Carriage: job, message: r.MessageID, conversation: r.ConversationID, address: r.Address, body: r.Body, attachments: int(r.Attachments),
		automatic: r.Automatic, clinicName: r.ClinicName, portal: r.PortalAccess, tries: int(r.Tries), ids: r.CarrierIds,
	}
	if r.Subject != nil {
		out.subject = *r.Subject
	}
	if r.AskedBefore.After(time.Unix(0, 0)) { // the epoch stands for never
		out.askedBefore = r.AskedBefore
	}
	out.template, err = templateOf(r.Template)
	return out, err
}

// ask writes down that the carrier is asked once more.
func (p *Post) ask(ctx context.Context, parcel parcel) error {
	return p.Store.Write(ctx, parcel.ClinicID, func(tx *store.Tx) error {
		return q.DeliveryAsk(ctx, tx, db.DeliveryAskParams{ClinicID: parcel.ClinicID, MessageID: parcel.message, Now: tx.Now})
	})
}

// partly writes down which parts the carrier has, and that nothing is unknown.
func (p *Post) partly(ctx context.Context, parcel parcel) error {
	return p.Store.Write(ctx, parcel.ClinicID, func(tx *store.Tx) error {
		return q.DeliveryPut(ctx, tx, db.DeliveryPutParams{ClinicID: parcel.ClinicID, MessageID: parcel.message, CarrierIds: parcel.ids})
	})
}

// taken writes down that the carrier has all of it. What it only has in a queue of its own
// looks the same as before: its callbacks tell the rest.
func (p *Post) taken(ctx context.Context, parcel parcel, got receipt) error {
	if got.state == rules.Queued {
		return p.partly(ctx, parcel)
	}
	return p.Inbox.Progress(ctx, parcel.ClinicID, parcel.message, inbox.Progress{State: got.state, CarrierID: got.id})
}

// unclaimed answers those of a carrier's names that no message of ours has.
func (p *Post) unclaimed(ctx context.Context, parcel parcel, names []string) ([]string, error) {
	if len(names) == 0 {
		return nil, nil
	}
	rows, err := q.DeliveryClaimed(ctx, p.Store.View(parcel.ClinicID), db.DeliveryClaimedParams{ClinicID: parcel.ClinicID, CarrierIds: names})
	if err != nil {
		return nil, err
	}
	claimed := map[string]bool{}
	for _, r := range rows {
		claimed[r.CarrierID] = true
	}
	var free []string
	for _, n := range names {
		if !claimed[n] {
			free = append(free, n)
		}
	}
	return free, nil
}

// silent answers what an account's carrier has told nothing of.
func (p *Post) silent(ctx context.Context, a Account) ([]db.DeliveriesSilentRow, error) {
	now := time.Now()
	return q.DeliveriesSilent(ctx, p.Store.View(a.ClinicID), db.DeliveriesSilentParams{
		ClinicID: a.ClinicID, Channel: string(a.Channel), QuietSince: now.Add(-quiet), NewerThan: now.Add(-tooOld), MaxRows: askMost,
	})
}
