package clinic

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

func (s *Service) templates(ctx context.Context, by rules.Actor) ([]Template, error) {
	rows, err := q.TemplateList(ctx, s.store.View(by.ClinicID), db.TemplateListParams{ClinicID: by.ClinicID, ViewerID: by.ID})
	out := make([]Template, len(rows))
	for i, r := range rows {
		out[i] = templateOf(r)
	}
	return out, err
}

// openTemplate locks one that the actor may keep.
func openTemplate(ctx context.Context, tx *store.Tx, by rules.Actor, id uuid.UUID) (Template, error) {
	if err := rules.UseTemplates(by); err != nil {
		return Template{}, err
	}
	r, err := q.TemplateLock(ctx, tx, db.TemplateLockParams{ClinicID: by.ClinicID, TemplateID: id})
	if errors.Is(err, pgx.ErrNoRows) {
		return Template{}, rules.ErrTemplateNotFound
	}
	if err != nil {
		return Template{}, err
	}
	return templateOf(r), rules.KeepTemplate(by, r.OwnerID.UUID)
}

// knownTemplate finds what an earlier try has made.
func knownTemplate(ctx context.Context, tx *store.Tx, by rules.Actor, id uuid.UUID) (*Template, error) {
	r, err := q.TemplateGet(ctx, tx, db.TemplateGetParams{ClinicID: by.ClinicID, TemplateID: id})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if r.MadeBy != by.ID {
		return nil, &refusal.Error{Kind: refusal.Conflict, Code: "id_conflict", Field: "id", Detail: "Another template already has this id. Make a new one and send again."}
	}
	t := templateOf(r)
	return &t, nil
}

// checkNeighbours refuses a shortcut that another template of the same owner has, and one
// template too many.
func checkNeighbours(ctx context.Context, tx *store.Tx, clinic uuid.UUID, t Template) error {
	rows, err := q.TemplateNeighbours(ctx, tx, db.TemplateNeighboursParams{ClinicID: clinic, OwnerID: store.Maybe(t.Owner)})
	if err != nil {
		return err
	}
	most := maxOwn
	if t.Owner == uuid.Nil {
		most = maxShared
	}
	others := 0
	for _, r := range rows {
		if r.TemplateID == t.ID {
			continue
		}
		if others++; t.Shortcut != "" && r.Shortcut == t.Shortcut {
			return &refusal.Error{Kind: refusal.Conflict, Code: "shortcut_taken", Field: "shortcut", Detail: "Another template has this shortcut. Choose a different one."}
		}
	}
	if others >= most {
		return &refusal.Error{Kind: refusal.Unworkable, Code: "templates_too_many", Detail: fmt.Sprintf("There are %d already. Remove some that nobody uses first.", most)}
	}
	return nil
}

func insertTemplate(ctx context.Context, tx *store.Tx, clinic uuid.UUID, t Template) error {
	return q.TemplateInsert(ctx, tx, db.TemplateInsertParams{
		ClinicID: clinic, TemplateID: t.ID, OwnerID: store.Maybe(t.Owner), Name: t.Name, Shortcut: t.Shortcut,
		Subject: t.Subject, Body: t.Body, Channels: channelNames(t.Channels), MadeBy: t.MadeBy, CreatedAt: tx.Now,
	})
}

func updateTemplate(ctx context.Context, tx *store.Tx, clinic uuid.UUID, t Template) error {
	return q.TemplateUpdate(ctx, tx, db.TemplateUpdateParams{
		ClinicID: clinic, TemplateID: t.ID, OwnerID: store.Maybe(t.Owner), Name: t.Name, Shortcut: t.Shortcut,
		Subject: t.Subject, Body: t.Body, Channels: channelNames(t.Channels), UpdatedAt: tx.Now,
	})
}

func deleteTemplate(ctx context.Context, tx *store.Tx, clinic, id uuid.UUID) error {
	return q.TemplateDelete(ctx, tx, db.TemplateDeleteParams{ClinicID: clinic, TemplateID: id})
}

func templateOf(r db.Template) Template {
	t := Template{
		ID: r.TemplateID, Owner: r.OwnerID.UUID, Name: r.Name, Shortcut: r.Shortcut, Subject: r.Subject, Body: r.Body,
		Channels: make([]rules.Channel, len(r.Channels)), MadeBy: r.MadeBy, UpdatedAt: r.UpdatedAt.UTC(),
	}
	for i, c := range r.Channels {
		t.Channels[i] = rules.Channel(c)
	}
	return t
}

func channelNames(in []rules.Channel) []string {
	out := make([]string, len(in))
	for i, c := range in {
		out[i] = string(c)
	}
	return out
}
