// Package outward speaks HTTP with services that are not ours, such as carriers: what they
// say no to is told as a rules.Failure, which holds neither a secret nor an address.
package outward

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// What IANA has set aside beside the ranges that netip knows: shared address space (RFC 6598)
// and the prefix by which IPv4 is reached over IPv6 (RFC 6052).
var asideIPv4, translated = netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("64:ff9b::/96")

// Reaches tells whether an address is out on the internet: neither this machine nor anything
// in its own network.
func Reaches(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsGlobalUnicast() && !a.IsPrivate() && !asideIPv4.Contains(a) && !translated.Contains(a)
}

// ErrInward is why a connection was not made.
var ErrInward = errors.New("this address is inside of our own network")

// Only is the Control of a net.Dialer that connects to nothing inside of our own network,
// whatever a name leads to.
func Only(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !Reaches(at.Addr()) {
		return ErrInward
	}
	return nil
}

// idle ends a connection before the other side does: one that ends just as a message is
// written leaves open whether that was heard.
const idle = 30 * time.Second

// Client is how services are spoken to. Where they are is for somebody else to choose, so
// unless inward is set nothing inside of our own network is spoken to. The context bounds the
// whole; these bounds are for a server that is not there.
func Client(inward bool) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}
	if !inward {
		dialer.Control = Only
	}
	return &http.Client{Transport: &http.Transport{
		DialContext: dialer.DialContext, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 32, IdleConnTimeout: idle,
		TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: time.Minute,
	}}
}
