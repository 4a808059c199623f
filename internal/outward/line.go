package outward

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"

	"frontdesk/internal/rules"
)

const (
	maxAnswer = 4 << 20   // bytes
	maxWait   = time.Hour // a service that asks for more is asked again sooner
)

// Manner says what a second try would do.
type Manner bool

const (
	Once       Manner = false // it would do the same again, as sending a message
	Repeatable Manner = true
)

// Line is how one service is spoken with.
type Line struct {
	HTTP  *http.Client
	Words Words
	// Refused reads what comes with a no.
	Refused func(status int, body []byte) rules.Failure
}

// Words are what staff are told of a service.
type Words struct {
	Away    string // it cannot be reached
	Busy    string // it does not answer what could be asked again
	Unclear string // it does not say whether it has done what cannot be
}

// Call asks a service something, and reads its JSON into a value. Each error is a
// *rules.Failure.
func (l Line) Call(request *http.Request, how Manner, into any) error {
	request.Header.Set("Accept", "application/json")
	answer, failure := l.ask(request, how)
	if failure != nil {
		return failure
	}
	defer answer.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if answer.StatusCode >= http.StatusMultipleChoices {
		return l.refused(how, answer, body)
	}
	if err != nil {
		return l.doubt(how, "no_answer")
	}
	if len(body) > maxAnswer || json.Unmarshal(body, into) != nil {
		return l.Unreadable(how)
	}
	return nil
}

// Unreadable is for an answer that is none of the service's.
func (l Line) Unreadable(how Manner) *rules.Failure { return l.doubt(how, "unreadable_answer") }

func (l Line) doubt(how Manner, code string) *rules.Failure {
	return l.told(how, rules.Failure{Kind: rules.Unclear, Code: code, Reason: l.Words.Unclear})
}

// told takes the doubt out of what can simply be asked again.
func (l Line) told(how Manner, failure rules.Failure) *rules.Failure {
	if how == Repeatable && failure.Kind == rules.Unclear {
		failure.Kind, failure.Reason = rules.Passing, l.Words.Busy
	}
	return &failure
}

// ask sends a request. It follows no redirect: where a secret may go is decided elsewhere. Of
// an error no more is told than a word, as its own hold the address.
func (l Line) ask(request *http.Request, how Manner) (*http.Response, *rules.Failure) {
	client := *l.HTTP
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	var connected atomic.Bool // so the other side may have heard it
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	request.Header.Set("User-Agent", "frontdesk")
	answer, err := client.Do(request.WithContext(httptrace.WithClientTrace(request.Context(), trace))) //nolint:gosec // to the service's address, from the configuration
	if err == nil {
		return answer, nil
	}
	if connected.Load() {
		return nil, l.doubt(how, "no_answer")
	}
	code := "unreachable"
	var untrusted *tls.CertificateVerificationError
	if errors.As(err, &untrusted) {
		code = "certificate"
	}
	return nil, &rules.Failure{Kind: rules.Passing, Code: code, Reason: l.Words.Away}
}

func (l Line) refused(how Manner, answer *http.Response, body []byte) *rules.Failure {
	failure := l.Refused(answer.StatusCode, body)
	if failure.Kind != rules.Permanent {
		failure.After = wait(answer.Header.Get("Retry-After"), time.Now())
	}
	return l.told(how, failure)
}

// wait reads Retry-After: seconds, or a date.
func wait(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(header, 10, 64); err == nil {
		return time.Duration(min(max(seconds, 0), int64(maxWait/time.Second))) * time.Second
	}
	at, err := http.ParseTime(header)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), maxWait)
}
