package inbox

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// Opening is a first message and whom it is for. A patient names nobody: it goes to
// reception. Everybody else names a patient or a user.
type Opening struct {
	PatientID uuid.UUID
	UserID    uuid.UUID
	Kind      rules.ConversationKind // what the caller takes it to be; empty for no opinion
	Message   Draft
}

// Start begins a conversation under the rules of who may write to whom first. Where the
// front-desk or the direct conversation exists already, the message is added to it and
// reopens it. The same message id again is the same conversation.
func (s *Service) Start(ctx context.Context, by rules.Actor, in Opening) (c Conversation, msg Message, fresh bool, err error) {
	if in, err = in.ready(); err != nil {
		return c, msg, false, err
	}
	var known *Message
	ch, err := s.change(ctx, by, func(tx *store.Tx) (*store.Entry, error) {
		var err error
		if known, err = sameOpening(ctx, tx, by, in); err != nil || known != nil {
			return nil, err
		}
		to, err := recipient(ctx, tx, by, in)
		if err != nil {
			return nil, err
		}
		target, err := to.conversation(ctx, tx, by, in)
		if err != nil {
			return nil, err
		}
		if err := in.Message.usable(by, target, tx.Now); err != nil {
			return nil, err
		}
		b, err := lookBefore(ctx, tx, by, target, in.Message)
		if err != nil {
			return nil, err
		}
		return s.add(ctx, tx, by, target, in.Message, b, target.archived)
	})
	if err != nil {
		return c, msg, false, err
	}
	if known == nil {
		msg, _ = ch.message(in.Message.ID)
		return *ch.Conversation, msg, true, nil
	}
	if c, err = s.Get(ctx, by, known.ConversationID); err != nil {
		return c, msg, false, err
	}
	msg, err = s.message(ctx, by, known.ID)
	return c, msg, false, err
}

func (in Opening) ready() (Opening, error) {
	switch {
	case in.PatientID != uuid.Nil && in.UserID != uuid.Nil:
		return in, refusal.Field("user_id", "two_recipients", "Name a patient_id or a user_id, not both.")
	case in.Message.Channel == rules.Note:
		return in, refusal.Field("message.channel", "channel_unavailable", "A conversation starts with a message that reaches its recipient, or with a call.")
	}
	switch in.Kind {
	case "", rules.FrontDesk, rules.DoctorThread, rules.Direct:
		var err error
		in.Message, err = in.Message.ready()
		return in, within("message", err)
	}
	return in, refusal.Field("kind", "kind_unknown", "The kind is front_desk, doctor or direct; leave it out to let your role decide.")
}

// within places a refused field in the object that holds it.
func within(object string, err error) error {
	var refused *refusal.Error
	if !errors.As(err, &refused) || refused.Field == "" {
		return err
	}
	placed := *refused
	placed.Field = object + "." + refused.Field
	return &placed
}
