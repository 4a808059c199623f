package inbox

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// holdFiles locks what the draft names, and says why it may not be sent: it must be the
// sender's own upload, and go with no other message, be that sent or waiting.
func holdFiles(ctx context.Context, tx *store.Tx, by rules.Actor, in Draft) error {
	if len(in.Files) == 0 {
		return nil
	}
	rows, err := q.AttachmentsForMessage(ctx, tx, db.AttachmentsForMessageParams{ClinicID: by.ClinicID, AttachmentIds: in.Files})
	if err != nil {
		return err
	}
	found, total := map[uuid.UUID]db.AttachmentsForMessageRow{}, int64(0)
	for _, r := range rows {
		found[r.AttachmentID], total = r, total+r.Size
	}
	for i, id := range in.Files {
		field := fmt.Sprintf("attachment_ids[%d]", i)
		r, there := found[id]
		switch {
		case !there || !in.inbound && (r.UploaderUserID != asUser(by) || r.UploaderPatientID != asPatient(by)):
			return refusal.Field(field, "attachment_unknown", "This file is not there any more. Remove it, then attach it again.")
		case r.MessageID.Valid:
			return &refusal.Error{Kind: refusal.Conflict, Code: "attachment_sent", Field: field, Detail: "This file has been sent with another message. Attach it again to send it once more."}
		case r.ScheduledID.Valid && (!in.waited || r.ScheduledID.UUID != in.ID):
			return &refusal.Error{Kind: refusal.Conflict, Code: "attachment_scheduled", Field: field, Detail: "This file waits with a scheduled message. Take it off that one first, or attach it again."}
		}
	}
	if total > MaxFileBytes && !in.inbound {
		return refusal.Field("attachment_ids", "files_too_large", fmt.Sprintf("The files of a message have at most %d MB together. Send some of them with another one.", MaxFileBytes>>20))
	}
	return nil
}

func sendFiles(ctx context.Context, tx *store.Tx, by rules.Actor, in Draft) error {
	if len(in.Files) == 0 {
		return nil
	}
	return q.AttachmentsSend(ctx, tx, db.AttachmentsSendParams{ClinicID: by.ClinicID, MessageID: in.ID, AttachmentIds: in.Files})
}

// waitWith makes exactly these files wait with a scheduled message, in this order. What it had
// beside them belongs to nothing any more: the clean-up takes it after a day.
func waitWith(ctx context.Context, tx *store.Tx, clinic, scheduled uuid.UUID, files []uuid.UUID) error {
	return q.AttachmentsWait(ctx, tx, db.AttachmentsWaitParams{
		ClinicID: clinic, ScheduledID: scheduled, AttachmentIds: append([]uuid.UUID{}, files...), Now: tx.Now,
	})
}

// depicted is the log's line for a message of which a file looks different. It writes
// nothing: the small picture is there already, and is seen through the message's view.
func (s *Service) depicted(ctx context.Context, tx *store.Tx, clinic, attachment uuid.UUID) (*store.Entry, error) {
	sent, err := q.AttachmentMessage(ctx, tx, db.AttachmentMessageParams{ClinicID: clinic, AttachmentID: attachment})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, nil // gone
	case err != nil:
		return nil, err
	case sent.ScheduledID.Valid:
		return s.depictedWaiting(ctx, tx, clinic, sent.ScheduledID.UUID)
	case !sent.MessageID.Valid || sent.Channel == nil:
		return nil, nil // not sent yet: whoever sends it shows it as it is then
	}
	anybody := func(rules.Actor, rules.Parties) error { return nil }
	c, err := open(ctx, tx, rules.Actor{ClinicID: clinic}, sent.ConversationID.UUID, anybody)
	if err != nil {
		return nil, err
	}
	entry := c.entry(sent.MessageID.UUID)
	entry.ForPatient = c.parties.Kind == rules.Direct || !rules.Channel(*sent.Channel).StaffOnly()
	return entry, nil
}

// depictedWaiting is the same for a message that waits.
func (s *Service) depictedWaiting(ctx context.Context, tx *store.Tx, clinic, scheduled uuid.UUID) (*store.Entry, error) {
	w, err := q.ScheduledGet(ctx, tx, db.ScheduledGetParams{ClinicID: clinic, MessageID: scheduled})
	if err != nil {
		return nil, err
	}
	c, err := lock(ctx, tx, clinic, w.ConversationID)
	if err != nil {
		return nil, err
	}
	return s.tellScheduled(ctx, tx, clinic, c.parties, w.AuthorID)
}

func idsOf(files []File) []uuid.UUID {
	out := make([]uuid.UUID, len(files))
	for i, f := range files {
		out[i] = f.ID
	}
	return out
}
