package app

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"frontdesk/internal/config"
	"frontdesk/internal/testkit"
)

// node is one whole server process, but for the process.
type node struct {
	url  string
	stop func() // as SIGTERM would

	database string
	server   *server
	config   config.Config
}

// startNode serves on a database and a Redis, as `frontdesk serve` does.
func startNode(t testing.TB, databaseURL, redisURL string) node {
	t.Helper()
	return startNodeWith(t, databaseURL, redisURL, false, func(*config.Config) {})
}

// startNodeWith is startNode with its jobs done, or with another configuration. It knows its
// own address as PUBLIC_URL where that is not empty.
func startNodeWith(t testing.TB, databaseURL, redisURL string, work bool, change func(*config.Config)) node {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cfg := config.Config{
		DatabaseURL: databaseURL, DatabaseConns: 8, RedisURL: redisURL, VarDir: t.TempDir(),
		SecretKey: strings.Repeat("test secret ", 4), ShutdownGrace: 2 * time.Second, KeepChanges: time.Hour, MaxFileMB: 1,
	}
	change(&cfg)
	if cfg.PublicURL != "" {
		cfg.PublicURL = "http://" + ln.Addr().String()
	}
	e := env{ctx, cfg, testkit.Log(), io.Discard}
	d, err := openDatabases(e)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.connectRedis(e); err != nil {
		t.Fatal(err)
	}
	s, err := assemble(e, d)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.serve(ln, work) }()
	stopped := false
	stop := func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Errorf("stop the server: %v", err)
		}
		if err := d.stop(); err != nil {
			t.Errorf("stop the databases: %v", err)
		}
	}
	t.Cleanup(stop)
	return node{url: "http://" + ln.Addr().String(), stop: stop, database: databaseURL, server: s, config: cfg}
}

// person is somebody signed in at a node.
type person struct {
	name  string
	node  node
	token string
}

var plainClient = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 32, IdleConnTimeout: time.Second}}

// answer is what the API said.
type answer struct {
	status int
	header http.Header
	body   map[string]any
	raw    []byte
}

func (a answer) code() string { return a.str("code") }
func (a answer) str(field string) string {
	s, _ := a.body[field].(string)
	return s
}

// call sends any body; a string goes out as it is.
func call(t testing.TB, n node, token, method, path string, body any) answer {
	t.Helper()
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		in = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		in = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, n.url+path, in)
	if err != nil {
		t.Fatal(err)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Cookie", "frontdesk_session="+token)
	}
	return send(t, req)
}

func send(t testing.TB, req *http.Request) answer {
	t.Helper()
	res, err := plainClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{status: res.StatusCode, header: res.Header, raw: raw}
	if len(raw) > 0 && raw[0] == '{' {
		if err := json.Unmarshal(raw, &a.body); err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
	}
	return a
}

func signIn(t testing.TB, n node, c *testkit.Clinic, short string) person {
	t.Helper()
	a := call(t, n, "", "POST", "/api/v1/sessions", map[string]string{"email": c.Email(short), "password": testkit.Password})
	if a.status != http.StatusCreated {
		t.Fatalf("%s does not get in: %s", short, a.raw)
	}
	cookie := a.header.Get("Set-Cookie")
	token, _, _ := strings.Cut(strings.TrimPrefix(cookie, "frontdesk_session="), ";")
	return person{short, n, token}
}

func (p person) do(t testing.TB, method, path string, body any) answer {
	t.Helper()
	return call(t, p.node, p.token, method, path, body)
}

// must is do for what has to work.
func (p person) must(t testing.TB, method, path string, body any) answer {
	t.Helper()
	a := p.do(t, method, path, body)
	if a.status >= 300 {
		t.Fatalf("%s: %s %s: %d %s", p.name, method, path, a.status, a.raw)
	}
	return a
}

// socket is a live connection; frames come one by one.
type socket struct {
	ws     *websocket.Conn
	frames chan map[string]any
	closed chan error
}

// dial answers the status, too, of a handshake that is refused.
func (p person) dial(t testing.TB, query string, change func(http.Header, *websocket.DialOptions)) (ws *websocket.Conn, status int, err error) {
	t.Helper()
	opts := &websocket.DialOptions{
		Subprotocols: []string{"frontdesk.v1"}, HTTPClient: plainClient,
		HTTPHeader: http.Header{"Cookie": {"frontdesk_session=" + p.token}},
	}
	if change != nil {
		change(opts.HTTPHeader, opts)
	}
	ws, res, err := websocket.Dial(t.Context(), strings.Replace(p.node.url, "http", "ws", 1)+"/api/v1/ws"+query, opts) //nolint:bodyclose // Dial closes it
	if res != nil {
		status = res.StatusCode
	}
	return ws, status, err
}

func (p person) open(t testing.TB, query string) *socket {
	t.Helper()
	ws, _, err := p.dial(t, query, nil)
	if err != nil {
		t.Fatalf("%s opens a socket: %v", p.name, err)
	}
	ws.SetReadLimit(8 << 20)
	s := &socket{ws: ws, frames: make(chan map[string]any, 1024), closed: make(chan error, 1)}
	go s.read()
	t.Cleanup(func() { ws.CloseNow() }) //nolint:errcheck // gone already, or now
	return s
}

func (s *socket) read() {
	defer close(s.frames)
	for {
		_, message, err := s.ws.Read(context.Background())
		if err != nil {
			s.closed <- err
			return
		}
		for line := range bytes.Lines(message) {
			var frame map[string]any
			if err := json.Unmarshal(line, &frame); err != nil {
				s.closed <- err
				return
			}
			s.frames <- frame
		}
	}
}

const patience = 10 * time.Second // for what must come; never what is measured

// next is the next frame of a type; others are passed over.
func (s *socket) next(t testing.TB, kind string) map[string]any {
	t.Helper()
	for deadline := time.After(patience); ; {
		select {
		case frame, open := <-s.frames:
			if !open {
				t.Fatalf("the socket ended before %s came: %v", kind, <-s.closed)
			}
			if frame["type"] == kind {
				return frame
			}
		case <-deadline:
			t.Fatalf("no %s came", kind)
		}
	}
}

// ends waits for the socket's end and answers its code.
func (s *socket) ends(t testing.TB) websocket.StatusCode {
	t.Helper()
	for deadline := time.After(patience); ; {
		select {
		case _, open := <-s.frames:
			if !open {
				return websocket.CloseStatus(<-s.closed)
			}
		case <-deadline:
			t.Fatal("the socket stays open")
		}
	}
}
