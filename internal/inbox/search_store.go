package inbox

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// searchTime is what one search may take.
const searchTime = 2 * time.Second

var errSearchBusy = &refusal.Error{Kind: refusal.TooMany, Code: "search_busy", Detail: "The search took too long. Add a word to make it narrower, then try again."}

// hit is a message that has been found, and how well it answers.
type hit struct {
	place
	rank float32
}

func (p place) compare(o place) int {
	return cmp.Or(p.at.Compare(o.at), bytes.Compare(p.id[:], o.id[:]))
}

// found answers the newest messages that have the words, from a place on.
func (s *Reader) found(ctx context.Context, by rules.Actor, in Question, asked phrases, from place, most int) ([]hit, error) {
	arg := db.MessageSearchParams{
		Phrases: asked.all, Open: asked.open, Reach: reach(by), ViewerID: by.ID, MaxRows: int32(most), //nolint:gosec // some hundred
		Channel: orNull(string(in.Channel)), Inbound: inbound(in.Direction), PatientID: store.Maybe(in.PatientID), ConversationID: store.Maybe(in.Conversation),
	}
	if !in.Since.IsZero() {
		arg.Since = &in.Since
	}
	if !from.at.IsZero() {
		arg.BeforeAt, arg.BeforeID = &from.at, uuid.NullUUID{UUID: from.id, Valid: true}
	}
	rows, err := q.MessageSearch(ctx, s.store.Lookup(by.ClinicID, searchTime), arg)
	if store.GivenUp(err) {
		return nil, errSearchBusy
	}
	out := make([]hit, len(rows))
	for i, r := range rows {
		out[i] = hit{place{r.CreatedAt, r.MessageID}, r.Rank}
	}
	return out, err
}

// window answers a page of the ranked ones.
func (s *Reader) window(ctx context.Context, by rules.Actor, in Question, asked phrases, limit int, from window) (Found, error) {
	hits, err := s.found(ctx, by, in, asked, from.place, ranked)
	if err != nil {
		return Found{}, err
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(b.rank, a.rank), b.compare(a.place)) })
	shown := min(from.shown+limit, len(hits))
	out := Found{Next: from.after(hits, shown)}
	places := make([]place, 0, limit)
	for _, h := range hits[min(from.shown, shown):shown] {
		places = append(places, h.place)
	}
	out.Hits, err = s.hits(ctx, by, places)
	words := wordsOf(asked)
	for i := range out.Hits {
		out.Hits[i].mark(words)
	}
	return out, err
}

// hits reads messages in the order of their places. What has been taken from the actor's
// sight in the meantime is left out.
func (s *Reader) hits(ctx context.Context, by rules.Actor, places []place) ([]Hit, error) {
	if len(places) == 0 {
		return nil, nil
	}
	at := make(map[uuid.UUID]int, len(places))
	ids := make([]uuid.UUID, len(places))
	for i, p := range places {
		at[p.id], ids[i] = i, p.id
	}
	messages, err := s.messages(ctx, by.ClinicID, ids)
	if err != nil {
		return nil, err
	}
	var threads []uuid.UUID
	for _, m := range messages {
		if !slices.Contains(threads, m.ConversationID) {
			threads = append(threads, m.ConversationID)
		}
	}
	conversations, err := s.conversations(ctx, by.ClinicID, threads)
	byID := make(map[uuid.UUID]Conversation, len(conversations))
	for _, c := range conversations {
		byID[c.ID] = c
	}
	out := make([]Hit, 0, len(messages))
	for _, m := range messages {
		c := byID[m.ConversationID]
		if rules.Sees(by, c.Parties) && (by.Kind == rules.User || !m.StaffOnly()) {
			out = append(out, Hit{Message: m, Conversation: c})
		}
	}
	slices.SortFunc(out, func(a, b Hit) int { return at[a.Message.ID] - at[b.Message.ID] })
	return out, err
}

