package main

import (
	"context"
	"embed"
	"encoding/json"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"
)

//go:embed page
var pages embed.FS

func (c *carrier) routes() http.Handler {
	mux := http.NewServeMux()
	c.twilioRoutes(mux)
	cloud, control := http.NewServeMux(), http.NewServeMux()
	c.metaRoutes(cloud)
	mux.Handle("/", cloud) // its addresses begin with a version, which no fixed name can be
	c.controlRoutes(control)
	mux.Handle("/control/", http.NewCrossOriginProtection().Handler(control)) // another page in the same browser plays no patient
	mux.HandleFunc("GET /live", c.live)
	page, err := fs.Sub(pages, "page")
	if err != nil {
		panic(err) // it is part of the program
	}
	files := http.FileServerFS(page)
	for _, name := range []string{"/{$}", "/page.css", "/phone.css", "/faults.css", "/narrow.css", "/page.js", "/thread.js", "/faults.js", "/icon.svg"} {
		mux.HandleFunc("GET "+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-cache")
			w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'")
			files.ServeHTTP(w, r)
		})
	}
	return localOnly(mux)
}

// localOnly answers only to names of this machine, so that no web page reaches the carrier
// under a name of its own.
func localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if !loopback(host) {
			http.Error(w, "The carrier is for this machine alone.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// live sends all events from the first on, in frames of many, then each as it comes.
func (c *carrier) live(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // it has answered
	}
	defer func() { _ = ws.CloseNow() }() // when it is not closed already
	ctx := ws.CloseRead(c.life)
	for n := 0; ; {
		events, more := c.world.since(n)
		if n += len(events); len(events) > 0 {
			if err := frame(ctx, ws, events); err != nil { //nolint:contextcheck // a socket outlives its request
				return
			}
		}
		select {
		case <-more:
		case <-ctx.Done():
			_ = ws.Close(websocket.StatusGoingAway, "") // the other side may have gone
			return
		}
	}
}

func frame(ctx context.Context, ws *websocket.Conn, events []json.RawMessage) error {
	raw, err := json.Marshal(events)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return ws.Write(ctx, websocket.MessageText, raw)
}

// serveFile shows a picture, and gives anything else to keep.
func (c *carrier) serveFile(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("media")
	if id == "" {
		id = r.URL.Query().Get("id")
	}
	f, ok := c.world.file(id)
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", f.Type)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'")
	if !strings.HasPrefix(f.Type, "image/") {
		w.Header().Set("Content-Disposition", "attachment")
	}
	_, _ = w.Write(f.Bytes) // who has gone reads nothing
}
