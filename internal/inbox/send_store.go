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

// locked is a conversation whose row this transaction holds until its end.
type locked struct {
	row     db.ConversationLockRow
	parties rules.Parties
	reach   rules.Reach

	archived bool
	unread   [2]int32
	staff    []rules.Actor // who has access to the hub at all
	ring     []uuid.UUID   // those of them whose browsers want to be told
}

// open locks the conversation, or says that there is none for this person. may is the rule
// that goes with what is to be done.
func open(ctx context.Context, tx *store.Tx, by rules.Actor, id uuid.UUID, may func(rules.Actor, rules.Parties) error) (locked, error) {
	c, err := lock(ctx, tx, by.ClinicID, id)
	if err != nil {
		return locked{}, err
	}
	return c, may(by, c.parties)
}

func lock(ctx context.Context, tx *store.Tx, clinic, id uuid.UUID) (locked, error) {
	r, err := q.ConversationLock(ctx, tx, db.ConversationLockParams{ClinicID: clinic, ConversationID: id})
	if errors.Is(err, pgx.ErrNoRows) {
		return locked{}, rules.ErrNotFound
	}
	if err != nil {
		return locked{}, err
	}
	c := locked{
		row: r,
		parties: rules.Parties{
			Kind: rules.ConversationKind(r.Kind), PatientID: r.PatientID.UUID, DoctorID: r.DoctorID.UUID,
			AssigneeID: r.AssigneeID.UUID, FirstID: r.FirstID.UUID, SecondID: r.SecondID.UUID,
		},
		reach:    reachOf(r.PortalAccess, r.Email, r.Phone, r.OptedOut, r.ClinicChannels, r.HeardAt),
		archived: r.Archived, unread: [2]int32{r.Unread0, r.Unread1},
	}
	c.staff, c.ring = staffOf(clinic, r.StaffIds, r.StaffRoles, r.StaffRing)
	return c, nil
}

// entry is the log's line for a change to the conversation.
func (c locked) entry(messages ...uuid.UUID) *store.Entry {
	return &store.Entry{Conversation: c.row.ConversationID, Patient: c.parties.PatientID, Messages: messages, ForStaff: true}
}

// quietly is the log's line for what changes nothing but notices.
func (c locked) quietly() *store.Entry {
	return &store.Entry{Conversation: c.row.ConversationID, Patient: c.parties.PatientID}
}

// before is what a send finds: the same message from an earlier try, or what it answers.
type before struct {
	same    *Message
	answers []uuid.UUID
}

func lookBefore(ctx context.Context, tx *store.Tx, by rules.Actor, c locked, in Draft) (before, error) {
	rows, err := q.MessageBefore(ctx, tx, db.MessageBeforeParams{
		ClinicID: by.ClinicID, MessageID: in.ID,
		ConversationID: c.row.ConversationID, OtherSide: int16(rules.SideOf(by, c.parties).Other()),
	})
	if err != nil {
		return before{}, err
	}
	var b before
	for _, r := range rows {
		if r.Same {
			if r, err = original(ctx, tx, by.ClinicID, r); err != nil {
				return before{}, err
			}
		}
		switch {
		case !r.Same:
			b.answers = append(b.answers, r.MessageID)
		case r.ConversationID != c.row.ConversationID || !sameContent(r, by, in):
			return before{}, errIDConflict
		default:
			b.same = &Message{ID: r.MessageID}
		}
	}
	return b, nil
}

func sameContent(r db.MessageBeforeRow, by rules.Actor, in Draft) bool {
	return r.AuthorUserID == asUser(by) && r.AuthorPatientID == asPatient(by) &&
		r.Channel == string(in.Channel) && r.Body == in.Body && orEmpty(r.BodyHtml) == in.HTML && orEmpty(r.Subject) == in.Subject && sameMentions(r.Mentions, in.Mentions) &&
		callFrom(r.CallStartedAt, r.CallSeconds, r.CallDirection, r.CallOutcome).same(in.Call) &&
		slices.Equal(r.Files, in.Files)
}

// movedOn refuses a reply where a colleague has answered since the writer last looked.
func movedOn(ctx context.Context, tx *store.Tx, by rules.Actor, c locked, in Draft) error {
	if in.LastSeenID == uuid.Nil || in.Channel.StaffOnly() {
		return nil
	}
	rows, err := q.MessagesNewer(ctx, tx, db.MessagesNewerParams{
		ClinicID: by.ClinicID, ConversationID: c.row.ConversationID, SeenID: in.LastSeenID,
		Side: int16(rules.SideOf(by, c.parties)), AuthorID: by.ID,
	})
	if err != nil || len(rows) == 0 {
		return err
	}
	return &refusal.Error{
		Kind: refusal.Conflict, Code: "thread_moved_on", Newer: messagesOf(rows),
		Detail: "A colleague has answered in the meantime. Read the newer messages, then send again if yours is still needed.",
	}
}

