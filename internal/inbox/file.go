package inbox

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Filing is what staff do with a conversation as a whole; nil leaves a thing as it is.
type Filing struct {
	Archived *bool
	Assignee *uuid.UUID // uuid.Nil takes the assignment back
	Labels   *[]string
}

// File archives or reopens, assigns and labels. Assigning a front-desk conversation to a
// doctor hands it over: that doctor sees it from then on, and no longer once it is taken
// back.
func (s *Service) File(ctx context.Context, by rules.Actor, conversation uuid.UUID, in Filing) (Conversation, error) {
	if by.Kind != rules.User {
		return Conversation{}, errNotStaff
	}
	if in.Labels != nil {
		if err := checkLabels(*in.Labels); err != nil {
			return Conversation{}, err
		}
	}
	return s.onConversation(ctx, by, conversation, func(tx *store.Tx) (*store.Entry, error) {
		c, err := open(ctx, tx, by, conversation, rules.Write)
		if err != nil {
			return nil, err
		}
		return file(ctx, tx, by, c, in)
	})
}

var errNotStaff = &refusal.Error{Kind: refusal.Refused, Code: "staff_only", Detail: "Only the clinic's staff can do this. Write to reception instead."}

const (
	maxLabels = 20
	maxLabel  = 40 // characters
)

func checkLabels(labels []string) error {
	if len(labels) > maxLabels {
		return refusal.Field("labels", "labels_too_many", fmt.Sprintf("Keep to %d labels.", maxLabels))
	}
	for i, l := range labels {
		field := fmt.Sprintf("labels[%d]", i)
		switch {
		case strings.TrimSpace(l) != l || l == "" || len([]rune(l)) > maxLabel || strings.ContainsRune(l, 0):
			return refusal.Field(field, "label_invalid", fmt.Sprintf("A label has 1 to %d characters and no space around it.", maxLabel))
		case slices.Contains(labels[:i], l):
			return refusal.Field(field, "label_twice", "Name each label once.")
		}
	}
	return nil
}
