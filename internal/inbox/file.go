package inbox

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Filing is what staff do with a conversation as a whole; nil leaves a thing as it is.
type Filing struct {
	Archived     *bool
	Assignee     *uuid.UUID // uuid.Nil takes the assignment back
	Labels       *[]string  // exactly these
	AddLabels    []string   // beside what it has; two who add at the same time both get their way
	RemoveLabels []string
	Snooze       *Snoozing
	Note         *Draft // an internal note that goes with a hand-over, for whoever gets it
}

// File archives or reopens, assigns, labels and snoozes. Assigning a front-desk conversation
// to a doctor hands it over: that doctor sees it from then on, and no longer once it is taken
// back. A note that goes with it is written in the same step; its id makes the whole safe to
// send again.
func (s *Service) File(ctx context.Context, by rules.Actor, conversation uuid.UUID, in Filing) (Conversation, error) {
	if err := in.validate(by); err != nil {
		return Conversation{}, err
	}
	return s.fileOne(ctx, by, conversation, in)
}

func (s *Service) fileOne(ctx context.Context, by rules.Actor, conversation uuid.UUID, in Filing) (Conversation, error) {
	return s.onConversation(ctx, by, conversation, func(tx *store.Tx) (*store.Entry, error) {
		in, err := in.catalogued(ctx, tx, by)
		if err != nil {
			return nil, err
		}
		c, err := open(ctx, tx, by, conversation, rules.Write)
		if err != nil {
			return nil, err
		}
		return s.file(ctx, tx, by, c, in)
	})
}

func (in Filing) validate(by rules.Actor) error {
	if by.Kind != rules.User {
		return errNotStaff
	}
	if in.Labels != nil {
		if len(in.AddLabels)+len(in.RemoveLabels) > 0 {
			return refusal.Field("labels", "labels_both_ways", "Name the labels that are to be there, or those to add and to remove, not both.")
		}
		if err := checkLabels("labels", *in.Labels); err != nil {
			return err
		}
	}
	err := errors.Join(checkLabels("add_labels", in.AddLabels), checkLabels("remove_labels", in.RemoveLabels))
	if err != nil || in.Note == nil {
		return err
	}
	if in.Assignee == nil {
		return refusal.Field("note", "note_alone", "A note goes along with a hand-over. Name the assignee, or send the note as a message.")
	}
	in.Note.Channel = rules.Note
	return within("note", in.Note.validate())
}

var errNotStaff = &refusal.Error{Kind: refusal.Refused, Code: "staff_only", Detail: "Only the clinic's staff can do this. Write to reception instead."}

const maxLabels = 20 // of a conversation

func checkLabels(field string, labels []string) error {
	if len(labels) > maxLabels {
		return refusal.Field(field, "labels_too_many", fmt.Sprintf("Keep to %d labels.", maxLabels))
	}
	for i, l := range labels {
		at := fmt.Sprintf("%s[%d]", field, i)
		switch {
		case !isLabel(l):
			return refusal.Field(at, "label_invalid", labelShape)
		case slices.Contains(labels[:i], l):
			return refusal.Field(at, "label_twice", "Name each label once.")
		}
	}
	return nil
}

// relabelled is what the conversation's labels become.
func (in Filing) relabelled(had []string) ([]string, error) {
	if in.Labels != nil {
		return *in.Labels, nil
	}
	out := slices.DeleteFunc(slices.Clone(had), func(l string) bool { return slices.Contains(in.RemoveLabels, l) })
	for _, l := range in.AddLabels {
		if !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	if len(out) > maxLabels {
		return nil, refusal.Field("add_labels", "labels_too_many", fmt.Sprintf("Keep to %d labels.", maxLabels))
	}
	return out, nil
}
