package delivery

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"frontdesk/internal/rules"
)

var errInward = errors.New("this address is inside of our own network")

// newHTTP is how carriers' APIs are spoken to. An administrator chooses where those are, so
// unless local is set nothing inside of our own network is spoken to.
func newHTTP(local bool) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}
	if !local {
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || !rules.Outward(at.Addr()) {
				return errInward
			}
			return nil
		}
	}
	return &http.Client{Transport: &http.Transport{
		DialContext: dialer.DialContext, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 32, IdleConnTimeout: 90 * time.Second,
		TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: 30 * time.Second,
	}}
}
