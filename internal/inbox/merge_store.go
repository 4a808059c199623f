package inbox

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/people"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// hold locks both records and all their conversations.
func hold(ctx context.Context, tx *store.Tx, clinic, kept, double uuid.UUID) error {
	if kept != double {
		if _, _, err := people.LockPair(ctx, tx, clinic, kept, double); err != nil {
			return err
		}
	}
	_, err := q.ConversationsToMerge(ctx, tx, db.ConversationsToMergeParams{ClinicID: clinic, PatientIds: []uuid.UUID{kept, double}})
	return err
}

func planned(ctx context.Context, from db.DBTX, clinic, kept, double uuid.UUID, take []string) (p MergePlan, err error) {
	if p.Kept, p.Double, err = people.Pair(ctx, from, clinic, kept, double); err != nil {
		return p, err
	}
	if p.Result, p.Fields, err = people.Merged(p.Kept, p.Double, take); err != nil {
		return p, err
	}
	rows, err := q.ConversationCounts(ctx, from, db.ConversationCountsParams{ClinicID: clinic, PatientIds: []uuid.UUID{kept, double}})
	if err != nil {
		return p, err
	}
	p.Threads = threadsOf(rows, kept)
	p.Notes = people.MergeNotes(p.Kept, p.Double, p.Result)
	for _, t := range p.Threads {
		if t.TakenBack.ID != uuid.Nil {
			p.Notes = append(p.Notes, "The front-desk conversation is no longer handed over to "+t.TakenBack.Name+", who had only one of the two. Hand it over again if it should be.")
		}
	}
	return p, nil
}

// threadsOf pairs the conversations of both records by kind and doctor.
func threadsOf(rows []db.ConversationCountsRow, kept uuid.UUID) []MergedThread {
	out := []MergedThread{}
	handed := [][2]handedTo{}
	for _, r := range rows {
		at := slices.IndexFunc(out, func(t MergedThread) bool { return string(t.Kind) == r.Kind && t.Doctor.ID == r.DoctorID.UUID })
		if at < 0 {
			at = len(out)
			out = append(out, MergedThread{Kind: rules.ConversationKind(r.Kind), Doctor: Person{r.DoctorID.UUID, r.DoctorName}})
			handed = append(handed, [2]handedTo{})
		}
		to := handedTo{r.AssigneeID.UUID, r.AssigneeName, r.AssigneeRole == string(rules.Doctor)}
		if r.PatientID.UUID == kept {
			out[at].keptID, out[at].Kept, handed[at][0] = r.ConversationID, int(r.Messages), to
		} else {
			out[at].doubleID, out[at].Double, handed[at][1] = r.ConversationID, int(r.Messages), to
		}
	}
	for i := range out {
		out[i].assignee(handed[i][0], handed[i][1])
	}
	return out
}

// carryOut queues the writes and logs what everybody is to hear.
func (p MergePlan) carryOut(ctx context.Context, tx *store.Tx, clinic uuid.UUID) error {
	staff, err := q.UserIDs(ctx, tx, clinic)
	if err != nil {
		return err
	}
	topics := []string{"patients", "patient:" + p.Kept.ID.String(), "patient:" + p.Double.ID.String(), "scheduled"}
	for _, t := range p.Threads {
		if err := p.carry(ctx, tx, clinic, t, staff); err != nil {
			return err
		}
		topics = append(topics, "conversation:"+t.there().String())
	}
	// After the conversations, as a patient has one of a kind.
	if err := people.Merge(ctx, tx, clinic, p.Kept, p.Double, p.Result); err != nil {
		return err
	}
	tx.Log(store.Entry{Topics: topics, Accounts: []uuid.UUID{p.Double.ID}})
	return nil
}

// there is the conversation that stays.
func (t MergedThread) there() uuid.UUID {
	if t.keptID == uuid.Nil {
		return t.doubleID
	}
	return t.keptID
}

// carry brings one conversation where it belongs.
func (p MergePlan) carry(ctx context.Context, tx *store.Tx, clinic uuid.UUID, t MergedThread, staff []uuid.UUID) error {
	entry := store.Entry{Conversation: t.there(), Patient: p.Kept.ID, ForStaff: true, ForPatient: true}
	var err error
	switch {
	case t.doubleID == uuid.Nil:
	case t.keptID == uuid.Nil:
		entry.Lost = []uuid.UUID{p.Double.ID}
		err = q.ConversationSetPatient(ctx, tx, db.ConversationSetPatientParams{ClinicID: clinic, ConversationID: t.doubleID, PatientID: p.Kept.ID})
	default:
		if t.TakenBack.ID != uuid.Nil {
			entry.Lost = []uuid.UUID{t.TakenBack.ID}
		}
		tx.Log(store.Entry{Conversation: t.doubleID, Patient: p.Double.ID, ForStaff: true, ForPatient: true, Lost: append(slices.Clone(staff), p.Double.ID)})
		entry.Messages, err = join(ctx, tx, clinic, t)
	}
	if err == nil && entry.Messages == nil { // names are shown with messages
		entry.Messages, err = q.MessageNewestIDs(ctx, tx, db.MessageNewestIDsParams{ClinicID: clinic, ConversationID: entry.Conversation, MaxRows: pageOfThread})
	}
	tx.Log(entry)
	return err
}

