package socktest

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"syscall"

	"github.com/gonode/gonode/eventloop/sock"
)

// Network is a network of its own: who listens on it can be reached only through it.
type Network struct {
	// Prepare, unless nil, sees both ends of each connection before anyone else: the place for
	// faults. Set it before use.
	Prepare func(server, client *Conn)

	// Guarded by mu.
	mu        sync.Mutex
	listeners map[string]*listener
	hosts     map[string][]netip.Addr
	port      int
	acceptN   int
	acceptErr error
	silent    bool
}

// New returns an empty network.
func New() *Network {
	return &Network{
		listeners: make(map[string]*listener),
		hosts:     map[string][]netip.Addr{"localhost": {netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("::1")}},
		port:      40000,
	}
}

var _ sock.Network = (*Network)(nil)

// SetHost makes Lookup and Dial find addrs under name; none makes the name unknown.
func (n *Network) SetHost(name string, addrs ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.hosts[name] = nil
	for _, a := range addrs {
		n.hosts[name] = append(n.hosts[name], netip.MustParseAddr(a))
	}
}

// FailAccepts makes the next count accepts of the network, on any listener, return err: EMFILE, say.
func (n *Network) FailAccepts(count int, err error) {
	n.mu.Lock()
	n.acceptN, n.acceptErr = count, err
	n.mu.Unlock()
}

// Blackhole makes dials get no answer until their context ends, as behind a firewall that drops.
func (n *Network) Blackhole(on bool) {
	n.mu.Lock()
	n.silent = on
	n.mu.Unlock()
}

// Listen implements sock.Network.
func (n *Network) Listen(_ context.Context, o *sock.ListenOptions) (net.Listener, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := &listener{network: n}
	l.changed.L = &l.mu
	if o.Path != "" {
		l.addr, l.key = &net.UnixAddr{Name: o.Path, Net: "unix"}, o.Path
	} else {
		port := o.Port
		if port == 0 {
			n.port++
			port = n.port
		}
		ip := net.ParseIP(o.Host)
		if ip == nil {
			ip = net.IPv6unspecified
		}
		l.addr, l.key = &net.TCPAddr{IP: ip, Port: port}, strconv.Itoa(port)
	}
	if n.listeners[l.key] != nil {
		return nil, &net.OpError{Op: "listen", Addr: l.addr, Err: syscall.EADDRINUSE}
	}
	n.listeners[l.key] = l
	return l, nil
}

// Dial implements sock.Network.
func (n *Network) Dial(ctx context.Context, o *sock.DialOptions) (net.Conn, error) {
	n.mu.Lock()
	silent := n.silent
	ip, err := netip.ParseAddr(o.Host)
	if o.Path == "" && err != nil {
		addrs := n.hosts[o.Host]
		if len(addrs) == 0 {
			n.mu.Unlock()
			return nil, &net.DNSError{Err: "no such host", Name: o.Host, IsNotFound: true}
		}
		ip = addrs[0]
	}
	key, missing := strconv.Itoa(o.Port), syscall.ECONNREFUSED
	if o.Path != "" {
		key, missing = o.Path, syscall.ENOENT
	}
	l := n.listeners[key]
	n.port++
	local := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: n.port}
	n.mu.Unlock()
	if silent {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if l == nil {
		return nil, &net.OpError{Op: "dial", Err: missing}
	}
	var clientAddr, serverAddr net.Addr = local, net.TCPAddrFromAddrPort(netip.AddrPortFrom(ip, uint16(o.Port)))
	if o.Path != "" {
		clientAddr, serverAddr = &net.UnixAddr{Net: "unix"}, l.addr
	}
	client, server := pipe(clientAddr, serverAddr)
	if n.Prepare != nil {
		n.Prepare(server, client)
	}
	if !l.offer(server) {
		return nil, &net.OpError{Op: "dial", Err: missing}
	}
	return client, nil
}

// DialPort is Dial for a test that plays the peer itself.
func (n *Network) DialPort(port int) (*Conn, error) {
	conn, err := n.Dial(context.Background(), &sock.DialOptions{Host: "127.0.0.1", Port: port})
	if err != nil {
		return nil, err
	}
	return conn.(*Conn), nil
}

// Lookup implements sock.Network.
func (n *Network) Lookup(_ context.Context, host string, family int) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}, nil
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	var found []netip.Addr
	for _, a := range n.hosts[host] {
		if family == 0 || a.Is4() == (family == 4) {
			found = append(found, a)
		}
	}
	if found == nil {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return found, nil
}

// listener is a listener in memory; its backlog is unbounded.
type listener struct {
	network *Network
	addr    net.Addr
	key     string

	mu      sync.Mutex
	changed sync.Cond
	backlog []*Conn
	closed  bool
}

func (l *listener) offer(c *Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.backlog = append(l.backlog, c)
	l.changed.Signal()
	return true
}

// fault takes one of the accepts that are to fail.
func (n *Network) fault() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.acceptN == 0 {
		return nil
	}
	n.acceptN--
	return n.acceptErr
}

// Accept implements net.Listener. A fault strikes when a connection waits, as EMFILE does.
func (l *listener) Accept() (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !l.closed && len(l.backlog) == 0 {
		l.changed.Wait()
	}
	if l.closed {
		return nil, &net.OpError{Op: "accept", Addr: l.addr, Err: net.ErrClosed}
	}
	if err := l.network.fault(); err != nil {
		return nil, &net.OpError{Op: "accept", Addr: l.addr, Err: err}
	}
	c := l.backlog[0]
	l.backlog = l.backlog[1:]
	return c, nil
}

// Close implements net.Listener: who waits in the backlog is reset.
func (l *listener) Close() error {
	l.network.mu.Lock()
	delete(l.network.listeners, l.key)
	l.network.mu.Unlock()
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return net.ErrClosed
	}
	l.closed = true
	backlog := l.backlog
	l.backlog = nil
	l.changed.Broadcast()
	l.mu.Unlock()
	for _, c := range backlog {
		_ = c.SetLinger(0)
		_ = c.Close()
	}
	return nil
}

// Addr implements net.Listener.
func (l *listener) Addr() net.Addr { return l.addr }
