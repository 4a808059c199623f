package inbox

import (
	"context"

	"frontdesk/internal/rules"
)

// Starred answers the messages that the actor's side has starred, the newest star first, to
// follow up: the clinic's stars that a member of staff may see, or a patient's own.
func (s *Reader) Starred(ctx context.Context, by rules.Actor, limit int, cursor string) ([]Hit, string, error) {
	if err := rules.UseHub(by); err != nil {
		return nil, "", err
	}
	from, err := parsePlace(cursor)
	if err != nil {
		return nil, "", err
	}
	places, err := s.starred(ctx, by, limit+1, from)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(places) > limit {
		places = places[:limit]
		next = places[limit-1].String()
	}
	hits, err := s.hits(ctx, by, places)
	for i := range hits {
		hits[i].mark(words{})
	}
	return hits, next, err
}
