package runtime

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"syscall"

	"github.com/gonode/gonode/eventloop/sock"
)

// Network is where a runtime's connections come from: net, http and dns use nothing else. A nil field is
// the operating system's. The functions are called on goroutines of the runtime's and heed ctx, but for
// Listen, which is called on the loop goroutine and must be quick.
type Network struct {
	// Listen announces on address, "host:port" or a path; network is "tcp", "tcp4", "tcp6" or "unix".
	// (*net.ListenConfig).Listen is one. The runtime closes what it returns. The connections that it
	// accepts may be of any type, a *tls.Conn among them. If one has the method RequestContext() context.Context,
	// what that returns is the context of the request that comes on it: see Runtime.Context.
	Listen func(ctx context.Context, network, address string) (net.Listener, error)
	// Dial connects; network as in Listen, or "udp" for a name server that dns asks. The host is an IP
	// address unless nobody could look it up. (*net.Dialer).DialContext is one.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Resolver finds the addresses of names. *net.Resolver is one.
	Resolver Resolver
}

// Resolver finds the addresses of host, in the order in which they are to be tried; network is "ip",
// "ip4" or "ip6". A *net.DNSError with IsNotFound says that there are none. Any goroutine.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// network makes a Network what package sock wants.
type network struct{ Network }

var _ interface {
	sock.Network
	sock.NameServers
} = network{}

func (n network) Listen(ctx context.Context, o *sock.ListenOptions) (net.Listener, error) {
	if n.Network.Listen == nil {
		return sock.System.Listen(ctx, o)
	}
	if o.UseFD || o.File != nil || o.ReusePort {
		return nil, syscall.ENOTSUP // there may be no descriptor
	}
	if o.Path != "" || o.Network == "unix" {
		return n.Network.Listen(ctx, "unix", o.Path)
	}
	network := "tcp"
	if ip, err := netip.ParseAddr(o.Host); err == nil && ip.Is4() {
		network = "tcp4"
	} else if o.IPv6Only {
		network = "tcp6"
	}
	return n.Network.Listen(ctx, network, net.JoinHostPort(o.Host, strconv.Itoa(o.Port)))
}

func (n network) Dial(ctx context.Context, o *sock.DialOptions) (net.Conn, error) {
	if n.Network.Dial == nil {
		return sock.System.Dial(ctx, o)
	}
	if o.LocalAddress != "" || o.LocalPort != 0 {
		return nil, syscall.ENOTSUP
	}
	if o.Path != "" {
		return n.Network.Dial(ctx, "unix", o.Path)
	}
	network := "tcp"
	if o.Family != 0 {
		network += strconv.Itoa(o.Family)
	}
	return n.Network.Dial(ctx, network, net.JoinHostPort(o.Host, strconv.Itoa(o.Port)))
}

func (n network) Lookup(ctx context.Context, host string, family int) ([]netip.Addr, error) {
	if n.Resolver == nil {
		return sock.System.Lookup(ctx, host, family)
	}
	network := "ip"
	if family != 0 {
		network += strconv.Itoa(family)
	}
	addrs, err := n.Resolver.LookupNetIP(ctx, network, host)
	out := make([]netip.Addr, len(addrs))
	for i, a := range addrs {
		out[i] = a.Unmap()
	}
	return out, err
}

func (n network) DialNameServer(ctx context.Context, network string, server netip.AddrPort, local netip.Addr) (net.Conn, error) {
	if n.Network.Dial == nil {
		return sock.System.(sock.NameServers).DialNameServer(ctx, network, server, local)
	}
	if local.IsValid() {
		return nil, syscall.ENOTSUP
	}
	return n.Network.Dial(ctx, network, server.String())
}
