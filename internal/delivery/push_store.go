package delivery

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/SherClockHolmes/webpush-go"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/clinic"
	"frontdesk/internal/inbox"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

var q = db.New() // stateless: each query is handed its connection

// pair answers the clinic's keys, which are made when they are first asked for.
func (p *Push) pair(ctx context.Context, clinic uuid.UUID) (pair, error) {
	row, err := q.PushKeyGet(ctx, p.Store.View(clinic), clinic)
	if errors.Is(err, pgx.ErrNoRows) {
		return p.makePair(ctx, clinic)
	}
	if err != nil {
		return pair{}, err
	}
	private, err := p.opened(clinic, row.SealedPrivate)
	return pair{row.PublicKey, private}, err
}

// makePair keeps the first pair: of two that ask at once, the second decides anew and finds
// it.
func (p *Push) makePair(ctx context.Context, clinic uuid.UUID) (made pair, err error) {
	err = p.Store.Write(ctx, clinic, func(tx *store.Tx) error {
		row, err := q.PushKeyGet(ctx, tx, clinic)
		if err == nil {
			made.public = row.PublicKey
			made.private, err = p.opened(clinic, row.SealedPrivate)
			return err
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if made.private, made.public, err = webpush.GenerateVAPIDKeys(); err != nil {
			return fmt.Errorf("make push keys: %w", err)
		}
		return q.PushKeyInsert(ctx, tx, db.PushKeyInsertParams{
			ClinicID: clinic, PublicKey: made.public, SealedPrivate: p.closed(clinic, made.private), CreatedAt: tx.Now,
		})
	})
	return made, err
}

func (p *Push) devices(ctx context.Context, by rules.Actor) (int, error) {
	n, err := q.PushSubscriptionsOf(ctx, p.Store.View(by.ClinicID), db.PushSubscriptionsOfParams{ClinicID: by.ClinicID, UserID: by.ID})
	return int(n), err
}

func (p *Push) put(ctx context.Context, by rules.Actor, s Subscription) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	return p.Store.Write(ctx, by.ClinicID, func(tx *store.Tx) error {
		return q.PushSubscriptionPut(ctx, tx, db.PushSubscriptionPutParams{
			ClinicID: by.ClinicID, SubscriptionID: id, SessionID: by.SessionID, UserID: by.ID,
			Endpoint: s.Endpoint, EndpointHash: hashOf(s.Endpoint), P256dh: s.P256dh, Auth: s.Auth, CreatedAt: tx.Now,
		})
	})
}

func (p *Push) remove(ctx context.Context, by rules.Actor, endpoint string) error {
	return p.Store.Write(ctx, by.ClinicID, func(tx *store.Tx) error {
		return q.PushSubscriptionRemove(ctx, tx, db.PushSubscriptionRemoveParams{ClinicID: by.ClinicID, UserID: by.ID, EndpointHash: hashOf(endpoint)})
	})
}

func (p *Push) gone(ctx context.Context, r Ring) error {
	return p.Store.Write(ctx, r.ClinicID, func(tx *store.Tx) error {
		return q.PushSubscriptionGone(ctx, tx, db.PushSubscriptionGoneParams{ClinicID: r.ClinicID, SubscriptionID: r.SubscriptionID})
	})
}

func (p *Push) subscription(ctx context.Context, r Ring) (to webpush.Subscription, known bool, err error) {
	row, err := q.PushSubscriptionGet(ctx, p.Store.View(r.ClinicID), db.PushSubscriptionGetParams{ClinicID: r.ClinicID, SubscriptionID: r.SubscriptionID})
	if errors.Is(err, pgx.ErrNoRows) {
		return to, false, nil
	}
	return webpush.Subscription{Endpoint: row.Endpoint, Keys: webpush.Keys{Auth: row.Auth, P256dh: row.P256dh}}, err == nil, err
}

// toTell claims what is to be told, with the clinic's zone.
func (p *Push) toTell(ctx context.Context, tx *store.Tx, t inbox.Told) ([]told, *time.Location, error) {
	settings, err := clinic.SettingsIn(ctx, tx, t.ClinicID)
	if err != nil {
		return nil, nil, err
	}
	rows, err := q.NotificationsToPush(ctx, tx, db.NotificationsToPushParams{
		ClinicID: t.ClinicID, UserIds: t.UserIDs, ConversationID: t.ConversationID, ToldAt: t.At, Now: tx.Now, IdleSince: tx.Now.Add(-people.StaffIdle),
	})
	zone := settings.Zone()
	if err != nil || len(rows) == 0 {
		return nil, zone, err
	}
	all := make([]told, len(rows))
	ids := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		preferences, err := people.ParsePreferences(r.Preferences)
		if err != nil {
			return nil, nil, err
		}
		ids[i] = r.NotificationID
		all[i] = told{user: r.UserID, subscription: r.SubscriptionID, kind: rules.NoticeKind(r.Kind), patient: r.PatientName, preferences: preferences}
	}
	return all, zone, q.NotificationPushed(ctx, tx, db.NotificationPushedParams{ClinicID: t.ClinicID, NotificationIds: ids})
}

func hashOf(endpoint string) []byte {
	sum := sha256.Sum256([]byte(endpoint))
	return sum[:]
}
