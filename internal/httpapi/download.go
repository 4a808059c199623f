package httpapi

import (
	"context"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"frontdesk/internal/files"
)

// sandbox lets a file do nothing, should a browser take it for a page.
const sandbox = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"

// serve answers with a file's bytes as they are read.
func serve(content files.Content, in *fetching) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		c := humafiber.Unwrap(ctx)
		if err := sendFile(c, content, in); err != nil {
			c.Response().Header.Del(fiber.HeaderContentDisposition)
			c.Set(fiber.HeaderCacheControl, "no-store")
			if err := fail(c, err); err != nil {
				c.Status(http.StatusInternalServerError)
			}
		}
	}}
}

func sendFile(c *fiber.Ctx, content files.Content, in *fetching) error {
	tag := `"` + hex.EncodeToString(content.SHA256[:16]) + `"`
	if content.Picture {
		tag = `"small-` + tag[1:]
	}
	c.Set(fiber.HeaderETag, tag)
	// A file never changes; and what one person's browser keeps is not another one's.
	c.Set(fiber.HeaderCacheControl, "private, max-age=86400, immutable")
	c.Set(fiber.HeaderVary, "Cookie, Authorization")
	c.Set(fiber.HeaderContentSecurityPolicy, sandbox)
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	if in.IfNoneMatch == tag {
		c.Status(http.StatusNotModified)
		return nil
	}
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	c.Set(fiber.HeaderContentType, contentType(content.MediaType))
	c.Set(fiber.HeaderContentDisposition, disposition(content))
	from, to, status, err := rangeOf(in, tag, content.Size)
	if err != nil {
		c.Set(fiber.HeaderContentRange, "bytes */"+strconv.FormatInt(content.Size, 10))
		return err
	}
	if status == http.StatusPartialContent {
		c.Set(fiber.HeaderContentRange, "bytes "+strconv.FormatInt(from, 10)+"-"+strconv.FormatInt(to, 10)+"/"+strconv.FormatInt(content.Size, 10))
	}
	// The bytes go out after the handler has ended, and with it its context.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), transferTime)
	body, err := content.Read(ctx, from, to-from+1)
	if err != nil {
		cancel()
		return err
	}
	c.Status(status)
	c.Context().SetBodyStream(closing{body, cancel}, int(to-from+1))
	return nil
}

// closing ends what a reader was given.
type closing struct {
	io.ReadCloser
	end func()
}

func (c closing) Close() error {
	defer c.end()
	return c.ReadCloser.Close()
}

// rangeOf is what is asked for, both ends included. Several ranges at once are answered with
// the whole, as anybody may.
func rangeOf(in *fetching, tag string, size int64) (from, to int64, status int, err error) {
	whole := size - 1
	if in.Range == "" || strings.Contains(in.Range, ",") || in.IfRange != "" && in.IfRange != tag {
		return 0, whole, http.StatusOK, nil
	}
	first, last, err := fasthttp.ParseByteRange([]byte(in.Range), int(size))
	if err != nil {
		return 0, 0, 0, fiber.NewError(http.StatusRequestedRangeNotSatisfiable)
	}
	return int64(first), int64(last), http.StatusPartialContent, nil
}

func contentType(mediaType string) string {
	if strings.HasPrefix(mediaType, "text/") {
		return mediaType + "; charset=utf-8"
	}
	return mediaType
}

// disposition shows pictures and PDFs and has everything else saved, under its own name:
// RFC 6266, with the name in UTF-8 for whoever reads RFC 8187 and in ASCII for others.
func disposition(content files.Content) string {
	how := "attachment"
	if strings.HasPrefix(content.MediaType, "image/") || content.MediaType == "application/pdf" {
		how = "inline"
	}
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, content.Filename)
	return how + `; filename="` + plain + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(content.Filename), "+", "%20")
}
