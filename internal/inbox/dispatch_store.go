package inbox

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/refusal"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// scheduledIn answers where a job's message waits and who wrote it. Only joining two
// conversations moves it.
func (s *Reader) scheduledIn(ctx context.Context, job Dispatch) (conversation, author uuid.UUID, err error) {
	r, err := q.ScheduledGet(ctx, s.store.View(job.ClinicID), db.ScheduledGetParams{ClinicID: job.ClinicID, MessageID: job.MessageID})
	if errors.Is(err, pgx.ErrNoRows) {
		return uuid.Nil, uuid.Nil, errScheduledNotFound
	}
	return r.ConversationID, r.AuthorID, err
}

// notMerged refuses to write into the record of a patient that is another one's double.
func notMerged(ctx context.Context, tx *store.Tx, c locked) error {
	if !c.row.PatientID.Valid {
		return nil
	}
	p, err := q.PatientGet(ctx, tx, db.PatientGetParams{ClinicID: c.row.ClinicID, PatientID: c.row.PatientID.UUID})
	if err != nil || !p.MergedInto.Valid {
		return err
	}
	return &refusal.Error{Kind: refusal.Unworkable, Code: "patient_merged", Detail: "This patient’s record has become part of another one. Cancel it, and write in the other record’s conversation."}
}
