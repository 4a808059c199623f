package whatsapp

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"

	"frontdesk/internal/rules"
)

const (
	maxAnswer = 1 << 20
	maxWait   = time.Hour // a carrier that asks for more is asked again sooner

	// idle ends a connection before the other side does: one that ends just as a message
	// is written leaves open whether that was heard.
	idle = 30 * time.Second
)

// manner says what a second try would do.
type manner bool

const (
	once       manner = false // it would send the message twice
	repeatable manner = true
)

// shared is what Clients without one of their own use. The context bounds the whole; these
// bounds are for a server that is not there.
var shared = NewHTTP()

// NewHTTP makes a client with timeouts that suit Meta.
func NewHTTP() *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Client{Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, TLSHandshakeTimeout: 10 * time.Second,
		ResponseHeaderTimeout: time.Minute, IdleConnTimeout: idle, MaxIdleConnsPerHost: 8, ForceAttemptHTTP2: true,
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

// call asks Meta something and reads the answer into a value.
func (c Client) call(request *http.Request, how manner, into any) error {
	request.Header.Set("Authorization", "Bearer "+c.AccessToken)
	request.Header.Set("Accept", "application/json")
	answer, reached, err := c.do(request)
	if err != nil {
		return lost(how, reached, err)
	}
	defer answer.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if answer.StatusCode >= http.StatusMultipleChoices {
		return refused(how, answer, body)
	}
	if err != nil {
		return lost(how, true, err)
	}
	if len(body) > maxAnswer || json.Unmarshal(body, into) != nil {
		return unreadable(how)
	}
	return nil
}

// noSuchThing is what Meta says beside code 100 of an id that the token cannot see.
const noSuchThing = 33

// refused reads what comes with a no. An answer that cannot be read is told by its status.
func refused(how manner, answer *http.Response, body []byte) *rules.Failure {
	var why struct {
		Error struct {
			Code    *number `json:"code"` // 0 is one of Meta's
			Subcode number  `json:"error_subcode"`
		} `json:"error"`
	}
	_ = json.Unmarshal(body, &why)
	failure := byStatus(answer.StatusCode)
	if code := why.Error.Code; code != nil {
		failure = Failure(int(*code), answer.StatusCode)
		if *code == parameter && why.Error.Subcode == noSuchThing {
			failure.Reason, failure.Account = noNumber, true
		}
	}
	if failure.Kind == rules.Passing || failure.Kind == rules.Unclear {
		failure.After = after(answer.Header.Get("Retry-After"), time.Now())
	}
	return asked(how, failure)
}

// lost is for an answer that did not come. Of the error no more is told than a word, as its
// own hold the address.
func lost(how manner, reached bool, err error) *rules.Failure {
	if !reached {
		code := "unreachable"
		var untrusted *tls.CertificateVerificationError
		if errors.As(err, &untrusted) {
			code = "certificate"
		}
		return &rules.Failure{Kind: rules.Passing, Code: code, Reason: "WhatsApp cannot be reached at the moment." + again}
	}
	return asked(how, rules.Failure{Kind: rules.Unclear, Code: "no_answer", Reason: unclear})
}

// unreadable is for an answer that is none of Meta's.
func unreadable(how manner) *rules.Failure {
	return asked(how, rules.Failure{Kind: rules.Unclear, Code: "unreadable_answer", Reason: unclear})
}

// asked takes the doubt out of what can simply be asked again.
func asked(how manner, failure rules.Failure) *rules.Failure {
	if how == repeatable && failure.Kind == rules.Unclear {
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
