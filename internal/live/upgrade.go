package live

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/gofiber/fiber/v2"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

const (
	subprotocol = "frontdesk.v1"
	readLimit   = 32 << 10        // bytes of one message; more is closed with 1009
	joinWait    = 5 * time.Second // for what Postgres must tell before a socket is live
)

func refused(code, detail string) error {
	return &refusal.Error{Kind: refusal.Refused, Code: code, Detail: detail}
}

// Serve answers a request, of somebody whose session the caller has checked, as a WebSocket.
//
// Fiber stands on fasthttp, whose adaptors either offer no http.Hijacker or never send the
// 101. So Accept gets a ResponseWriter that is the raw socket. The server must be set to
// keep hijacked connections: then fasthttp lets go of its buffers at once, and an idle
// socket costs one goroutine and its own small buffers.
func (h *Hub) Serve(c *fiber.Ctx, by rules.Actor, since string) error {
	if err := rules.UseHub(by); err != nil {
		return err
	}
	req := handshake(c)
	if err := h.checkHandshake(req); err != nil {
		return err
	}
	if h.full(by.ID) {
		return &refusal.Error{Kind: refusal.TooMany, Code: "too_many_sockets", Detail: fmt.Sprintf("At most %d windows can be live at once. Close one, or wait a moment.", socketsOfPerson)}
	}
	tcp, since := c.Context().Conn(), strings.Clone(since)
	c.Context().HijackSetNoResponse(true)
	c.Context().Hijack(func(net.Conn) { go h.serve(tcp, req, by, since) })
	return nil
}

// serve owns the socket until it is gone.
func (h *Hub) serve(tcp net.Conn, req *http.Request, by rules.Actor, since string) {
	defer tcp.Close() //nolint:errcheck // whoever closed first
	if !h.enter(by.ID) {
		return // others were quicker: the page comes back
	}
	defer h.exit(by.ID)
	options := &websocket.AcceptOptions{Subprotocols: []string{subprotocol}}
	if h.PublicURL != "" {
		options.OriginPatterns = []string{h.PublicURL}
	}
	ws, err := websocket.Accept(&rawWriter{Conn: tcp, header: http.Header{}}, req, options)
	if err != nil {
		return // Accept has written the refusal
	}
	ws.SetReadLimit(readLimit)
	c := &conn{hub: h, ws: ws, done: make(chan struct{}), slot: rand.IntN(beatEvery)} //nolint:gosec // only spreads the load
	c.actor.Store(&by)
	c.heard.Store(time.Now().Unix())
	c.room = h.room(by.ClinicID)
	h.Metrics.sockets.Inc()
	defer h.Metrics.sockets.Dec()
	defer close(c.done)
	defer c.room.leave(c)
	ctx, cancel := context.WithTimeout(context.Background(), joinWait)
	err = c.room.join(ctx, c, since)
	cancel()
	if err != nil {
		h.Log.Warn("make a socket live", "clinic", by.ClinicID, "err", err)
		ws.Close(notNow.code, notNow.advice) //nolint:errcheck // nobody to tell
		return
	}
	c.read()
	ws.CloseNow() //nolint:errcheck // the reader has seen the end
}

// handshake copies what Accept needs: fasthttp reuses its buffers.
func handshake(c *fiber.Ctx) *http.Request {
	req := &http.Request{
		Method: http.MethodGet, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Host: string(c.Request().Host()), Header: http.Header{},
	}
	for k, v := range c.Request().Header.All() {
		req.Header.Add(string(k), string(v))
	}
	return req
}

func (h *Hub) checkHandshake(req *http.Request) error {
	if !strings.EqualFold(req.Header.Get("Upgrade"), "websocket") {
		return refused("not_a_websocket", "Open this address as a WebSocket.")
	}
	if !offers(req.Header.Values("Sec-WebSocket-Protocol"), subprotocol) {
		return &refusal.Error{Kind: refusal.Invalid, Code: "subprotocol_missing", Detail: "Ask for the subprotocol " + subprotocol + "."}
	}
	// A browser always names its origin; what sends none is no browser, and no page can
	// make it send anything.
	if origin := req.Header.Get("Origin"); origin != "" && !h.ownOrigin(origin, req.Host) {
		return refused("cross_site", "This page is not Frontdesk's own. Open Frontdesk itself.")
	}
	return nil
}

func (h *Hub) ownOrigin(origin, host string) bool {
	if h.PublicURL != "" && strings.EqualFold(origin, h.PublicURL) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, host)
}

func offers(headers []string, name string) bool {
	for _, h := range headers {
		for offer := range strings.SplitSeq(h, ",") {
			if strings.TrimSpace(offer) == name {
				return true
			}
		}
	}
	return false
}

// rawWriter is the socket itself, as an http.ResponseWriter.
type rawWriter struct {
	net.Conn
	header http.Header
	wrote  bool
}

func (w *rawWriter) Header() http.Header { return w.header }

func (w *rawWriter) WriteHeader(code int) {
	if w.wrote {
		return
	}
	w.wrote = true
	if code != http.StatusSwitchingProtocols {
		w.header.Set("Connection", "close")
	}
	var head strings.Builder
	fmt.Fprintf(&head, "HTTP/1.1 %d %s\r\n", code, http.StatusText(code))
	w.header.Write(&head) //nolint:errcheck // a builder does not fail
	head.WriteString("\r\n")
	w.Conn.Write([]byte(head.String())) //nolint:errcheck // the next read or write finds out
}

func (w *rawWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.Conn.Write(p)
}

// Hijack hands the connection over with small buffers.
func (w *rawWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return w.Conn, bufio.NewReadWriter(bufio.NewReaderSize(w.Conn, 512), bufio.NewWriterSize(w.Conn, 2<<10)), nil
}
