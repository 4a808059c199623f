package twilio

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"frontdesk/internal/rules"
)

const (
	maxAnswer = 4 << 20
	maxWait   = time.Hour // a carrier that asks for more is asked again sooner

	// idle ends a connection before the other side does: one that ends just as a message
	// is written leaves open whether that was heard.
	idle = 30 * time.Second
)

// shared is what Clients without one of their own use. The context bounds the whole; these
// bounds are for a server that is not there.
var shared = NewHTTP()

// NewHTTP makes a client with timeouts that suit Twilio.
func NewHTTP() *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Client{Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, TLSHandshakeTimeout: 10 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second, IdleConnTimeout: idle, MaxIdleConnsPerHost: 8, ForceAttemptHTTP2: true,
	}}
}

// do sends a request. It follows no redirect: where the secret may go is decided elsewhere.
// reached tells whether a connection was there, so that the other side may have heard it.
func (c Client) do(request *http.Request) (answer *http.Response, reached bool, err error) {
	client := *shared
	if c.HTTP != nil {
		client = *c.HTTP
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	request.Header.Set("User-Agent", "frontdesk")
	answer, err = client.Do(request.WithContext(httptrace.WithClientTrace(request.Context(), trace))) //nolint:gosec // to the carrier's address, from the configuration
	return answer, connected.Load(), err
}

// call asks Twilio something and reads the answer into a value.
func (c Client) call(ctx context.Context, method, address string, form url.Values, into any) error {
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return told(misplaced) // without the library's words, which hold the address
	}
	request.SetBasicAuth(c.AccountSID, c.AuthToken)
	request.Header.Set("Accept", "application/json")
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, reached, err := c.do(request)
	if err != nil {
		return lost(method, reached, err)
	}
	defer answer.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if answer.StatusCode >= http.StatusMultipleChoices {
		return refused(method, answer, body)
	}
	if err != nil {
		return lost(method, true, err)
	}
	if len(body) > maxAnswer || json.Unmarshal(body, into) != nil {
		return unreadable(method)
	}
	return nil
}

// refused reads what comes with a no. An answer that cannot be read is told by its status.
func refused(method string, answer *http.Response, body []byte) *rules.Failure {
	var why struct {
		Code number `json:"code"`
	}
	_ = json.Unmarshal(body, &why)
	failure := Failure(int(why.Code), answer.StatusCode)
	if failure.Kind == rules.Passing || failure.Kind == rules.Unclear {
		failure.After = after(answer.Header.Get("Retry-After"), time.Now())
	}
	return asked(method, failure)
}

// lost is for an answer that did not come. Of the error no more is told than a word, as its
// own hold the address.
func lost(method string, reached bool, err error) *rules.Failure {
	if !reached {
		code := "unreachable"
		var untrusted *tls.CertificateVerificationError
		if errors.As(err, &untrusted) {
			code = "certificate"
		}
		return &rules.Failure{Kind: rules.Passing, Code: code, Reason: "Twilio cannot be reached at the moment." + again}
	}
	return asked(method, rules.Failure{Kind: rules.Unclear, Code: "no_answer", Reason: unclear})
}

// unreadable is for an answer that is none of Twilio's.
func unreadable(method string) *rules.Failure {
	return asked(method, rules.Failure{Kind: rules.Unclear, Code: "unreadable_answer", Reason: unclear})
}

// asked takes the doubt out of what changes nothing: it can simply be asked again.
func asked(method string, failure rules.Failure) *rules.Failure {
	if method == http.MethodGet && failure.Kind == rules.Unclear {
		failure.Kind, failure.Reason = rules.Passing, busy
	}
	return &failure
}

// after reads Retry-After: seconds, or a date.
func after(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(header, 10, 64); err == nil {
		return time.Duration(min(max(seconds, 0), int64(maxWait/time.Second))) * time.Second
	}
	at, err := http.ParseTime(header)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), maxWait)
}
