package app

import (
	"io/fs"
	"net/mail"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"frontdesk/frontend"
	"frontdesk/internal/clinic"
	"frontdesk/internal/delivery"
	"frontdesk/internal/figures"
	"frontdesk/internal/files"
	"frontdesk/internal/httpapi"
	"frontdesk/internal/inbox"
	"frontdesk/internal/jobs"
	"frontdesk/internal/live"
	"frontdesk/internal/observe"
	"frontdesk/internal/people"
	"frontdesk/internal/record"
	"frontdesk/internal/wire"
)

// pace is how patient this process is with carriers; tests have less time.
var pace = delivery.Patient

// server is the parts at work.
type server struct {
	env
	databases *databases
	queue     *jobs.Queue
	hub       *live.Hub
	people    *people.Service
	clinic    *clinic.Service
	files     *files.Service
	inbox     *inbox.Service
	mailer    *delivery.Mailer
	push      *delivery.Push
	nudges    *delivery.Nudges
	post      *delivery.Post
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
	if err := s.waysOut(secret); err != nil {
		return nil, err
	}
	page, err := fs.Sub(frontend.Dist, "dist")
	if err != nil {
		return nil, err
	}
	s.api = httpapi.New(httpapi.Parts{
		Figures: figures.New(s.databases.store), Record: record.New(s.databases.store),
		Inbox: s.inbox, Clinic: s.clinic, People: s.people, Files: s.files, Push: s.push, Post: s.post, Mail: s.mailer.Configured(), Positions: positions, Socket: s.hub.Serve,
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
	s.files = files.New(s.databases.store, s.databases.blobs, s.queue, s.config.MaxFileMB<<20, filepath.Join(s.config.VarDir, "cache"))
	s.inbox = inbox.New(s.databases.store, s.hub, s.queue)
	return nil
}

// waysOut makes what reaches people outside the page.
func (s *server) waysOut(secret []byte) (err error) {
	if s.mailer, err = delivery.NewMailer(s.config.SMTPURL, s.config.MailFrom, s.log); err != nil {
		return err
	}
	s.push, err = delivery.NewPush(delivery.PushParts{
		Store: s.databases.store, Queue: s.queue, Presence: s.hub, Secret: secret, Contact: s.contact(), Log: s.log,
	})
	s.nudges = delivery.NewNudges(delivery.NudgeParts{
		Store: s.databases.store, Queue: s.queue, People: s.people, Clinic: s.clinic, Presence: s.hub,
		Ways: []delivery.Way{delivery.ByMail{Mailer: s.mailer, Jobs: s.queue}, delivery.ByText{Jobs: s.queue}}, URL: s.publicURL(), Clock: time.Now, Log: s.log,
	})
	if err != nil {
		return err
	}
	s.post, err = delivery.NewPost(delivery.PostParts{
		Store: s.databases.store, Queue: s.queue, Inbox: s.inbox, People: s.people, Files: s.files, Announcer: s.hub, Secret: secret,
		URL: s.config.Page(), Local: s.config.LocalCarriers, Pace: pace, Log: s.log,
	})
	return err
}

// contact is whom a push service may turn to.
func (s *server) contact() string {
	if strings.HasPrefix(s.config.PublicURL, "https://") {
		return s.config.PublicURL
	}
	if from, err := mail.ParseAddress(s.config.MailFrom); err == nil {
		return from.Address
	}
	return "frontdesk@localhost"
}

// publicURL is where browsers reach the page, as far as it is known.
func (s *server) publicURL() string {
	if s.config.PublicURL != "" {
		return s.config.PublicURL
	}
	return "http://localhost:" + strconv.Itoa(int(s.config.Port))
}
