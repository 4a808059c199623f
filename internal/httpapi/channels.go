package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk/internal/delivery"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

// ChannelAccount is what a clinic has entered for a channel; exported because huma looks at
// exported fields alone.
type ChannelAccount struct {
	Channel    rules.Channel            `json:"channel" enum:"sms,email,whatsapp"`
	Carrier    delivery.Carrier         `json:"carrier" enum:"twilio,meta,mail"`
	Settings   delivery.AccountSettings `json:"settings"`
	SecretsSet []string                 `json:"secrets_set" doc:"The names of the secrets that are set; they are never shown."`
	Enabled    bool                     `json:"enabled"`
	WebhookURL string                   `json:"webhook_url" doc:"Where the carrier is to call."`
	Trouble    *string                  `json:"trouble" nullable:"true" doc:"What is wrong with it, in plain words."`
	TroubleAt  *wire.Time               `json:"trouble_at" nullable:"true"`
}

type channelEdit struct {
	Channel rules.Channel `path:"channel" enum:"sms,email,whatsapp"`
	Body    struct {
		Carrier  delivery.Carrier         `json:"carrier" enum:"twilio,meta,mail"`
		Settings delivery.AccountSettings `json:"settings"`
		Secrets  map[string]string        `json:"secrets,omitempty" doc:"By name: auth_token, access_token, app_secret, verify_token, password. What is not named stays; empty takes it away."`
		Enabled  bool                     `json:"enabled"`
	}
}

type ofChannel struct {
	Channel rules.Channel `path:"channel" enum:"sms,email,whatsapp"`
}

type tried struct {
	OK   bool    `json:"ok"`
	Says *string `json:"says" nullable:"true" doc:"What is wrong, and what to do about it."`
}

type approvedTemplate struct {
	Name       string `json:"name"`
	Language   string `json:"language"`
	Category   string `json:"category"`
	Body       string `json:"body" doc:"Its fields stand in double braces."`
	Parameters int    `json:"parameters" doc:"How many fields it has."`
}

type troubled struct {
	Channel rules.Channel `json:"channel" enum:"sms,email,whatsapp"`
	Says    string        `json:"says"`
	Since   *wire.Time    `json:"since" nullable:"true"`
}

func accountShown(s *Server) func(delivery.Account) ChannelAccount {
	return func(a delivery.Account) ChannelAccount {
		out := ChannelAccount{
			Channel: a.Channel, Carrier: a.Carrier, Settings: a.Settings, SecretsSet: a.Secrets.Set(), Enabled: a.Enabled, WebhookURL: s.Post.ReachedAt(a),
		}
		if says := a.Says(); says != "" {
			out.Trouble = &says
		}
		if !a.TroubleAt.IsZero() {
			at := wire.Time(a.TroubleAt)
			out.TroubleAt = &at
		}
		return out
	}
}

func (s *Server) channels() {
	const path = "/api/v1/settings/channels"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Channels"}}
	}
	route(s, op("list-channel-accounts", http.MethodGet, path, "What is set up to reach patients"), func(ctx context.Context, by people.Session, _ *struct{}) (*answer[page[ChannelAccount]], error) {
		all, err := s.Post.Channels(ctx, by.Actor)
		return &answer[page[ChannelAccount]]{Body: pageOf(all, "", accountShown(s))}, err
	})
	route(s, op("set-channel-account", http.MethodPut, path+"/{channel}", "Set a channel up"), func(ctx context.Context, by people.Session, in *channelEdit) (*answer[ChannelAccount], error) {
		a, err := s.Post.SetChannel(ctx, by.Actor, in.Channel, delivery.AccountEdit{
			Carrier: in.Body.Carrier, Settings: in.Body.Settings, Secrets: in.Body.Secrets, Enabled: in.Body.Enabled,
		})
		if err != nil {
			return nil, err
		}
		return &answer[ChannelAccount]{Body: accountShown(s)(a)}, nil
	})
	route(s, op("remove-channel-account", http.MethodDelete, path+"/{channel}", "Forget a channel's account"), func(ctx context.Context, by people.Session, in *ofChannel) (*struct{}, error) {
		return nil, s.Post.RemoveChannel(ctx, by.Actor, in.Channel)
	})
	route(s, op("test-channel-account", http.MethodPost, path+"/{channel}/test", "Try a channel's account"), func(ctx context.Context, by people.Session, in *ofChannel) (*answer[tried], error) {
		wrong, err := s.Post.TestChannel(ctx, by.Actor, in.Channel)
		if wrong == "" {
			return &answer[tried]{Body: tried{OK: true}}, err
		}
		return &answer[tried]{Body: tried{Says: &wrong}}, err
	})
	route(s, op("list-channel-troubles", http.MethodGet, "/api/v1/channels/health", "Channels in trouble"), func(ctx context.Context, by people.Session, _ *struct{}) (*answer[page[troubled]], error) {
		all, err := s.Post.Health(ctx, by.Actor)
		return &answer[page[troubled]]{Body: pageOf(all, "", func(a delivery.Account) troubled {
			out := troubled{Channel: a.Channel, Says: a.Says()}
			if !a.TroubleAt.IsZero() {
				at := wire.Time(a.TroubleAt)
				out.Since = &at
			}
			return out
		})}, err
	})
	route(s, op("list-whatsapp-templates", http.MethodGet, "/api/v1/channels/whatsapp/templates", "Approved templates of the clinic's WhatsApp number"), func(ctx context.Context, by people.Session, _ *struct{}) (*answer[page[approvedTemplate]], error) {
		all, err := s.Post.Templates(ctx, by.Actor)
		out := page[approvedTemplate]{Items: make([]approvedTemplate, len(all))}
		for i, t := range all {
			out.Items[i] = approvedTemplate{t.Name, t.Language, t.Category, t.Body, t.Parameters}
		}
		return &answer[page[approvedTemplate]]{Body: out}, err
	})
}
