package embedded

import (
	"crypto/rand"
	"net/url"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// Redis is a Redis protocol server inside this process. It keeps nothing: everything that
// Redis holds for us can be made again from Postgres.
type Redis struct {
	URL    string // with the password of this start
	server *miniredis.Miniredis
	stop   chan struct{}
	done   chan struct{}
}

// StartRedis listens on a free port of the loopback address.
func StartRedis() (*Redis, error) {
	server, password := miniredis.NewMiniRedis(), rand.Text()
	server.RequireAuth(password) // others may have accounts on this machine
	if err := server.Start(); err != nil {
		return nil, err
	}
	at := url.URL{Scheme: "redis", User: url.UserPassword("", password), Host: server.Addr()}
	r := &Redis{URL: at.String(), server: server, stop: make(chan struct{}), done: make(chan struct{})}
	go r.tick()
	return r, nil
}

// tick moves the server's clock, by which keys expire: it does not run by itself.
func (r *Redis) tick() {
	defer close(r.done)
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	last := time.Now()
	for {
		select {
		case <-r.stop:
			return
		case now := <-ticker.C:
			r.server.FastForward(now.Sub(last)) // the ticker drops ticks of a busy machine
			last = now
		}
	}
}

// Stop ends the server and cuts its connections. It is called once.
func (r *Redis) Stop() {
	close(r.stop)
	<-r.done
	r.server.Close()
}
