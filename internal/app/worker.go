package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"frontdesk/internal/delivery"
	"frontdesk/internal/jobs"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
)

// tidyEvery is how often what has run out is removed.
const tidyEvery = 10 * time.Minute

// nudgeEvery is how often it is looked whether a patient who is away is to be told something.
const nudgeEvery = time.Minute

// askAroundEvery is how often carriers are asked for what they have not told by themselves.
const askAroundEvery = 5 * time.Minute

// keepNotices is how long what was read stays in the list behind the bell.
const keepNotices = 30 * 24 * time.Hour

type workerCommand struct{}

// Run works until a signal. What it changes is published like anybody's change.
func (workerCommand) Run(e env) (err error) {
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
	hub, end := context.WithCancel(context.WithoutCancel(e))
	var loops sync.WaitGroup
	defer loops.Wait()
	defer end() // after the last job has said what it changed
	loops.Go(func() { s.hub.Run(hub) })
	e.log.Info("working")
	return s.work(e)
}

// work does jobs until ctx ends.
func (s *server) work(ctx context.Context) error {
	w := jobs.NewWorkers()
	jobs.Handle(w, s.tidy)
	jobs.Every(w, tidyEvery, tidy{})
	jobs.Handle(w, s.inbox.Wake)
	jobs.Handle(w, s.inbox.Dispatch)
	jobs.Handle(w, s.people.SendLinks)
	jobs.Handle(w, s.handOver)
	jobs.Handle(w, s.mailer.Send)
	jobs.Handle(w, s.push.Tell)
	jobs.Handle(w, s.push.Send)
	jobs.Handle(w, s.nudges.Sweep)
	jobs.Every(w, nudgeEvery, delivery.Sweep{})
	jobs.Handle(w, s.post.CarrySMS)
	jobs.Handle(w, s.post.CarryWhatsApp)
	jobs.Handle(w, s.post.CarryEmail)
	jobs.Handle(w, s.post.Heard)
	jobs.Handle(w, s.post.MarkRead)
	jobs.Handle(w, s.post.SendNotice)
	jobs.Handle(w, s.post.AskAround)
	jobs.Every(w, askAroundEvery, delivery.AskAround{})
	jobs.Handle(w, s.depict)
	jobs.Handle(w, s.sweep)
	jobs.Every(w, sweepEvery, sweep{})
	var letters sync.WaitGroup
	letters.Go(func() { s.post.ReadMail(ctx) })
	defer letters.Wait()
	return w.Run(ctx, s.databases.store, s.log)
}

// tidy removes sessions and changes that have run out.
type tidy struct{}

// Kind names the job in the database.
func (tidy) Kind() string { return "tidy" }

func (s *server) tidy(ctx context.Context, _ tidy) error {
	return errors.Join(s.databases.store.Prune(ctx, s.config.KeepChanges), s.people.PruneSessions(ctx), s.people.PruneLinks(ctx),
		s.inbox.PruneNotices(ctx, time.Now().Add(-keepNotices)), s.post.Prune(ctx))
}

// handOver gives away the conversations of somebody who leaves. Whether the administrator may
// was asked when the job was queued.
func (s *server) handOver(ctx context.Context, job people.HandOver) error {
	by := rules.Actor{
		Kind: rules.User, ClinicID: job.ClinicID, ID: job.By, Role: rules.Admin, Permissions: []string{rules.SendMessages}, Active: true,
	}
	return s.inbox.HandOver(ctx, by, job.From, job.To)
}
