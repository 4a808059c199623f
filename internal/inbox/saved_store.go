package inbox

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

func savedViews(ctx context.Context, from db.DBTX, by rules.Actor) ([]SavedView, error) {
	rows, err := q.SavedViews(ctx, from, db.SavedViewsParams{ClinicID: by.ClinicID, UserID: by.ID})
	out := make([]SavedView, len(rows))
	for i, r := range rows {
		out[i] = SavedView{ID: r.ViewID, Name: r.Name, Filter: r.Filter}
	}
	return out, err
}

var errUnchanged = errors.New("inbox: it is so already")

// onViews changes the actor's views, and tells the actor's other pages alone. A new view is
// checked first.
func (s *Service) onViews(ctx context.Context, by rules.Actor, decide func(*store.Tx, []SavedView) error, fresh SavedView) error {
	_, err := s.change(ctx, by, func(tx *store.Tx) (*store.Entry, error) {
		all, err := savedViews(ctx, tx, by)
		if err != nil {
			return nil, err
		}
		if fresh.ID != uuid.Nil {
			if err := checkView(by, fresh, all); err != nil {
				return nil, err
			}
		}
		if err := decide(tx, all); errors.Is(err, errUnchanged) {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		return &store.Entry{Topics: []string{"views"}, Persons: []uuid.UUID{by.ID}}, nil
	})
	return err
}

func insertView(ctx context.Context, tx *store.Tx, by rules.Actor, v SavedView, all []SavedView) error {
	return q.SavedViewInsert(ctx, tx, db.SavedViewInsertParams{
		ClinicID: by.ClinicID, ViewID: v.ID, UserID: by.ID, Name: v.Name, Filter: v.Filter, Place: int32(len(all)), CreatedAt: tx.Now, //nolint:gosec // at most 20
	})
}

// arrangeViews writes all of the views in their order, which are few.
func arrangeViews(ctx context.Context, tx *store.Tx, by rules.Actor, all []SavedView) error {
	for i, v := range all {
		if err := q.SavedViewUpdate(ctx, tx, db.SavedViewUpdateParams{
			ClinicID: by.ClinicID, UserID: by.ID, ViewID: v.ID, Name: v.Name, Filter: v.Filter, Place: int32(i),
		}); err != nil {
			return err
		}
	}
	return nil
}

func deleteView(ctx context.Context, tx *store.Tx, by rules.Actor, id uuid.UUID) error {
	return q.SavedViewDelete(ctx, tx, db.SavedViewDeleteParams{ClinicID: by.ClinicID, UserID: by.ID, ViewID: id})
}
