// Command carrier stands in for the world outside a clinic: it speaks, on this machine alone,
// what Twilio, WhatsApp's Cloud API and a mail server speak, and shows the patients' phones and
// mailboxes on a page. The product talks to it as to the real ones. It shares no code with the
// product, so that neither's mistake hides the other's.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/sync/errgroup"
)

type options struct {
	HTTP     string `name:"http" help:"Where the APIs and the page listen." default:"127.0.0.1:8090"`
	SMTP     string `name:"smtp" help:"Where mail is taken." default:"127.0.0.1:8025"`
	IMAP     string `name:"imap" help:"Where the clinic's mailbox is read." default:"127.0.0.1:8143"`
	Webhooks string `help:"The product, for /webhooks/twilio and /webhooks/whatsapp." default:"http://localhost:8080"`

	AccountSid     string `help:"Twilio's account." default:"AC00000000000000000000000000000001"`
	AuthToken      string `help:"Twilio's secret." default:"local-carrier"`
	SMSNumber      string `name:"sms-number" help:"The clinic's number for SMS." default:"+15550001000"`
	WhatsAppNumber string `name:"whatsapp-number" help:"The clinic's number on WhatsApp." default:"+15550002000"`

	PhoneNumberID string `name:"phone-number-id" help:"Meta's id of the WhatsApp number." default:"100000000000001"`
	BusinessID    string `name:"business-id" help:"Meta's id of the business." default:"200000000000001"`
	AccessToken   string `help:"Meta's bearer token." default:"local-carrier"`
	AppSecret     string `help:"What Meta signs webhooks with." default:"local-carrier"`
	VerifyToken   string `help:"What Meta proves itself with when it subscribes." default:"local-carrier"`

	Mailbox      string `help:"The clinic's mail address." default:"clinic@mail.test"`
	MailUser     string `help:"Who signs in to SMTP and IMAP." default:"clinic@mail.test"`
	MailPassword string `help:"With what." default:"local-carrier"`

	Pace time.Duration `help:"How long a message takes from one status to the next." default:"400ms"`
	Rest time.Duration `help:"The pause before a webhook that failed is tried again; it doubles." default:"1s"`
	Seed uint64        `help:"What the faults' chance starts from: the same seed, the same faults." default:"1"`
}

func main() {
	var o options
	kong.Parse(&o, kong.Description("Stands in for SMS, WhatsApp and mail, on this machine alone."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "carrier:", err)
		os.Exit(1)
	}
}

// carrier is all that its parts share.
type carrier struct {
	options
	world  *world
	faults *faults
	hooks  *hooks
	mail   *mailroom
	base   string          // of its own HTTP, for the addresses that it gives out
	life   context.Context // ends when the carrier does
	tasks  *errgroup.Group // what a message sets off, and run waits for
}

// run listens, says where in one line of JSON ({"http", "smtp", "imap"}, each host:port), and
// serves until ctx ends.
func run(ctx context.Context, o options, out io.Writer) error {
	if o.Webhooks = strings.TrimSuffix(o.Webhooks, "/"); !local(o.Webhooks) {
		return fmt.Errorf("webhooks go to %s: the carrier does not leave this machine", o.Webhooks)
	}
	at := map[string]net.Listener{}
	defer func() {
		for _, listener := range at {
			_ = listener.Close() // those that serve are closed already
		}
	}()
	addresses := map[string]string{}
	for name, address := range map[string]string{"http": o.HTTP, "smtp": o.SMTP, "imap": o.IMAP} {
		listener, err := listen(ctx, address)
		if err != nil {
			return fmt.Errorf("listen for %s: %w", name, err)
		}
		at[name], addresses[name] = listener, listener.Addr().String()
	}
	tasks, life := errgroup.WithContext(ctx)
	c := &carrier{options: o, world: newWorld(), base: "http://" + addresses["http"], life: life, tasks: tasks}
	c.faults = newFaults(o.Seed)
	c.hooks = newHooks(c.faults, o.Rest)
	c.mail = newMailroom(o.MailUser, o.MailPassword)

	web := &http.Server{Handler: c.routes(), ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return life }}
	post, box := c.smtpServer(), c.imapServer()
	tasks.Go(func() error { return ended(web.Serve(at["http"])) })
	tasks.Go(func() error { return ended(post.Serve(at["smtp"])) })
	tasks.Go(func() error { return ended(box.Serve(at["imap"])) })
	c.hooks.serve(life, tasks)
	tasks.Go(func() error {
		<-life.Done()
		soon, cancel := context.WithTimeout(context.WithoutCancel(life), 2*time.Second)
		defer cancel()
		if web.Shutdown(soon) != nil { // a browser holds a connection open
			_ = web.Close()
		}
		return errors.Join(post.Close(), ended(box.Close()))
	})
	if err := json.NewEncoder(out).Encode(addresses); err != nil {
		return err
	}
	return tasks.Wait()
}

// listen refuses every address that others could reach: nothing here is a secret.
func listen(ctx context.Context, address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if host == "" { // ":0" means this machine alone
		address = "127.0.0.1" + address
	} else if !loopback(host) {
		return nil, fmt.Errorf("%s can be reached from outside: the carrier listens on this machine alone", host)
	}
	return new(net.ListenConfig).Listen(ctx, "tcp", address)
}

// loopback knows a host that is this machine, as far as its name says.
func loopback(host string) bool {
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// ended is no error when a server was told to stop.
func ended(err error) error {
	if errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// pause is over after d, or answers false when ctx ends first.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
