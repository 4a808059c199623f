package files

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

var q = db.New() // stateless: each query is handed its connection

// owned is an attachment with whom it is of.
type owned struct {
	Attachment
	user, patient, message, scheduled uuid.NullUUID
}

func (o owned) by(a rules.Actor) bool { return o.user == asUser(a) && o.patient == asPatient(a) }

func ownedOf(r db.Attachment) owned {
	return owned{
		Attachment: Attachment{
			ID: r.AttachmentID, Filename: r.Filename, MediaType: r.MediaType, Size: r.Size, SHA256: [32]byte(r.Sha256),
			Thumbnail: r.ThumbnailKey != nil, Width: pixels(r.Width), Height: pixels(r.Height), key: r.BlobKey,
		},
		user: r.UploaderUserID, patient: r.UploaderPatientID, message: r.MessageID, scheduled: r.ScheduledID,
	}
}

// room finds an earlier upload under the same id, or makes sure that there is room for one.
func (s *Service) room(ctx context.Context, by rules.Actor, id uuid.UUID) (*owned, error) {
	view := s.store.View(by.ClinicID)
	row, err := q.AttachmentGet(ctx, view, db.AttachmentGetParams{ClinicID: by.ClinicID, AttachmentID: id})
	if err == nil {
		known := ownedOf(row)
		return &known, nil
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return nil, err
	}
	left, err := q.AttachmentsUnsent(ctx, view, db.AttachmentsUnsentParams{ClinicID: by.ClinicID, UploaderUserID: asUser(by), UploaderPatientID: asPatient(by)})
	if err != nil {
		return nil, err
	}
	if left.Files >= maxUnsent || left.Bytes >= maxUnsentBytes {
		return nil, &refusal.Error{Kind: refusal.TooMany, Code: "uploads_unsent", Detail: "Many files wait to be sent. Send them, or remove some, then attach more."}
	}
	return nil, nil
}

// record writes the row of what is kept, and asks for its thumbnail. Whoever was first with
// the same id keeps it.
func (s *Service) record(ctx context.Context, by rules.Actor, a Attachment) (Attachment, bool, error) {
	var known *owned
	err := s.store.Write(ctx, by.ClinicID, func(tx *store.Tx) (err error) {
		known, err = s.insert(ctx, tx, by, a)
		return err
	})
	switch {
	case err != nil: // it may be there all the same: the bytes stay until the sweep
		return Attachment{}, false, fmt.Errorf("record an upload: %w", err)
	case known == nil:
		return a, true, nil
	}
	s.discard(ctx, by.ClinicID, a.key)
	if !known.by(by) || known.SHA256 != a.SHA256 {
		return Attachment{}, false, errIDConflict
	}
	return known.Attachment, false, nil
}

// insert writes the row, or answers the one that has its id already.
func (s *Service) insert(ctx context.Context, tx *store.Tx, by rules.Actor, a Attachment) (*owned, error) {
	row, err := q.AttachmentGet(ctx, tx, db.AttachmentGetParams{ClinicID: by.ClinicID, AttachmentID: a.ID})
	if err == nil {
		first := ownedOf(row)
		return &first, nil
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return nil, err
	}
	var thumbnail *string
	switch {
	case a.Thumbnail:
		key := thumbnailOf(a.key)
		thumbnail = &key
	case depictable(a.MediaType):
		if err := s.queue.Add(ctx, tx, Depiction{by.ClinicID, a.ID}, time.Time{}); err != nil {
			return nil, err
		}
	}
	return nil, q.AttachmentInsert(ctx, tx, db.AttachmentInsertParams{
		ClinicID: by.ClinicID, AttachmentID: a.ID, UploaderUserID: asUser(by), UploaderPatientID: asPatient(by),
		Filename: a.Filename, MediaType: a.MediaType, Size: a.Size, Sha256: a.SHA256[:], BlobKey: a.key, ThumbnailKey: thumbnail,
		Width: orNull(a.Width), Height: orNull(a.Height), CreatedAt: tx.Now,
	})
}

