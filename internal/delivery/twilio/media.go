package twilio

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"frontdesk/internal/outward"
)

// Media fetches a file that came with a message, of at most limit bytes, and its media type.
// The address must be Twilio's own. Twilio sends on to where the file lies, which gets no
// secret of ours.
func (c Client) Media(ctx context.Context, address string, limit int64) (content []byte, mediaType string, err error) {
	to, ours := c.beside(address)
	if parsed, err := url.Parse(address); err != nil || !parsed.IsAbs() || !ours {
		return nil, "", told(foreign)
	}
	content, mediaType, err = c.line().File(ctx, to, limit, func(request *http.Request) {
		if _, ours := c.beside(request.URL.String()); ours {
			request.SetBasicAuth(c.AccountSID, c.AuthToken)
		}
	})
	switch {
	case errors.Is(err, outward.ErrGone):
		err = told(fileGone)
	case errors.Is(err, outward.ErrTooLarge):
		err = told(tooLarge)
	}
	return content, mediaType, err
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
