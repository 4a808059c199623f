package inbox

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// staffOf are those who may be told of something, and which of them have a browser that
// wants to be.
func staffOf(clinic uuid.UUID, ids []uuid.UUID, roles []string, rings []bool) (staff []rules.Actor, ring []uuid.UUID) {
	staff = make([]rules.Actor, len(ids))
	for i, id := range ids {
		staff[i] = rules.Actor{Kind: rules.User, ClinicID: clinic, ID: id, Role: rules.Role(roles[i]), Permissions: []string{rules.SendMessages}, Active: true}
		if rings[i] {
			ring = append(ring, id)
		}
	}
	return staff, ring
}

// withStaff adds to a conversation that is only being made who may be told of it.
func withStaff(ctx context.Context, tx *store.Tx, c locked) (locked, error) {
	rows, err := q.StaffOfHub(ctx, tx, c.row.ClinicID)
	for _, r := range rows {
		staff, ring := staffOf(c.row.ClinicID, []uuid.UUID{r.UserID}, []string{r.Role}, []bool{r.Ring})
		c.staff, c.ring = append(c.staff, staff...), append(c.ring, ring...)
	}
	return c, err
}

// tell queues a notice for people, and puts them into the entry.
func tell(ctx context.Context, tx *store.Tx, c locked, entry *store.Entry, by rules.Actor, kind rules.NoticeKind, message uuid.UUID, people []uuid.UUID) error {
	if len(people) == 0 {
		return nil
	}
	seed := message
	if seed == uuid.Nil {
		seed = uuid.NewSHA1(c.row.ConversationID, []byte(tx.Now.Format(time.RFC3339Nano)))
	}
	for _, id := range people {
		if entry.Notified = addOnce(entry.Notified, id); slices.Contains(c.ring, id) {
			entry.Ring = addOnce(entry.Ring, id)
		}
	}
	return q.NotificationAdd(ctx, tx, db.NotificationAddParams{
		ClinicID: c.row.ClinicID, Seed: seed, Kind: string(kind), ConversationID: c.row.ConversationID, MessageID: store.Maybe(message),
		ActorUserID: asUser(by), ActorPatientID: asPatient(by), Now: tx.Now, UserIds: people,
	})
}

// dealtWith clears kinds of notices of those of the named who have something unread here.
func dealtWith(ctx context.Context, tx *store.Tx, c locked, entry *store.Entry, kinds []rules.NoticeKind, named ...uuid.UUID) error {
	var whose []uuid.UUID
	for _, id := range c.row.NoticedIds {
		if slices.Contains(named, id) {
			whose = addOnce(whose, id)
		}
	}
	if len(whose) == 0 {
		return nil
	}
	for _, id := range whose {
		entry.Notified = addOnce(entry.Notified, id)
	}
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	return q.NotificationClear(ctx, tx, db.NotificationClearParams{
		ClinicID: c.row.ClinicID, ConversationID: c.row.ConversationID, UserIds: whose, Kinds: names, Now: tx.Now,
	})
}

// outOfSight takes from people what they were told of a conversation that is no longer
// theirs to see.
func outOfSight(ctx context.Context, tx *store.Tx, c locked, entry *store.Entry, people []uuid.UUID) error {
	for _, id := range people {
		entry.Notified = addOnce(entry.Notified, id)
	}
	return q.NotificationForget(ctx, tx, db.NotificationForgetParams{ClinicID: c.row.ClinicID, ConversationID: c.row.ConversationID, UserIds: people})
}

func addOnce(to []uuid.UUID, id uuid.UUID) []uuid.UUID {
	if slices.Contains(to, id) {
		return to
	}
	return append(to, id)
}

// collectNotices reads, after the writes, what people are told of the change.
func collectNotices(tx *store.Tx, clinic uuid.UUID, e *store.Entry, ch *Change) {
	ch.Noticed = make([]Noticed, len(e.Notified))
	at := map[uuid.UUID]*Noticed{}
	for i, id := range e.Notified {
		ch.Noticed[i] = Noticed{UserID: id, ConversationID: e.Conversation}
		at[id] = &ch.Noticed[i]
	}
	tx.Then(db.NotificationCounts, []any{clinic, e.Notified}, func(rows pgx.Rows) error {
		counts, err := pgx.CollectRows(rows, pgx.RowToStructByPos[db.NotificationCountsRow])
		for _, r := range counts {
			at[r.UserID].Unread = int(r.Unread)
		}
		return err
	})
	if e.Conversation == uuid.Nil {
		return
	}
	tx.Then(db.NotificationsOfChange, []any{clinic, e.Notified, e.Conversation}, func(rows pgx.Rows) error {
		views, err := pgx.CollectRows(rows, pgx.RowToStructByPos[db.NotificationView])
		for _, v := range views {
			at[v.UserID].Of = append(at[v.UserID].Of, noticeOf(v))
		}
		return err
	})
}

