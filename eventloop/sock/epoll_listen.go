//go:build linux

package sock

import (
	"net"
	"syscall"

	"github.com/gonode/gonode/eventloop"
)

// acceptPolled is the epoll backend's accepting.
type acceptPolled struct {
	eventloop.Watch
	l      *Listener
	poller *eventloop.Epoll
	path   string // to unlink; "" for none
	pause  eventloop.Timer
	errors int // in a row
}

// maxAccepts is how many connections one listener may bring in one turn; the kernel reports the rest
// again.
const maxAccepts = 64

// poll lets l accept through the loop's Epoll, if it has one, on a descriptor of its own. given says
// that the socket is somebody else's: a path is then not unlinked.
func (l *Listener) poll(given bool) error {
	p := epollOf(l.loop)
	if p == nil {
		return nil
	}
	a := &acceptPolled{l: l, poller: p}
	if ln, ok := l.ln.(*net.UnixListener); ok {
		if addr, ok := ln.Addr().(*net.UnixAddr); ok && !given && addr.Name != "" && addr.Name[0] != '@' {
			a.path = addr.Name
		}
		ln.SetUnlinkOnClose(false)
	}
	fd, err := duplicate(l.ln)
	if err != nil {
		return err
	}
	a.Init(fd, (*acceptReadyTask)(a))
	a.pause.Init(l.loop, (*acceptResumeTask)(a))
	a.pause.Unref()
	if err := p.Watch(&a.Watch, syscall.EPOLLIN); err != nil {
		a.close()
		return err
	}
	l.polled = a
	// Go's own poller would be woken by every connection.
	_ = l.ln.Close()
	return nil
}

// duplicate returns another descriptor of ln's socket.
func duplicate(ln net.Listener) (int, error) {
	raw, err := ln.(syscall.Conn).SyscallConn()
	if err != nil {
		return -1, err
	}
	fd := -1
	var errno syscall.Errno
	err = raw.Control(func(f uintptr) {
		var r uintptr
		if r, _, errno = syscall.Syscall(syscall.SYS_FCNTL, f, syscall.F_DUPFD_CLOEXEC, 0); errno == 0 {
			fd = int(r)
		}
	})
	if err == nil && errno != 0 {
		err = errno
	}
	return fd, err
}

// stop ends the watching, before close.
func (a *acceptPolled) stop() {
	_ = a.poller.Watch(&a.Watch, 0)
	a.pause.Stop()
}

// close frees the descriptor. Loop goroutine, or Loop.Close's.
func (a *acceptPolled) close() {
	_ = syscall.Close(a.FD())
	if a.path != "" {
		_ = syscall.Unlink(a.path)
	}
}

// acceptReadyTask is an acceptPolled as the Task that a new connection brings.
type acceptReadyTask acceptPolled

func (r *acceptReadyTask) Run() {
	a := (*acceptPolled)(r)
	if a.TakeEvents() == 0 {
		return
	}
	l := a.l
	for range maxAccepts {
		fd, sa, err := syscall.Accept4(a.FD(), syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC)
		switch {
		case err == nil:
			a.errors = 0
			s := newPolled(a.poller, l.loop, fd, netAddr(sa))
			s.addrs.mapped = l.mapped
			l.onConn(s)
			s.begin() // not before: the consumer may hand the connection on unread
			if l.closed {
				return
			}
		case err == syscall.EAGAIN:
			return
		case err == syscall.EINTR, err == syscall.ECONNABORTED:
			// The client left before we came.
		case isTemporary(err):
			l.warn(err)
			_ = a.poller.Watch(&a.Watch, 0)
			a.pause.Start(min(minAcceptPause<<min(a.errors, 16), maxAcceptPause))
			a.errors++
			return
		default:
			_ = a.poller.Watch(&a.Watch, 0)
			l.onErr(From(err, "accept"))
			return
		}
	}
}

// acceptResumeTask is an acceptPolled as the Task that ends a pause.
type acceptResumeTask acceptPolled

func (r *acceptResumeTask) Run() {
	a := (*acceptPolled)(r)
	if a.l.closed {
		return
	}
	if err := a.poller.Watch(&a.Watch, syscall.EPOLLIN); err != nil {
		a.pause.Start(maxAcceptPause)
	}
}
