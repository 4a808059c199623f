package inbox

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Label is one of the clinic's: a name that conversations carry, and its colour.
type Label struct {
	ID       uuid.UUID
	Name     string
	Colour   string
	Position int
}

// Colours are those that a label may have. The page shows each in a pair that is easy to read
// in light and in dark.
var Colours = []string{"grey", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"}

const (
	mostLabels = 200 // of a clinic: they are answered all at once
	maxLabel   = 40  // characters
)

// topicLabels is told when a label is made, changed or removed. Conversations that carry it
// are not told of one by one: whoever shows their labels fetches them anew.
const topicLabels = "labels"

// Labels answers the clinic's labels in their order.
func (s *Reader) Labels(ctx context.Context, by rules.Actor) ([]Label, error) {
	if err := seeLabels(by); err != nil {
		return nil, err
	}
	return s.labels(ctx, by.ClinicID)
}

// LabelUse answers one label, and on how many conversations it is.
func (s *Reader) LabelUse(ctx context.Context, by rules.Actor, id uuid.UUID) (Label, int, error) {
	if err := seeLabels(by); err != nil {
		return Label{}, 0, err
	}
	return s.labelUse(ctx, by.ClinicID, id)
}

func seeLabels(by rules.Actor) error {
	if err := rules.UseHub(by); err != nil {
		return err
	}
	if by.Kind != rules.User {
		return errNotStaff
	}
	return nil
}

// AddLabel adds one at the end. in.ID may be uuid.Nil.
func (s *Service) AddLabel(ctx context.Context, by rules.Actor, in Label) (Label, error) {
	if err := checkLabel(&in.Name, &in.Colour); err != nil {
		return Label{}, err
	}
	if in.ID == uuid.Nil {
		in.ID = uuid.Must(uuid.NewV7())
	}
	err := s.onLabels(ctx, by, func(tx *store.Tx, all []Label) (bool, error) {
		if len(all) >= mostLabels {
			return false, refusal.Field("name", "labels_too_many", fmt.Sprintf("A clinic has at most %d labels. Remove one that is not used any more.", mostLabels))
		}
		if err := s.nameFree(ctx, tx, by, in); err != nil {
			return false, err
		}
		in.Position = len(all)
		return true, insertLabel(ctx, tx, by, in)
	})
	return in, err
}

// LabelEdit is what is to be different; nil leaves a thing as it is.
type LabelEdit struct {
	Name, Colour *string
	Position     *int // among all, from 0; beyond the last is the last
}

// EditLabel renames a label, on every conversation that carries it too, colours or moves it.
func (s *Service) EditLabel(ctx context.Context, by rules.Actor, id uuid.UUID, in LabelEdit) (label Label, err error) {
	if err := checkLabel(in.Name, in.Colour); err != nil {
		return Label{}, err
	}
	err = s.onLabels(ctx, by, func(tx *store.Tx, all []Label) (bool, error) {
		at := slices.IndexFunc(all, func(l Label) bool { return l.ID == id })
		if at < 0 {
			return false, errNoLabel
		}
		before := all[at]
		label = in.applied(before)
		if label.Name != before.Name {
			if err := s.nameFree(ctx, tx, by, label); err != nil {
				return false, err
			}
			if err := relabel(ctx, tx, by, before.Name, label.Name); err != nil {
				return false, err
			}
		}
		all = slices.Delete(all, at, at+1)
		label.Position = min(max(label.Position, 0), len(all))
		changed, err := arrange(ctx, tx, by, slices.Insert(all, label.Position, label), before)
		return changed, err
	})
	return label, err
}

func (in LabelEdit) applied(to Label) Label {
	if in.Name != nil {
		to.Name = *in.Name
	}
	if in.Colour != nil {
		to.Colour = *in.Colour
	}
	if in.Position != nil {
		to.Position = *in.Position
	}
	return to
}

// RemoveLabel takes a label out of the catalogue and off every conversation, and answers off
// how many.
func (s *Service) RemoveLabel(ctx context.Context, by rules.Actor, id uuid.UUID) (conversations int, err error) {
	err = s.onLabels(ctx, by, func(tx *store.Tx, all []Label) (bool, error) {
		at := slices.IndexFunc(all, func(l Label) bool { return l.ID == id })
		if at < 0 {
			return false, errNoLabel
		}
		if conversations, err = removeLabel(ctx, tx, by, all[at]); err != nil {
			return false, err
		}
		_, err := arrange(ctx, tx, by, slices.Delete(all, at, at+1), Label{})
		return true, err
	})
	return conversations, err
}

// onLabels runs a change of the catalogue, which it hands over in its order, locked. Where
// decide says that nothing is different, nobody is told.
func (s *Service) onLabels(ctx context.Context, by rules.Actor, decide func(*store.Tx, []Label) (changed bool, err error)) error {
	if err := rules.EditLabels(by); err != nil {
		return err
	}
	_, err := s.change(ctx, by, func(tx *store.Tx) (*store.Entry, error) {
		all, err := lockLabels(ctx, tx, by)
		if err != nil {
			return nil, err
		}
		changed, err := decide(tx, all)
		if err != nil || !changed {
			return nil, err
		}
		return &store.Entry{Topics: []string{topicLabels}}, nil
	})
	return err
}

func checkLabel(name, colour *string) error {
	switch {
	case name != nil && !isLabel(*name):
		return refusal.Field("name", "label_invalid", labelShape)
	case colour != nil && !slices.Contains(Colours, *colour):
		return refusal.Field("colour", "colour_unknown", "Choose one of the colours: "+strings.Join(Colours, ", ")+".")
	}
	return nil
}

var labelShape = fmt.Sprintf("A label has 1 to %d characters and no space around it.", maxLabel)

func isLabel(name string) bool {
	return name != "" && strings.TrimSpace(name) == name && utf8.ValidString(name) && utf8.RuneCountInString(name) <= maxLabel && !strings.ContainsFunc(name, unprintable)
}

func unprintable(r rune) bool { return r < ' ' || r == 0x7f }

var errNoLabel = &refusal.Error{Kind: refusal.NotFound, Code: "label_not_found", Detail: "There is no such label. It may have been removed: load the labels again."}
