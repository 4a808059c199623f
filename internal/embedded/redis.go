package embedded

import (
	"time"

	"github.com/alicebob/miniredis/v2"
)

// Redis is a Redis protocol server inside this process. It keeps nothing: everything that
// Redis holds for us can be made again from Postgres.
type Redis struct {
	URL    string
	server *miniredis.Miniredis
	stop   chan struct{}
	done   chan struct{}
}

// StartRedis listens on a free port of the loopback address.
func StartRedis() (*Redis, error) {
	server := miniredis.NewMiniRedis()
	if err := server.Start(); err != nil {
		return nil, err
	}
	r := &Redis{URL: "redis://" + server.Addr(), server: server, stop: make(chan struct{}), done: make(chan struct{})}
	go r.tick()
	return r, nil
}

// tick moves the server's clock, by which keys expire: it does not run by itself.
func (r *Redis) tick() {
	defer close(r.done)
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-r.stop:
			return
		case <-ticker.C:
			r.server.FastForward(time.Second)
		}
	}
}

// Stop ends the server and cuts its connections.
func (r *Redis) Stop() {
	close(r.stop)
	<-r.done
	r.server.Close()
}
