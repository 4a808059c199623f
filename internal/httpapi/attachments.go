package httpapi

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"frontdesk/internal/files"
	"frontdesk/internal/people"
	"frontdesk/internal/refusal"
	"frontdesk/internal/wire"
)

// uploading has no body field: huma would read it whole. The form is read as it comes.
type uploading struct{ request *fiber.Ctx }

// Resolve takes the request itself.
func (in *uploading) Resolve(ctx huma.Context) []error {
	in.request = humafiber.Unwrap(ctx)
	return nil
}

type fetching struct {
	OfPath
	Range       string `header:"Range"`
	IfRange     string `header:"If-Range"`
	IfNoneMatch string `header:"If-None-Match"`
}

type copying struct {
	OfPath
	Body struct {
		ID uuid.UUID `json:"id" format:"uuid" doc:"A UUIDv7 of the sender's making, for the copy: the same again is the same copy."`
	}
}

func (s *Server) attachments() {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: attachmentsPath + path, Summary: summary, Tags: []string{"Attachments"}}
	}
	upload := op("upload-attachment", http.MethodPost, "", "Upload a file, to name it in a message")
	upload.DefaultStatus = http.StatusCreated
	route(s, upload, s.upload)
	remove := op("remove-attachment", http.MethodDelete, "/{id}", "Take back a file that is not sent")
	remove.DefaultStatus = http.StatusNoContent
	route(s, remove, func(ctx context.Context, by people.Session, in *OfPath) (*struct{}, error) {
		return nil, s.Files.Remove(ctx, by.Actor, in.ID)
	})
	take := op("copy-attachment", http.MethodPost, "/{id}/copy", "Take a file along, to name it in another message")
	take.DefaultStatus = http.StatusCreated
	route(s, take, func(ctx context.Context, by people.Session, in *copying) (*answer[wire.Attachment], error) {
		a, fresh, err := s.Files.Copy(ctx, by.Actor, in.ID, in.Body.ID)
		return &answer[wire.Attachment]{Status: created(fresh), Body: wire.AttachmentOf(a)}, err
	})
	fetch := op("get-attachment", http.MethodGet, "/{id}", "The file itself, or a range of it")
	fetch.Responses = fileAnswers()
	route(s, fetch, func(ctx context.Context, by people.Session, in *fetching) (*huma.StreamResponse, error) {
		content, err := s.Files.Fetch(ctx, by.Actor, in.ID)
		return serve(content, in), err //nolint:contextcheck // the bytes go out after the handler has ended
	})
	thumbnail := op("get-thumbnail", http.MethodGet, "/{id}/thumbnail", "A small picture of it")
	thumbnail.Responses = fileAnswers()
	route(s, thumbnail, func(ctx context.Context, by people.Session, in *fetching) (*huma.StreamResponse, error) {
		content, err := s.Files.FetchThumbnail(ctx, by.Actor, in.ID)
		return serve(content, in), err //nolint:contextcheck // the bytes go out after the handler has ended
	})
}

// uploadForm is told to those who read the description, and not to huma, which would read
// the body.
func uploadForm() *huma.RequestBody {
	return &huma.RequestBody{
		Required: true, Description: "The field id, a UUIDv7 of the sender's making, comes before the file: the same file, however often it comes, is one.",
		Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
			Type: huma.TypeObject, Required: []string{"id", "file"},
			Properties: map[string]*huma.Schema{"id": {Type: huma.TypeString, Format: "uuid"}, "file": {Type: huma.TypeString, Format: "binary"}},
		}}},
	}
}

func fileAnswers() map[string]*huma.Response {
	raw := map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	return map[string]*huma.Response{
		"200": {Description: "The bytes, under the type that they were found to be of.", Content: raw},
		"206": {Description: "The range that was asked for.", Content: raw},
		"304": {Description: "What the caller has is still right."},
		"416": {Description: "There is no such range."},
	}
}

func (s *Server) upload(ctx context.Context, by people.Session, in *uploading) (*answer[wire.Attachment], error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), transferTime)
	defer cancel()
	form, err := formOf(in.request, s.Files.MaxSize())
	if err != nil {
		return nil, err
	}
	incoming, err := fileOf(form)
	if err != nil {
		return nil, form.refuse(err)
	}
	a, fresh, err := s.Files.Upload(ctx, by.Actor, incoming)
	if err != nil {
		return nil, form.refuse(err)
	}
	return &answer[wire.Attachment]{Status: created(fresh), Body: wire.AttachmentOf(a)}, nil
}

// form is a multipart body as it comes.
type form struct {
	*multipart.Reader
	body io.Reader
	most int64 // bytes that are read at all
	c    *fiber.Ctx
}

// formSlack is for all that is in a form beside the file.
const formSlack = 16 << 10

func formOf(c *fiber.Ctx, maxSize int64) (*form, error) {
	media, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	body := c.Context().RequestBodyStream()
	if err != nil || media != fiber.MIMEMultipartForm || params["boundary"] == "" || body == nil {
		return nil, fiber.NewError(http.StatusUnsupportedMediaType, "Send a form of the type multipart/form-data.")
	}
	return &form{multipart.NewReader(body, params["boundary"]), body, maxSize, c}, nil
}

// refuse reads on for a while after a refusal: a browser that is still sending would not hear
// the answer. Who sends far more than would ever be taken is cut off.
func (f *form) refuse(err error) error {
	f.c.Context().SetConnectionClose()
	_, _ = io.Copy(io.Discard, io.LimitReader(f.body, 2*f.most))
	return err
}

// fileOf reads up to where the file begins.
func fileOf(f *form) (files.Incoming, error) {
	var in files.Incoming
	for {
		part, err := f.NextRawPart()
		if errors.Is(err, io.EOF) {
			return in, refusal.Field("file", "file_missing", "Send the file as the field file, after the field id.")
		}
		if err != nil {
			return in, fiber.ErrBadRequest
		}
		_, params, err := mime.ParseMediaType(part.Header.Get(fiber.HeaderContentDisposition))
		if err != nil {
			return in, fiber.ErrBadRequest
		}
		switch params["name"] {
		case "id":
			raw, err := io.ReadAll(io.LimitReader(part, 64))
			if err != nil {
				return in, fiber.ErrBadRequest
			}
			if in.ID, err = uuid.ParseBytes(raw); err != nil {
				return in, refusal.Field("id", "id_invalid", "The id is a UUIDv7 of your making.")
			}
		case "file":
			in.Filename, in.Bytes = strings.ReplaceAll(params["filename"], "%22", `"`), part // as browsers write a quote
			return in, nil
		default:
			if n, err := io.Copy(io.Discard, io.LimitReader(part, formSlack)); err != nil || n == formSlack {
				return in, fiber.ErrBadRequest
			}
		}
	}
}
