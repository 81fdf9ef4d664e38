package sock

import (
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

// Address is one end of a connection, or what a listener is bound to.
type Address struct {
	IP     string // "127.0.0.1", "::1", with zone if any; "" for a Unix socket
	Port   int
	Family string // "IPv4", "IPv6"; "" for a Unix socket
	Path   string // of a Unix socket; "" if it has none; an abstract name begins with "\x00"
}

// addresses caches both ends.
type addresses struct {
	local, remote Address
	known         bool
	mapped        bool // the descriptor is IPv6: show IPv4 peers as ::ffff:1.2.3.4, as Node does
}

// LocalAddr is our end, as it was when first asked.
func (s *Sock) LocalAddr() Address { return s.addresses().local }

// RemoteAddr is the peer's end, as it was when first asked.
func (s *Sock) RemoteAddr() Address { return s.addresses().remote }

func (s *Sock) addresses() *addresses {
	a := &s.addrs
	if !a.known {
		a.known = true
		a.local = addressOf(s.conn.LocalAddr(), a.mapped)
		a.remote = addressOf(s.conn.RemoteAddr(), a.mapped)
	}
	return a
}

// addressOf turns Go's address into Node's.
func addressOf(addr net.Addr, mapped bool) Address {
	switch a := addr.(type) {
	case *net.TCPAddr:
		if a == nil {
			return Address{}
		}
		ip := a.AddrPort().Addr()
		if ip.Is4In6() {
			ip = ip.Unmap()
		}
		if ip.Is4() && mapped {
			return Address{IP: "::ffff:" + ip.String(), Port: a.Port, Family: "IPv6"}
		}
		if ip.Is4() {
			return Address{IP: ip.String(), Port: a.Port, Family: "IPv4"}
		}
		return Address{IP: ip.String(), Port: a.Port, Family: "IPv6"}
	case *net.UnixAddr:
		if a == nil {
			return Address{}
		}
		if strings.HasPrefix(a.Name, "@") {
			return Address{Path: "\x00" + a.Name[1:]}
		}
		return Address{Path: a.Name}
	case interface{ AddrPort() netip.AddrPort }:
		ap := a.AddrPort()
		family := "IPv6"
		if ap.Addr().Is4() {
			family = "IPv4"
		}
		return Address{IP: ap.Addr().String(), Port: int(ap.Port()), Family: family}
	}
	return Address{}
}

// SetNoDelay switches Nagle's algorithm off (true, Go's default for TCP) or on (Node's default for
// net.Socket). For what is not TCP it does nothing.
func (s *Sock) SetNoDelay(on bool) {
	c, ok := s.conn.(interface{ SetNoDelay(bool) error })
	if !ok || on == s.noDelay || s.destroyed {
		return
	}
	s.noDelay = on
	_ = c.SetNoDelay(on) // fails only on a dead connection, which read and write will tell
}

// SetKeepAlive lets the kernel probe an idle TCP connection, first after delay; 0 leaves the
// system's delay. For what is not TCP it does nothing.
func (s *Sock) SetKeepAlive(on bool, delay time.Duration) {
	c, ok := s.conn.(interface {
		SetKeepAliveConfig(net.KeepAliveConfig) error
	})
	if !ok || s.destroyed {
		return
	}
	// libuv: one second between probes, ten of them. -1 leaves a value as it is.
	config := net.KeepAliveConfig{Enable: on, Idle: -1, Interval: -1, Count: -1}
	if on && delay > 0 {
		config.Idle, config.Interval, config.Count = delay, time.Second, 10
	}
	_ = c.SetKeepAliveConfig(config) // as above
}

// Conn is what s was made of: a net.Conn, or the epoll backend's own. It is for looking at, not for use.
func (s *Sock) Conn() any { return s.conn }

// FD returns the descriptor, or -1 if the connection has none. It stays s's own and is valid until
// OnClose at most.
func (s *Sock) FD() int { return fdOf(s.conn) }

func fdOf(conn any) int {
	if d, ok := conn.(interface{ FD() int }); ok {
		return d.FD()
	}
	c, ok := conn.(syscall.Conn)
	if !ok {
		return -1
	}
	fd := -1
	if raw, err := c.SyscallConn(); err == nil {
		_ = raw.Control(func(f uintptr) { fd = int(f) })
	}
	return fd
}
