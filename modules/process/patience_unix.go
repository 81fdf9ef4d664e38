//go:build unix

package process

import (
	"os"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// patience waits for input without taking any, and can be called off. A nil one has none: it is always
// ready. It is an eventloop.Resource.
type patience struct {
	// Immutable.
	fd   int
	r, w *os.File // a byte over this pipe ends the wait

	// Any goroutine; atomic.
	ended atomic.Bool

	// Guarded by mu.
	mu           sync.Mutex
	waits        bool
	closed, gone bool
}

// newPatience returns nil if the system has no descriptors to spare.
func newPatience(f *os.File) *patience {
	r, w, err := os.Pipe()
	if err != nil {
		return nil
	}
	return &patience{fd: int(f.Fd()), r: r, w: w}
}

// ready waits until there is something to read, or the end; false: it was called off. Any goroutine, one
// at a time.
func (p *patience) ready() bool {
	if p == nil {
		return true
	}
	p.mu.Lock()
	p.waits = !p.closed
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.waits = false
		p.close()
	}()
	for !p.ended.Load() {
		fds := []unix.PollFd{{Fd: int32(p.fd), Events: unix.POLLIN}, {Fd: int32(p.r.Fd()), Events: unix.POLLIN}}
		if _, err := unix.Poll(fds, -1); err != nil && err != unix.EINTR {
			return true // let the read tell
		}
		if fds[1].Revents != 0 {
			_, _ = p.r.Read(make([]byte, 1))
			continue
		}
		if fds[0].Revents != 0 {
			return true
		}
	}
	return false
}

// begin makes waiting possible again.
func (p *patience) begin() {
	if p != nil {
		p.ended.Store(false)
	}
}

// end calls off the wait, and those to come.
func (p *patience) end() {
	if p == nil {
		return
	}
	p.ended.Store(true)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waits {
		_, _ = p.w.Write([]byte{0})
	}
}

// over reports whether waiting was called off.
func (p *patience) over() bool { return p != nil && p.ended.Load() }

// CloseNow implements eventloop.Resource.
func (p *patience) CloseNow() {
	if p == nil {
		return
	}
	p.end()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.close()
}

// close closes the pipe once nobody waits. With mu held.
func (p *patience) close() {
	if p.closed && !p.waits && !p.gone {
		p.gone = true
		p.r.Close()
		p.w.Close()
	}
}
