package net

import (
	"math"
	"net/netip"

	"github.com/gonode/gonode/eventloop/sock"
)

var nan = math.NaN()

// lookupResult adapts fn, which wants one address, to the callback of sock.Lookup.
func lookupResult(fn func(ip string, e *sock.Error)) func([]netip.Addr, *sock.Error) {
	return func(addrs []netip.Addr, e *sock.Error) {
		switch {
		case e != nil:
			fn("", e)
		case len(addrs) == 0:
			fn("", &sock.Error{Code: "ENOTFOUND", Errno: -3008, Syscall: "getaddrinfo"})
		default:
			fn(addrs[0].String(), nil)
		}
	}
}
