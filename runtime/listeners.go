package runtime

import (
	"context"
	"fmt"
	"net"
	"sync"
	"syscall"
)

// Listeners lets several runtimes accept connections from the same listeners: the first that listens on
// an address opens it, the others join, and each connection goes to one of them, in turn to those that
// are ready for one. It is how one server script runs on several loops.
//
//	shared := runtime.NewListeners(nil)
//	for range 4 {
//		rt, err := runtime.New(runtime.Options{Network: shared.Network()})
//		…
//		go rt.Run(ctx, "server.js")
//	}
//
// As with Node's cluster, the n-th listen on port 0 of each runtime gets the same port, and a runtime
// that listens twice on an address gets EADDRINUSE. A listener is closed when the last that joined has
// closed it; connections that were accepted stay where they are.
type Listeners struct {
	inner Network

	// Guarded by mu.
	mu   sync.Mutex
	open map[string]*sharedListener
}

// NewListeners returns listeners that are opened in n; nil: in the operating system.
func NewListeners(n *Network) *Listeners {
	l := &Listeners{open: make(map[string]*sharedListener)}
	if n != nil {
		l.inner = *n
	}
	return l
}

// Provide makes ln what a runtime gets that listens on address, "host:port" as the script says it (":80"
// for a script that names no host) or a path. It belongs to l from now on.
//
// # Errors
//
// The address has a listener.
func (l *Listeners) Provide(network, address string, ln net.Listener) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := listenKey(network, address, 0)
	if l.open[key] != nil {
		return fmt.Errorf("runtime: %s has a listener", address)
	}
	l.open[key] = newSharedListener(l, key, ln)
	return nil
}

// Network returns a network for one runtime, with these listeners and for the rest what NewListeners
// was given.
func (l *Listeners) Network() *Network {
	n := l.inner
	m := &member{listeners: l, zeros: make(map[string]int), has: make(map[string]bool)}
	n.Listen = m.listen
	return &n
}

// Close closes those listeners that no runtime has, as are left when all have ended that Provide was
// meant for.
func (l *Listeners) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, s := range l.open {
		if s.members == 0 {
			delete(l.open, key)
			s.close()
		}
	}
}

// listenKey names a listener; n tells those on port 0 apart. The family is part of it: 0.0.0.0 and ::
// are two sockets.
func listenKey(network, address string, n int) string {
	if network == "tcp4" || network == "tcp6" {
		network = "tcp"
	}
	return fmt.Sprint(network, " ", address, " ", n)
}

// member is one runtime's part in Listeners.
type member struct {
	listeners *Listeners

	// Guarded by listeners.mu.
	zeros map[string]int // listens on port 0 by address
	has   map[string]bool
}

// listen is the Listen of a member's network.
func (m *member) listen(ctx context.Context, network, address string) (net.Listener, error) {
	return m.join(network, address, func() (net.Listener, error) {
		if listen := m.listeners.inner.Listen; listen != nil {
			return listen(ctx, network, address)
		}
		return new(net.ListenConfig).Listen(ctx, network, address)
	})
}

// join returns m's part in the listener on address, which open opens if there is none.
func (m *member) join(network, address string, open func() (net.Listener, error)) (net.Listener, error) {
	l := m.listeners
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	if _, port, err := net.SplitHostPort(address); err == nil && port == "0" && network != "unix" {
		n = m.zeros[address]
		m.zeros[address]++
	}
	key := listenKey(network, address, n)
	if m.has[key] {
		return nil, syscall.EADDRINUSE
	}
	s := l.open[key]
	if s == nil {
		ln, err := open()
		if err != nil {
			return nil, err
		}
		s = newSharedListener(l, key, ln)
		l.open[key] = s
	}
	if s.members++; s.members == 1 {
		go s.acceptLoop()
	}
	m.has[key] = true
	return &memberListener{member: m, shared: s, closed: make(chan struct{})}, nil
}

// sharedListener is a listener with those that accept from it.
type sharedListener struct {
	listeners *Listeners
	key       string
	ln        net.Listener
	accepted  chan accepted
	over      chan struct{} // closed with ln

	// Guarded by listeners.mu.
	members int
}

type accepted struct {
	conn net.Conn
	err  error
}

func newSharedListener(l *Listeners, key string, ln net.Listener) *sharedListener {
	return &sharedListener{listeners: l, key: key, ln: ln, accepted: make(chan accepted), over: make(chan struct{})}
}

// acceptLoop hands connections to whoever asks first. It ends with the listener.
func (s *sharedListener) acceptLoop() {
	for {
		conn, err := s.ln.Accept()
		select {
		case s.accepted <- accepted{conn, err}: // an error makes the one that gets it pause, and so us
		case <-s.over:
			if conn != nil {
				_ = conn.Close()
			}
			return
		}
	}
}

func (s *sharedListener) close() {
	close(s.over)
	_ = s.ln.Close()
}

// memberListener is a sharedListener as one runtime has it.
type memberListener struct {
	member *member
	shared *sharedListener
	closed chan struct{}
	once   sync.Once
}

func (ln *memberListener) Accept() (net.Conn, error) {
	select {
	case <-ln.closed:
		return nil, net.ErrClosed
	default:
	}
	select {
	case a := <-ln.shared.accepted:
		return a.conn, a.err
	case <-ln.closed:
		return nil, net.ErrClosed
	}
}

func (ln *memberListener) Addr() net.Addr { return ln.shared.ln.Addr() }

func (ln *memberListener) Close() error {
	err := net.ErrClosed
	ln.once.Do(func() {
		err = nil
		close(ln.closed)
		s, l := ln.shared, ln.member.listeners
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(ln.member.has, s.key)
		if s.members--; s.members == 0 {
			delete(l.open, s.key)
			s.close()
		}
	})
	return err
}
