package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"frontdesk/internal/delivery"
	"frontdesk/internal/people"
	"frontdesk/internal/wire"
)

type notificationList struct {
	Paging
	Unread bool `query:"unread" doc:"Only those that are unread."`
}

type notifications struct {
	Items      []wire.Notification `json:"items"`
	NextCursor *string             `json:"next_cursor" nullable:"true" doc:"For the next page; null after the last."`
	Unread     int                 `json:"unread" doc:"How much is unread of all; 100 stands for 100 or more."`
}

type notificationsRead struct {
	Body struct {
		IDs  []uuid.UUID `json:"ids,omitempty" maxItems:"200"`
		UpTo *uuid.UUID  `json:"up_to,omitempty" format:"uuid" doc:"This one, and all that came no later."`
	}
}

type unread struct {
	Unread int `json:"unread"`
}

type preferencesPatch struct {
	Body people.PreferencesChange
}

type pushKey struct {
	PublicKey string `json:"public_key" doc:"What a browser's subscribe() takes as applicationServerKey, in base64url."`
	Devices   int    `json:"devices" doc:"How many browsers of the caller are told."`
}

type pushSubscription struct {
	Body struct {
		Endpoint string `json:"endpoint" maxLength:"1000"`
		Keys     struct {
			P256dh string `json:"p256dh" maxLength:"200"`
			Auth   string `json:"auth" maxLength:"100"`
		} `json:"keys"`
	}
}

type pushEnd struct {
	Body struct {
		Endpoint string `json:"endpoint" maxLength:"1000"`
	}
}

func (s *Server) notifications() {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/api/v1" + path, Summary: summary, Tags: []string{"Notifications"}}
	}
	route(s, op("list-notifications", http.MethodGet, "/notifications", "What the caller was told, newest first"), s.listNotifications)
	route(s, op("read-notifications", http.MethodPost, "/notifications/read", "Mark notifications as read"), s.readNotifications)
	route(s, op("get-preferences", http.MethodGet, "/me/preferences", "How the caller is notified"), func(ctx context.Context, by people.Session, _ *struct{}) (*answer[people.Preferences], error) {
		p, err := s.People.Preferences(ctx, by.Actor)
		return &answer[people.Preferences]{Body: p}, err
	})
	route(s, op("set-preferences", http.MethodPatch, "/me/preferences", "Change how the caller is notified"), func(ctx context.Context, by people.Session, in *preferencesPatch) (*answer[people.Preferences], error) {
		p, err := s.People.SetPreferences(ctx, by.Actor, in.Body)
		return &answer[people.Preferences]{Body: p}, err
	})
	route(s, op("get-push-key", http.MethodGet, "/push-subscriptions", "What a browser needs to subscribe"), func(ctx context.Context, by people.Session, _ *struct{}) (*answer[pushKey], error) {
		key, devices, err := s.Push.Key(ctx, by.Actor)
		return &answer[pushKey]{Body: pushKey{key, devices}}, err
	})
	subscribe := op("subscribe", http.MethodPost, "/push-subscriptions", "Let a browser be told while no page is open, as long as the session lasts")
	subscribe.DefaultStatus = http.StatusNoContent
	route(s, subscribe, func(ctx context.Context, by people.Session, in *pushSubscription) (*struct{}, error) {
		return nil, s.Push.Subscribe(ctx, by.Actor, delivery.Subscription{Endpoint: in.Body.Endpoint, P256dh: in.Body.Keys.P256dh, Auth: in.Body.Keys.Auth})
	})
	unsubscribe := op("unsubscribe", http.MethodDelete, "/push-subscriptions", "Tell a browser no more")
	unsubscribe.DefaultStatus = http.StatusNoContent
	route(s, unsubscribe, func(ctx context.Context, by people.Session, in *pushEnd) (*struct{}, error) {
		return nil, s.Push.Unsubscribe(ctx, by.Actor, in.Body.Endpoint)
	})
}

func (s *Server) listNotifications(ctx context.Context, by people.Session, in *notificationList) (*answer[notifications], error) {
	found, next, count, err := s.Inbox.Notices(ctx, by.Actor, in.Unread, in.Limit, in.Cursor)
	if err != nil {
		return nil, err
	}
	of := pageOf(found, next, wire.NotificationOf)
	return &answer[notifications]{Body: notifications{of.Items, of.NextCursor, count}}, nil
}

func (s *Server) readNotifications(ctx context.Context, by people.Session, in *notificationsRead) (*answer[unread], error) {
	upto := uuid.Nil
	if in.Body.UpTo != nil {
		upto = *in.Body.UpTo
	}
	count, err := s.Inbox.ReadNotices(ctx, by.Actor, in.Body.IDs, upto)
	return &answer[unread]{Body: unread{count}}, err
}
