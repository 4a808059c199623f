package inbox

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

func (s *Reader) labels(ctx context.Context, clinic uuid.UUID) ([]Label, error) {
	rows, err := q.LabelList(ctx, s.store.View(clinic), clinic)
	return labelsOf(rows), err
}

func (s *Reader) labelUse(ctx context.Context, clinic, id uuid.UUID) (Label, int, error) {
	r, err := q.LabelGet(ctx, s.store.View(clinic), db.LabelGetParams{ClinicID: clinic, LabelID: id})
	if errors.Is(err, pgx.ErrNoRows) {
		return Label{}, 0, errNoLabel
	}
	if err != nil {
		return Label{}, 0, err
	}
	n, err := q.LabelUse(ctx, s.store.View(clinic), db.LabelUseParams{ClinicID: clinic, Name: r.Name})
	return labelOf(r), int(n), err
}

func labelOf(r db.Label) Label { return Label{r.LabelID, r.Name, r.Colour, int(r.Position)} }

func labelsOf(rows []db.Label) []Label {
	out := make([]Label, len(rows))
	for i, r := range rows {
		out[i] = labelOf(r)
	}
	return out
}

func lockLabels(ctx context.Context, tx *store.Tx, by rules.Actor) ([]Label, error) {
	rows, err := q.LabelsLock(ctx, tx, by.ClinicID)
	all := labelsOf(rows)
	slices.SortStableFunc(all, func(a, b Label) int { return a.Position - b.Position })
	return all, err
}

// nameFree refuses a name that another label has, whatever its case and accents. Two who add
// the same at once meet in the unique index, and the later one decides anew.
func (s *Service) nameFree(ctx context.Context, tx *store.Tx, by rules.Actor, l Label) error {
	rows, err := q.LabelsNamed(ctx, tx, db.LabelsNamedParams{ClinicID: by.ClinicID, Names: []string{l.Name}})
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.LabelID != l.ID {
			return &refusal.Error{Kind: refusal.Conflict, Code: "label_exists", Field: "name", Detail: fmt.Sprintf("There is a label “%s” already. Choose another name.", r.Name)}
		}
	}
	return nil
}

func insertLabel(ctx context.Context, tx *store.Tx, by rules.Actor, l Label) error {
	return q.LabelInsert(ctx, tx, db.LabelInsertParams{
		ClinicID: by.ClinicID, LabelID: l.ID, Name: l.Name, Colour: l.Colour, Position: int32(l.Position), CreatedAt: tx.Now, //nolint:gosec // at most some hundred
	})
}

func relabel(ctx context.Context, tx *store.Tx, by rules.Actor, before, after string) error {
	return q.ConversationsRelabel(ctx, tx, db.ConversationsRelabelParams{ClinicID: by.ClinicID, Before: before, After: after})
}

// arrange gives each its place, and writes those that are different from what they were. One
// of them may have been edited: before is what it was.
func arrange(ctx context.Context, tx *store.Tx, by rules.Actor, all []Label, before Label) (changed bool, err error) {
	for i, l := range all {
		was := l
		if l.ID == before.ID {
			was = before
		}
		if l.Position = i; l == was {
			continue
		}
		changed = true
		err = errors.Join(err, q.LabelUpdate(ctx, tx, db.LabelUpdateParams{
			ClinicID: by.ClinicID, LabelID: l.ID, Name: l.Name, Colour: l.Colour, Position: int32(i),
		}))
	}
	return changed, err
}

func removeLabel(ctx context.Context, tx *store.Tx, by rules.Actor, l Label) (conversations int, err error) {
	n, err := q.LabelUse(ctx, tx, db.LabelUseParams{ClinicID: by.ClinicID, Name: l.Name})
	return int(n), errors.Join(err,
		q.ConversationsUnlabel(ctx, tx, db.ConversationsUnlabelParams{ClinicID: by.ClinicID, Name: l.Name}),
		q.LabelDelete(ctx, tx, db.LabelDeleteParams{ClinicID: by.ClinicID, LabelID: l.ID}),
	)
}

// catalogued answers the labels as the catalogue writes them, and holds them until the commit.
// Whoever asks has not locked a conversation yet: those who rename a label lock it first too.
func catalogued(ctx context.Context, tx *store.Tx, by rules.Actor, field string, names []string) ([]string, error) {
	out := make([]string, 0, len(names))
	if len(names) == 0 {
		return out, nil
	}
	rows, err := q.LabelsNamed(ctx, tx, db.LabelsNamedParams{ClinicID: by.ClinicID, Names: names})
	if err != nil {
		return nil, err
	}
	for i, asked := range names {
		at := slices.IndexFunc(rows, func(r db.LabelsNamedRow) bool { return r.Asked == asked })
		switch {
		case at < 0:
			return nil, &refusal.Error{
				Kind: refusal.Unworkable, Code: "label_unknown", Field: fmt.Sprintf("%s[%d]", field, i),
				Detail: fmt.Sprintf("There is no label “%s”. Choose one of the clinic's labels, or ask an administrator to add it.", asked),
			}
		case slices.Contains(out, rows[at].Name):
			return nil, refusal.Field(fmt.Sprintf("%s[%d]", field, i), "label_twice", "Name each label once.")
		}
		out = append(out, rows[at].Name)
	}
	return out, nil
}
