package inbox

import (
	"context"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Notice is something that one member of staff is told. What comes again before it is read
// is the same notice, with a count.
type Notice struct {
	ID             uuid.UUID
	Kind           rules.NoticeKind
	ConversationID uuid.UUID
	In             rules.ConversationKind
	Patient        Person
	MessageID      uuid.UUID // the newest, or uuid.Nil
	Excerpt        string    // of that message
	By             Author    // who did it last
	Count          int
	CreatedAt      time.Time
	UpdatedAt      time.Time
	ReadAt         time.Time // zero: unread
}

// Noticed is what one person is told after a change: whole states, never differences.
type Noticed struct {
	UserID         uuid.UUID
	Unread         int       // all of theirs, a hundred at the most
	ConversationID uuid.UUID // or uuid.Nil, where several may be touched
	Of             []Notice  // the unread ones of that conversation
}

// Told is the job that follows a change which has told something to people whose browsers
// want to know.
type Told struct {
	ClinicID       uuid.UUID   `json:"clinic_id"`
	ConversationID uuid.UUID   `json:"conversation_id"`
	UserIDs        []uuid.UUID `json:"user_ids"`
	At             time.Time   `json:"at"`
}

// Kind names it in the database.
func (Told) Kind() string { return "told" }

// whoeverLooks is how long somebody has to see it on the page, before a browser is told.
const whoeverLooks = 3 * time.Second

// Notices answers a page of what the actor was told, newest first; unread is how much of all
// is.
func (s *Reader) Notices(ctx context.Context, by rules.Actor, unreadOnly bool, limit int, cursor string) (page []Notice, next string, unread int, err error) {
	if err := staffOnly(by); err != nil {
		return nil, "", 0, err
	}
	from, err := parsePlace(cursor)
	if err != nil {
		return nil, "", 0, err
	}
	if unread, err = s.unreadNotices(ctx, by); err != nil {
		return nil, "", 0, err
	}
	page, err = s.noticePage(ctx, by, unreadOnly, limit+1, from)
	if err != nil || len(page) <= limit {
		return page, "", unread, err
	}
	last := page[limit-1]
	return page[:limit], place{last.UpdatedAt, last.ID}.String(), unread, nil
}

// ReadNotices marks some of the actor's notices as read, and where upto is one of them, all
// that came no later. It answers how much is unread after it.
func (s *Service) ReadNotices(ctx context.Context, by rules.Actor, ids []uuid.UUID, upto uuid.UUID) (unread int, err error) {
	if err := staffOnly(by); err != nil {
		return 0, err
	}
	if len(ids) == 0 && upto == uuid.Nil {
		return 0, refusal.Field("ids", "ids_missing", "Name the notifications to mark as read, or the newest of them as up_to.")
	}
	ch, err := s.change(ctx, by, func(tx *store.Tx) (*store.Entry, error) { return readNotices(ctx, tx, by, ids, upto) })
	if err != nil {
		return 0, err
	}
	if len(ch.Noticed) > 0 {
		return ch.Noticed[0].Unread, nil
	}
	return s.unreadNotices(ctx, by)
}

func staffOnly(by rules.Actor) error {
	if by.Kind != rules.User {
		return errNotStaff
	}
	return rules.UseHub(by)
}

// notify reads what people are told, and queues the telling of browsers that wait for it.
func (s *Service) notify(ctx context.Context, tx *store.Tx, clinic uuid.UUID, e *store.Entry, ch *Change) error {
	if len(e.Notified) == 0 {
		return nil
	}
	collectNotices(tx, clinic, e, ch)
	if len(e.Ring) == 0 {
		return nil
	}
	return s.queue.Add(ctx, tx, Told{ClinicID: clinic, ConversationID: e.Conversation, UserIDs: e.Ring, At: tx.Now}, time.Now().Add(whoeverLooks))
}

// TellSender tells somebody of the staff that a message of theirs was not delivered
// (rules.NoticeFailed) or that a scheduled one could not be sent (rules.NoticeUnsent):
// nobody in particular has done it. message may be uuid.Nil.
func (s *Service) TellSender(ctx context.Context, clinic, conversation, message, user uuid.UUID, kind rules.NoticeKind) error {
	by := rules.Actor{Kind: System, ClinicID: clinic}
	_, err := s.commit(ctx, clinic, func(tx *store.Tx) (*store.Entry, error) {
		c, err := lock(ctx, tx, clinic, conversation)
		if err != nil {
			return nil, err
		}
		entry := c.quietly()
		return entry, tell(ctx, tx, c, entry, by, kind, message, rules.Tell(c.parties, by, c.staff, user))
	})
	return err
}
