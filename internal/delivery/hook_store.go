package delivery

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/delivery/mail"
	"frontdesk/internal/jobs"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// keepWebhook keeps what a carrier has told us with the job that understands it; the same
// again is nothing new. upto is how far a mailbox has been read with it, or nil.
func (p *Post) keepWebhook(ctx context.Context, a Account, carrier string, body []byte, upto *mail.Cursor) error {
	digest := sha256.Sum256(body)
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	return p.Store.Write(ctx, a.ClinicID, func(tx *store.Tx) error {
		known, err := q.WebhookKnown(ctx, tx, db.WebhookKnownParams{ClinicID: a.ClinicID, Digest: digest[:]})
		if err != nil {
			return err
		}
		if upto != nil {
			if err := readUpto(ctx, tx, a, *upto); err != nil {
				return err
			}
		}
		if known {
			return nil
		}
		return errors.Join(
			q.WebhookInsert(ctx, tx, db.WebhookInsertParams{
				ClinicID: a.ClinicID, WebhookID: id, Channel: string(a.Channel), Carrier: carrier, Digest: digest[:], Body: body, ReceivedAt: tx.Now,
			}),
			p.Queue.Add(ctx, tx, jobs.Heard{ClinicID: a.ClinicID, WebhookID: id}, time.Time{}),
		)
	})
}

func (p *Post) webhook(ctx context.Context, job jobs.Heard) (db.Webhook, error) {
	return q.WebhookGet(ctx, p.Store.View(job.ClinicID), db.WebhookGetParams{ClinicID: job.ClinicID, WebhookID: job.WebhookID})
}

func (p *Post) understood(ctx context.Context, job jobs.Heard, trouble string) error {
	return p.Store.Write(ctx, job.ClinicID, func(tx *store.Tx) error {
		return q.WebhookDone(ctx, tx, db.WebhookDoneParams{ClinicID: job.ClinicID, WebhookID: job.WebhookID, Now: tx.Now, Trouble: trouble})
	})
}

// keepWebhooks is how long what was understood stays, to look into.
const keepWebhooks = 7 * 24 * time.Hour

// Prune removes what carriers have told us and was understood long ago.
func (p *Post) Prune(ctx context.Context) error {
	heads, _, err := p.Store.Heads(ctx, nil)
	if err != nil {
		return err
	}
	for clinic := range heads {
		err = errors.Join(err, p.Store.Write(ctx, clinic, func(tx *store.Tx) error {
			before := tx.Now.Add(-keepWebhooks)
			return q.WebhooksPrune(ctx, tx, db.WebhooksPruneParams{ClinicID: clinic, Before: &before})
		}))
	}
	return err
}
