package testkit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"
)

// program builds one of ours, once for all tests of a package.
func program(name string) func() (string, error) {
	return sync.OnceValues(func() (string, error) {
		dir, err := os.MkdirTemp("", "frontdesk-test-bin-")
		if err != nil {
			return "", err
		}
		cleanups = append(cleanups, func() { _ = os.RemoveAll(dir) })
		path := filepath.Join(dir, name)
		build := exec.Command("go", "build", "-o", path, "./cmd/"+name)
		build.Dir = root()
		if out, err := build.CombinedOutput(); err != nil {
			return "", fmt.Errorf("build %s: %w\n%s", name, err, out)
		}
		return path, nil
	})
}

var (
	carrierProgram   = program("carrier")
	frontdeskProgram = program("frontdesk")
)

// CarrierServer is the stand-in for the outside world, in a process of its own.
type CarrierServer struct {
	HTTP, SMTP, IMAP string // addresses, each a host and a port

	tb testing.TB
}

// Carrier starts one that calls back at a base URL.
func Carrier(tb testing.TB, webhooks string) *CarrierServer {
	tb.Helper()
	path, err := carrierProgram()
	if err != nil {
		tb.Fatal(err)
	}
	ours, theirs, err := os.Pipe()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = ours.Close() })
	p := NewProcess(tb, exec.Command(path, "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--imap", "127.0.0.1:0", "--webhooks", webhooks, "--pace", "20ms", "--rest", "200ms"), theirs)
	_ = theirs.Close()
	line, err := bufio.NewReader(ours).ReadBytes('\n')
	if err != nil {
		tb.Fatalf("the local carrier does not start: %v", err)
	}
	c := &CarrierServer{tb: tb}
	if err := json.Unmarshal(line, &c); err != nil {
		tb.Fatal(err)
	}
	go io.Copy(io.Discard, ours) //nolint:errcheck // what else it says
	tb.Cleanup(p.Kill)
	return c
}

// Do calls its control API, and answers what it says.
func (c *CarrierServer) Do(method, path string, body any) json.RawMessage {
	c.tb.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		c.tb.Fatal(err)
	}
	req, err := http.NewRequestWithContext(c.tb.Context(), method, "http://"+c.HTTP+path, bytes.NewReader(raw))
	if err != nil {
		c.tb.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.tb.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	out, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		c.tb.Fatalf("%s %s: %d %s %v", method, path, res.StatusCode, out, err)
	}
	return out
}

// Carried is a message that it has taken from the clinic.
type Carried struct {
	ID        string `json:"id"`
	Channel   string `json:"channel"`
	To        string `json:"to"`
	Body      string `json:"body"`
	HTML      string `json:"html"`
	Subject   string `json:"subject"`
	MessageID string `json:"message_id"`
	Media     []any  `json:"media"`
	CreatedAt string `json:"created_at"`
}

// Taken lists what it has taken on a channel, each as often as it was taken.
func (c *CarrierServer) Taken(channel string) []Carried {
	c.tb.Helper()
	var out struct{ Messages []Carried }
	if err := json.Unmarshal(c.Do("GET", "/control/messages?channel="+channel, nil), &out); err != nil {
		c.tb.Fatal(err)
	}
	return out.Messages
}

// Process is a program of a test, which is killed with it.
type Process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed once it has ended
}

// NewProcess starts one, which ends with the test at the latest.
func NewProcess(tb testing.TB, cmd *exec.Cmd, stdout io.Writer) *Process {
	tb.Helper()
	cmd.Stdout, cmd.SysProcAttr = stdout, attached()
	p := &Process{cmd, make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		defer close(p.done)
		runtime.LockOSThread() // see attached
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // it is killed
		}
	}()
	if err := <-started; err != nil {
		tb.Fatalf("start %s: %v", cmd.Path, err)
	}
	tb.Cleanup(p.Kill)
	return p
}

// Kill ends it with SIGKILL, and waits until it has.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // or it has ended
	<-p.done
}

// Worker starts `frontdesk worker` with an environment of its own.
func Worker(tb testing.TB, environment ...string) *Process {
	tb.Helper()
	path, err := frontdeskProgram()
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.Command(path, "worker")
	cmd.Env = append(os.Environ(), environment...)
	cmd.Stderr = io.Discard
	cmd.WaitDelay = time.Second
	return NewProcess(tb, cmd, io.Discard)
}
