package inbox

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

var q = db.New() // stateless: each query is handed its connection

// collect reads what a change has made, after its writes and in the same round trip: what
// is pushed and what a fresh load gives come from the same views.
func collect(tx *store.Tx, clinic uuid.UUID, e *store.Entry, ch *Change) {
	if e.Conversation == uuid.Nil {
		return
	}
	touched := e.Messages
	if touched == nil {
		touched = []uuid.UUID{}
	}
	tx.Then(db.ConversationViews, []any{clinic, []uuid.UUID{e.Conversation}}, func(rows pgx.Rows) error {
		row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[db.ConversationView])
		c := conversationOf(row)
		ch.Conversation = &c
		return err
	})
	tx.Then(db.MessageViewsOfChange, []any{clinic, touched, e.Conversation}, func(rows pgx.Rows) error {
		views, err := pgx.CollectRows(rows, pgx.RowToStructByPos[db.MessageView])
		if err != nil {
			return err
		}
		found := messagesOf(views)
		ch.Conversation.preview(found)
		ch.Messages = pick(found, touched)
		return nil
	})
}

func conversationOf(r db.ConversationView) Conversation {
	c := Conversation{
		ID: r.ConversationID,
		Parties: rules.Parties{
			Kind: rules.ConversationKind(r.Kind), PatientID: r.PatientID.UUID, DoctorID: r.DoctorID.UUID,
			AssigneeID: r.AssigneeID.UUID, FirstID: r.FirstID.UUID, SecondID: r.SecondID.UUID,
		},
		Patient: Person{r.PatientID.UUID, r.PatientName}, Doctor: Person{r.DoctorID.UUID, r.DoctorName},
		FirstUser: Person{r.FirstID.UUID, r.FirstName}, SecondUser: Person{r.SecondID.UUID, r.SecondName},
		Assignee: Person{r.AssigneeID.UUID, r.AssigneeName},
		Labels:   r.Labels, Archived: r.Archived, Unread: [2]int{int(r.Unread0), int(r.Unread1)},
		Stars: int(r.Stars), PatientStars: int(r.PatientStars),
		LastAt: r.LastAt.UTC(), ShownAt: r.ShownAt.UTC(),
		Reach:  reachOf(r.PortalAccess, r.PatientEmail, r.PatientPhone, r.OptedOut, r.ClinicChannels, r.HeardAt),
		lastID: r.LastID.UUID, showID: r.ShownID.UUID,
	}
	if r.Snoozed {
		c.Snooze = &Snooze{By: Person{r.SnoozedBy.UUID, r.SnoozedByName}}
		if r.SnoozedUntil != nil {
			c.Snooze.Until = r.SnoozedUntil.UTC()
		}
	}
	if r.LastWord != nil && r.LastWordSince != nil {
		side := rules.Side(*r.LastWord)
		c.LastWord, c.LastWordSince = &side, r.LastWordSince.UTC()
	}
	return c
}

// preview fills in the two messages that a list shows.
func (c *Conversation) preview(from []Message) {
	for i := range from {
		if from[i].ID == c.lastID {
			c.Last = &from[i]
		}
		if from[i].ID == c.showID {
			c.Shown = &from[i]
		}
	}
}

func messagesOf(rows []db.MessageView) []Message {
	out := make([]Message, len(rows))
	for i, r := range rows {
		out[i] = messageOf(r)
	}
	return out
}

func messageOf(r db.MessageView) Message {
	m := Message{
		ID: r.MessageID, ConversationID: r.ConversationID, Kind: rules.ConversationKind(r.ConversationKind), Archived: r.Archived,
		Channel: rules.Channel(r.Channel), Side: rules.Side(r.Side),
		Author: authorOf(r.AuthorUserID, r.AuthorPatientID, r.AuthorName),
		Body:   r.Body, Status: rules.Status(r.Status), PatientStarred: r.PatientStarredAt != nil, CreatedAt: r.CreatedAt.UTC(),
	}
	if r.Subject != nil {
		m.Subject = *r.Subject
	}
	m.Mentions, m.Files = r.Mentions, filesOf(r.Files)
	m.Call = callFrom(r.CallStartedAt, r.CallSeconds, r.CallDirection, r.CallOutcome)
	if r.EditedAt != nil {
		m.EditedAt = r.EditedAt.UTC()
	}
	if r.BodyHtml != nil {
		m.HTML = *r.BodyHtml
	}
	if r.DeliveryState != "" {
		m.Delivery = &Delivery{State: rules.Delivery(r.DeliveryState), Reason: r.DeliveryReason, Address: r.DeliveryAddress, At: r.DeliveryAt.UTC()}
	}
	m.Automatic = r.Automatic
	m.Reader = markOf(r.ReadAt, authorOf(r.ReaderUserID, r.ReaderPatientID, r.ReaderName))
	m.Star = markOf(r.StarredAt, Author{rules.User, Person{r.StarredBy.UUID, r.StarredByName}})
	return m
}

// filesOf reads what the view has put together itself.
func filesOf(raw []byte) []File {
	if raw == nil {
		return nil
	}
	var out []File
	if err := json.Unmarshal(raw, &out); err != nil {
		panic("inbox: a view makes files that are no JSON: " + err.Error())
	}
	return out
}

func reachOf(portal bool, email, phone string, optedOut, configured []string, heard time.Time) rules.Reach {
	r := rules.Reach{PortalAccess: portal, Email: email, Phone: phone, OptedOut: channelsOf(optedOut), Configured: channelsOf(configured)}
	if heard.After(time.Unix(0, 0)) { // the epoch stands for never
		r.Heard = heard.UTC()
	}
	return r
}

func channelsOf(names []string) []rules.Channel {
	out := make([]rules.Channel, len(names))
	for i, n := range names {
		out[i] = rules.Channel(n)
	}
	return out
}

func markOf(at *time.Time, by Author) *Mark {
	if at == nil {
		return nil
	}
	return &Mark{By: by, At: at.UTC()}
}

func authorOf(user, patient uuid.NullUUID, name string) Author {
	switch {
	case user.Valid:
		return Author{rules.User, Person{user.UUID, name}}
	case patient.Valid:
		return Author{rules.Patient, Person{patient.UUID, name}}
	}
	return Author{Kind: System}
}

func pick(from []Message, ids []uuid.UUID) []Message {
	wanted := make(map[uuid.UUID]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	out := make([]Message, 0, len(ids))
	for _, m := range from {
		if wanted[m.ID] {
			out = append(out, m)
		}
	}
	return out
}

// asUser and asPatient split an actor into the two columns that name one.
func asUser(a rules.Actor) uuid.NullUUID { return as(rules.User, a) }

func asPatient(a rules.Actor) uuid.NullUUID { return as(rules.Patient, a) }

func as(kind rules.ActorKind, a rules.Actor) uuid.NullUUID {
	if a.Kind != kind {
		return uuid.NullUUID{}
	}
	return store.Maybe(a.ID)
}
