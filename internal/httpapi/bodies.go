package httpapi

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// A body is handed over as it comes, so that an upload need not fit into memory, and nobody
// who is not signed in makes us take one in. Every other body is read here, up to maxBody (a
// sheet of patients up to maxSheet), before anything looks at it.

// bounded reads the body of whatever is no upload.
func bounded(c *fiber.Ctx) error {
	if c.Context().RequestBodyStream() == nil || isUpload(c.Method(), c.Path()) || strings.EqualFold(c.Path(), letterPath) {
		return c.Next()
	}
	return readBody(c, mostOf(c.Path()), func() error { return c.Next() })
}

// readBody reads up to so many bytes, and goes on with them.
func readBody(c *fiber.Ctx, most int, next func() error) error {
	stream := c.Context().RequestBodyStream()
	if c.Request().Header.ContentLength() > most {
		return tooLarge(c)
	}
	body, err := io.ReadAll(io.LimitReader(stream, int64(most)+1))
	var slow net.Error
	switch {
	case errors.As(err, &slow) && slow.Timeout():
		c.Context().SetConnectionClose()
		return fiber.ErrRequestTimeout
	case err != nil: // its framing is wrong, or the line broke
		c.Context().SetConnectionClose()
		return fiber.ErrBadRequest
	case len(body) > most:
		return tooLarge(c)
	}
	c.Request().SetBodyStream(bytes.NewReader(body), len(body))
	return next()
}

// mostOf is how much a path takes in, in bytes.
func mostOf(path string) int {
	if strings.EqualFold(path, "/webhooks/whatsapp") {
		return maxMeta
	}
	if strings.HasPrefix(strings.ToLower(path), importPath) {
		return maxSheet
	}
	return maxBody
}

// tooLarge ends the connection, too. It reads on for a while: whoever is still sending would
// not hear the answer.
func tooLarge(c *fiber.Ctx) error {
	c.Context().SetConnectionClose()
	_, _ = io.Copy(io.Discard, io.LimitReader(c.Context().RequestBodyStream(), 4*maxBody))
	return fiber.ErrRequestEntityTooLarge
}

const attachmentsPath = "/api/v1/attachments"

// transferTime is what a large file has on a slow line: 25 MB at 400 kbit/s.
const transferTime = 10 * time.Minute

func isUpload(method, path string) bool {
	return method == http.MethodPost && strings.EqualFold(strings.TrimSuffix(path, "/"), attachmentsPath)
}

// patience gives files more time than other requests have, on their way in and out.
func patience(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	path, _, _ := strings.Cut(string(h.RequestURI()), "?")
	switch {
	case isUpload(string(h.Method()), path):
		return fasthttp.RequestConfig{ReadTimeout: transferTime}
	case strings.HasPrefix(path, attachmentsPath+"/"):
		return fasthttp.RequestConfig{WriteTimeout: transferTime}
	}
	return fasthttp.RequestConfig{}
}