// join puts the double's messages among the kept one's, and answers the newest of all.
func join(ctx context.Context, tx *store.Tx, clinic uuid.UUID, t MergedThread) (newest []uuid.UUID, err error) {
	pair := []uuid.UUID{t.keptID, t.doubleID}
	kept, err := q.ConversationGet(ctx, tx, db.ConversationGetParams{ClinicID: clinic, ConversationID: t.keptID})
	if err != nil {
		return nil, err
	}
	double, err := q.ConversationGet(ctx, tx, db.ConversationGetParams{ClinicID: clinic, ConversationID: t.doubleID})
	if err != nil {
		return nil, err
	}
	rows, err := q.MessageTimes(ctx, tx, db.MessageTimesParams{ClinicID: clinic, ConversationIds: pair})
	if err != nil {
		return nil, err
	}
	all := make([]placed, len(rows))
	for i, r := range rows {
		all[i] = placed{r.MessageID, r.ConversationID, r.CreatedAt}
	}
	var moved []uuid.UUID
	var times []time.Time
	after := interleave(all, t.keptID)
	for i, m := range after {
		if m.in != all[i].in || !m.at.Equal(all[i].at) {
			moved, times = append(moved, m.id), append(times, m.at)
		}
	}
	for _, m := range after[max(0, len(after)-pageOfThread):] {
		newest = append(newest, m.id)
	}
	return newest, errors.Join(
		q.MessagesStepAside(ctx, tx, db.MessagesStepAsideParams{ClinicID: clinic, MessageIds: moved}),
		q.MessagesPlace(ctx, tx, db.MessagesPlaceParams{ClinicID: clinic, ConversationID: t.keptID, MessageIds: moved, Times: times}),
		q.ConversationHandOver(ctx, tx, db.ConversationHandOverParams{GoneID: t.doubleID, IntoID: t.keptID}),
		q.ConversationDelete(ctx, tx, db.ConversationDeleteParams{ClinicID: clinic, ConversationID: t.doubleID}),
		q.ConversationJoin(ctx, tx, db.ConversationJoinParams{ClinicID: clinic, ConversationID: t.doubleID, IntoID: t.keptID, CreatedAt: tx.Now}),
		q.ConversationResummarize(ctx, tx, joined(clinic, t, kept, double)),
	)
}

// joined is what two conversations are filed as: open if either is, out of the way only if
// both are, with the labels of both.
func joined(clinic uuid.UUID, t MergedThread, kept, double db.Conversation) db.ConversationResummarizeParams {
	labels := append([]string{}, kept.Labels...)
	for _, l := range double.Labels {
		if !slices.Contains(labels, l) && len(labels) < maxLabels {
			labels = append(labels, l)
		}
	}
	return db.ConversationResummarizeParams{
		ClinicID: clinic, ConversationID: t.keptID, Archived: kept.Archived && double.Archived, AssigneeID: store.Maybe(t.assigneeID),
		Labels: labels, Snoozed: kept.Snoozed && double.Snoozed, Begun: double.CreatedAt,
	}
}

// openOrJoined is open for who may still hold the id of a conversation that was joined to
// another one: what was written is not lost.
func openOrJoined(ctx context.Context, tx *store.Tx, by rules.Actor, id uuid.UUID, may func(rules.Actor, rules.Parties) error) (locked, error) {
	c, err := open(ctx, tx, by, id, may)
	if !errors.Is(err, rules.ErrNotFound) {
		return c, err
	}
	into, joinedErr := q.ConversationJoinedInto(ctx, tx, db.ConversationJoinedIntoParams{ClinicID: by.ClinicID, ConversationID: id})
	if errors.Is(joinedErr, pgx.ErrNoRows) {
		return c, err
	}
	if joinedErr != nil {
		return c, joinedErr
	}
	return open(ctx, tx, by, into, may)
}

// notFound says where a conversation has gone, to those who see that one.
func (s *Reader) notFound(ctx context.Context, by rules.Actor, id uuid.UUID) error {
	into, err := q.ConversationJoinedInto(ctx, s.store.View(by.ClinicID), db.ConversationJoinedIntoParams{ClinicID: by.ClinicID, ConversationID: id})
	if errors.Is(err, pgx.ErrNoRows) {
		return rules.ErrNotFound
	}
	if err != nil {
		return err
	}
	if _, err := s.Get(ctx, by, into); err != nil {
		return err
	}
	return &refusal.Error{Kind: refusal.NotFound, Code: rules.ErrNotFound.Code, Detail: "This conversation was joined to another one of the same patient. Go on there.", Conversation: into}
}
