package nethttp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/gonode/gonode/runtime"
)

// Handler serves requests with what a script gave to http.createServer: see the package comment. Bodies
// stream both ways; an upgrade takes the connection over with http.Hijacker, so does CONNECT; the end of the
// request's context closes the script's connection, and functions of Go that the script calls get that
// context. req.socket.remoteAddress is the client's.
//
// Requests wait, as long as their contexts let them, until the script listens; when it has stopped they
// get 503. An answer that breaks off breaks the client's connection off.
//
// The zero Handler is ready. It must not be copied.
type Handler struct {
	// Address is where the script listens, ":8080" or "127.0.0.1:8080" as it says it; empty: wherever it
	// listens first. What it does elsewhere is served as the network under the Handler does.
	Address string

	once  sync.Once
	proxy httputil.ReverseProxy

	// Guarded by mu.
	mu       sync.Mutex
	listener *listener     // where requests go
	closed   bool          // the script has stopped listening
	changed  chan struct{} // closed when listener or closed change
}

func (h *Handler) init() {
	h.once.Do(func() {
		h.changed = make(chan struct{})
		h.proxy = httputil.ReverseProxy{
			Rewrite: rewrite,
			Transport: &http.Transport{
				DialContext: h.dial, DisableCompression: true, MaxIdleConnsPerHost: 64,
				// Longer than the script keeps it: who closes first must be the script.
				IdleConnTimeout: time.Minute,
			},
			FlushInterval: -1,
			ErrorLog:      log.New(io.Discard, "", 0), // errors reach the client
			ErrorHandler:  h.failed,
		}
	})
}

// Network is inner, nil for the operating system's, with the Handler in the place of the listener at Address.
func (h *Handler) Network(inner *runtime.Network) *runtime.Network {
	h.init()
	var n runtime.Network
	if inner != nil {
		n = *inner
	}
	under := n.Listen
	if under == nil {
		under = new(net.ListenConfig).Listen
	}
	n.Listen = func(ctx context.Context, network, address string) (net.Listener, error) {
		if ln, err := h.listen(network, address); ln != nil || err != nil {
			return ln, err
		}
		return under(ctx, network, address)
	}
	return &n
}

// listen makes the listener of the script; nil if address is not ours.
func (h *Handler) listen(network, address string) (net.Listener, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if network == "unix" || h.Address != "" && h.Address != address {
		return nil, nil
	}
	if h.listener != nil {
		if h.Address == "" && h.listener.address != address {
			return nil, nil
		}
		return nil, syscall.EADDRINUSE
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if host == "" {
		host = "::"
	}
	if port == "0" {
		port = "1" // some port, as 0 is none
	}
	h.listener = &listener{h: h, address: address, addr: tcpAddr(net.JoinHostPort(host, port)), conns: make(chan net.Conn), gone: make(chan struct{})}
	h.closed = false
	close(h.changed)
	h.changed = make(chan struct{})
	return h.listener, nil
}

// listener is where the script accepts.
type listener struct {
	h       *Handler
	address string
	addr    net.Addr
	conns   chan net.Conn
	gone    chan struct{}
	once    sync.Once
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.gone:
		return nil, net.ErrClosed
	}
}

func (l *listener) Addr() net.Addr { return l.addr }

func (l *listener) Close() error {
	l.once.Do(func() {
		close(l.gone)
		h := l.h
		// Those that nothing was sent on yet are none of the script's idle ones.
		h.proxy.Transport.(*http.Transport).CloseIdleConnections()
		h.mu.Lock()
		defer h.mu.Unlock()
		h.listener, h.closed = nil, true
		close(h.changed)
		h.changed = make(chan struct{})
	})
	return nil
}

// errClosed is for requests that come when the script has stopped.
var errClosed = errors.New("the script has stopped listening")

