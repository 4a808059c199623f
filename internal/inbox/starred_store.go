package inbox

import (
	"context"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

func (s *Reader) starred(ctx context.Context, by rules.Actor, limit int, from *place) ([]place, error) {
	var at *time.Time
	var id uuid.NullUUID
	if from != nil {
		at, id = &from.at, store.Maybe(from.id)
	}
	view, most := s.store.Lookup(by.ClinicID, lookupTime), int32(limit) //nolint:gosec // some hundred
	if by.Kind == rules.Patient {
		rows, err := q.MessagesStarredByPatient(ctx, view, db.MessagesStarredByPatientParams{ClinicID: by.ClinicID, PatientID: by.ID, BeforeAt: at, BeforeID: id, MaxRows: most})
		out := make([]place, len(rows))
		for i, r := range rows {
			out[i] = place{r.StarredAt, r.MessageID}
		}
		return out, err
	}
	rows, err := q.MessagesStarred(ctx, view, db.MessagesStarredParams{ClinicID: by.ClinicID, Reach: reach(by), ViewerID: by.ID, BeforeAt: at, BeforeID: id, MaxRows: most})
	out := make([]place, len(rows))
	for i, r := range rows {
		out[i] = place{r.StarredAt, r.MessageID}
	}
	return out, err
}
