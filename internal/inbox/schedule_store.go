package inbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
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

// waiting is a scheduled message whose row this transaction holds until its end.
type waiting struct {
	row   db.ScheduledMessage
	files []uuid.UUID // that wait with it, in their order
}

func (w waiting) author() uuid.UUID     { return w.row.AuthorID }
func (w waiting) at() time.Time         { return w.row.ScheduledAt.UTC() }
func (w waiting) state() ScheduledState { return ScheduledState(w.row.State) }

func (w waiting) draft() Draft {
	r := w.row
	return Draft{
		ID: r.MessageID, Channel: rules.Channel(r.Channel), Subject: r.Subject, Body: r.Body, HTML: orEmpty(r.BodyHtml), OfTemplate: r.OfTemplate,
		Files: w.files, waited: true,
	}
}

// openScheduled locks the conversation and then the message that waits in it, always in this
// order, for somebody who may write there. The author may always take back the own words.
func openScheduled(ctx context.Context, tx *store.Tx, by rules.Actor, id uuid.UUID) (locked, waiting, error) {
	found, err := q.ScheduledGet(ctx, tx, db.ScheduledGetParams{ClinicID: by.ClinicID, MessageID: id})
	if errors.Is(err, pgx.ErrNoRows) {
		return locked{}, waiting{}, errScheduledNotFound
	}
	if err != nil {
		return locked{}, waiting{}, err
	}
	c, err := open(ctx, tx, by, found.ConversationID, rules.Write)
	switch {
	case errors.Is(err, rules.ErrNotFound) && found.AuthorID == by.ID && c.row.ConversationID != uuid.Nil: // handed on since
	case errors.Is(err, rules.ErrNotFound):
		return locked{}, waiting{}, errScheduledNotFound
	case err != nil:
		return locked{}, waiting{}, err
	}
	w, err := lockScheduled(ctx, tx, by.ClinicID, id)
	switch {
	case err != nil:
	case w.state() == Sent:
		err = errAlreadySent
	case w.state() == Cancelled:
		err = errCancelled
	}
	return c, w, err
}

func lockScheduled(ctx context.Context, tx *store.Tx, clinic, id uuid.UUID) (waiting, error) {
	row, err := q.ScheduledLock(ctx, tx, db.ScheduledLockParams{ClinicID: clinic, MessageID: id})
	if err != nil {
		return waiting{}, err
	}
	files, err := q.ScheduledFiles(ctx, tx, db.ScheduledFilesParams{ClinicID: clinic, ScheduledID: id})
	return waiting{row, files}, err
}

// scheduledBefore tells whether the draft is new, or refuses it where its id is taken.
func scheduledBefore(ctx context.Context, tx *store.Tx, by rules.Actor, conversation uuid.UUID, in Draft, at time.Time) (fresh bool, err error) {
	w, err := lockScheduled(ctx, tx, by.ClinicID, in.ID)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
	case err != nil:
		return false, err
	case w.row.ConversationID != conversation || w.author() != by.ID || !bytes.Equal(w.row.Fingerprint, fingerprint(in, at)):
		return false, errIDConflict
	default:
		return false, nil
	}
	_, err = q.MessageGet(ctx, tx, db.MessageGetParams{ClinicID: by.ClinicID, MessageID: in.ID})
	if errors.Is(err, pgx.ErrNoRows) {
		return true, nil
	}
	return false, errors.Join(err, errIDConflict)
}

// fingerprint tells two drafts apart, however the first has been changed since.
func fingerprint(in Draft, at time.Time) []byte {
	what := []any{in.Channel, in.Subject, in.Body, at.UnixMicro()}
	if in.HTML != "" {
		what = append(what, in.HTML)
	}
	if len(in.Files) > 0 {
		what = append(what, in.Files)
	}
	raw, err := json.Marshal(what)
	if err != nil {
		panic("inbox: a draft that is no JSON: " + err.Error()) // strings, ids and a number
	}
	sum := sha256.Sum256(raw)
	return sum[:]
}

