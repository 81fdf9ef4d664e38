//go:build linux

package sock

import (
	"net"
	"net/netip"
	"strconv"
	"syscall"
	"time"
)

// descriptor is a connected socket that no net.Conn stands for. It is what a Sock of the epoll
// backend has underneath. Loop goroutine.
type descriptor struct {
	fd     int // -1: closed
	remote net.Addr
}

// LocalAddr is nil once d is closed.
func (d *descriptor) LocalAddr() net.Addr {
	if d.fd < 0 {
		return nil
	}
	sa, err := syscall.Getsockname(d.fd)
	if err != nil {
		return nil
	}
	return netAddr(sa)
}

// RemoteAddr is the peer's address, as it was when the connection was made.
func (d *descriptor) RemoteAddr() net.Addr { return d.remote }

// SetNoDelay is the method of *net.TCPConn.
func (d *descriptor) SetNoDelay(on bool) error {
	return syscall.SetsockoptInt(d.fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, number(on))
}

// SetKeepAliveConfig is the method of *net.TCPConn; durations below 0 leave a value as it is.
func (d *descriptor) SetKeepAliveConfig(c net.KeepAliveConfig) error {
	err := syscall.SetsockoptInt(d.fd, syscall.SOL_SOCKET, syscall.SO_KEEPALIVE, number(c.Enable))
	for _, o := range [...]struct{ option, value int }{
		{syscall.TCP_KEEPIDLE, seconds(c.Idle)},
		{syscall.TCP_KEEPINTVL, seconds(c.Interval)},
		{syscall.TCP_KEEPCNT, c.Count},
	} {
		if err == nil && o.value > 0 {
			err = syscall.SetsockoptInt(d.fd, syscall.IPPROTO_TCP, o.option, o.value)
		}
	}
	return err
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// seconds rounds up, as the kernel knows nothing smaller.
func seconds(d time.Duration) int {
	if d < 0 {
		return 0
	}
	return int((d + time.Second - 1) / time.Second)
}

// FD is the descriptor.
func (d *descriptor) FD() int { return d.fd }

// close frees the descriptor; with reset the peer of a TCP connection gets RST instead of FIN.
func (d *descriptor) close(reset bool) {
	if d.fd < 0 {
		return
	}
	if reset {
		// Fails on what is not TCP, and if the peer was faster.
		_ = syscall.SetsockoptLinger(d.fd, syscall.SOL_SOCKET, syscall.SO_LINGER, &syscall.Linger{Onoff: 1})
	}
	_ = syscall.Close(d.fd)
	d.fd = -1
}

// netAddr turns a kernel address into Go's; nil if it is of no family that we know.
func netAddr(sa syscall.Sockaddr) net.Addr {
	switch a := sa.(type) {
	case *syscall.SockaddrInet4:
		return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port)))
	case *syscall.SockaddrInet6:
		ip := netip.AddrFrom16(a.Addr)
		if a.ZoneId != 0 {
			zone := strconv.FormatUint(uint64(a.ZoneId), 10)
			if i, err := net.InterfaceByIndex(int(a.ZoneId)); err == nil {
				zone = i.Name
			}
			ip = ip.WithZone(zone)
		}
		return net.TCPAddrFromAddrPort(netip.AddrPortFrom(ip, uint16(a.Port)))
	case *syscall.SockaddrUnix:
		return &net.UnixAddr{Name: a.Name, Net: "unix"}
	}
	return nil
}
