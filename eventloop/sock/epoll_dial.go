//go:build linux

package sock

import (
	"net"
	"net/netip"
	"os"
	"syscall"

	"github.com/gonode/gonode/eventloop"
)

// dialPolled is a connection that the epoll backend makes.
type dialPolled struct {
	eventloop.Watch
	d      *Dialing
	o      DialOptions
	cb     func(*Sock, *Error)
	poller *eventloop.Epoll
	remote net.Addr
	timer  eventloop.Timer
	fd     int  // -1: none, or given to a Sock
	posted bool // the kernel answered at once; the delivery is on its way
}

// sockaddr is where o points to, if that needs no lookup and no other network than the system's.
func (o *DialOptions) sockaddr() (family int, remote, local syscall.Sockaddr, ok bool) {
	if o.Via != nil && o.Via != System {
		return 0, nil, nil, false
	}
	if o.Path != "" {
		return syscall.AF_UNIX, &syscall.SockaddrUnix{Name: goPath(o.Path)}, nil, true
	}
	family, remote, ok = inet(o.Host, o.Port)
	if !ok || o.LocalAddress == "" && o.LocalPort == 0 {
		return family, remote, nil, ok
	}
	host := o.LocalAddress
	if host == "" {
		if host = "0.0.0.0"; family == syscall.AF_INET6 {
			host = "::"
		}
	}
	_, local, ok = inet(host, o.LocalPort)
	return family, remote, local, ok
}

// inet is an IP without a zone as the kernel wants it.
func inet(host string, port int) (family int, sa syscall.Sockaddr, ok bool) {
	ip, err := netip.ParseAddr(host)
	switch {
	case err != nil || ip.Zone() != "":
		return 0, nil, false
	case ip.Is4():
		return syscall.AF_INET, &syscall.SockaddrInet4{Port: port, Addr: ip.As4()}, true
	}
	return syscall.AF_INET6, &syscall.SockaddrInet6{Port: port, Addr: ip.As16()}, true
}

// poll connects through the loop's Epoll; false if that cannot be.
func (d *Dialing) poll(o DialOptions, cb func(*Sock, *Error)) bool {
	p := epollOf(d.loop)
	if p == nil {
		return false
	}
	family, remote, local, ok := o.sockaddr()
	if !ok {
		return false
	}
	c := &dialPolled{d: d, o: o, cb: cb, poller: p, remote: netAddr(remote)}
	d.polled = c
	var err error
	c.fd, err = connect(family, remote, local)
	c.Watch.Init(c.fd, (*connectedTask)(c))
	c.timer.Init(d.loop, (*connectTimeoutTask)(c))
	c.timer.Unref()
	if err == syscall.EINPROGRESS {
		if err = p.Watch(&c.Watch, syscall.EPOLLOUT); err == nil {
			if o.Timeout > 0 {
				c.timer.Start(o.Timeout)
			}
			return true
		}
	}
	c.posted = true
	d.pending.Done(func() {
		if !d.over {
			c.deliver(err)
		}
	})
	return true
}

// connect begins a connection; EINPROGRESS is the usual answer.
func connect(family int, remote, local syscall.Sockaddr) (fd int, err error) {
	fd, err = syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	if local != nil {
		// As libuv: a port in TIME_WAIT may be used again.
		if err = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
			return fd, err
		}
		if err = syscall.Bind(fd, local); err != nil {
			return fd, os.NewSyscallError("bind", err)
		}
	}
	for {
		if err = syscall.Connect(fd, remote); err != syscall.EINTR {
			return fd, err
		}
	}
}

// finish delivers what the kernel, or the clock, said.
func (c *dialPolled) finish(err error) {
	c.stop()
	c.d.pending.Done(nil)
	c.deliver(err)
}

// deliver ends c.d with the Sock or the error.
func (c *dialPolled) deliver(err error) {
	d := c.d
	d.over = true
	d.loop.Disown(d)
	d.loop.AddHandles(-1)
	fd := c.fd
	if err != nil {
		c.close()
		c.cb(nil, c.o.name(From(err, "connect")))
		return
	}
	c.fd = -1
	s := newPolled(c.poller, d.loop, fd, c.remote)
	s.begin()
	c.cb(s, nil)
}

// cancel gives the connection up.
func (c *dialPolled) cancel() {
	c.stop()
	c.close()
	c.d.loop.Disown(c.d)
	c.d.loop.AddHandles(-1)
	if !c.posted {
		c.d.pending.Done(nil)
	}
}

// stop ends the waiting.
func (c *dialPolled) stop() {
	_ = c.poller.Watch(&c.Watch, 0) // ending does not fail
	c.timer.Stop()
}

// close frees the descriptor, if it is still c's. Loop goroutine, or Loop.Close's.
func (c *dialPolled) close() {
	if c.fd >= 0 {
		_ = syscall.Close(c.fd)
		c.fd = -1
	}
}

// connectedTask is a dialPolled as the Task that the kernel's answer brings.
type connectedTask dialPolled

func (t *connectedTask) Run() {
	c := (*dialPolled)(t)
	if c.TakeEvents() == 0 {
		return
	}
	errno, err := syscall.GetsockoptInt(c.fd, syscall.SOL_SOCKET, syscall.SO_ERROR)
	if err == nil && errno != 0 {
		err = syscall.Errno(errno)
	}
	c.finish(err)
}

// connectTimeoutTask is a dialPolled as the Task that gives up.
type connectTimeoutTask dialPolled

func (t *connectTimeoutTask) Run() { (*dialPolled)(t).finish(syscall.ETIMEDOUT) }
