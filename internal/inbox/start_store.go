package inbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/people"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// sameOpening finds the message of an earlier try of the same start.
func sameOpening(ctx context.Context, tx *store.Tx, by rules.Actor, in Opening) (*Message, error) {
	r, err := q.MessageGet(ctx, tx, db.MessageGetParams{ClinicID: by.ClinicID, MessageID: in.Message.ID})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c, err := q.ConversationLock(ctx, tx, db.ConversationLockParams{ClinicID: by.ClinicID, ConversationID: r.ConversationID})
	if err != nil {
		return nil, err
	}
	row, err := original(ctx, tx, by.ClinicID, db.MessageBeforeRow{
		MessageID: r.MessageID, AuthorUserID: r.AuthorUserID, AuthorPatientID: r.AuthorPatientID, Channel: r.Channel, Subject: r.Subject, Body: r.Body, BodyHtml: r.BodyHtml, Mentions: r.Mentions,
		CallStartedAt: r.CallStartedAt, CallSeconds: r.CallSeconds, CallDirection: r.CallDirection, CallOutcome: r.CallOutcome, EditedAt: r.EditedAt,
		Files: idsOf(filesOf(r.Files)),
	})
	if err != nil {
		return nil, err
	}
	if !sameContent(row, by, in.Message) || !in.isFor(by, c) {
		return nil, errIDConflict
	}
	return &Message{ID: r.MessageID, ConversationID: r.ConversationID}, nil
}

func (in Opening) isFor(by rules.Actor, c db.ConversationLockRow) bool {
	if by.Kind == rules.Patient {
		return c.PatientID.UUID == by.ID
	}
	return c.PatientID.UUID == in.PatientID && (in.UserID == uuid.Nil || c.FirstID.UUID == in.UserID || c.SecondID.UUID == in.UserID)
}

// addressee is whom a first message is for, as the database knows them.
type addressee struct {
	as    rules.Recipient
	id    uuid.UUID
	reach rules.Reach
}

func recipient(ctx context.Context, tx *store.Tx, by rules.Actor, in Opening) (addressee, error) {
	switch {
	case in.UserID != uuid.Nil && in.UserID == by.ID:
		return addressee{}, refusal.Field("user_id", "own_self", "Choose somebody else to write to.")
	case in.UserID != uuid.Nil:
		return colleague(ctx, tx, by, in.UserID)
	case in.PatientID != uuid.Nil && (by.Kind == rules.User || in.PatientID == by.ID):
		return patientOf(ctx, tx, by, in.PatientID)
	case in.PatientID == uuid.Nil && by.Kind == rules.Patient:
		return patientOf(ctx, tx, by, by.ID)
	case by.Kind == rules.Patient:
		return addressee{}, refusal.Field("patient_id", "patient_not_found", "Leave out patient_id: your message goes to reception.")
	}
	return addressee{}, refusal.Field("patient_id", "recipient_missing", "Name a patient_id or a user_id to write to.")
}

func patientOf(ctx context.Context, tx *store.Tx, by rules.Actor, id uuid.UUID) (addressee, error) {
	p, err := q.PatientGet(ctx, tx, db.PatientGetParams{ClinicID: by.ClinicID, PatientID: id})
	if errors.Is(err, pgx.ErrNoRows) {
		return addressee{}, &refusal.Error{Kind: refusal.NotFound, Code: "patient_not_found", Field: "patient_id", Detail: "There is no such patient. Look the patient up in the directory."}
	}
	if err == nil && p.MergedInto.Valid {
		return addressee{}, people.ErrMerged
	}
	if err != nil {
		return addressee{}, err
	}
	k, err := q.ClinicReach(ctx, tx, db.ClinicReachParams{ClinicID: by.ClinicID, Phone: orEmpty(p.Phone)})
	to := addressee{as: rules.ToPatient, id: id, reach: reachOf(p.PortalAccess, orEmpty(p.Email), orEmpty(p.Phone), p.OptedOut, k.Channels, k.HeardAt)}
	if by.Kind == rules.Patient {
		to.as = rules.ToReception
	}
	return to, err
}

