package twilio

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // it is what Twilio signs with
	"encoding/base64"
	"io"
	"net/url"
	"slices"
	"strings"
)

// Signed tells whether Twilio has signed a form that was posted to address, which is the
// whole public URL as Twilio called it. signature is the header X-Twilio-Signature. Twilio
// may have counted the usual port in or left it out. Without a token nothing is signed.
func Signed(token, address string, form url.Values, signature string) bool {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	var all strings.Builder
	for _, name := range names {
		values := form[name]
		if len(values) > 1 {
			values = slices.Clone(values)
			slices.Sort(values)
			values = slices.Compact(values) // a value that comes twice counts once
		}
		for _, value := range values {
			all.WriteString(name)
			all.WriteString(value)
		}
	}
	return signed(token, address, all.String(), signature)
}

func signed(token, address, parameters, signature string) bool {
	if token == "" {
		return false
	}
	match := false
	for _, one := range [...]string{address, otherPort(address)} {
		mac := hmac.New(sha1.New, []byte(token))
		_, _ = io.WriteString(mac, one) // a hash takes all
		_, _ = io.WriteString(mac, parameters)
		match = hmac.Equal([]byte(base64.StdEncoding.EncodeToString(mac.Sum(nil))), []byte(signature)) || match
	}
	return match
}

// otherPort writes the same address with the usual port where it had none, and without it
// where it had one. The rest stays as it is to the letter, as it was signed so.
func otherPort(address string) string {
	scheme, rest, found := strings.Cut(address, "://")
	usual, known := usualPort[strings.ToLower(scheme)]
	if !found || !known {
		return address
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	host, path := rest[:end], rest[end:]
	bare, has := strings.CutSuffix(host, ":"+usual)
	switch colon := strings.LastIndexByte(host, ':'); {
	case has:
		host = bare
	case colon <= strings.LastIndexAny(host, "]@"): // one within an IPv6 address or a password is no port's
		host += ":" + usual
	}
	return scheme + "://" + host + path
}