// add writes the message, marks what it answers, and brings the conversation up to date.
func (s *Service) add(ctx context.Context, tx *store.Tx, by rules.Actor, c locked, in Draft, b before, reopen bool) (*store.Entry, error) {
	side, at := rules.SideOf(by, c.parties), tx.Now
	if c.row.LastID.Valid && !at.After(c.row.LastAt) {
		at = c.row.LastAt.Add(time.Microsecond) // another node's clock is ahead of ours
	}
	touched := []uuid.UUID{}
	if reopen {
		ids, err := q.MessageNewestIDs(ctx, tx, db.MessageNewestIDsParams{ClinicID: by.ClinicID, ConversationID: c.row.ConversationID, MaxRows: pageOfThread - 1})
		if err != nil {
			return nil, err
		}
		touched = ids
	}
	if err := holdFiles(ctx, tx, by, in); err != nil {
		return nil, err
	}
	next := summaryAfter(c, in, side, at, reopen)
	status := rules.Unread
	if in.Channel.StaffOnly() {
		status, b.answers = rules.Read, nil // nobody is addressed
	}
	entry := c.entry(append(append(touched, b.answers...), in.ID)...)
	entry.ForPatient = !in.Channel.StaffOnly()
	call := columnsOf(in.Call)
	closed, err := s.answerWhileClosed(ctx, tx, by, c, in, entry, &next)
	if err != nil {
		return nil, err
	}
	return entry, errors.Join(
		awakened(ctx, tx, c, side),
		q.MessageInsert(ctx, tx, db.MessageInsertParams{
			ClinicID: by.ClinicID, MessageID: in.ID, ConversationID: c.row.ConversationID, Channel: string(in.Channel), Side: int16(side),
			AuthorUserID: asUser(by), AuthorPatientID: asPatient(by), Subject: subjectOf(in), Body: in.Body, Status: string(status), Mentions: mentionsOf(in), CreatedAt: at,
			CallStartedAt: call.started, CallSeconds: call.seconds, CallDirection: call.direction, CallOutcome: call.outcome,
			Attachments: int16(len(in.Files)), //nolint:gosec // at most maxFiles
			BodyHtml:    htmlOf(in.HTML), Automatic: in.Automatic,
		}),
		s.carry(ctx, tx, by, c, in),
		sendFiles(ctx, tx, by, in),
		replied(ctx, tx, by, b.answers),
		closed(),
		q.ConversationSummarize(ctx, tx, next),
		tellOfMessage(ctx, tx, c, entry, by, in),
		awaitPatient(ctx, tx, c, by, in, at),
	)
}

func replied(ctx context.Context, tx *store.Tx, by rules.Actor, answers []uuid.UUID) error {
	if len(answers) == 0 {
		return nil
	}
	return q.MessageReplied(ctx, tx, db.MessageRepliedParams{
		ClinicID: by.ClinicID, MessageIds: answers, Now: &tx.Now, ReaderUserID: asUser(by), ReaderPatientID: asPatient(by),
	})
}

// summaryAfter is the conversation's row after the message: to write is to have read, the
// other side has one more to read, and a run of words of one side keeps its beginning.
func summaryAfter(c locked, in Draft, side rules.Side, at time.Time, reopen bool) db.ConversationSummarizeParams {
	next := db.ConversationSummarizeParams{
		ClinicID: c.row.ClinicID, ConversationID: c.row.ConversationID, Archived: c.archived && !reopen,
		Unread0: c.unread[0], Unread1: c.unread[1], LastWord: c.row.LastWord, LastWordSince: c.row.LastWordSince,
		LastID: store.Maybe(in.ID), LastAt: at, ShownID: c.row.ShownID, ShownAt: c.row.ShownAt,
	}
	if in.Channel.StaffOnly() {
		return next
	}
	unread := c.unread
	unread[side], unread[side.Other()] = 0, unread[side.Other()]+1
	next.Unread0, next.Unread1 = unread[0], unread[1]
	next.ShownID, next.ShownAt = next.LastID, at
	if own := int16(side); c.row.LastWord == nil || *c.row.LastWord != own || reopen { // nobody waited for what was archived
		next.LastWord, next.LastWordSince = &own, &at
	}
	return next
}

func subjectOf(in Draft) *string {
	if in.Subject == "" {
		return nil
	}
	return &in.Subject
}

var errIDConflict = &refusal.Error{Kind: refusal.Conflict, Code: "id_conflict", Field: "id", Detail: "Another message already has this id. Make a new one and send again."}
