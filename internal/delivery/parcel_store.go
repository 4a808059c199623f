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
func (p *Post) take(ctx context.Context, way way, job jobs.Carriage) (*parcel, error) {
	now := time.Now().UTC()
	r, err := q.DeliveryTake(ctx, p.Store.Step(job.ClinicID), db.DeliveryTakeParams{
		ClinicID: job.ClinicID, MessageID: job.MessageID, Round: job.Round, Now: now, TooEarly: now.Add(-p.doubt(way)),
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
		optedOut: r.OptedOut, createdAt: r.CreatedAt,
	}
	if r.Subject != nil {
		out.subject = *r.Subject
	}
	if r.BodyHtml != nil {
		out.html = *r.BodyHtml
	}
	if r.AskedBefore.After(time.Unix(0, 0)) { // the epoch stands for never
		out.askedBefore = r.AskedBefore
	}
	out.template, err = templateOf(r.Template)
	return out, err
}

// partly writes down which parts the carrier has, and since when it is asked for the next one;
// the zero time says that it is not, and that nothing is unknown.
func (p *Post) partly(ctx context.Context, parcel *parcel, asked time.Time) error {
	var at *time.Time
	if !asked.IsZero() {
		at = &asked
	}
	return p.Store.Write(ctx, parcel.ClinicID, func(tx *store.Tx) error {
		return q.DeliveryPut(ctx, tx, db.DeliveryPutParams{
			ClinicID: parcel.ClinicID, MessageID: parcel.message, Round: parcel.Round, CarrierIds: parcel.ids, AskedAt: at,
		})
	})
}

// named writes down the carrier's name for a part, as a callback has told it.
func (p *Post) named(ctx context.Context, m mark, name string) error {
	return p.Store.Write(ctx, m.clinic, func(tx *store.Tx) error {
		return q.DeliveryPart(ctx, tx, db.DeliveryPartParams{
			ClinicID: m.clinic, MessageID: m.message, Round: int32(m.round), Part: int32(m.part), CarrierID: name, //nolint:gosec // a few
		})
	})
}

// taken writes down that the carrier has all of it. What it only has in a queue of its own
// looks the same as before: its callbacks tell the rest.
func (p *Post) taken(ctx context.Context, parcel *parcel, got receipt) error {
	if got.state == rules.Queued {
		return p.partly(ctx, parcel, time.Time{})
	}
	return p.Inbox.Progress(ctx, parcel.ClinicID, parcel.message, inbox.Progress{State: got.state, CarrierID: got.id, Round: parcel.Round})
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
