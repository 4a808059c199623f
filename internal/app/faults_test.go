package app

import (
	"fmt"
	"testing"

	"github.com/coder/websocket"

	"frontdesk/internal/testkit"
)

// Sends go on without Redis, and the other node hears of them from Postgres; nothing is
// lost when Redis is gone, and nothing comes twice when it is back.
func TestNothingIsLostWhenRedisIs(t *testing.T) {
	t.Parallel()
	clinic, redis := testkit.NewClinic(t), testkit.Redis(t)
	c := clinic.FromAna(t, "Hello")
	here, there := startNode(t, clinic.DB.URL, redis.URL), startNode(t, clinic.DB.URL, redis.URL)
	rita, rui := signIn(t, here, clinic, "reception"), watch(t, signIn(t, there, clinic, "reception2"))
	path := "/api/v1/conversations/" + c.ID.String() + "/messages"
	seen := map[string]int{}
	hear := func(bodies ...string) {
		t.Helper()
		for _, body := range bodies {
			for seen[body] == 0 {
				frame := rui.socket.next(t, "change")
				for _, m := range frame["messages"].([]any) { //nolint:forcetypeassert // the contract's shape
					object, _ := m.(map[string]any)
					seen[fmt.Sprint(object["body"])]++
				}
			}
		}
	}
	rita.must(t, "POST", path, draft("portal", "with Redis"))
	hear("with Redis")
	redis.Stop()
	for i := range 5 {
		rita.must(t, "POST", path, draft("portal", fmt.Sprint("without ", i)))
	}
	hear("without 0", "without 1", "without 2", "without 3", "without 4")
	redis.Start()
	rita.must(t, "POST", path, draft("portal", "back"))
	hear("back")
	for body, times := range seen {
		if times != 1 {
			t.Errorf("%q came %d times", body, times)
		}
	}
	rui.held = rui.load(t)
}

// A client that was away hands over its position and gets what it missed, on any node; a
// position that is of no use means a reset.
func TestComingBack(t *testing.T) {
	t.Parallel()
	clinic, redis := testkit.NewClinic(t), testkit.Redis(t)
	c := clinic.FromAna(t, "Hello")
	here, there := startNode(t, clinic.DB.URL, redis.URL), startNode(t, clinic.DB.URL, redis.URL)
	rita, ana := signIn(t, here, clinic, "reception"), watch(t, signIn(t, there, clinic, "ana"))
	path := "/api/v1/conversations/" + c.ID.String() + "/messages"
	ana.socket.ws.CloseNow() //nolint:errcheck // as a train's tunnel does
	for i := range 20 {
		channel := []string{"portal", "note"}[i%2]
		rita.must(t, "POST", path, draft(channel, fmt.Sprint(i)))
	}
	ana.node = here
	ana.socket = ana.open(t, "?since="+ana.position)
	ana.socket.next(t, "hello")
	ana.settles(t, "coming back")

	for name, position := range map[string]string{"nonsense": "nonsense", "of another clinic": beginning(t, signIn(t, here, testkit.NewClinicIn(t, clinic.DB), "ana"))} {
		s := rita.open(t, "?since="+position)
		s.next(t, "hello")
		if frame := s.next(t, "reset"); frame["position"] == "" {
			t.Errorf("%s: %v", name, frame)
		}
	}
}

// SIGTERM: sockets are told to come back, and what was acknowledged is there.
func TestStoppingTellsSocketsToComeBack(t *testing.T) {
	t.Parallel()
	clinic, redis := testkit.NewClinic(t), testkit.Redis(t)
	n := startNode(t, clinic.DB.URL, redis.URL)
	var sockets []*socket
	for range 5 {
		s := signIn(t, n, clinic, "reception").open(t, "")
		s.next(t, "hello")
		sockets = append(sockets, s)
	}
	n.stop()
	for _, s := range sockets {
		if got := s.ends(t); got != websocket.StatusGoingAway {
			t.Errorf("closed with %d", got)
		}
	}
}