// peopleCalled answers patients by name, address and number, each word the beginning of one.
func (s *Reader) peopleCalled(ctx context.Context, by rules.Actor, asked phrases, most int) ([]PersonFound, error) {
	rows, err := q.PatientSearch(ctx, s.store.Lookup(by.ClinicID, searchTime), db.PatientSearchParams{Phrases: asked.all, MaxRows: int32(most)}) //nolint:gosec // some hundred
	if store.GivenUp(err) {
		return nil, errSearchBusy
	}
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	out, ids := make([]PersonFound, len(rows)), make([]uuid.UUID, len(rows))
	for i, r := range rows {
		out[i], ids[i] = PersonFound{Person: Person{r.PatientID, r.Name}, Phone: r.Phone, Email: r.Email}, r.PatientID
	}
	threads, err := q.ConversationsOfPatients(ctx, s.store.View(by.ClinicID), db.ConversationsOfPatientsParams{ClinicID: by.ClinicID, PatientIds: ids})
	for i := len(threads) - 1; i >= 0; i-- { // the newest last, to stay
		t := threads[i]
		p := rules.Parties{Kind: rules.ConversationKind(t.Kind), PatientID: t.PatientID.UUID, DoctorID: t.DoctorID.UUID, AssigneeID: t.AssigneeID.UUID}
		if at := slices.Index(ids, p.PatientID); at >= 0 && rules.Sees(by, p) {
			out[at].Conversation = t.ConversationID
		}
	}
	return out, err
}

const (
	mostMentions = 500 // messages that words in a list's filter may name, the newest
	mostNamed    = 200 // patients
)

// mentioning answers the conversations that words name: by the patient's name, address or
// number, by a label, or by a message that the actor may see.
func (s *Reader) mentioning(ctx context.Context, by rules.Actor, words string) ([]uuid.UUID, error) {
	asked, err := phrasesOf(words)
	if err != nil {
		return nil, err
	}
	hits, err := s.found(ctx, by, Question{}, asked, place{}, mostMentions)
	if err != nil {
		return nil, err
	}
	out, seen := []uuid.UUID{}, map[uuid.UUID]bool{}
	add := func(id uuid.UUID) {
		if !seen[id] {
			seen[id], out = true, append(out, id)
		}
	}
	ids := make([]uuid.UUID, len(hits))
	for i, h := range hits {
		ids[i] = h.id
	}
	threads, err := q.MessageConversations(ctx, s.store.View(by.ClinicID), db.MessageConversationsParams{ClinicID: by.ClinicID, MessageIds: ids})
	if err != nil || by.Kind == rules.Patient {
		return threads, err
	}
	for _, id := range threads {
		add(id)
	}
	if err := s.namedBy(ctx, by, asked, add); err != nil {
		return nil, err
	}
	return out, nil
}

// namedBy adds the conversations of patients and labels that the words name.
func (s *Reader) namedBy(ctx context.Context, by rules.Actor, asked phrases, add func(uuid.UUID)) error {
	people, err := s.peopleCalled(ctx, by, asked, mostNamed)
	if err != nil {
		return err
	}
	ids := make([]uuid.UUID, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	threads, err := q.ConversationsOfPatients(ctx, s.store.View(by.ClinicID), db.ConversationsOfPatientsParams{ClinicID: by.ClinicID, PatientIds: ids})
	if err != nil {
		return err
	}
	for _, t := range threads {
		add(t.ConversationID)
	}
	labels, err := q.LabelsUsed(ctx, s.store.View(by.ClinicID), by.ClinicID)
	if err != nil {
		return err
	}
	words := wordsOf(asked)
	for _, label := range labels {
		if !words.allIn(label) {
			continue
		}
		with, err := q.ConversationsLabelled(ctx, s.store.View(by.ClinicID), db.ConversationsLabelledParams{ClinicID: by.ClinicID, Label: label, MaxRows: manyLabelled})
		if err != nil {
			return err
		}
		for _, id := range with {
			add(id)
		}
	}
	return nil
}
