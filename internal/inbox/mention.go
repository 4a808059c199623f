package inbox

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

const maxMentions = 20

func (d Draft) validateMentions() error {
	switch {
	case len(d.Mentions) > 0 && d.Channel != rules.Note:
		return refusal.Field("mentions", "mentions_only_in_notes", "Only an internal note mentions colleagues. Write a note, or leave the mentions out.")
	case len(d.Mentions) > maxMentions:
		return refusal.Field("mentions", "mentions_too_many", fmt.Sprintf("Mention at most %d colleagues.", maxMentions))
	}
	for i, id := range d.Mentions {
		if slices.Contains(d.Mentions[:i], id) {
			return refusal.Field(fmt.Sprintf("mentions[%d]", i), "mention_twice", "Mention each colleague once.")
		}
	}
	return nil
}

// sameMentions compares without regard to order.
func sameMentions(a, b []uuid.UUID) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(id uuid.UUID) bool { return !slices.Contains(b, id) })
}

func mentionsOf(d Draft) []uuid.UUID { return append([]uuid.UUID{}, d.Mentions...) }
