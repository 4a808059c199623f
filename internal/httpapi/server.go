// Package httpapi is HTTP in: it decodes, calls one domain method, and encodes.
package httpapi

import (
	"cmp"
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	clinics "frontdesk/internal/clinic"
	"frontdesk/internal/delivery"
	"frontdesk/internal/figures"
	"frontdesk/internal/files"
	"frontdesk/internal/inbox"
	"frontdesk/internal/people"
	"frontdesk/internal/record"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

// Parts are what the server is made of; Settings how it behaves.
type Parts struct {
	Inbox     *inbox.Service
	Clinic    *clinics.Service
	People    *people.Service
	Figures   *figures.Service
	Record    *record.Service
	Push      *delivery.Push
	Post      *delivery.Post
	Mail      bool // letters go out: else whoever invites somebody is shown the link
	Files     *files.Service
	Positions *wire.Positions
	Socket    func(c *fiber.Ctx, by rules.Actor, since string) error     // upgrades and serves
	Ready     func(context.Context) (postgres error, redis error)        // what /readyz asks
	Observe   func(method, route string, status int, took time.Duration) // metrics
	Page      fs.FS                                                      // the built page
	Log       *slog.Logger
}

// Settings come from the configuration.
type Settings struct {
	PublicURL      string   // "" or the scheme and host under which browsers reach us
	TrustedProxies []string // addresses whose X-Forwarded-For is believed
}

const (
	maxBody     = 1 << 20          // bytes, of any request but a file or a sheet
	requestTime = 12 * time.Second // above the database's statement_timeout
)

// Server answers HTTP.
type Server struct {
	Parts
	settings Settings
	app      *fiber.App
	api      huma.API
}

// New lays out all routes.
func New(parts Parts, settings Settings) *Server {
	s := &Server{Parts: parts, settings: settings}
	s.app = fiber.New(fiber.Config{
		AppName: "frontdesk", DisableStartupMessage: true, ErrorHandler: fail,
		Immutable: true,                                                                                           // strings outlive the request's buffers
		BodyLimit: maxBody, ReadBufferSize: 16 << 10, StreamRequestBody: true, DisablePreParseMultipartForm: true, // see bounded
		ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 75 * time.Second,
		EnableTrustedProxyCheck: true, TrustedProxies: settings.TrustedProxies, ProxyHeader: proxyHeader(settings), EnableIPValidation: true,
	})
	s.app.Server().KeepHijackedConns = true // the live hub closes its sockets itself
	s.app.Server().HeaderReceived = patience
	s.app.Use(s.observed, s.recovered, s.headers, s.sameSite, bounded)
	s.health()
	s.api = humafiber.New(s.app, apiConfig())
	s.register()
	describe(s.api.OpenAPI())
	s.app.Get("/api/v1/ws", s.socket)
	s.fhir()
	s.webhooks()
	s.pages()
	return s
}

// App is for the one who listens.
func (s *Server) App() *fiber.App { return s.app }

// OpenAPI is the description made from the code, as JSON.
func (s *Server) OpenAPI() ([]byte, error) { return s.api.OpenAPI().MarshalJSON() }

// register names every operation once. A write that is missing in the test that walks them
// all fails it.
func (s *Server) register() {
	s.sessions()
	s.conversations()
	s.filing()
	s.labels()
	s.strays()
	s.channels()
	s.messages()
	s.scheduled()
	s.templates()
	s.attachments()
	s.changes()
	s.links()
	s.account()
	s.users()
	s.notifications()
	s.hours()
	s.clinicSettings()
	s.search()
	s.views()
	s.stats()
	s.export()
	s.patients()
}

// huma keeps these for the whole process, and nowhere else.
func init() {
	huma.NewError = invalid // the one error model
	huma.NewErrorWithContext = func(_ huma.Context, status int, message string, errs ...error) huma.StatusError {
		return invalid(status, message, errs...)
	}
	huma.DefaultArrayNullable = false // our lists are empty, never null
}

func apiConfig() huma.Config {
	config := huma.DefaultConfig("Frontdesk", "1")
	config.DocsPath = "" // huma's page asks a foreign host for its script; ours is in pages()
	config.OpenAPIPath = "/openapi"
	config.SchemasPath = ""
	config.CreateHooks = nil // no $schema links in answers
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"cookie": {Type: "apiKey", In: "cookie", Name: cookieName},
		"bearer": {Type: "http", Scheme: "bearer"},
	}
	return config
}

// route registers an operation for somebody signed in. Who it is is settled before the input
// is looked at; what goes wrong leaves as a problem.
func route[I, O any](s *Server, op huma.Operation, handle func(context.Context, people.Session, *I) (*O, error)) {
	op.Middlewares = append(op.Middlewares, s.authenticated)
	op.Security = []map[string][]string{{"cookie": {}}, {"bearer": {}}}
	open(s, op, func(ctx context.Context, in *I) (*O, error) {
		return handle(ctx, sessionOf(ctx), in)
	})
}

// open registers an operation for anybody.
func open[I, O any](s *Server, op huma.Operation, handle func(context.Context, *I) (*O, error)) {
	op.MaxBodyBytes = cmp.Or(op.MaxBodyBytes, 64<<10)
	if op.Method != http.MethodGet {
		op.Metadata = map[string]any{"writes": true}
	}
	op.Errors = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, problemOf(ctx, requestOf(ctx), err)
		}
		return out, nil
	})
}

// page is how every list answers.
type page[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor" nullable:"true" doc:"For the next page; null after the last."`
}

func pageOf[F, T any](from []F, next string, shape func(F) T) page[T] {
	out := page[T]{Items: make([]T, len(from))}
	for i, f := range from {
		out.Items[i] = shape(f)
	}
	if next != "" {
		out.NextCursor = &next
	}
	return out
}

// Paging are the inputs of every list. It is exported because huma looks at exported fields alone.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"The next_cursor of the page before."`
}

// OfPath names one thing; exported for the same reason.
type OfPath struct {
	ID uuid.UUID `path:"id" format:"uuid"`
}

type answer[T any] struct {
	Status int
	Body   T
}
