package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"frontdesk/internal/people"
	"frontdesk/internal/refusal"
)

// policy lets a page load nothing but our own files. Blobs are pictures before their upload.
const policy = "default-src 'self'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

type contextKey int

const (
	sessionKey contextKey = iota
	requestKey
)

// observed gives each request its id, its time, and its one line in the log.
func (s *Server) observed(c *fiber.Ctx) error {
	id, start := uuid.NewString(), time.Now()
	c.Locals(requestKey, id)
	c.Set(fiber.HeaderXRequestID, id)
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), requestKey, id), requestTime)
	defer cancel()
	c.SetUserContext(ctx)
	if err := c.Next(); err != nil {
		if err := fail(c, err); err != nil {
			return err
		}
	}
	status, took := c.Response().StatusCode(), time.Since(start)
	s.Observe(c.Method(), c.Route().Path, status, took)
	s.Log.DebugContext(ctx, "request", "method", c.Method(), "route", c.Route().Path, "status", status, "ms", took.Milliseconds(), "request", id)
	return nil
}

// recovered makes a fault of a panic, so that one request's mistake is one request's answer.
func (s *Server) recovered(c *fiber.Ctx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return c.Next()
}

func (s *Server) headers(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentSecurityPolicy, policy)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	if strings.HasPrefix(c.Path(), "/api/") {
		c.Set(fiber.HeaderCacheControl, "no-store")
	}
	if strings.HasPrefix(s.settings.PublicURL, "https://") {
		c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000")
	}
	return c.Next()
}

var errCrossSite = &refusal.Error{Kind: refusal.Refused, Code: "cross_site", Detail: "This request came from another site. Use Frontdesk's own page."}

// sameSite refuses writes that a foreign page makes a browser send. A program that is no
// browser sends neither header and has no cookie that it did not choose to send.
func (s *Server) sameSite(c *fiber.Ctx) error {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return c.Next()
	}
	switch c.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
	default:
		return errCrossSite
	}
	if origin := c.Get(fiber.HeaderOrigin); origin != "" && !s.ownOrigin(origin, c.Hostname()) {
		return errCrossSite
	}
	return c.Next()
}

func (s *Server) ownOrigin(origin, host string) bool {
	if s.settings.PublicURL != "" && strings.EqualFold(origin, strings.TrimSuffix(s.settings.PublicURL, "/")) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, host)
}

// authenticated lets in whoever has a session.
func (s *Server) authenticated(ctx huma.Context, next func(huma.Context)) {
	c := humafiber.Unwrap(ctx)
	session, err := s.session(c)
	if err != nil {
		if err := fail(c, err); err != nil {
			s.Log.ErrorContext(ctx.Context(), "answer a refusal", "err", err)
		}
		return
	}
	next(huma.WithValue(ctx, sessionKey, session))
}

func (s *Server) session(c *fiber.Ctx) (people.Session, error) {
	token := c.Cookies(cookieName)
	if bearer, ok := strings.CutPrefix(c.Get(fiber.HeaderAuthorization), "Bearer "); ok {
		token = bearer
	}
	return s.People.Authenticate(c.UserContext(), token)
}

// sessionOf is what authenticated has found; it goes no further than this package.
func sessionOf(ctx context.Context) people.Session {
	session, _ := ctx.Value(sessionKey).(people.Session)
	return session // the zero session may do nothing
}

func requestOf(ctx context.Context) string {
	id, _ := ctx.Value(requestKey).(string)
	return id
}

func requestID(c *fiber.Ctx) string {
	id, _ := c.Locals(requestKey).(string)
	return id
}

// proxyHeader is believed only from trusted proxies.
func proxyHeader(settings Settings) string {
	if len(settings.TrustedProxies) == 0 {
		return ""
	}
	return fiber.HeaderXForwardedFor
}

// socket hands a request over to the live hub.
func (s *Server) socket(c *fiber.Ctx) error {
	session, err := s.session(c)
	if err != nil {
		return err
	}
	return s.Socket(c, session.Actor, c.Query("since"))
}

func (s *Server) health() {
	s.app.Get("/healthz", func(c *fiber.Ctx) error { return c.JSON(fiber.Map{"status": "ok"}) })
	s.app.Get("/readyz", func(c *fiber.Ctx) error {
		postgres, redis := s.Ready(c.UserContext())
		answer := fiber.Map{"postgres": word(postgres), "redis": word(redis)}
		if postgres != nil {
			c.Status(http.StatusServiceUnavailable)
		}
		return c.JSON(answer)
	})
}

func word(err error) string {
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer"
	}
	return "away"
}
