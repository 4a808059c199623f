package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"frontdesk/internal/demo"
)

type serveCommand struct {
	NoWorker bool   `help:"Leave the jobs (letters, messages over carriers, snoozes, scheduled messages, clean-up) to a process of its own: frontdesk worker."`
	Demo     bool   `help:"Fill an empty database with the demo clinic, and listen on loopback only."`
	Carrier  string `placeholder:"HOST:PORT" help:"With --demo: the local carrier’s address. Its SMTP and IMAP are at the next two ports."`
}

// Run serves until a signal, or until something it cannot do without is gone.
func (c *serveCommand) Run(e env) (err error) {
	if c.Demo {
		e.config.Host = "127.0.0.1" // everybody knows its passwords
		e.config.LocalCarriers = e.config.LocalCarriers || c.Carrier != ""
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
		if err := demo.Fill(e, d.store, d.blobs, s.log); err != nil {
			return fmt.Errorf("fill the demo clinic: %w", err)
		}
		if err := s.demoChannels(c.Carrier); err != nil {
			return fmt.Errorf("set up the demo clinic's channels: %w", err)
		}
	}
	return s.serve(ln, !c.NoWorker)
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
	failed := make(chan error, 3)
	if work {
		loops.Go(func() {
			if err := s.work(background); err != nil {
				failed <- err
			}
		})
	}
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
