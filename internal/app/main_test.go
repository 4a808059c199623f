package app

import (
	"testing"
	"time"

	"frontdesk/internal/delivery"
	"frontdesk/internal/testkit"
)

func TestMain(m *testing.M) {
	pace = delivery.Pace{
		Call: 2 * time.Second, Letter: 10 * time.Second, First: 50 * time.Millisecond, Most: time.Second, Settle: 6 * time.Second,
		Tries: 12, Rest: 500 * time.Millisecond, Trips: 5,
	}
	testkit.Main(m)
}
