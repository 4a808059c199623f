package inbox

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// Get answers one conversation. What the actor may not see is not found.
func (s *Reader) Get(ctx context.Context, by rules.Actor, id uuid.UUID) (Conversation, error) {
	if err := rules.UseHub(by); err != nil {
		return Conversation{}, err
	}
	found, err := s.conversations(ctx, by.ClinicID, []uuid.UUID{id})
	if err != nil {
		return Conversation{}, err
	}
	if len(found) == 0 || !found[0].seenBy(by) {
		return Conversation{}, rules.ErrNotFound
	}
	return found[0], nil
}

// seenBy is rules.Sees, and for a patient that there is something to see: a conversation
// that holds nothing but a logged call is not there.
func (c Conversation) seenBy(by rules.Actor) bool {
	return rules.Sees(by, c.Parties) && (by.Kind == rules.User || c.showID != uuid.Nil)
}

// Messages answers the newest page of a thread, oldest to newest within it, before a message
// or from the end where before is uuid.Nil; older tells whether there are more before it.
func (s *Reader) Messages(ctx context.Context, by rules.Actor, conversation, before uuid.UUID, limit int) (page []Message, older bool, err error) {
	if _, err := s.Get(ctx, by, conversation); err != nil {
		return nil, false, err
	}
	arg := db.MessagePageParams{ClinicID: by.ClinicID, ConversationID: conversation, Notes: by.Kind == rules.User, MaxRows: int32(limit + 1)} //nolint:gosec // a page is at most some hundred
	if before != uuid.Nil {
		m, err := s.message(ctx, by, before)
		if err != nil || m.ConversationID != conversation {
			return nil, false, refusal.Field("before", "before_unknown", "Name a message of this conversation, such as the page's next_cursor.")
		}
		arg.Before = &m.CreatedAt
	}
	rows, err := q.MessagePage(ctx, s.store.View(by.ClinicID), arg)
	if err != nil {
		return nil, false, err
	}
	if older = len(rows) > limit; older {
		rows = rows[:limit]
	}
	page = make([]Message, len(rows))
	for i, r := range rows {
		page[len(rows)-1-i] = messageOf(r)
	}
	return page, older, nil
}

// message answers one message, if the actor may see it.
func (s *Reader) message(ctx context.Context, by rules.Actor, id uuid.UUID) (Message, error) {
	row, err := q.MessageGet(ctx, s.store.View(by.ClinicID), db.MessageGetParams{ClinicID: by.ClinicID, MessageID: id})
	if errors.Is(err, pgx.ErrNoRows) {
		return Message{}, errMessageNotFound
	}
	if err != nil {
		return Message{}, err
	}
	m := messageOf(row)
	if by.Kind == rules.Patient && m.StaffOnly() {
		return Message{}, errMessageNotFound
	}
	if _, err := s.Get(ctx, by, m.ConversationID); errors.Is(err, rules.ErrNotFound) {
		return Message{}, errMessageNotFound
	} else if err != nil {
		return Message{}, err
	}
	return m, nil
}

// reach is how much of the inbox is the actor's: rules.Sees, as the query asks it.
func reach(by rules.Actor) string {
	switch {
	case by.Kind == rules.Patient:
		return "patient"
	case by.Role == rules.Admin:
		return "all"
	case by.Role == rules.Receptionist:
		return "front_desk"
	}
	return "own"
}

func (s *Reader) page(ctx context.Context, by rules.Actor, f Filter, limit int, from *place) ([]Conversation, error) {
	arg := db.ConversationPageParams{
		ClinicID: by.ClinicID, Reach: reach(by), ViewerID: by.ID, MaxRows: int32(limit), //nolint:gosec // a page is at most some hundred
		Archived: f.Archived, Starred: f.Starred, Waiting: f.Waiting, Mine: f.Mine, PatientID: store.Maybe(f.PatientID), AssigneeID: store.Maybe(f.AssigneeID),
		Label: orNull(f.Label), Status: orNull(string(f.Status)), Channel: orNull(string(f.Channel)), Direction: orNull(f.Direction),
	}
	if by.Kind == rules.Patient {
		if f.Archived != nil && *f.Archived {
			return nil, nil // archiving is the clinic's filing: a patient keeps every conversation
		}
		arg.Archived = nil
	}
	if from != nil {
		arg.BeforeAt, arg.BeforeID = &from.at, store.Maybe(from.id)
	}
	rows, err := q.ConversationPage(ctx, s.store.View(by.ClinicID), arg)
	if err != nil {
		return nil, err
	}
	return s.withPreviews(ctx, by.ClinicID, rows)
}

// conversations answers those that exist, whoever may see them: the caller asks the rules.
func (s *Reader) conversations(ctx context.Context, clinic uuid.UUID, ids []uuid.UUID) ([]Conversation, error) {
	rows, err := q.ConversationViews(ctx, s.store.View(clinic), db.ConversationViewsParams{ClinicID: clinic, ConversationIds: ids})
	if err != nil {
		return nil, err
	}
	return s.withPreviews(ctx, clinic, rows)
}

func (s *Reader) withPreviews(ctx context.Context, clinic uuid.UUID, rows []db.ConversationView) ([]Conversation, error) {
	out := make([]Conversation, len(rows))
	ids := make([]uuid.UUID, 0, len(rows))
	for i, r := range rows {
		out[i] = conversationOf(r)
		if ids = append(ids, out[i].lastID); out[i].showID != out[i].lastID {
			ids = append(ids, out[i].showID)
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	found, err := s.messages(ctx, clinic, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[uuid.UUID]*Message, len(found))
	for i := range found {
		byID[found[i].ID] = &found[i]
	}
	for i := range out {
		out[i].Last, out[i].Shown = byID[out[i].lastID], byID[out[i].showID]
	}
	return out, nil
}

func (s *Reader) messages(ctx context.Context, clinic uuid.UUID, ids []uuid.UUID) ([]Message, error) {
	rows, err := q.MessageViews(ctx, s.store.View(clinic), db.MessageViewsParams{ClinicID: clinic, MessageIds: ids})
	return messagesOf(rows), err
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
