package nethttp

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/gonode/gonode/runtime"
)

// Client sends what a script's http.request sends through an http.RoundTripper: for proxies, tracing,
// credentials, tests, and for TLS, since a request to port 443 becomes one for https. Bodies stream both ways;
// an upgrade works if the RoundTripper gives a response with a body that can be written to, as
// http.Transport does. Names are not looked up but handed to the RoundTripper as they are.
//
// Only HTTP gets through: a script that connects by other means is answered as by an HTTP server.
type Client struct {
	// RoundTripper is what requests go through; nil: http.DefaultTransport.
	RoundTripper http.RoundTripper

	// Guarded by mu.
	mu    sync.Mutex
	names map[string]netip.Addr // what the script was told the address of a name is
	hosts map[netip.Addr]string
}

// firstName is the first of the addresses that stand for names: 240.0.0.0/4 is nobody's (RFC 1112 §4).
var firstName = netip.AddrFrom4([4]byte{240, 0, 0, 1})

// maxNames bounds how many names are known at a time.
const maxNames = 1 << 16

// Network is inner, nil for the operating system's, with Dial and Resolver for a script's http client.
func (c *Client) Network(inner *runtime.Network) *runtime.Network {
	var n runtime.Network
	if inner != nil {
		n = *inner
	}
	n.Dial, n.Resolver = c.Dial, c
	return &n
}

// LookupNetIP implements runtime.Resolver: each name gets an address of its own, which stands for it.
func (c *Client) LookupNetIP(_ context.Context, network, host string) ([]netip.Addr, error) {
	if network == "ip6" {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.names == nil || len(c.names) >= maxNames {
		c.names, c.hosts = make(map[string]netip.Addr), make(map[netip.Addr]string)
	}
	a, ok := c.names[host]
	if !ok {
		n := len(c.names)
		b := firstName.As4()
		b[1], b[2], b[3] = byte(n>>16), byte(n>>8), byte(n)
		a = netip.AddrFrom4(b)
		c.names[host], c.hosts[a] = a, host
	}
	return []netip.Addr{a}, nil
}

// Dial implements the Dial of runtime.Network: at the other end is a server that hands on to the RoundTripper.
// It ends with the connection.
func (c *Client) Dial(_ context.Context, network, address string) (net.Conn, error) {
	if !strings.HasPrefix(network, "tcp") {
		return nil, syscall.ENOTSUP
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if a, err := netip.ParseAddr(host); err == nil && a.Is4() && a.As4()[0] == 240 {
		c.mu.Lock()
		name, ok := c.hosts[a]
		c.mu.Unlock()
		if !ok {
			return nil, syscall.EHOSTUNREACH
		}
		host = name
	}
	target := &url.URL{Scheme: "http", Host: net.JoinHostPort(host, port)}
	switch port {
	case "80":
		target.Host = strings.TrimSuffix(target.Host, ":80")
	case "443":
		target.Scheme, target.Host = "https", strings.TrimSuffix(target.Host, ":443")
	}
	through := c.RoundTripper
	if through == nil {
		through = http.DefaultTransport
	}
	n, _ := strconv.Atoi(port)
	ours, scripts := newPipe(nobody, &net.TCPAddr{IP: net.ParseIP(hostIP(host)), Port: n})
	server := &http.Server{ErrorLog: log.New(io.Discard, "", 0), Handler: &httputil.ReverseProxy{
		Transport: through, FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0),
		Rewrite: func(p *httputil.ProxyRequest) {
			// The address decides where to, whatever the script writes into Host: that was permitted.
			out := *target
			out.Path, out.RawPath, out.RawQuery, out.ForceQuery = p.In.URL.Path, p.In.URL.RawPath, p.In.URL.RawQuery, p.In.URL.ForceQuery
			p.Out.URL, p.Out.Host = &out, p.In.Host
			for name, values := range p.In.Header {
				if name == "Forwarded" || strings.HasPrefix(name, "X-Forwarded-") {
					p.Out.Header[name] = values
				}
			}
			if _, ok := p.In.Header["Accept-Encoding"]; !ok {
				p.Out.Header["Accept-Encoding"] = nil // lest the answer be unpacked on its way
			}
		},
		// The script sees a connection that breaks off, as it does where there is nobody between.
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}}
	go func() { _ = server.Serve(&single{conn: ours, closed: make(chan struct{})}) }()
	return scripts, nil
}

func hostIP(host string) string {
	if net.ParseIP(host) != nil {
		return host
	}
	return firstName.String()
}

// single is a listener of one connection; it ends with that.
type single struct {
	conn   net.Conn
	given  bool
	closed chan struct{}
	once   sync.Once
}

func (s *single) Accept() (net.Conn, error) {
	if s.given {
		<-s.closed
		return nil, net.ErrClosed
	}
	s.given = true
	return &ending{s.conn, s}, nil
}

func (s *single) Close() error   { s.end(); return nil }
func (s *single) Addr() net.Addr { return nobody }
func (s *single) end()           { s.once.Do(func() { close(s.closed) }) }

// ending is a connection that ends its listener.
type ending struct {
	net.Conn
	of *single
}

func (c *ending) Close() error { c.of.end(); return c.Conn.Close() }
