package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/people"
	"frontdesk/internal/refusal"
	"frontdesk/internal/wire"
)

// Filed is what is done with a conversation as a whole. It is exported because huma looks at
// exported fields alone.
type Filed struct {
	Archived     *bool      `json:"archived,omitempty"`
	AssigneeID   optionalID `json:"assignee_id,omitempty" doc:"Null takes the assignment back."`
	Labels       *[]string  `json:"labels,omitempty" maxItems:"20" nullable:"false" doc:"Exactly these, of the clinic's labels."`
	AddLabels    []string   `json:"add_labels,omitempty" maxItems:"20"`
	RemoveLabels []string   `json:"remove_labels,omitempty" maxItems:"20"`
	SnoozedUntil snoozing   `json:"snoozed_until,omitempty" doc:"A time (RFC 3339), or the word answer: until the patient writes, as every snooze ends then. Null brings it back."`
}

type filing struct {
	OfPath
	Body struct {
		Filed
		Note *handOver `json:"note,omitempty" doc:"With assignee_id: an internal note, written in the same step."`
	}
}

// handOver is the note for whoever gets the conversation.
type handOver struct {
	ID       uuid.UUID   `json:"id" format:"uuid" doc:"A UUIDv7 of the sender's making: sent again, the whole step is done once."`
	Body     string      `json:"body" doc:"1 to 4000 characters."`
	Mentions []uuid.UUID `json:"mentions,omitempty" maxItems:"20" format:"uuid"`
}

func (f Filed) filing() (inbox.Filing, error) {
	if f.SnoozedUntil.bad {
		return inbox.Filing{}, snoozeInvalid("snoozed_until")
	}
	out := inbox.Filing{Archived: f.Archived, Labels: f.Labels, AddLabels: f.AddLabels, RemoveLabels: f.RemoveLabels}
	if f.AssigneeID.sent {
		out.Assignee = &f.AssigneeID.id
	}
	if f.SnoozedUntil.sent {
		out.Snooze = &f.SnoozedUntil.to
	}
	return out, nil
}

func snoozeInvalid(field string) error {
	return refusal.Field(field, "snooze_invalid", "Give a time such as 2026-11-25T09:00:00Z, the word answer, or null.")
}

// optionalID tells a null from what was left out.
type optionalID struct {
	sent bool
	id   uuid.UUID
}

// UnmarshalJSON is called for null too.
func (o *optionalID) UnmarshalJSON(raw []byte) error {
	o.sent = true
	return json.Unmarshal(raw, &o.id) // null leaves uuid.Nil
}

// Schema is what the description says of it.
func (optionalID) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "uuid", Nullable: true}
}

// snoozing is a time, a word, or null; what was left out is none of these.
type snoozing struct {
	sent, bad bool
	to        inbox.Snoozing
}

// untilAnswered is the word for a snooze without a time.
const untilAnswered = "answer"

// UnmarshalJSON is called for null too.
func (s *snoozing) UnmarshalJSON(raw []byte) error {
	s.sent = true
	var words *string
	if err := json.Unmarshal(raw, &words); err != nil || words == nil {
		return err
	}
	if s.to.On = true; *words == untilAnswered {
		return nil
	}
	at, err := time.Parse(time.RFC3339, *words)
	s.to.Until, s.bad = at, err != nil || at.IsZero()
	return nil
}

// Schema is what the description says of it.
func (snoozing) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Nullable: true, Examples: []any{"2026-11-25T09:00:00Z", untilAnswered, nil}}
}

type sweeping struct {
	Body struct {
		IDs    []uuid.UUID `json:"ids" minItems:"1" maxItems:"200" format:"uuid"`
		Change sweep       `json:"change"`
	}
}

type sweep struct {
	Filed
	Read *bool `json:"read,omitempty" doc:"True marks as read, false as unread."`
}

type swept struct {
	ID     uuid.UUID `json:"id"`
	Done   bool      `json:"done" doc:"Also where it was so already."`
	Code   *string   `json:"code" nullable:"true" doc:"Why it was refused, as a problem has it."`
	Detail *string   `json:"detail" nullable:"true"`
}

func sweptOf(o inbox.Swept) swept {
	out := swept{ID: o.ID, Done: o.Refused == nil}
	if o.Refused != nil {
		out.Code, out.Detail = &o.Refused.Code, &o.Refused.Detail
	}
	return out
}

func (s *Server) filing() {
	const path = "/api/v1/conversations"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Conversations"}}
	}
	route(s, op("file-conversation", http.MethodPatch, path+"/{id}", "Archive, reopen, assign, label, snooze"), func(ctx context.Context, by people.Session, in *filing) (*answer[wire.Conversation], error) {
		change, err := in.Body.filing()
		if err != nil {
			return nil, err
		}
		if n := in.Body.Note; n != nil {
			change.Note = &inbox.Draft{ID: n.ID, Body: n.Body, Mentions: n.Mentions}
		}
		return conversation(by, func() (inbox.Conversation, error) { return s.Inbox.File(ctx, by.Actor, in.ID, change) })
	})
	route(s, op("file-conversations", http.MethodPost, path+"/bulk", "Do the same with many conversations"), s.fileMany)
}

// fileMany answers for each conversation, in the order asked, whether it was done.
func (s *Server) fileMany(ctx context.Context, by people.Session, in *sweeping) (*answer[page[swept]], error) {
	if in.Body.Change.SnoozedUntil.bad {
		return nil, snoozeInvalid("change.snoozed_until")
	}
	change, err := in.Body.Change.filing()
	if err != nil {
		return nil, err
	}
	done, err := s.Inbox.FileAll(ctx, by.Actor, in.Body.IDs, inbox.Sweep{Filing: change, Read: in.Body.Change.Read})
	if err != nil {
		return nil, err
	}
	return &answer[page[swept]]{Body: pageOf(done, "", sweptOf)}, nil
}