func colleague(ctx context.Context, tx *store.Tx, by rules.Actor, id uuid.UUID) (addressee, error) {
	u, err := q.UserGet(ctx, tx, db.UserGetParams{ClinicID: by.ClinicID, UserID: id})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return addressee{}, &refusal.Error{Kind: refusal.NotFound, Code: "user_not_found", Field: "user_id", Detail: "There is no such member of staff."}
	case err != nil:
		return addressee{}, err
	case by.Role == rules.Admin && (!u.Active || !slices.Contains(u.Permissions, rules.SendMessages)):
		return addressee{}, &refusal.Error{Kind: refusal.Unworkable, Code: "user_unreachable", Field: "user_id", Detail: "This colleague has no access to messages. Give them the permission first."}
	}
	return addressee{as: rules.Recipient(u.Role), id: id}, nil
}

// conversation locks the one that the message goes to, or makes it.
func (to addressee) conversation(ctx context.Context, tx *store.Tx, by rules.Actor, in Opening) (locked, error) {
	kind, err := rules.Initiate(by, to.as, false)
	if err != nil {
		return locked{}, err
	}
	if in.Kind != "" && in.Kind != kind {
		return locked{}, refusal.Field("kind", "kind_mismatch", "What you start here is of the kind "+string(kind)+". Leave kind out.")
	}
	pair := to.pair(by, kind)
	id, err := q.ConversationOfPair(ctx, tx, db.ConversationOfPairParams{
		ClinicID: by.ClinicID, Kind: string(kind), PatientID: store.Maybe(pair.PatientID), DoctorID: store.Maybe(pair.DoctorID),
		FirstID: store.Maybe(pair.FirstID), SecondID: store.Maybe(pair.SecondID),
	})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return to.create(ctx, tx, by, pair, in)
	case err != nil:
		return locked{}, err
	}
	if _, err := rules.Initiate(by, to.as, true); err != nil {
		return locked{}, at(err, id)
	}
	return open(ctx, tx, by, id, rules.Write)
}

// at adds where to write instead.
func at(err error, conversation uuid.UUID) error {
	var refused *refusal.Error
	if !errors.As(err, &refused) {
		return err
	}
	there := *refused
	there.Conversation = conversation
	return &there
}

func (to addressee) pair(by rules.Actor, kind rules.ConversationKind) rules.Parties {
	p := rules.Parties{Kind: kind}
	switch kind {
	case rules.FrontDesk:
		p.PatientID = to.id
	case rules.DoctorThread:
		p.PatientID, p.DoctorID = to.id, by.ID
	case rules.Direct:
		p.FirstID, p.SecondID = by.ID, to.id
		if bytes.Compare(p.FirstID[:], p.SecondID[:]) > 0 {
			p.FirstID, p.SecondID = p.SecondID, p.FirstID
		}
	}
	return p
}

// create queues the conversation. Should somebody else make the same one at this moment,
// the unique index refuses this and the change decides anew.
func (to addressee) create(ctx context.Context, tx *store.Tx, by rules.Actor, p rules.Parties, in Opening) (locked, error) {
	id := conversationID(in.Message.ID)
	c := locked{parties: p, reach: to.reach}
	c.row.ClinicID, c.row.ConversationID, c.row.LastAt, c.row.ShownAt = by.ClinicID, id, tx.Now, tx.Now
	c, err := withStaff(ctx, tx, c)
	if err != nil {
		return c, err
	}
	return c, q.ConversationInsert(ctx, tx, db.ConversationInsertParams{
		ClinicID: by.ClinicID, ConversationID: id, Kind: string(p.Kind), PatientID: store.Maybe(p.PatientID), DoctorID: store.Maybe(p.DoctorID),
		FirstID: store.Maybe(p.FirstID), SecondID: store.Maybe(p.SecondID), CreatedAt: tx.Now,
	})
}

// conversationID comes from the first message's id, so that trying again makes the same
// conversation. Its time is the message's, as UUIDv7 has it in front.
func conversationID(message uuid.UUID) uuid.UUID {
	sum := sha256.Sum256(append([]byte("conversation of "), message[:]...))
	id := uuid.UUID(sum[:16])
	copy(id[:6], message[:6])
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
	return id
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
