package delivery

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/store/db"
)

// ours is the message of ours that a carrier calls by a name, or uuid.Nil.
func (p *Post) ours(ctx context.Context, a Account, name string) (uuid.UUID, error) {
	if name == "" {
		return uuid.Nil, nil
	}
	id, err := q.DeliveryByCarrierID(ctx, p.Store.View(a.ClinicID), db.DeliveryByCarrierIDParams{ClinicID: a.ClinicID, CarrierID: name})
	if errors.Is(err, pgx.ErrNoRows) {
		return uuid.Nil, nil
	}
	return id, err
}

// optOut writes down that a carrier refuses an address because whoever has it wants that.
func (p *Post) optOut(ctx context.Context, a Account, message uuid.UUID, f *rules.Failure) error {
	if !f.OptOut {
		return nil
	}
	d, err := q.DeliveryGet(ctx, p.Store.View(a.ClinicID), db.DeliveryGetParams{ClinicID: a.ClinicID, MessageID: message})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return p.People.Heard(ctx, a.ClinicID, a.Channel, d.Address, false, people.Carrier, carrierRefuses)
}
