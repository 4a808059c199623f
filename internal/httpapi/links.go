package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"

	"frontdesk/internal/people"
)

// Caller is whoever sends a request without being signed in, and the session that the
// browser may still have. It is exported because huma looks at exported fields alone.
type Caller struct{ address, agent, old string }

// Resolve takes what is not in the body.
func (in *Caller) Resolve(ctx huma.Context) []error {
	c := humafiber.Unwrap(ctx)
	in.address, in.agent, in.old = c.IP(), c.Get("User-Agent"), c.Cookies(cookieName)
	return nil
}

type linkAsked struct {
	Caller
	Body struct {
		Email string `json:"email" minLength:"3" maxLength:"254"`
	}
}

type linkLooked struct {
	Caller
	Body struct {
		Token string `json:"token" minLength:"1" maxLength:"200"`
	}
}

type linkRedeemed struct {
	Caller
	Body struct {
		Token    string `json:"token" minLength:"1" maxLength:"200"`
		Password string `json:"password,omitempty" maxLength:"1000" doc:"For an invitation or a reset: 10 characters or more."`
	}
}

// opened is what a link that is still good opens.
type opened struct {
	Purpose people.Purpose `json:"purpose" enum:"invitation,reset,sign_in"`
	Name    string         `json:"name"`
	Email   string         `json:"email"`
	Clinic  string         `json:"clinic"`
}

func (s *Server) links() {
	const path = "/api/v1/sessions/links"
	op := func(id, path, summary string, status int) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodPost, Path: path, Summary: summary, DefaultStatus: status, Tags: []string{"Session"}}
	}
	open(s, op("ask-for-link", path, "Have a link sent that signs a patient in, or lets staff choose another password; the answer is the same for every address", http.StatusAccepted), func(ctx context.Context, in *linkAsked) (*struct{}, error) {
		return nil, s.People.AskForLink(ctx, in.Body.Email, in.address)
	})
	open(s, op("look-at-link", path+"/look", "What a link is for, without using it", http.StatusOK), func(ctx context.Context, in *linkLooked) (*answer[opened], error) {
		l, err := s.People.LookAtLink(ctx, people.Redemption{Token: in.Body.Token, Address: in.address})
		return &answer[opened]{Body: opened(l)}, err
	})
	open(s, op("redeem-link", path+"/redeem", "Use a link: it works once, and signs in", http.StatusCreated), func(ctx context.Context, in *linkRedeemed) (*signedIn, error) {
		token, session, err := s.People.Redeem(ctx, people.Redemption{
			Token: in.Body.Token, Password: in.Body.Password, Address: in.address, Agent: in.agent,
		})
		if err != nil {
			return nil, err
		}
		return s.begun(ctx, token, session, in.old)
	})
}