// dial connects to the script as the client at address.
func (h *Handler) dial(ctx context.Context, _, address string) (net.Conn, error) {
	for {
		ln, err := h.listening(ctx)
		if err != nil {
			return nil, err
		}
		local := net.Addr(ln.addr)
		if a, ok := ctx.Value(http.LocalAddrContextKey).(net.Addr); ok {
			local = a
		}
		ours, scripts := newPipe(local, tcpAddr(address))
		select {
		case ln.conns <- scripts:
			return ours, nil
		case <-ln.gone:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// listening waits until the script listens.
func (h *Handler) listening(ctx context.Context) (*listener, error) {
	for {
		h.mu.Lock()
		ln, closed, changed := h.listener, h.closed, h.changed
		h.mu.Unlock()
		switch {
		case ln != nil:
			return ln, nil
		case closed:
			return nil, errClosed
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// rewrite makes the request that the script gets: the client's, unchanged. The address is that of the
// client, so that a connection to the script is one client's.
func rewrite(p *httputil.ProxyRequest) {
	in, out := p.In, p.Out
	for name, values := range in.Header {
		if name == "Forwarded" || strings.HasPrefix(name, "X-Forwarded-") {
			out.Header[name] = values
		}
	}
	if out.Host = in.Host; out.Host == "" {
		out.Host = "localhost" // HTTP/1.0 has none, and we speak 1.1
	}
	u := &url.URL{Scheme: "http", Host: clientOf(in), Path: in.URL.Path, RawPath: in.URL.RawPath, RawQuery: in.URL.RawQuery, ForceQuery: in.URL.ForceQuery}
	if path, query, has := strings.Cut(in.RequestURI, "?"); path == "*" || strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") {
		u.Opaque, u.RawQuery, u.ForceQuery = path, query, has // to the letter
	}
	out.URL = u
}

// clientOf is the address of the client as the host of a URL.
func clientOf(r *http.Request) string {
	if a := tcpAddr(r.RemoteAddr); a != nobody {
		return a.String()
	}
	return nobody.String()
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.init()
	ctx := r.Context()
	if r.Method == http.MethodConnect {
		h.connect(w, r)
		return
	}
	// Not left to dial, which http.Transport lets go on when a request has ended: for the next.
	if _, err := h.listening(ctx); err != nil {
		h.failed(w, r, err)
		return
	}
	// The script may answer while it is still being sent to. HTTP/2 does so anyway, and says it cannot.
	_ = http.NewResponseController(w).EnableFullDuplex()
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if c, ok := info.Conn.(*conn); ok {
			c.request.Store(&ctx)
		}
	}})
	h.proxy.ServeHTTP(w, r.WithContext(traced))
}

// failed answers a request that the script could not be asked, or did not answer.
func (h *Handler) failed(w http.ResponseWriter, _ *http.Request, err error) {
	if errors.Is(err, errClosed) {
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
		return
	}
	panic(http.ErrAbortHandler)
}

// connect is CONNECT: when the script agrees the two connections are one.
func (h *Handler) connect(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	script, err := h.dial(ctx, "", clientOf(r))
	if err != nil {
		h.failed(w, r, err)
		return
	}
	defer script.Close()
	script.(*conn).request.Store(&ctx)
	stop := context.AfterFunc(ctx, func() { script.Close() })
	defer stop()
	head := r.Header.Clone()
	head.Del("Connection")
	var b strings.Builder
	fmt.Fprintf(&b, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n", r.RequestURI, r.Host)
	_ = head.Write(&b)
	if _, err := io.WriteString(script, b.String()+"\r\n"); err != nil {
		panic(http.ErrAbortHandler)
	}
	from := bufio.NewReader(script)
	res, err := http.ReadResponse(from, r)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer res.Body.Close()
	hijacker, ok := w.(http.Hijacker)
	if !ok || res.StatusCode/100 != 2 {
		for name, values := range res.Header {
			w.Header()[name] = values
		}
		if res.StatusCode/100 == 2 {
			res.StatusCode = http.StatusNotImplemented // the server cannot give its connection away
		}
		w.WriteHeader(res.StatusCode)
		_, _ = io.Copy(w, res.Body)
		return
	}
	client, buffered, err := hijacker.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer client.Close()
	fmt.Fprintf(client, "HTTP/1.1 %s\r\n", res.Status)
	_ = res.Header.Write(client)
	if _, err := io.WriteString(client, "\r\n"); err != nil {
		return
	}
	done := make(chan struct{}, 2)
	go func() { _, _ = io.Copy(client, from); done <- struct{}{} }()
	go func() { _, _ = io.Copy(script, buffered); done <- struct{}{} }()
	<-done
}
