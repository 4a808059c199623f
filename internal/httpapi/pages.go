package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// asset is one file of the built page, ready to be sent.
type asset struct {
	body, zipped []byte // zipped is nil where it would not be smaller
	mediaType    string
	tag          string
	forever      bool // its name changes with its content
}

// screens are the addresses of the page, each with its file.
var screens = map[string]string{
	"/": "index.html", "/c/:id": "index.html", "/patients": "index.html", "/patients/:id": "index.html",
	"/search": "index.html", "/strays": "index.html", "/starred": "index.html", "/statistics": "index.html", "/settings": "index.html", "/settings/:section": "index.html",
	"/portal": "portal.html", "/portal/c/:id": "portal.html", "/portal/starred": "portal.html", "/portal/account": "portal.html",
	"/signin": "signin.html", "/docs": "docs.html",
}

// pages serves the built page from memory: it is small, and part of the binary.
func (s *Server) pages() {
	assets := map[string]asset{}
	err := fs.WalkDir(s.Page, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			return err
		}
		body, err := fs.ReadFile(s.Page, name)
		if err == nil {
			assets["/"+name] = newAsset(name, body)
		}
		return err
	})
	if err != nil {
		s.Log.Error("read the page", "err", err)
	}
	for address, file := range screens {
		s.app.Get(address, func(c *fiber.Ctx) error { return assets["/"+file].send(c) })
	}
	s.app.Get("/*", func(c *fiber.Ctx) error { return assets[c.Path()].send(c) })
}

func newAsset(name string, body []byte) asset {
	sum := sha256.Sum256(body)
	a := asset{
		body: body, tag: `"` + hex.EncodeToString(sum[:8]) + `"`, forever: strings.HasPrefix(name, "assets/"),
		mediaType: mime.TypeByExtension(path.Ext(name)),
	}
	switch path.Ext(name) {
	case ".webmanifest":
		a.mediaType = "application/manifest+json"
	case ".js":
		a.mediaType = "text/javascript; charset=utf-8"
	}
	var zipped bytes.Buffer
	w, _ := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	if _, err := w.Write(body); err == nil && w.Close() == nil && zipped.Len() < len(body) {
		a.zipped = zipped.Bytes()
	}
	return a
}

func (a asset) send(c *fiber.Ctx) error {
	if a.body == nil {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderETag, a.tag)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if a.forever {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	if c.Get(fiber.HeaderIfNoneMatch) == a.tag {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, a.mediaType)
	if a.zipped != nil && strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(a.zipped)
	}
	return c.Send(a.body)
}
