package app

import (
	"io/fs"

	"frontdesk/frontend"
	"frontdesk/internal/clinic"
	"frontdesk/internal/figures"
	"frontdesk/internal/httpapi"
	"frontdesk/internal/inbox"
	"frontdesk/internal/jobs"
	"frontdesk/internal/live"
	"frontdesk/internal/observe"
	"frontdesk/internal/people"
	"frontdesk/internal/record"
	"frontdesk/internal/wire"
)

// server is the parts at work.
type server struct {
	env
	databases *databases
	queue     *jobs.Queue
	hub       *live.Hub
	people    *people.Service
	clinic    *clinic.Service
	inbox     *inbox.Service
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
	if err := s.domain(); err != nil {
		return nil, err
	}
	page, err := fs.Sub(frontend.Dist, "dist")
	if err != nil {
		return nil, err
	}
	s.api = httpapi.New(httpapi.Parts{
		Inbox: s.inbox, Clinic: s.clinic, People: s.people, Positions: positions, Socket: s.hub.Serve,
		Figures: figures.New(s.databases.store), Record: record.New(s.databases.store),
		Ready: s.ready, Observe: s.metrics.Request, Page: page, Log: e.log,
	}, httpapi.Settings{PublicURL: e.config.PublicURL, TrustedProxies: e.config.TrustedProxies})
	return s, nil
}

// domain makes the services, from the lowest floor up.
func (s *server) domain() (err error) {
	if s.queue, err = jobs.NewQueue(); err != nil {
		return err
	}
	if s.people, err = people.New(s.databases.store, s.hub, s.queue, s.config.Page()); err != nil {
		return err
	}
	s.clinic = clinic.New(s.databases.store, s.hub)
	s.inbox = inbox.New(s.databases.store, s.hub, s.queue)
	return nil
}