// seen finds a file that the actor may have: of a message, whoever sees the message; of one
// that waits for its time, the staff who see that; else only whoever has uploaded it.
func (s *Service) seen(ctx context.Context, by rules.Actor, id uuid.UUID) (Attachment, error) {
	if err := rules.UseHub(by); err != nil {
		return Attachment{}, err
	}
	r, err := q.AttachmentSeen(ctx, s.store.View(by.ClinicID), db.AttachmentSeenParams{ClinicID: by.ClinicID, AttachmentID: id})
	if errors.Is(err, pgx.ErrNoRows) {
		return Attachment{}, ErrNotFound
	}
	if err != nil {
		return Attachment{}, err
	}
	o := ownedOf(db.Attachment{
		AttachmentID: r.AttachmentID, Filename: r.Filename, MediaType: r.MediaType, Size: r.Size, Sha256: r.Sha256, ThumbnailKey: r.ThumbnailKey,
		Width: r.Width, Height: r.Height, BlobKey: r.BlobKey, UploaderUserID: r.UploaderUserID, UploaderPatientID: r.UploaderPatientID, MessageID: r.MessageID,
	})
	waits := r.ScheduledID.Valid && by.Kind == rules.User // a patient is shown nothing before it is sent
	if !o.message.Valid && !waits {
		if r.StrayID.Valid && rules.Triage(by) == nil {
			return o.Attachment, nil
		}
		if !o.by(by) {
			return Attachment{}, ErrNotFound
		}
		return o.Attachment, nil
	}
	if r.ConversationKind == nil {
		return Attachment{}, ErrNotFound
	}
	parties := rules.Parties{
		Kind: rules.ConversationKind(*r.ConversationKind), PatientID: r.PatientID.UUID, DoctorID: r.DoctorID.UUID,
		AssigneeID: r.AssigneeID.UUID, FirstID: r.FirstID.UUID, SecondID: r.SecondID.UUID,
	}
	staffOnly := r.Channel == nil || rules.Channel(*r.Channel).StaffOnly()
	mine := waits && o.by(by) // however the conversation was handed on since
	if !mine && (!rules.Sees(by, parties) || by.Kind == rules.Patient && staffOnly) {
		return Attachment{}, ErrNotFound
	}
	return o.Attachment, nil
}

// Remove takes back what was uploaded and not sent.
func (s *Service) Remove(ctx context.Context, by rules.Actor, id uuid.UUID) error {
	if err := rules.UseHub(by); err != nil {
		return err
	}
	key := ""
	err := s.store.Write(ctx, by.ClinicID, func(tx *store.Tx) error {
		row, err := q.AttachmentLock(ctx, tx, db.AttachmentLockParams{ClinicID: by.ClinicID, AttachmentID: id})
		if errors.Is(err, pgx.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		o := ownedOf(row)
		switch {
		case !o.by(by):
			return ErrNotFound
		case o.message.Valid:
			return &refusal.Error{Kind: refusal.Conflict, Code: "attachment_sent", Detail: "This file has been sent, and stays with its message."}
		case o.scheduled.Valid:
			return &refusal.Error{Kind: refusal.Conflict, Code: "attachment_scheduled", Detail: "This file waits with a scheduled message. Take it off that one first."}
		}
		key = o.key
		return q.AttachmentsDelete(ctx, tx, db.AttachmentsDeleteParams{ClinicID: by.ClinicID, AttachmentIds: []uuid.UUID{id}})
	})
	if err == nil {
		s.discard(ctx, by.ClinicID, key)
	}
	return err
}

func pixels(n *int32) int {
	if n == nil {
		return 0
	}
	return int(*n)
}

func orNull(n int) *int32 {
	if n == 0 {
		return nil
	}
	small := int32(n) //nolint:gosec // a picture's side: image formats have no more
	return &small
}

func asUser(a rules.Actor) uuid.NullUUID { return as(rules.User, a) }

func asPatient(a rules.Actor) uuid.NullUUID { return as(rules.Patient, a) }

func as(kind rules.ActorKind, a rules.Actor) uuid.NullUUID {
	if a.Kind != kind {
		return uuid.NullUUID{}
	}
	return store.Maybe(a.ID)
}

// find answers a file by its id; nothing where there is none.
func (s *Service) find(ctx context.Context, clinic, id uuid.UUID) (*owned, error) {
	row, err := q.AttachmentGet(ctx, s.store.View(clinic), db.AttachmentGetParams{ClinicID: clinic, AttachmentID: id})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	known := ownedOf(row)
	return &known, nil
}
