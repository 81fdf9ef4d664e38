package sock

import (
	"context"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Network is where connections come from. Its methods are called off the loop goroutine, may block,
// and heed ctx. The zero value of a Network option is the system's.
type Network interface {
	// Listen opens a listener for o. What its Accept returns becomes a Sock: a *net.TCPConn or
	// *net.UnixConn, or any net.Conn, such as a *tls.Conn, whose handshake then happens in the
	// connection's own goroutine with the first read.
	//
	// Listen is the exception that is called on the loop goroutine: it must be quick.
	Listen(ctx context.Context, o *ListenOptions) (net.Listener, error)
	// Dial connects to o's Host, an IP or a name, or Path.
	Dial(ctx context.Context, o *DialOptions) (net.Conn, error)
	// Lookup returns the addresses of host in the system's order; family is 4, 6 or 0 for both.
	Lookup(ctx context.Context, host string, family int) ([]netip.Addr, error)
}

// NameServers is what a Network may have beside: a way to name servers. Without it only names that
// Lookup knows can be resolved.
type NameServers interface {
	// DialNameServer connects to server; network is "udp", "tcp", or one of them with 4 or 6. The
	// connection comes from local unless that is the zero Addr.
	DialNameServer(ctx context.Context, network string, server netip.AddrPort, local netip.Addr) (net.Conn, error)
}

// System is the Network of the operating system.
var System Network = system{}

type system struct{}

func (system) Listen(ctx context.Context, o *ListenOptions) (net.Listener, error) {
	if o.File != nil || o.UseFD {
		return o.listenFD()
	}
	config := net.ListenConfig{KeepAlive: -1}
	if o.ReusePort {
		config.Control = controlReusePort
	}
	ln, err := config.Listen(ctx, o.goNetwork(), o.goAddress())
	if err != nil {
		return nil, err
	}
	// An error would concern the backlog alone: the socket listens already.
	_ = setBacklog(ln, o.backlog())
	if o.ReadableAll || o.WritableAll {
		if err := o.openPath(); err != nil {
			ln.Close()
			return nil, err
		}
	}
	return ln, nil
}

// openPath lets all users read from or write to the Unix socket, as libuv's uv_pipe_chmod.
func (o *ListenOptions) openPath() error {
	info, err := os.Stat(o.Path)
	if err != nil {
		return &Error{Syscall: "uv_pipe_chmod", Code: From(err, "").Code, Errno: From(err, "").Errno, Err: err}
	}
	mode := info.Mode().Perm()
	if o.ReadableAll {
		mode |= 0o444
	}
	if o.WritableAll {
		mode |= 0o222
	}
	return os.Chmod(o.Path, mode)
}

func (o *ListenOptions) backlog() int {
	if o.Backlog <= 0 {
		return DefaultBacklog
	}
	return o.Backlog
}

func (system) Dial(ctx context.Context, o *DialOptions) (net.Conn, error) {
	d := net.Dialer{KeepAlive: -1}
	if o.Path != "" {
		return d.DialContext(ctx, "unix", goPath(o.Path))
	}
	if o.LocalAddress != "" || o.LocalPort != 0 {
		local := &net.TCPAddr{Port: o.LocalPort}
		if o.LocalAddress != "" {
			ip, err := netip.ParseAddr(o.LocalAddress)
			if err != nil {
				return nil, syscall.EINVAL
			}
			local = net.TCPAddrFromAddrPort(netip.AddrPortFrom(ip, uint16(o.LocalPort)))
		}
		d.LocalAddr, d.Control = local, controlReuseAddr
	}
	return d.DialContext(ctx, tcpFamily(o.Family), net.JoinHostPort(o.Host, strconv.Itoa(o.Port)))
}

func (system) Lookup(ctx context.Context, host string, family int) ([]netip.Addr, error) {
	network := "ip"
	if family != 0 {
		network += strconv.Itoa(family)
	}
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, network, host)
	for i := range addrs {
		addrs[i] = addrs[i].Unmap()
	}
	return addrs, err
}

func (system) DialNameServer(ctx context.Context, network string, server netip.AddrPort, local netip.Addr) (net.Conn, error) {
	var d net.Dialer
	switch {
	case !local.IsValid():
	case strings.HasPrefix(network, "tcp"):
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(local, 0))
	default:
		d.LocalAddr = net.UDPAddrFromAddrPort(netip.AddrPortFrom(local, 0))
	}
	return d.DialContext(ctx, network, server.String())
}

func tcpFamily(family int) string {
	switch family {
	case 4:
		return "tcp4"
	case 6:
		return "tcp6"
	}
	return "tcp"
}

// goNetwork chooses the network so that Go binds what was asked for and nothing more: its "tcp"
// makes 0.0.0.0 a dual-stack socket.
func (o *ListenOptions) goNetwork() string {
	if o.isPath() {
		return "unix"
	}
	ip, err := netip.ParseAddr(o.Host)
	switch {
	case err == nil && ip.Is4():
		return "tcp4"
	case o.IPv6Only:
		return "tcp6"
	}
	return "tcp"
}

func (o *ListenOptions) goAddress() string {
	if o.isPath() {
		return goPath(o.Path)
	}
	return net.JoinHostPort(o.Host, strconv.Itoa(o.Port))
}

func (o *ListenOptions) isPath() bool { return o.Path != "" || o.Network == "unix" }

// goPath writes an abstract name the way Go does.
func goPath(path string) string {
	if strings.HasPrefix(path, "\x00") {
		return "@" + path[1:]
	}
	return path
}
