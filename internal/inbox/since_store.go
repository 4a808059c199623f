package inbox

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/rules"
	"frontdesk/internal/store/db"
)

// head answers where the clinic's history stands, and whether a number is still of use.
func (s *Reader) head(ctx context.Context, clinic uuid.UUID, after int64) (Missed, error) {
	h, err := q.HistoryGet(ctx, s.store.View(clinic), clinic)
	if err != nil {
		return Missed{}, err
	}
	return Missed{Seq: h.Seq, Reset: after > h.Seq || after < h.PrunedTo}, nil
}

func (s *Reader) touched(ctx context.Context, by rules.Actor, after int64) (touched, error) {
	rows, err := s.changes(ctx, by, after)
	t := touched{changes: len(rows)}
	seen := map[uuid.UUID]bool{}
	add := func(to *[]uuid.UUID, id uuid.UUID) {
		if !seen[id] {
			seen[id] = true
			*to = append(*to, id)
		}
	}
	for _, r := range rows {
		if r.ConversationID.Valid {
			add(&t.conversations, r.ConversationID.UUID)
		}
		for _, topic := range r.Topics {
			if !slices.Contains(t.topics, topic) {
				t.topics = append(t.topics, topic)
			}
		}
		for _, id := range r.MessageIds {
			add(&t.messages, id)
		}
		for _, id := range r.LostIds {
			if id == by.ID {
				t.lost = append(t.lost, r.ConversationID.UUID)
			}
		}
	}
	return t, err
}

func (s *Reader) changes(ctx context.Context, by rules.Actor, after int64) ([]db.ChangesForStaffRow, error) {
	view := s.store.View(by.ClinicID)
	if by.Kind == rules.User {
		return q.ChangesForStaff(ctx, view, db.ChangesForStaffParams{ClinicID: by.ClinicID, After: after, UserID: by.ID, MaxRows: maxMissed + 1})
	}
	rows, err := q.ChangesForPatient(ctx, view, db.ChangesForPatientParams{
		ClinicID: by.ClinicID, PatientID: uuid.NullUUID{UUID: by.ID, Valid: true}, After: after, MaxRows: maxMissed + 1,
	})
	out := make([]db.ChangesForStaffRow, len(rows))
	for i, r := range rows {
		out[i] = db.ChangesForStaffRow(r)
	}
	return out, err
}

// Replay answers a clinic's changes after one number up to another, each with the present
// state of what it touched: how a node fills a gap in what it heard.
func (s *Reader) Replay(ctx context.Context, clinic uuid.UUID, after, upto int64) ([]Change, error) {
	rows, err := q.ChangesBetween(ctx, s.store.View(clinic), db.ChangesBetweenParams{ClinicID: clinic, After: after, Upto: upto})
	if err != nil {
		return nil, err
	}
	var conversations, messages []uuid.UUID
	for _, r := range rows {
		if r.ConversationID.Valid {
			conversations = append(conversations, r.ConversationID.UUID)
		}
		messages = append(messages, r.MessageIds...)
	}
	found, err := s.conversations(ctx, clinic, conversations)
	if err != nil {
		return nil, err
	}
	texts, err := s.messages(ctx, clinic, messages)
	if err != nil {
		return nil, err
	}
	out := make([]Change, len(rows))
	for i, r := range rows {
		out[i] = changeOf(r, found, texts)
	}
	return out, nil
}

func changeOf(r db.Change, conversations []Conversation, messages []Message) Change {
	ch := Change{
		ClinicID: r.ClinicID, Seq: r.Seq, ForStaff: r.ForStaff, ForPatient: r.ForPatient,
		Lost: r.LostIds, Accounts: r.AccountIds, Sessions: r.SessionIds,
		Topics: r.Topics, Persons: r.PersonIds, Messages: pick(messages, r.MessageIds),
	}
	for i := range conversations {
		if conversations[i].ID == r.ConversationID.UUID {
			ch.Conversation = &conversations[i]
		}
	}
	for _, id := range r.NotifiedIds {
		ch.Noticed = append(ch.Noticed, Noticed{UserID: id, Unread: unknown})
	}
	if ch.Conversation == nil {
		ch.Gone = r.ConversationID.UUID
	}
	return ch
}

// unknown is how much is unread of notices that were not read with their change.
const unknown = -1

var errNoClinic = errors.New("inbox: this clinic has no history")

// Head answers the number of the clinic's newest change, and the life of the history.
func (s *Reader) Head(ctx context.Context, clinic uuid.UUID) (seq int64, epoch int32, err error) {
	h, err := q.HistoryGet(ctx, s.store.View(clinic), clinic)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, 0, errNoClinic
	}
	return h.Seq, h.Epoch, err
}
