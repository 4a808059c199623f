package inbox

import (
	"context"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
)

// Counts say how many conversations stand in each list, up to a thousand.
type Counts struct {
	Waiting, Unread, Mine int
	Views                 map[uuid.UUID]int // the saved ones
}

// Counts counts the actor's lists as they are now. Each is read from its index and no
// further than a badge can say.
func (s *Reader) Counts(ctx context.Context, by rules.Actor) (Counts, error) {
	out := Counts{Views: map[uuid.UUID]int{}}
	saved, err := s.SavedViews(ctx, by)
	if err != nil {
		return out, err
	}
	for name, into := range map[string]*int{"waiting": &out.Waiting, "unread": &out.Unread, "mine": &out.Mine} {
		if *into, err = s.countOf(ctx, by, SavedView{Filter: "view=" + name}); err != nil {
			return out, err
		}
	}
	for _, v := range saved {
		if out.Views[v.ID], err = s.countOf(ctx, by, v); err != nil {
			return out, err
		}
	}
	return out, nil
}

// countOf counts nothing for a view whose words have lost their meaning since it was saved.
func (s *Reader) countOf(ctx context.Context, by rules.Actor, v SavedView) (int, error) {
	f, err := v.filter(by)
	if err != nil {
		return 0, nil //nolint:nilerr // the list says so when it is opened
	}
	return s.Count(ctx, by, f)
}