func noticeOf(v db.NotificationView) Notice {
	n := Notice{
		ID: v.NotificationID, Kind: rules.NoticeKind(v.Kind), ConversationID: v.ConversationID, In: rules.ConversationKind(v.ConversationKind),
		Patient: Person{v.PatientID.UUID, v.PatientName}, MessageID: v.MessageID.UUID, Excerpt: v.Excerpt,
		By: authorOf(v.ActorUserID, v.ActorPatientID, v.ActorName), Count: int(v.Count),
		CreatedAt: v.CreatedAt.UTC(), UpdatedAt: v.UpdatedAt.UTC(),
	}
	if v.ReadAt != nil {
		n.ReadAt = v.ReadAt.UTC()
	}
	return n
}

func (s *Reader) unreadNotices(ctx context.Context, by rules.Actor) (int, error) {
	rows, err := q.NotificationCounts(ctx, s.store.View(by.ClinicID), db.NotificationCountsParams{ClinicID: by.ClinicID, UserIds: []uuid.UUID{by.ID}})
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return int(rows[0].Unread), nil
}

func (s *Reader) noticePage(ctx context.Context, by rules.Actor, unread bool, limit int, from *place) ([]Notice, error) {
	arg := db.NotificationPageParams{ClinicID: by.ClinicID, UserID: by.ID, Unread: unread, MaxRows: int32(limit)} //nolint:gosec // a page is at most some hundred
	if from != nil {
		arg.BeforeAt, arg.BeforeID = &from.at, store.Maybe(from.id)
	}
	rows, err := q.NotificationPage(ctx, s.store.View(by.ClinicID), arg)
	page := make([]Notice, len(rows))
	for i, r := range rows {
		page[i] = noticeOf(r)
	}
	return page, err
}

func readNotices(ctx context.Context, tx *store.Tx, by rules.Actor, ids []uuid.UUID, upto uuid.UUID) (*store.Entry, error) {
	which := db.NotificationsUnreadParams{ClinicID: by.ClinicID, UserID: by.ID, NotificationIds: append([]uuid.UUID{}, ids...)}
	if upto != uuid.Nil {
		n, err := q.NotificationGet(ctx, tx, db.NotificationGetParams{ClinicID: by.ClinicID, UserID: by.ID, NotificationID: upto})
		if errors.Is(err, pgx.ErrNoRows) {
			return nil, refusal.Field("up_to", "notification_unknown", "Name one of your own notifications, such as the newest that is shown.")
		}
		if err != nil {
			return nil, err
		}
		which.Upto = &n.UpdatedAt
	}
	unread, err := q.NotificationsUnread(ctx, tx, which)
	if err != nil || len(unread) == 0 {
		return nil, err // read already, or not theirs: nothing to do
	}
	return &store.Entry{Notified: []uuid.UUID{by.ID}}, q.NotificationRead(ctx, tx, db.NotificationReadParams{
		ClinicID: by.ClinicID, UserID: by.ID, Now: tx.Now, NotificationIds: unread,
	})
}

// PruneNotices forgets what was read before a time.
func (s *Service) PruneNotices(ctx context.Context, before time.Time) error {
	clinics, err := q.ClinicIDs(ctx, s.store.View(uuid.Nil))
	if err != nil {
		return err
	}
	for _, clinic := range clinics {
		err := s.store.Write(ctx, clinic, func(tx *store.Tx) error {
			return q.NotificationPrune(ctx, tx, db.NotificationPruneParams{ClinicID: clinic, Before: before})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func beginNudge(ctx context.Context, tx *store.Tx, c locked, since time.Time) error {
	return q.NudgeBegin(ctx, tx, db.NudgeBeginParams{ClinicID: c.row.ClinicID, ConversationID: c.row.ConversationID, PatientID: c.parties.PatientID, Since: since})
}

func endNudge(ctx context.Context, tx *store.Tx, c locked) error {
	return q.NudgeEnd(ctx, tx, db.NudgeEndParams{ClinicID: c.row.ClinicID, ConversationID: c.row.ConversationID})
}
