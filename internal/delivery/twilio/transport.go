package twilio

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"frontdesk/internal/outward"
	"frontdesk/internal/rules"
)

func (c Client) line() outward.Line {
	return outward.Line{HTTP: c.HTTP, Words: outward.Words{Away: away, Busy: busy, Unclear: unclear}, Refused: refused}
}

// call asks Twilio something and reads the answer into a value.
func (c Client) call(ctx context.Context, method, address string, form url.Values, into any) error {
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return told(misplaced) // without the library's words, which hold the address
	}
	request.SetBasicAuth(c.AccountSID, c.AuthToken)
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return c.line().Call(request, outward.Manner(method == http.MethodGet), into)
}

// Of a list with several pages one would often be missing, if each were asked for only once.
const (
	turns     = 3
	turnPause = 200 * time.Millisecond
)

// turn reads a page, and asks again where Twilio did not answer just then.
func (c Client) turn(ctx context.Context, address string, into any) error {
	for n := 1; ; n++ {
		err := c.call(ctx, http.MethodGet, address, nil, into)
		var failure *rules.Failure
		if n == turns || !errors.As(err, &failure) || failure.Kind != rules.Passing || failure.After > 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(turnPause):
		}
	}
}

// refused reads what comes with a no. An answer that cannot be read is told by its status.
func refused(status int, body []byte) rules.Failure {
	var why struct {
		Code number `json:"code"`
	}
	_ = json.Unmarshal(body, &why)
	return Failure(int(why.Code), status)
}

func (c Client) unreadable(how outward.Manner) *rules.Failure { return c.line().Unreadable(how) }
