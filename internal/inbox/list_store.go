package inbox

import (
	"bytes"
	"cmp"
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

// Get answers one conversation. What the actor may not see is not found.
func (s *Reader) Get(ctx context.Context, by rules.Actor, id uuid.UUID) (Conversation, error) {
	if err := rules.UseHub(by); err != nil {
		return Conversation{}, err
	}
	found, err := s.conversations(ctx, by.ClinicID, []uuid.UUID{id})
	if err != nil {
		return Conversation{}, err
	}
	if len(found) == 0 {
		return Conversation{}, s.notFound(ctx, by, id)
	}
	if !found[0].seenBy(by) {
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

// lookupTime is what a list or a search may take; a plan that has gone wrong is not to take
// the inbox along.
const lookupTime = 3 * time.Second

// places answers which conversations of a member of staff pass the filter, in its order.
func (s *Reader) places(ctx context.Context, by rules.Actor, f Filter, limit int, from *place) ([]place, error) {
	ids, narrowed, err := s.named(ctx, by, f)
	if err != nil || narrowed && len(ids) == 0 {
		return nil, err
	}
	arg := db.ConversationPageParams{
		ClinicID: by.ClinicID, Reach: reach(by), ViewerID: by.ID, MaxRows: int32(limit), Ids: ids, //nolint:gosec // a page is at most a thousand
		Archived: f.Archived, Snoozed: f.Snoozed, Starred: f.Starred, Waiting: f.Waiting, Mine: f.Mine, Unassigned: f.Unassigned, Longest: f.Longest,
		PatientID: store.Maybe(f.PatientID), AssigneeID: store.Maybe(f.AssigneeID), Labels: append([]string{}, f.Labels...),
		Status: orNull(string(f.Status)), Channel: orNull(string(f.Channel)), Inbound: inbound(f.Direction),
	}
	if from != nil {
		arg.AfterAt, arg.AfterID = &from.at, store.Maybe(from.id)
	}
	rows, err := q.ConversationPage(ctx, s.store.Lookup(by.ClinicID, lookupTime), arg)
	if store.GivenUp(err) {
		return nil, errSearchBusy
	}
	out := make([]place, len(rows))
	for i, r := range rows {
		out[i] = place{r.At, r.ConversationID}
	}
	slices.SortFunc(out, func(a, b place) int { // of two runs, each in order
		if f.Longest {
			a, b = b, a
		}
		return cmp.Or(b.at.Compare(a.at), bytes.Compare(b.id[:], a.id[:]))
	})
	return out[:min(limit, len(out))], err
}

// inOrder reads what a list shows of conversations.
func (s *Reader) inOrder(ctx context.Context, clinic uuid.UUID, places []place) ([]Conversation, error) {
	if len(places) == 0 {
		return nil, nil
	}
	ids := make([]uuid.UUID, len(places))
	for i, p := range places {
		ids[i] = p.id
	}
	found, err := s.conversations(ctx, clinic, ids)
	at := make(map[uuid.UUID]int, len(ids))
	for i, id := range ids {
		at[id] = i
	}
	slices.SortFunc(found, func(a, b Conversation) int { return at[a.ID] - at[b.ID] })
	return found, err
}

// listOfPatient looks at all that a patient has, which is little.
func (s *Reader) listOfPatient(ctx context.Context, by rules.Actor, f Filter, limit int, from *place) ([]Conversation, string, error) {
	ids, err := q.ConversationsOfPatient(ctx, s.store.View(by.ClinicID), db.ConversationsOfPatientParams{ClinicID: by.ClinicID, PatientID: store.Maybe(by.ID)})
	if err != nil {
		return nil, "", err
	}
	if f.Archived != nil && !*f.Archived {
		f.Archived = nil // a patient keeps every conversation
	}
	named, narrowed, err := s.named(ctx, by, f)
	if err != nil {
		return nil, "", err
	}
	all, err := s.conversations(ctx, by.ClinicID, ids)
	before := func(c Conversation, p *place) bool {
		return p == nil || cmp.Or(p.at.Compare(c.ShownAt), bytes.Compare(p.id[:], c.ID[:])) > 0
	}
	all = slices.DeleteFunc(all, func(c Conversation) bool {
		return !f.Passes(by, c) || !before(c, from) || narrowed && !slices.Contains(named, c.ID)
	})
	slices.SortFunc(all, func(a, b Conversation) int {
		return cmp.Or(b.ShownAt.Compare(a.ShownAt), bytes.Compare(b.ID[:], a.ID[:]))
	})
	if len(all) <= limit {
		return all, "", err
	}
	all = all[:limit]
	return all, place{all[limit-1].ShownAt, all[limit-1].ID}.String(), err
}

// manyLabelled is where a label is so common that the list finds it on its way.
const manyLabelled = 1500

// named answers which conversations a rare label or words name, and whether any do.
func (s *Reader) named(ctx context.Context, by rules.Actor, f Filter) (ids []uuid.UUID, narrowed bool, err error) {
	for _, label := range f.Labels {
		if by.Kind == rules.Patient {
			break
		}
		with, err := q.ConversationsLabelled(ctx, s.store.View(by.ClinicID), db.ConversationsLabelledParams{ClinicID: by.ClinicID, Label: label, MaxRows: manyLabelled})
		if err != nil {
			return nil, false, err
		}
		if len(with) < manyLabelled {
			ids, narrowed = both(ids, with, narrowed), true
		}
	}
	if f.Words != "" {
		with, err := s.mentioning(ctx, by, f.Words)
		if err != nil {
			return nil, false, err
		}
		ids, narrowed = both(ids, with, narrowed), true
	}
	return ids, narrowed, nil
}

// both is what stands in the two; the first counts only where it is one.
func both(first, second []uuid.UUID, counts bool) []uuid.UUID {
	if !counts {
		return second
	}
	there := make(map[uuid.UUID]bool, len(second))
	for _, id := range second {
		there[id] = true
	}
	return slices.DeleteFunc(first, func(id uuid.UUID) bool { return !there[id] })
}

func inbound(direction string) *bool {
	if direction == "" {
		return nil
	}
	yes := direction == "inbound"
	return &yes
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
