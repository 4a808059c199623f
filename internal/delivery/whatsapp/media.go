package whatsapp

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"frontdesk/internal/outward"
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
	if !c.metas(file.URL) { // an answer that sends us anywhere else is none of Meta's
		return nil, "", c.unreadable(outward.Repeatable)
	}
	content, mediaType, err = c.line().File(ctx, file.URL, limit, func(request *http.Request) {
		if c.metas(request.URL.String()) {
			request.Header.Set("Authorization", "Bearer "+c.AccessToken)
		}
	})
	switch {
	case errors.Is(err, outward.ErrGone):
		err = told(fileGone)
	case errors.Is(err, outward.ErrTooLarge):
		err = told(tooLarge)
	}
	if bare, _, wrong := mime.ParseMediaType(file.Type); wrong == nil && err == nil {
		mediaType = bare
	}
	return content, mediaType, err
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
