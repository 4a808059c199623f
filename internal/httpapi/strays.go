package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

// Stray is a message that belongs to nobody yet; exported because huma looks at exported
// fields alone.
type Stray struct {
	ID         uuid.UUID         `json:"id"`
	Channel    rules.Channel     `json:"channel" enum:"sms,email,whatsapp"`
	Address    string            `json:"address" doc:"The sender's: a phone number in E.164, or an email address."`
	Sender     string            `json:"sender" doc:"What the sender calls themselves; may be empty."`
	Subject    string            `json:"subject"`
	Body       string            `json:"body"`
	Files      []wire.Attachment `json:"attachments"`
	Candidates []Candidate       `json:"candidates" doc:"Patients who have the address: none, or several."`
	At         wire.Time         `json:"received_at"`
}

// Candidate is a patient whose a stray may be.
type Candidate struct {
	ID        uuid.UUID `json:"id"`
	Name      string    `json:"name"`
	BirthDate *string   `json:"birth_date" nullable:"true"`
}

func strayOf(s inbox.Stray) Stray {
	out := Stray{
		ID: s.ID, Channel: s.Channel, Address: s.Address, Sender: s.Sender, Subject: s.Subject, Body: s.Body,
		Files: make([]wire.Attachment, len(s.Files)), Candidates: make([]Candidate, len(s.Candidates)), At: wire.Time(s.At),
	}
	for i, f := range s.Files {
		out.Files[i] = wire.Attachment(f)
	}
	for i, c := range s.Candidates {
		out.Candidates[i] = Candidate(c)
	}
	return out
}

// strayPage is a page, field by field: huma does not look into what is embedded.
type strayPage struct {
	Items      []Stray `json:"items"`
	NextCursor *string `json:"next_cursor" nullable:"true" doc:"For the next page; null after the last."`
	Total      int     `json:"total" doc:"How many wait; a hundred at the most are counted."`
}

type adoption struct {
	OfPath
	Body struct {
		PatientID uuid.UUID `json:"patient_id" format:"uuid" doc:"Whose message it is. All that comes from this address later is theirs too."`
	}
}

func (s *Server) strays() {
	const path = "/api/v1/strays"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Strays"}}
	}
	route(s, op("list-strays", http.MethodGet, path, "Messages from unknown senders, newest first"), func(ctx context.Context, by people.Session, in *Paging) (*answer[strayPage], error) {
		found, next, total, err := s.Inbox.Strays(ctx, by.Actor, in.Limit, in.Cursor)
		all := pageOf(found, next, strayOf)
		return &answer[strayPage]{Body: strayPage{all.Items, all.NextCursor, total}}, err
	})
	route(s, op("adopt-stray", http.MethodPost, path+"/{id}/adopt", "Give it to a patient, and remember whose the address is"), func(ctx context.Context, by people.Session, in *adoption) (*answer[wire.Conversation], error) {
		c, err := s.Inbox.Adopt(ctx, by.Actor, in.ID, in.Body.PatientID)
		return &answer[wire.Conversation]{Body: wire.ConversationFor(by.Actor, c)}, err
	})
	route(s, op("dismiss-stray", http.MethodDelete, path+"/{id}", "Put away what is nobody's"), func(ctx context.Context, by people.Session, in *OfPath) (*struct{}, error) {
		return nil, s.Inbox.Dismiss(ctx, by.Actor, in.ID)
	})
}
