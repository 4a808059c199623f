package whatsapp

import (
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"frontdesk/internal/rules"
)

// What WhatsApp calls the kinds of files.
const (
	image    = "image"
	document = "document"
	audio    = "audio"
	video    = "video"
	sticker  = "sticker"
)

// carried are the types that WhatsApp takes, as of 2026.
var carried = map[string]string{
	"image/jpeg": image, "image/png": image,
	"audio/aac": audio, "audio/amr": audio, "audio/mpeg": audio, "audio/mp4": audio, "audio/ogg": audio,
	"video/mp4": video, "video/3gpp": video,
	"text/plain": document, "application/pdf": document,
	"application/msword": document, "application/vnd.openxmlformats-officedocument.wordprocessingml.document": document,
	"application/vnd.ms-excel": document, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": document,
	"application/vnd.ms-powerpoint": document, "application/vnd.openxmlformats-officedocument.presentationml.presentation": document,
}

// sameAs are types that WhatsApp knows by another name only.
var sameAs = map[string]string{"text/csv": "text/plain", "audio/x-m4a": "audio/mp4", "audio/m4a": "audio/mp4", "audio/mp3": "audio/mpeg"}

// named is a type as WhatsApp writes it.
func named(mediaType string) string {
	bare, _, err := mime.ParseMediaType(mediaType)
	if err != nil {
		return mediaType
	}
	if other := sameAs[bare]; other != "" {
		return other
	}
	return bare
}

const megabyte = 1 << 20

// Carries tells as what WhatsApp carries a file (image, document, audio or video), or in
// plain words why it does not. size is in bytes.
func Carries(mediaType string, size int64) (kind, refusal string) {
	kind = carried[named(mediaType)]
	switch {
	case kind == "":
		return "", "WhatsApp does not carry files of this type. Send it as a PDF, a JPEG or a PNG, or by email."
	case size <= 0:
		return "", "The file is empty. Choose another one."
	case kind == image && size > 5*megabyte:
		return "", "WhatsApp carries pictures of up to 5 MB. Make it smaller, or send it by email."
	case (kind == audio || kind == video) && size > 16*megabyte:
		return "", "WhatsApp carries sound and film of up to 16 MB. Make it shorter, or send it by email."
	case kind == document && size > 100*megabyte:
		return "", "WhatsApp carries documents of up to 100 MB. Split it into several."
	}
	return kind, ""
}

const maxRedirects = 5

// Media fetches a file that came with a message, of at most limit bytes.
func (c Client) Media(ctx context.Context, id string, limit int64) (content []byte, mediaType string, err error) {
	var file struct {
		URL  string `json:"url"`
		Type string `json:"mime_type"`
		Size number `json:"file_size"`
	}
	if err := c.get(ctx, c.of(id), &file); err != nil {
		return nil, "", err
	}
	if int64(file.Size) > limit {
		return nil, "", told(tooLarge)
	}
	to := file.URL
	if !c.metas(to) { // an answer that sends us anywhere else is none of Meta's
		return nil, "", unreadable(repeatable)
	}
	for range maxRedirects {
		answer, failure := c.fetch(ctx, to)
		if failure != nil {
			return nil, "", failure
		}
		if next := redirect(answer); next != "" {
			answer.Body.Close() //nolint:errcheck // nothing of it is wanted
			to = next
			continue
		}
		content, mediaType, err = take(answer, limit)
		if bare, _, wrong := mime.ParseMediaType(file.Type); wrong == nil && err == nil {
			mediaType = bare
		}
		return content, mediaType, err
	}
	return nil, "", unreadable(repeatable)
}

// fetch asks for a file, with the token where the address is Meta's own.
func (c Client) fetch(ctx context.Context, address string) (*http.Response, *rules.Failure) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, told(misplaced)
	}
	if c.metas(address) {
		request.Header.Set("Authorization", "Bearer "+c.AccessToken)
	}
	answer, reached, err := c.do(request)
	if err != nil {
		return nil, lost(repeatable, reached, err)
	}
	return answer, nil
}

// metas tells whether an address is Meta's own, where files lie on other hosts than the API.
func (c Client) metas(address string) bool {
	to, err := url.Parse(address)
	if err != nil {
		return false
	}
	if base, err := url.Parse(c.base()); err == nil && to.Scheme == base.Scheme && to.Host == base.Host && to.Host != "" {
		return true
	}
	if to.Scheme != "https" || to.Port() != "" {
		return false
	}
	for _, domain := range []string{"facebook.com", "fbsbx.com", "fbcdn.net", "whatsapp.net", "whatsapp.com"} {
		if host := to.Hostname(); host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return false
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
		return nil, "", told(fileGone)
	case status != http.StatusOK:
		body, _ := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
		return nil, "", refused(repeatable, answer, body)
	case answer.ContentLength > limit:
		return nil, "", told(tooLarge)
	}
	content, err = io.ReadAll(io.LimitReader(answer.Body, limit+1))
	if err != nil {
		return nil, "", lost(repeatable, true, err)
	}
	if int64(len(content)) > limit {
		return nil, "", told(tooLarge)
	}
	mediaType, _, err = mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if err != nil {
		mediaType = "application/octet-stream"
	}
	return content, mediaType, nil
}