func (s *Service) schedule(ctx context.Context, tx *store.Tx, by rules.Actor, c locked, in Draft, at time.Time) (*store.Entry, error) {
	n, err := q.ScheduledCount(ctx, tx, db.ScheduledCountParams{ClinicID: by.ClinicID, AuthorID: by.ID})
	if err != nil {
		return nil, err
	}
	if n >= maxScheduled {
		return nil, errTooManyScheduled
	}
	entry, err := s.tellScheduled(ctx, tx, by.ClinicID, c.parties, by.ID)
	if err != nil {
		return nil, err
	}
	return entry, errors.Join(
		s.queue.Add(ctx, tx, Dispatch{ClinicID: by.ClinicID, MessageID: in.ID, Version: 1}, at),
		q.ScheduledInsert(ctx, tx, db.ScheduledInsertParams{
			ClinicID: by.ClinicID, MessageID: in.ID, ConversationID: c.row.ConversationID, AuthorID: by.ID,
			Channel: string(in.Channel), Subject: in.Subject, Body: in.Body, BodyHtml: htmlOf(in.HTML), OfTemplate: in.OfTemplate,
			ScheduledAt: at, Fingerprint: fingerprint(in, at), CreatedAt: tx.Now,
		}),
		waitWith(ctx, tx, by.ClinicID, in.ID, in.Files),
	)
}

// reschedule writes what is to be sent from now on. Another time makes another job; the one
// before finds itself overtaken.
func (s *Service) reschedule(ctx context.Context, tx *store.Tx, by rules.Actor, c locked, w waiting, next Draft, at time.Time) (*store.Entry, error) {
	if err := checkRescheduling(by, c, w, next, at, tx.Now); err != nil {
		return nil, err
	}
	moved, refiled := w.state() != Waiting || !at.Equal(w.at()), !slices.Equal(next.Files, w.files)
	if !moved && next.sameWords(w.draft()) {
		return nil, nil
	}
	if refiled { // else they are held already, and somebody else may change the time
		if err := holdFiles(ctx, tx, by, next); err != nil {
			return nil, err
		}
	}
	version := w.row.Version
	if moved {
		version++
		if err := s.queue.Add(ctx, tx, Dispatch{ClinicID: by.ClinicID, MessageID: next.ID, Version: version}, at); err != nil {
			return nil, err
		}
	}
	entry, err := s.tellScheduled(ctx, tx, by.ClinicID, c.parties, w.author())
	if err != nil {
		return nil, err
	}
	if refiled {
		err = waitWith(ctx, tx, by.ClinicID, next.ID, next.Files)
	}
	return entry, errors.Join(err, q.ScheduledUpdate(ctx, tx, db.ScheduledUpdateParams{
		ClinicID: by.ClinicID, MessageID: next.ID, Channel: string(next.Channel), Subject: next.Subject, Body: next.Body, BodyHtml: htmlOf(next.HTML),
		ScheduledAt: at, Version: version, UpdatedAt: tx.Now,
	}))
}

// settleScheduled writes what has become of one.
func (s *Service) settleScheduled(ctx context.Context, tx *store.Tx, p rules.Parties, w waiting, state ScheduledState, reason string) (*store.Entry, error) {
	entry, err := s.tellScheduled(ctx, tx, w.row.ClinicID, p, w.author())
	if err != nil {
		return nil, err
	}
	return entry, q.ScheduledSettle(ctx, tx, db.ScheduledSettleParams{
		ClinicID: w.row.ClinicID, MessageID: w.row.MessageID, State: string(state), Reason: reason, UpdatedAt: tx.Now,
	})
}

