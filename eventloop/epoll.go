//go:build linux

package eventloop

import (
	"encoding/binary"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Epoll is a Poller that also watches descriptors, level-triggered: a task runs in every turn in
// which its descriptor is ready for what it asked. See epoll(7).
//
// It opens nothing before the first Watch; a loop without sockets waits on a channel.
type Epoll struct {
	idle *chanPoller

	// Loop goroutine.
	watches []*Watch // by descriptor
	events  []syscall.EpollEvent
	ready   []Task

	// Any goroutine; guarded by mu. Loop goroutine without mu for reading.
	mu   sync.Mutex
	fd   int // of epoll; -1 before the first Watch and after Close
	wake int // an eventfd
}

// Watch is a descriptor that an Epoll watches. Embed it in what the descriptor belongs to.
type Watch struct {
	fd       int
	task     Task
	interest uint32
	events   uint32
}

// Init ties w to the descriptor fd and to the task that handles its events. w stays uninterested.
func (w *Watch) Init(fd int, task Task) { w.fd, w.task = fd, task }

// FD is the descriptor.
func (w *Watch) FD() int { return w.fd }

// Interest is what was last asked of the Epoll.
func (w *Watch) Interest() uint32 { return w.interest }

// TakeEvents returns what happened since the last call, EPOLLERR and EPOLLHUP unasked. The task
// calls it; 0 says that the events have been dealt with, or that the interest has ended.
func (w *Watch) TakeEvents() uint32 {
	events := w.events
	w.events = 0
	return events
}

// NewEpoll returns an Epoll for one loop.
func NewEpoll() *Epoll {
	return &Epoll{idle: newChanPoller(), fd: -1, wake: -1}
}

// maxEvents is how many events one look brings; the rest comes with the next. 32 KiB would hold
// libuv's 1024; a turn-end is due long before that.
const maxEvents = 256

// Watch says which events w wants, EPOLLIN and EPOLLOUT; 0 ends the watching, and must do so before
// the descriptor is closed. Loop goroutine.
//
// # Errors
//
// EMFILE, ENFILE, ENOMEM and ENOSPC (fs.epoll.max_user_watches): the interest is unchanged. Ending
// never fails.
func (p *Epoll) Watch(w *Watch, interest uint32) error {
	if interest == w.interest {
		return nil
	}
	if p.fd < 0 {
		if err := p.open(); err != nil {
			return err
		}
	}
	op := syscall.EPOLL_CTL_MOD
	switch {
	case interest == 0:
		op = syscall.EPOLL_CTL_DEL
	case w.interest == 0:
		op = syscall.EPOLL_CTL_ADD
	}
	e := syscall.EpollEvent{Events: interest, Fd: int32(w.fd)}
	if err := syscall.EpollCtl(p.fd, op, w.fd, &e); err != nil && interest != 0 {
		return err
	}
	w.interest = interest
	if interest == 0 {
		w.events = 0
		p.watches[w.fd] = nil
		return nil
	}
	for w.fd >= len(p.watches) {
		p.watches = append(p.watches, nil)
	}
	p.watches[w.fd] = w
	return nil
}

// open makes the descriptors of p. A Wake that came before is kept.
func (p *Epoll) open() error {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return err
	}
	wake, _, errno := syscall.Syscall(syscall.SYS_EVENTFD2, 0, syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	if errno != 0 {
		_ = syscall.Close(fd)
		return errno
	}
	e := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(wake)}
	if err := syscall.EpollCtl(fd, syscall.EPOLL_CTL_ADD, int(wake), &e); err != nil {
		_ = syscall.Close(fd)
		_ = syscall.Close(int(wake))
		return err
	}
	p.mu.Lock()
	p.fd, p.wake = fd, int(wake)
	p.mu.Unlock()
	p.idle.Close()
	select {
	case <-p.idle.woken:
		p.Wake()
	default:
	}
	p.events = make([]syscall.EpollEvent, maxEvents)
	return nil
}

// Wake implements Poller.
func (p *Epoll) Wake() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.wake < 0 {
		p.idle.Wake()
		return
	}
	var one [8]byte
	binary.NativeEndian.PutUint64(one[:], 1)
	_, _ = syscall.Write(p.wake, one[:]) // fails only if it was woken 2^64-1 times already
}

// Yield implements Poller. With descriptors watched it does nothing: to yield wakes another thread
// of Go's scheduler, which costs a lone connection as much as its request.
func (p *Epoll) Yield() {
	if p.fd < 0 {
		p.idle.Yield()
	}
}

// Wait implements Poller.
func (p *Epoll) Wait(deadline time.Time, block bool) []Task {
	if p.fd < 0 {
		return p.idle.Wait(deadline, block)
	}
	timeout := 0
	if block {
		timeout = untilMilliseconds(deadline)
	}
	n := p.wait(timeout)
	clear(p.ready)
	p.ready = p.ready[:0]
	for i := range p.events[:n] {
		e := &p.events[i]
		if int(e.Fd) == p.wake {
			var count [8]byte
			_, _ = syscall.Read(p.wake, count[:])
			continue
		}
		w := p.watches[e.Fd]
		if w.events == 0 {
			p.ready = append(p.ready, w.task)
		}
		w.events |= e.Events
	}
	return p.ready
}

// wait is epoll_wait(2). A look that does not wait need not be announced to Go's scheduler. An interrupted wait
// brings nothing; the loop looks again.
func (p *Epoll) wait(milliseconds int) int {
	n, errno := uintptr(0), syscall.Errno(0)
	if events := unsafe.Pointer(&p.events[0]); milliseconds == 0 {
		n, _, errno = syscall.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(p.fd), uintptr(events), uintptr(len(p.events)), 0, 0, 0)
	} else {
		n, _, errno = syscall.Syscall6(unix.SYS_EPOLL_PWAIT, uintptr(p.fd), uintptr(events), uintptr(len(p.events)), uintptr(milliseconds), 0, 0)
	}
	if errno != 0 {
		return 0
	}
	return int(n)
}

// untilMilliseconds is what epoll_wait(2) wants: rounded up, so that a timer is never early.
func untilMilliseconds(deadline time.Time) int {
	if deadline.IsZero() {
		return -1
	}
	d := time.Until(deadline)
	if d <= 0 {
		return 0
	}
	return int(min((d+time.Millisecond-1)/time.Millisecond, 1<<31-1))
}

// Close implements what Loop.Close asks of a Poller.
func (p *Epoll) Close() {
	p.idle.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fd >= 0 {
		_ = syscall.Close(p.fd)
		_ = syscall.Close(p.wake)
	}
	p.fd, p.wake = -1, -1
}
