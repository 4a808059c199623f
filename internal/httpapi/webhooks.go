package httpapi

import (
	"net/http"

	"github.com/gofiber/fiber/v2"
)

// What carriers post, at the most, in bytes. Meta's own bound is 3 MB.
const (
	maxMeta   = 4 << 20
	maxLetter = 45 << 20

	letterPath    = "/webhooks/email"
	lettersAtOnce = 2 // each is held whole
)

// webhooks are where carriers call. They are answered as soon as what they say is kept; what
// is not signed as it should be is refused, and shows in the metrics by its status.
func (s *Server) webhooks() {
	s.app.Post("/webhooks/twilio", func(c *fiber.Ctx) error {
		if err := s.Post.HearTwilio(c.UserContext(), c.OriginalURL(), c.Body(), c.Get("X-Twilio-Signature")); err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, "text/xml")
		return c.SendString("<Response></Response>") // no answer to the sender
	})
	s.app.Get("/webhooks/whatsapp", func(c *fiber.Ctx) error {
		challenge, err := s.Post.Subscribed(c.UserContext(), c.Query("hub.mode"), c.Query("hub.verify_token"), c.Query("hub.challenge"))
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
		return c.SendString(challenge)
	})
	s.app.Post("/webhooks/whatsapp", func(c *fiber.Ctx) error {
		if err := s.Post.HearMeta(c.UserContext(), c.Body(), c.Get("X-Hub-Signature-256")); err != nil {
			return err
		}
		return c.SendStatus(http.StatusOK)
	})
	letters := make(chan struct{}, lettersAtOnce)
	s.app.Post(letterPath, func(c *fiber.Ctx) error {
		account, err := s.Post.Mailbox(c.UserContext(), c.Query("key")) // before a byte is read
		if err != nil {
			c.Context().SetConnectionClose()
			return err
		}
		select {
		case letters <- struct{}{}:
			defer func() { <-letters }()
		case <-c.UserContext().Done():
			return c.UserContext().Err()
		}
		return readBody(c, maxLetter, func() error {
			if err := s.Post.HearMail(c.UserContext(), account, c.Body()); err != nil {
				return err
			}
			return c.SendStatus(http.StatusOK)
		})
	})
	s.app.Get("/media/:token", func(c *fiber.Ctx) error {
		content, err := s.Post.Lent(c.UserContext(), c.Params("token"))
		if err != nil {
			return err
		}
		return sendFile(c, content, &fetching{Range: c.Get(fiber.HeaderRange)})
	})
}