// tellScheduled is the log's line for those who see the conversation, and for the author.
func (s *Service) tellScheduled(ctx context.Context, tx *store.Tx, clinic uuid.UUID, p rules.Parties, author uuid.UUID) (*store.Entry, error) {
	users, err := q.UsersOfHub(ctx, tx, db.UsersOfHubParams{ClinicID: clinic, Permission: rules.SendMessages})
	entry := &store.Entry{Topics: []string{TopicScheduled}, Persons: []uuid.UUID{author}}
	for _, u := range users {
		a := rules.Actor{Kind: rules.User, ClinicID: clinic, ID: u.UserID, Role: rules.Role(u.Role), Permissions: []string{rules.SendMessages}, Active: true}
		if u.UserID != author && rules.Sees(a, p) {
			entry.Persons = append(entry.Persons, u.UserID)
		}
	}
	return entry, err
}

// actorOf is a member of staff with the rights of this moment.
func actorOf(ctx context.Context, tx *store.Tx, clinic, user uuid.UUID) (rules.Actor, error) {
	u, err := q.UserGet(ctx, tx, db.UserGetParams{ClinicID: clinic, UserID: user})
	return rules.Actor{
		Kind: rules.User, ClinicID: clinic, ID: user, Name: u.Name, Role: rules.Role(u.Role), Permissions: u.Permissions, Active: u.Active,
	}, err
}

// Upcoming answers a page of what waits or has failed, soonest first, of one conversation or
// of all that the actor sees; and the cursor of the next page.
func (s *Reader) Upcoming(ctx context.Context, by rules.Actor, conversation uuid.UUID, limit int, cursor string) ([]Scheduled, string, error) {
	if by.Kind != rules.User {
		return nil, "", errNotStaff
	}
	if err := rules.UseHub(by); err != nil {
		return nil, "", err
	}
	from, err := parsePlace(cursor)
	if err != nil {
		return nil, "", err
	}
	arg := db.ScheduledPageParams{
		ClinicID: by.ClinicID, Reach: reach(by), ViewerID: by.ID, ConversationID: store.Maybe(conversation), MaxRows: int32(limit + 1), //nolint:gosec // a page is at most some hundred
	}
	if from != nil {
		arg.AfterAt, arg.AfterID = &from.at, store.Maybe(from.id)
	}
	rows, err := q.ScheduledPage(ctx, s.store.View(by.ClinicID), arg)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = place{rows[limit-1].ScheduledAt, rows[limit-1].MessageID}.String()
	}
	out := make([]Scheduled, len(rows))
	for i, r := range rows {
		out[i] = scheduledOf(by, r)
	}
	return out, next, nil
}

// scheduledOf is one as the actor is shown it: an author who does not see the conversation any
// more is not told with whom it is.
func scheduledOf(by rules.Actor, r db.ScheduledView) Scheduled {
	out := Scheduled{
		ID: r.MessageID, ConversationID: r.ConversationID, Author: Person{r.AuthorID, r.AuthorName},
		Channel: rules.Channel(r.Channel), Subject: r.Subject, Body: r.Body, HTML: orEmpty(r.BodyHtml), Files: filesOf(r.Files), At: r.ScheduledAt.UTC(),
		State: ScheduledState(r.State), Reason: r.Reason, CreatedAt: r.CreatedAt.UTC(),
	}
	seen := rules.Sees(by, rules.Parties{
		Kind: rules.ConversationKind(r.Kind), PatientID: r.PatientID.UUID, DoctorID: r.DoctorID.UUID,
		AssigneeID: r.AssigneeID.UUID, FirstID: r.FirstID.UUID, SecondID: r.SecondID.UUID,
	})
	if seen {
		out.Patient = Person{r.PatientID.UUID, r.PatientName}
	}
	return out
}

// scheduledOne answers one, whatever has become of it, to somebody who has just worked on it.
func (s *Reader) scheduledOne(ctx context.Context, by rules.Actor, id uuid.UUID) (Scheduled, error) {
	r, err := q.ScheduledGet(ctx, s.store.View(by.ClinicID), db.ScheduledGetParams{ClinicID: by.ClinicID, MessageID: id})
	if err != nil {
		return Scheduled{}, err
	}
	return scheduledOf(by, r), nil
}

func codeOf(err error) string {
	var refused *refusal.Error
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}
