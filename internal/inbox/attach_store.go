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
// sender's own upload, and not be sent yet.
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

// depicted is the log's line for a message of which a file looks different. It writes
// nothing: the small picture is there already, and is seen through the message's view.
func depicted(ctx context.Context, tx *store.Tx, clinic, attachment uuid.UUID) (*store.Entry, error) {
	sent, err := q.AttachmentMessage(ctx, tx, db.AttachmentMessageParams{ClinicID: clinic, AttachmentID: attachment})
	if errors.Is(err, pgx.ErrNoRows) || err == nil && (!sent.MessageID.Valid || sent.Channel == nil) {
		return nil, nil // gone, or not sent yet: whoever sends it shows it as it is then
	}
	if err != nil {
		return nil, err
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

func idsOf(files []File) []uuid.UUID {
	out := make([]uuid.UUID, len(files))
	for i, f := range files {
		out[i] = f.ID
	}
	return out
}
