package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"frontdesk/frontend"
	"frontdesk/internal/demo"
	"frontdesk/internal/httpapi"
	"frontdesk/internal/inbox"
	"frontdesk/internal/live"
	"frontdesk/internal/observe"
	"frontdesk/internal/people"
	"frontdesk/internal/wire"
)

type serveCommand struct {
	NoWorker bool `help:"Leave the clean-up to a process of its own: frontdesk worker."`
	Demo     bool `help:"Fill an empty database with the demo clinic, and listen on loopback only."`
}

// Run serves until a signal, or until something it cannot do without is gone.
func (c *serveCommand) Run(e env) (err error) {
	if c.Demo {
		e.config.Host = "127.0.0.1" // everybody knows its passwords
	}
	ln, err := listen(e)
	if err != nil {
		return err
	}
	defer ln.Close() //nolint:errcheck // the server has closed it, or never had it
	d, err := openDatabases(e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.stop()) }()
	if err := d.connectRedis(e); err != nil {
		return err
	}
	s, err := assemble(e, d)
	if err != nil {
		return err
	}
	if c.Demo {
		if err := demo.Fill(e, d.store, s.log); err != nil {
			return fmt.Errorf("fill the demo clinic: %w", err)
		}
	}
	return s.serve(ln, !c.NoWorker)
}

// server is the parts at work.
type server struct {
	env
	databases *databases
	hub       *live.Hub
	people    *people.Service
	api       *httpapi.Server
	metrics   *observe.Metrics
}

// assemble makes the parts, each with those that it calls.
func assemble(e env, d *databases) (*server, error) {
	secret, made, err := e.config.Secret()
	if err != nil {
		return nil, err
	}
	if made && e.config.DatabaseURL != "" {
		e.log.Warn("SECRET_KEY is not set: the one kept in VAR_DIR is used; several nodes must share one")
	}
	positions, err := wire.NewPositions(secret)
	if err != nil {
		return nil, err
	}
	s := &server{env: e, databases: d, metrics: observe.NewMetrics()}
	s.hub, err = live.New(live.Parts{
		Reader: inbox.NewReader(d.store), Heads: d.store, Rights: people.NewSessions(d.store), Redis: d.redis,
		Positions: positions, Secret: secret, PublicURL: e.config.PublicURL, Metrics: live.NewMetrics(s.metrics.Registry), Log: e.log,
	})
	if err != nil {
		return nil, err
	}
	if s.people, err = people.New(d.store, s.hub); err != nil {
		return nil, err
	}
	page, err := fs.Sub(frontend.Dist, "dist")
	if err != nil {
		return nil, err
	}
	s.api = httpapi.New(httpapi.Parts{
		Inbox: inbox.New(d.store, s.hub), People: s.people, Positions: positions, Socket: s.hub.Serve,
		Ready: s.ready, Observe: s.metrics.Request, Page: page, Log: e.log,
	}, httpapi.Settings{PublicURL: e.config.PublicURL, TrustedProxies: e.config.TrustedProxies})
	return s, nil
}

func (s *server) ready(ctx context.Context) (postgres, redis error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return s.databases.store.Ping(ctx), s.databases.redis.Ping(ctx).Err()
}

// serve runs everything and ends it in the reverse order: no new requests, sockets told to
// come back elsewhere, what is in flight finished, then the hub, then the databases.
func (s *server) serve(ln net.Listener, work bool) error {
	background, end := context.WithCancel(context.WithoutCancel(s.Context))
	defer end()
	var loops sync.WaitGroup
	defer loops.Wait()
	defer end()
	loops.Go(func() { s.hub.Run(background) })
	if work {
		loops.Go(func() { housekeep(background, s.log, s.databases.store, s.people, s.config.KeepChanges) })
	}
	failed := make(chan error, 2)
	if s.config.MetricsAddr != "" {
		loops.Go(func() {
			if err := s.metrics.Serve(background, s.config.MetricsAddr); err != nil {
				failed <- fmt.Errorf("serve METRICS_ADDR: %w", err)
			}
		})
	}
	loops.Go(func() {
		if err := s.api.App().Listener(ln); err != nil {
			failed <- err
		}
	})
	fmt.Fprintf(s.out, "Frontdesk is at %s\n", s.address(ln))
	var err error
	select {
	case <-s.Done():
		s.log.Info("stopping")
	case err = <-failed:
	case <-s.databases.ended:
		err = errors.New("the embedded Postgres has ended: see the lines above, then start again")
	}
	return errors.Join(err, s.shutdown())
}

func (s *server) shutdown() error {
	ctx, cancel := context.WithTimeout(context.Background(), s.config.ShutdownGrace)
	defer cancel()
	s.hub.Shutdown(ctx, s.config.ShutdownGrace/3)
	return s.api.App().ShutdownWithContext(ctx)
}

func (s *server) address(ln net.Listener) string {
	if s.config.PublicURL != "" {
		return s.config.PublicURL
	}
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	return "http://localhost:" + port
}

// listen comes first: a port in use is told before anything else is started.
func listen(e env) (net.Listener, error) {
	addr := net.JoinHostPort(e.config.Host, strconv.Itoa(int(e.config.Port)))
	var lc net.ListenConfig
	ln, err := lc.Listen(e, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w. Stop what uses the port, or set PORT to another", addr, err)
	}
	return ln, nil
}

func executableDir() string {
	path, err := os.Executable()
	if err != nil {
		return "."
	}
	return filepath.Dir(path)
}
