package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"
)

// client is somebody of the demo clinic, signed in at a node.
type client struct {
	http  *http.Client
	url   string
	token string
}

func signIn(ctx context.Context, url, email string) (*client, error) {
	c := &client{http: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}, url: url}
	header, _, err := c.request(ctx, http.MethodPost, "/api/v1/sessions", map[string]string{"email": email, "password": "frontdesk-demo"})
	if err != nil {
		return nil, fmt.Errorf("sign in at %s: %w", url, err)
	}
	cookie, err := http.ParseSetCookie(header.Get("Set-Cookie"))
	if err != nil {
		return nil, fmt.Errorf("sign in at %s: %w", url, err)
	}
	c.token = cookie.Value
	return c, nil
}

func (c *client) request(ctx context.Context, method, path string, body any) (http.Header, []byte, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, c.url+path, bytes.NewReader(raw))
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Cookie", "frontdesk_session="+c.token)
	res, err := c.http.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= http.StatusMultipleChoices {
		err = fmt.Errorf("%s %s: %d %s", method, path, res.StatusCode, answer)
	}
	return res.Header, answer, err
}

// conversations answers the ids of what the client sees.
func (c *client) conversations(ctx context.Context) ([]string, error) {
	_, raw, err := c.request(ctx, http.MethodGet, "/api/v1/conversations?archived=any&limit=200", nil)
	if err != nil {
		return nil, err
	}
	var page struct{ Items []struct{ ID, Kind string } }
	if err := json.Unmarshal(raw, &page); err != nil {
		return nil, err
	}
	var ids []string
	for _, item := range page.Items {
		if item.Kind == "front_desk" {
			ids = append(ids, item.ID)
		}
	}
	return ids, nil
}

// send answers the message's id, and when the send began and was answered.
func (c *client) send(ctx context.Context, conversation string) (id string, began, answered time.Time, err error) {
	id = uuid.Must(uuid.NewV7()).String()
	began = time.Now()
	draft := map[string]string{"id": id, "channel": "portal", "body": "A message of an ordinary length, as reception writes them."}
	_, _, err = c.request(ctx, http.MethodPost, "/api/v1/conversations/"+conversation+"/messages", draft)
	return id, began, time.Now(), err
}

// arrival is a message that a socket was pushed.
type arrival struct {
	id string
	at time.Time
}

// watch opens a socket and tells of each new message until ctx ends.
func (c *client) watch(ctx context.Context, arrived func(arrival)) error {
	ws, _, err := websocket.Dial(ctx, strings.Replace(c.url, "http", "ws", 1)+"/api/v1/ws", &websocket.DialOptions{ //nolint:bodyclose // Dial closes it
		Subprotocols: []string{"frontdesk.v1"}, HTTPHeader: http.Header{"Cookie": {"frontdesk_session=" + c.token}},
	})
	if err != nil {
		return fmt.Errorf("open a socket at %s: %w", c.url, err)
	}
	ws.SetReadLimit(16 << 20)
	go func() {
		defer ws.CloseNow() //nolint:errcheck // the measuring is over
		for {
			_, message, err := ws.Read(ctx)
			if err != nil {
				return
			}
			at := time.Now()
			for line := range bytes.Lines(message) {
				var frame struct{ Messages []struct{ ID string } }
				if json.Unmarshal(line, &frame) == nil {
					for _, m := range frame.Messages {
						arrived(arrival{m.ID, at})
					}
				}
			}
		}
	}()
	return nil
}
