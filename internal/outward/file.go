package outward

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
)

const maxRedirects = 5

// What files may be beside refused.
var (
	ErrGone     = errors.New("the file is not there any more")
	ErrTooLarge = errors.New("the file is too large")
)

// File fetches a file of at most limit bytes, and its media type. sign adds a secret to a
// request, where its address may have it: services send on to where their files lie. An error
// is ErrGone, ErrTooLarge or a *rules.Failure.
func (l Line) File(ctx context.Context, address string, limit int64, sign func(*http.Request)) (content []byte, mediaType string, err error) {
	for range maxRedirects {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, "", l.Unreadable(Repeatable)
		}
		sign(request)
		answer, failure := l.ask(request, Repeatable)
		if failure != nil {
			return nil, "", failure
		}
		if next := redirect(answer); next != "" {
			answer.Body.Close() //nolint:errcheck // nothing of it is wanted
			address = next
			continue
		}
		return l.take(answer, limit)
	}
	return nil, "", l.Unreadable(Repeatable)
}

// redirect is where an answer sends us, or nothing. From a safe connection it leads to a safe
// one only.
func redirect(answer *http.Response) string {
	switch answer.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return ""
	}
	next, err := answer.Location()
	if err != nil || next.Scheme != "https" && answer.Request.URL.Scheme == "https" {
		return ""
	}
	return next.String()
}

func (l Line) take(answer *http.Response, limit int64) (content []byte, mediaType string, err error) {
	defer answer.Body.Close() //nolint:errcheck // read as far as it is wanted
	switch status := answer.StatusCode; {
	case status == http.StatusNotFound, status == http.StatusGone:
		return nil, "", ErrGone
	case status != http.StatusOK:
		body, _ := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
		return nil, "", l.refused(Repeatable, answer, body)
	case answer.ContentLength > limit:
		return nil, "", ErrTooLarge
	}
	content, err = io.ReadAll(io.LimitReader(answer.Body, limit+1))
	if err != nil {
		return nil, "", l.doubt(Repeatable, "no_answer")
	}
	if int64(len(content)) > limit {
		return nil, "", ErrTooLarge
	}
	mediaType, _, err = mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if err != nil {
		mediaType = "application/octet-stream"
	}
	return content, mediaType, nil
}
