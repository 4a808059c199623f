package httpapi

import (
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

type conversationList struct {
	Paging
	Archived   string    `query:"archived" enum:"true,false,any" doc:"False unless asked for, or unless the status archived is."`
	Snoozed    string    `query:"snoozed" enum:"true,false,any" doc:"Left out unless asked for; any where archived ones are asked for."`
	Status     string    `query:"status" enum:"unread,read,replied,archived"`
	Channel    string    `query:"channel" enum:"sms,email,portal,whatsapp,call,note" doc:"Of the newest message."`
	Direction  string    `query:"direction" enum:"inbound,outbound" doc:"Of the newest message."`
	Starred    string    `query:"starred" enum:"true,false,any"`
	Waiting    string    `query:"waiting" enum:"true,false,any" doc:"The last word is the other side's."`
	Mine       string    `query:"mine" enum:"true,false" doc:"Assigned to the caller, or with the caller in person."`
	PatientID  uuid.UUID `query:"patient_id" format:"uuid"`
	AssigneeID string    `query:"assignee_id" maxLength:"36" doc:"A user's id, me, or nobody: at the front desk and not assigned."`
	Label      []string  `query:"label,explode" maxItems:"20" doc:"Several: each of them."`
	Q          string    `query:"q" doc:"Words, all of which stand in the patient's name, address or number, or in a label, or in one message; as in the search."`
	Sort       string    `query:"sort" enum:"newest,waiting" doc:"waiting: only those who wait, the longest wait first."`
}

// asked is the filter in the words of the address, as a saved view has them.
func (in *conversationList) asked() url.Values {
	words := url.Values{"label": in.Label}
	for name, value := range map[string]string{
		"archived": in.Archived, "snoozed": in.Snoozed, "status": in.Status, "channel": in.Channel, "direction": in.Direction,
		"starred": in.Starred, "waiting": in.Waiting, "mine": in.Mine, "assignee_id": in.AssigneeID, "q": in.Q, "sort": in.Sort,
	} {
		words.Set(name, value)
	}
	if in.PatientID != uuid.Nil {
		words.Set("patient_id", in.PatientID.String())
	}
	return words
}

type starting struct {
	Body struct {
		PatientID *uuid.UUID             `json:"patient_id,omitempty" format:"uuid"`
		UserID    *uuid.UUID             `json:"user_id,omitempty" format:"uuid"`
		Kind      rules.ConversationKind `json:"kind,omitempty" enum:"front_desk,doctor,direct" doc:"Your role decides; give it only to be sure."`
		Message   Draft                  `json:"message"`
	}
}

// started is the conversation, with its first message whole.
type started struct {
	wire.Conversation
	Message wire.Message `json:"message"`
}

type marking struct {
	OfPath
	Body *struct {
		MessageID *uuid.UUID `json:"message_id,omitempty" format:"uuid" doc:"Up to this message; the newest if left out."`
	}
}

func (s *Server) conversations() {
	const path = "/api/v1/conversations"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Conversations"}}
	}
	route(s, op("list-conversations", http.MethodGet, path, "The inbox, newest activity first"), s.listConversations)
	route(s, op("start-conversation", http.MethodPost, path, "Start a conversation, or add to the one there is"), s.startConversation)
	route(s, op("get-conversation", http.MethodGet, path+"/{id}", "One conversation"), func(ctx context.Context, by people.Session, in *OfPath) (*answer[wire.Conversation], error) {
		return conversation(by, func() (inbox.Conversation, error) { return s.Inbox.Get(ctx, by.Actor, in.ID) })
	})
	route(s, op("read-conversation", http.MethodPost, path+"/{id}/read", "Mark as read"), func(ctx context.Context, by people.Session, in *marking) (*answer[wire.Conversation], error) {
		upto := uuid.Nil
		if in.Body != nil && in.Body.MessageID != nil {
			upto = *in.Body.MessageID
		}
		return conversation(by, func() (inbox.Conversation, error) { return s.Inbox.Read(ctx, by.Actor, in.ID, upto) })
	})
	route(s, op("unread-conversation", http.MethodPost, path+"/{id}/unread", "Mark as unread"), func(ctx context.Context, by people.Session, in *OfPath) (*answer[wire.Conversation], error) {
		return conversation(by, func() (inbox.Conversation, error) { return s.Inbox.Unread(ctx, by.Actor, in.ID) })
	})
}

// conversation answers what an action has made of it, or why not.
func conversation(by people.Session, do func() (inbox.Conversation, error)) (*answer[wire.Conversation], error) {
	c, err := do()
	if err != nil {
		return nil, err
	}
	return &answer[wire.Conversation]{Body: wire.ConversationFor(by.Actor, c)}, nil
}

func (s *Server) listConversations(ctx context.Context, by people.Session, in *conversationList) (*answer[page[wire.Conversation]], error) {
	filter, err := inbox.FilterOf(in.asked(), by.Actor)
	if err != nil {
		return nil, err
	}
	found, next, err := s.Inbox.List(ctx, by.Actor, filter, in.Limit, in.Cursor)
	if err != nil {
		return nil, err
	}
	shape := func(c inbox.Conversation) wire.Conversation { return wire.ConversationFor(by.Actor, c) }
	return &answer[page[wire.Conversation]]{Body: pageOf(found, next, shape)}, nil
}

func (s *Server) startConversation(ctx context.Context, by people.Session, in *starting) (*answer[started], error) {
	opening := inbox.Opening{Kind: in.Body.Kind, Message: in.Body.Message.draft()}
	if in.Body.PatientID != nil {
		opening.PatientID = *in.Body.PatientID
	}
	if in.Body.UserID != nil {
		opening.UserID = *in.Body.UserID
	}
	c, m, fresh, err := s.Inbox.Start(ctx, by.Actor, opening)
	if err != nil {
		return nil, err
	}
	body := started{wire.ConversationFor(by.Actor, c), wire.MessageFor(by.Actor, m)}
	return &answer[started]{Status: created(fresh), Body: body}, nil
}

// created is 201 for what is new, and 200 for what an earlier try has made.
func created(fresh bool) int {
	if fresh {
		return http.StatusCreated
	}
	return http.StatusOK
}
