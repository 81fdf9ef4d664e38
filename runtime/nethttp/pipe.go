package nethttp

import (
	"context"
	"net"
	"net/netip"
	"sync/atomic"
)

// conn is one end of a connection in memory.
type conn struct {
	net.Conn
	local, remote net.Addr
	request       *atomic.Pointer[context.Context] // of the request that is on its way; shared by both ends
}

// newPipe returns both ends; remote and local are the addresses as the script's end has them.
func newPipe(local, remote net.Addr) (ours, scripts *conn) {
	a, b := net.Pipe()
	request := new(atomic.Pointer[context.Context])
	return &conn{a, remote, local, request}, &conn{b, local, remote, request}
}

func (c *conn) LocalAddr() net.Addr  { return c.local }
func (c *conn) RemoteAddr() net.Addr { return c.remote }

// RequestContext is the context of the request that is on its way, for the functions of Go that the
// script calls: see runtime.Runtime.Context. It is nil if there is none. Any goroutine.
func (c *conn) RequestContext() context.Context {
	if ctx := c.request.Load(); ctx != nil {
		return *ctx
	}
	return nil
}

// nobody is the address of who has none.
var nobody = &net.TCPAddr{IP: net.IPv4zero}

// tcpAddr is the address "ip:port", nobody's if it is none.
func tcpAddr(text string) *net.TCPAddr {
	ap, err := netip.ParseAddrPort(text)
	if err != nil {
		return nobody
	}
	return net.TCPAddrFromAddrPort(ap)
}
