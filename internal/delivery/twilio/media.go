package twilio

import (
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"

	"frontdesk/internal/rules"
)

const maxRedirects = 5

// Media fetches a file that came with a message, of at most limit bytes, and its media type.
// The address must be Twilio's own. Twilio sends on to where the file lies, which gets no
// secret of ours.
func (c Client) Media(ctx context.Context, address string, limit int64) (content []byte, mediaType string, err error) {
	to, ours := c.beside(address)
	if parsed, err := url.Parse(address); err != nil || !parsed.IsAbs() || !ours {
		return nil, "", &rules.Failure{Kind: rules.Permanent, Code: "foreign_address", Reason: "The file is not at Twilio, and is not fetched. Ask the patient to send it again."}
	}
	for range maxRedirects {
		answer, failure := c.get(ctx, to)
		if failure != nil {
			return nil, "", failure
		}
		if next := redirect(answer); next != "" {
			answer.Body.Close() //nolint:errcheck // nothing of it is wanted
			to = next
			continue
		}
		return take(answer, limit)
	}
	return nil, "", unreadable(http.MethodGet)
}

// get asks for a file, with the secret where the address is Twilio's own.
func (c Client) get(ctx context.Context, address string) (*http.Response, *rules.Failure) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, told(misplaced)
	}
	if _, ours := c.beside(address); ours {
		request.SetBasicAuth(c.AccountSID, c.AuthToken)
	}
	answer, reached, err := c.do(request)
	if err != nil {
		return nil, lost(http.MethodGet, reached, err)
	}
	return answer, nil
}

// redirect is where an answer sends us, or nothing. From a safe connection it leads to a
// safe one only.
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

func take(answer *http.Response, limit int64) (content []byte, mediaType string, err error) {
	defer answer.Body.Close() //nolint:errcheck // read as far as it is wanted
	switch status := answer.StatusCode; {
	case status == http.StatusNotFound, status == http.StatusGone:
		return nil, "", &rules.Failure{Kind: rules.Permanent, Code: "http_404", Reason: "The file is not at Twilio any more. Ask the patient to send it again."}
	case status != http.StatusOK:
		body, _ := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
		return nil, "", refused(http.MethodGet, answer, body)
	}
	tooLarge := &rules.Failure{Kind: rules.Permanent, Code: "too_large", Reason: "The file is too large to be taken in. Ask the patient to send a smaller one, or to bring it along."}
	if answer.ContentLength > limit {
		return nil, "", tooLarge
	}
	content, err = io.ReadAll(io.LimitReader(answer.Body, limit+1))
	if err != nil {
		return nil, "", lost(http.MethodGet, true, err)
	}
	if int64(len(content)) > limit {
		return nil, "", tooLarge
	}
	mediaType, _, err = mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if err != nil {
		mediaType = "application/octet-stream"
	}
	return content, mediaType, nil
}

// sameOrigin compares where two addresses lead, whether or not they name the usual port.
func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && a.Hostname() == b.Hostname() && port(a) == port(b)
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return usualPort[u.Scheme]
}

var usualPort = map[string]string{"http": "80", "https": "443"}
