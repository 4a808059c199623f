package inbox

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// SavedView is a list as somebody likes to see it: its filters in the address's own words.
type SavedView struct {
	ID     uuid.UUID
	Name   string
	Filter string // as view=all&label=urgent
}

// Saving is what to change of a saved view; nil leaves a thing as it is.
type Saving struct {
	Name, Filter *string
	Place        *int // among the others, from 0
}

const (
	maxSaved     = 20
	maxSavedName = 40 // characters
)

var (
	errSavedMany  = &refusal.Error{Kind: refusal.Unworkable, Code: "views_too_many", Detail: "You have 20 saved views. Delete one that you no longer use."}
	errSavedTwice = refusal.Field("name", "view_name_taken", "You have a view of this name already. Choose another name.")
	errSavedGone  = &refusal.Error{Kind: refusal.NotFound, Code: "view_not_found", Detail: "There is no such view of yours. It may have been deleted elsewhere."}
)

// SavedViews answers the actor's own, in their order.
func (s *Reader) SavedViews(ctx context.Context, by rules.Actor) ([]SavedView, error) {
	if err := staff(by); err != nil {
		return nil, err
	}
	return savedViews(ctx, s.store.View(by.ClinicID), by)
}

// SaveView keeps a list for the actor. The same id, however often it comes, is one view.
func (s *Service) SaveView(ctx context.Context, by rules.Actor, in SavedView) (SavedView, error) {
	if err := staff(by); err != nil {
		return SavedView{}, err
	}
	if in.ID == uuid.Nil {
		return SavedView{}, refusal.Field("id", "id_missing", "Make a UUIDv7 for the view and send it as its id.")
	}
	return in, s.onViews(ctx, by, func(tx *store.Tx, all []SavedView) error {
		at := slices.IndexFunc(all, func(v SavedView) bool { return v.ID == in.ID })
		switch {
		case at >= 0 && all[at] == in:
			return errUnchanged
		case at >= 0:
			return errIDConflict
		case len(all) >= maxSaved:
			return errSavedMany
		}
		return insertView(ctx, tx, by, in, all)
	}, in)
}

// ChangeView renames one of the actor's views, gives it other filters, or moves it.
func (s *Service) ChangeView(ctx context.Context, by rules.Actor, id uuid.UUID, in Saving) (out SavedView, err error) {
	if err := staff(by); err != nil {
		return SavedView{}, err
	}
	err = s.onViews(ctx, by, func(tx *store.Tx, all []SavedView) error {
		at := slices.IndexFunc(all, func(v SavedView) bool { return v.ID == id })
		if at < 0 {
			return errSavedGone
		}
		next := all[at]
		if in.Name != nil {
			next.Name = *in.Name
		}
		if in.Filter != nil {
			next.Filter = *in.Filter
		}
		if err := checkView(by, next, all); err != nil {
			return err
		}
		rest, place := slices.Delete(slices.Clone(all), at, at+1), at
		if in.Place != nil {
			place = max(0, min(*in.Place, len(rest)))
		}
		out = next
		return arrangeViews(ctx, tx, by, slices.Insert(rest, place, next))
	}, SavedView{})
	return out, err
}

// DropView forgets one of the actor's views.
func (s *Service) DropView(ctx context.Context, by rules.Actor, id uuid.UUID) error {
	if err := staff(by); err != nil {
		return err
	}
	return s.onViews(ctx, by, func(tx *store.Tx, all []SavedView) error {
		if !slices.ContainsFunc(all, func(v SavedView) bool { return v.ID == id }) {
			return errSavedGone
		}
		return deleteView(ctx, tx, by, id)
	}, SavedView{})
}

// checkView refuses what could not be shown.
func checkView(by rules.Actor, v SavedView, all []SavedView) error {
	switch {
	case strings.TrimSpace(v.Name) != v.Name || v.Name == "" || utf8.RuneCountInString(v.Name) > maxSavedName || strings.ContainsRune(v.Name, 0) || !utf8.ValidString(v.Name):
		return refusal.Field("name", "view_name_invalid", fmt.Sprintf("A view's name has 1 to %d characters and no space around it.", maxSavedName))
	case slices.ContainsFunc(all, func(o SavedView) bool { return o.ID != v.ID && o.Name == v.Name }):
		return errSavedTwice
	}
	if _, err := v.filter(by); err != nil {
		return err
	}
	return nil
}

// filter reads the view's words as a list does.
func (v SavedView) filter(by rules.Actor) (Filter, error) {
	asked, err := url.ParseQuery(v.Filter)
	if err != nil || len(v.Filter) > 1000 {
		return Filter{}, refusal.Field("filter", "view_filter_invalid", "Send the filters as an address has them, such as view=all&label=urgent, in at most 1000 characters.")
	}
	f, err := FilterOf(asked, by)
	if err != nil {
		return f, refusal.Field("filter", "view_filter_invalid", "One of the filters is not known. Use those of the list of conversations.")
	}
	if f.Words != "" {
		if _, err := phrasesOf(f.Words); err != nil {
			return f, refusal.Field("filter", "view_filter_invalid", "The words of the filter cannot be searched for. Use letters or digits.")
		}
	}
	return f, nil
}

// staff lets in who has views.
func staff(by rules.Actor) error {
	if err := rules.UseHub(by); err != nil {
		return err
	}
	if by.Kind != rules.User {
		return errNotStaff
	}
	return nil
}
