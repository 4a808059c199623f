package rules

import "net/netip"

// What IANA has set aside beside the ranges that netip knows: shared address space (RFC 6598)
// and the prefix by which IPv4 is reached over IPv6 (RFC 6052).
var asideIPv4, translated = netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("64:ff9b::/96")

// Outward tells whether an address is out on the internet: neither this machine nor anything
// in its own network.
func Outward(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsGlobalUnicast() && !a.IsPrivate() && !asideIPv4.Contains(a) && !translated.Contains(a)
}
