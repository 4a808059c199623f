package delivery

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/SherClockHolmes/webpush-go"
	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/jobs"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Ring is the job of telling one browser one thing.
type Ring struct {
	ClinicID       uuid.UUID `json:"clinic_id"`
	SubscriptionID uuid.UUID `json:"subscription_id"`
	ConversationID uuid.UUID `json:"conversation_id"`
	Title          string    `json:"title"`
	Body           string    `json:"body"`
	Until          time.Time `json:"until"` // after that it is of no interest
}

// Kind names it in the database.
func (Ring) Kind() string { return "ring" }

const ringLasts = 4 * time.Hour

// notification is what the service worker gets: what to show, and where a click leads.
type notification struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	Tag   string `json:"tag"` // one conversation is one message on the screen
	URL   string `json:"url"`
}

// Tell queues a job for each browser that is to be told of a change. It is a job's handler;
// that it is done and that it has queued those is one commit.
func (p *Push) Tell(ctx context.Context, t inbox.Told) error {
	return p.Store.Write(ctx, t.ClinicID, func(tx *store.Tx) error {
		all, zone, err := p.toTell(ctx, tx, t)
		if err != nil {
			return err
		}
		for _, one := range all {
			if !one.wanted(tx.Now, zone) || p.Presence.Attentive(ctx, t.ClinicID, one.user) {
				continue
			}
			title, body := one.words()
			ring := Ring{ClinicID: t.ClinicID, SubscriptionID: one.subscription, ConversationID: t.ConversationID, Title: title, Body: body, Until: tx.Now.Add(ringLasts)}
			if err := p.Queue.Add(ctx, tx, ring, time.Time{}); err != nil {
				return err
			}
		}
		return nil
	})
}

// told is one browser and what its person is told.
type told struct {
	user, subscription uuid.UUID
	kind               rules.NoticeKind
	patient            string
	preferences        people.Preferences
}

func (t told) wanted(now time.Time, zone *time.Location) bool {
	return t.preferences.Kinds[t.kind].Push && !t.preferences.Quiet.At(now, zone)
}

var said = map[rules.NoticeKind]string{
	rules.NoticeMessage: "New message", rules.NoticeReply: "A colleague has answered", rules.NoticeMention: "You are mentioned in a note",
	rules.NoticeAssigned: "A conversation is assigned to you", rules.NoticeReturned: "A conversation was given back to reception",
	rules.NoticeFailed: "A message was not delivered", rules.NoticeUnsent: "A scheduled message could not be sent", rules.NoticeWoken: "A conversation is back",
}

// words hold nothing that was written, and a name only for who wants it on a locked screen.
func (t told) words() (title, body string) {
	if t.preferences.Names && t.patient != "" {
		return said[t.kind], t.patient
	}
	return said[t.kind], ""
}

// errGone says that a push service knows the browser no more.
var errGone = errors.New("delivery: the subscription has ended")

// Send brings a message to a browser's push service. It is a job's handler: a service that is
// away or busy is tried again, and a browser that is gone is forgotten.
func (p *Push) Send(ctx context.Context, r Ring) error {
	if time.Now().After(r.Until) {
		return jobs.GiveUp(errors.New("it is of no interest any more"))
	}
	to, known, err := p.subscription(ctx, r)
	if err != nil || !known {
		return err // signed out in the meantime
	}
	pair, err := p.pair(ctx, r.ClinicID)
	if err != nil {
		return err
	}
	err = p.post(ctx, r, to, pair)
	if errors.Is(err, errGone) {
		return p.gone(ctx, r)
	}
	return err
}

func (p *Push) post(ctx context.Context, r Ring, to webpush.Subscription, keys pair) error {
	body, err := json.Marshal(notification{Title: r.Title, Body: r.Body, Tag: r.ConversationID.String(), URL: "/c/" + r.ConversationID.String()})
	if err != nil {
		return err
	}
	topic := sha256.Sum256(r.ConversationID[:])
	answer, err := webpush.SendNotificationWithContext(ctx, body, &to, &webpush.Options{
		HTTPClient: p.Client, Subscriber: p.Contact, TTL: int(time.Until(r.Until).Seconds()), Urgency: webpush.UrgencyHigh,
		Topic: base64.RawURLEncoding.EncodeToString(topic[:24]), VAPIDPublicKey: keys.public, VAPIDPrivateKey: keys.private,
	})
	if err != nil {
		var unreached *url.Error
		if errors.As(err, &unreached) {
			err = unreached.Err // the address itself would let anybody write to the browser
		}
		return fmt.Errorf("reach the push service: %w", err)
	}
	defer answer.Body.Close() //nolint:errcheck // read to its end
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 16<<10))
	switch {
	case answer.StatusCode < http.StatusMultipleChoices:
		return nil
	case answer.StatusCode == http.StatusNotFound, answer.StatusCode == http.StatusGone:
		return errGone
	case answer.StatusCode == http.StatusTooManyRequests, answer.StatusCode >= http.StatusInternalServerError:
		return fmt.Errorf("the push service is busy: %d", answer.StatusCode)
	}
	p.Log.WarnContext(ctx, "a push service refuses a message for good", "clinic", r.ClinicID, "status", answer.StatusCode)
	return jobs.GiveUp(fmt.Errorf("the push service refuses it: %d", answer.StatusCode))
}
