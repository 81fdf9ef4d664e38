// Package socktest is a sock.Network in memory, for tests and for embedders without a network. It
// works in a testing/synctest bubble, where time passes at once, and can be made to fail: at the
// n-th read, write or accept, by short writes, or by not moving at all.
//
// A connection behaves as TCP: a bounded buffer each way, half-close, reset. It has no descriptor,
// so that package sock takes its portable path.
package socktest

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// bufferSize is how many bytes one direction holds before its writer waits.
const bufferSize = 64 << 10

// Conn is one end of a connection in memory. Its methods may be called from any goroutine.
type Conn struct {
	in, out       *half
	local, remote net.Addr
	peer          *Conn

	// Guarded by mu.
	mu         sync.Mutex
	linger     int
	closed     bool
	reads      int
	writes     int
	failReadN  int
	failWriteN int
	readErr    error
	writeErr   error
	maxWrite   int
}

// half is one direction.
type half struct {
	mu      sync.Mutex
	changed sync.Cond
	data    []byte
	ended   bool // FIN: no more from the writer
	closed  bool // the reader has closed
	shut    bool // the writer has closed: its writes fail
	reset   bool
	stalled bool

	readLimit, writeLimit time.Time
}

func newHalf() *half {
	h := new(half)
	h.changed.L = &h.mu
	return h
}

// Pipe returns the two ends of a connection between made-up addresses.
func Pipe() (a, b *Conn) {
	return pipe(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 2})
}

func pipe(aAddr, bAddr net.Addr) (a, b *Conn) {
	ab, ba := newHalf(), newHalf()
	a = &Conn{in: ba, out: ab, local: aAddr, remote: bAddr, linger: -1}
	b = &Conn{in: ab, out: ba, local: bAddr, remote: aAddr, linger: -1}
	a.peer, b.peer = b, a
	return a, b
}

// FailReadAt makes the n-th Read from now, counted from 1, and all later ones return err.
func (c *Conn) FailReadAt(n int, err error) {
	c.mu.Lock()
	c.failReadN, c.readErr = c.reads+n, err
	c.mu.Unlock()
}

// FailWriteAt makes the n-th Write from now, counted from 1, and all later ones return err.
func (c *Conn) FailWriteAt(n int, err error) {
	c.mu.Lock()
	c.failWriteN, c.writeErr = c.writes+n, err
	c.mu.Unlock()
}

// ShortWrites makes each Write take at most max bytes; 0 ends it. The short Write reports
// io.ErrShortWrite, as net.Conn must.
func (c *Conn) ShortWrites(max int) {
	c.mu.Lock()
	c.maxWrite = max
	c.mu.Unlock()
}

// Stall makes what c writes stand still, as with a peer that is alive but does not read: nothing is
// taken and Write waits. Stall(false) lets go.
func (c *Conn) Stall(on bool) {
	c.out.mu.Lock()
	c.out.stalled = on
	c.out.changed.Broadcast()
	c.out.mu.Unlock()
}

// Peer is the other end.
func (c *Conn) Peer() *Conn { return c.peer }

// Buffered is how many bytes c has written that the peer has not read.
func (c *Conn) Buffered() int {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	return len(c.out.data)
}

// Read implements net.Conn.
func (c *Conn) Read(p []byte) (int, error) {
	c.mu.Lock()
	c.reads++
	fail := c.failReadN > 0 && c.reads >= c.failReadN
	err := c.readErr
	c.mu.Unlock()
	if fail {
		return 0, c.opError("read", err)
	}
	h := c.in
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case h.closed:
			return 0, c.opError("read", net.ErrClosed)
		case h.reset:
			return 0, c.opError("read", syscall.ECONNRESET)
		case len(h.data) > 0:
			n := copy(p, h.data)
			h.data = h.data[n:]
			if len(h.data) == 0 {
				h.data = nil
			}
			h.changed.Broadcast()
			return n, nil
		case h.ended:
			return 0, io.EOF
		case past(h.readLimit):
			return 0, c.opError("read", os.ErrDeadlineExceeded)
		}
		h.changed.Wait()
	}
}

// Write implements net.Conn.
func (c *Conn) Write(p []byte) (int, error) {
	c.mu.Lock()
	c.writes++
	fail := c.failWriteN > 0 && c.writes >= c.failWriteN
	err, limit := c.writeErr, c.maxWrite
	c.mu.Unlock()
	if fail {
		return 0, c.opError("write", err)
	}
	short := limit > 0 && limit < len(p)
	if short {
		p = p[:limit]
	}
	h := c.out
	h.mu.Lock()
	defer h.mu.Unlock()
	total := 0
	for {
		room := bufferSize - len(h.data)
		switch {
		case h.shut:
			return total, c.opError("write", net.ErrClosed)
		case h.reset:
			return total, c.opError("write", syscall.ECONNRESET)
		case h.closed, h.ended:
			return total, c.opError("write", syscall.EPIPE)
		case len(p) > 0 && room > 0 && !h.stalled:
			n := min(room, len(p))
			h.data = append(h.data, p[:n]...)
			p, total = p[n:], total+n
			h.changed.Broadcast()
			continue
		case len(p) == 0 && short:
			return total, c.opError("write", io.ErrShortWrite)
		case len(p) == 0:
			return total, nil
		case past(h.writeLimit):
			return total, c.opError("write", os.ErrDeadlineExceeded)
		}
		h.changed.Wait()
	}
}

func past(limit time.Time) bool { return !limit.IsZero() && !time.Now().Before(limit) }

// CloseWrite sends FIN.
func (c *Conn) CloseWrite() error {
	c.out.mu.Lock()
	c.out.ended = true
	c.out.changed.Broadcast()
	c.out.mu.Unlock()
	return nil
}

// SetLinger with 0 makes Close send RST, as *net.TCPConn.
func (c *Conn) SetLinger(sec int) error {
	c.mu.Lock()
	c.linger = sec
	c.mu.Unlock()
	return nil
}

// Close implements net.Conn. As TCP, it sends RST instead of FIN if input was left unread.
func (c *Conn) Close() error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return c.opError("close", net.ErrClosed)
	}
	c.closed = true
	reset := c.linger == 0
	c.mu.Unlock()

	c.in.mu.Lock()
	reset = reset || len(c.in.data) > 0
	c.in.closed, c.in.data = true, nil
	c.in.reset = c.in.reset || reset
	c.in.changed.Broadcast()
	c.in.mu.Unlock()

	c.out.mu.Lock()
	c.out.ended, c.out.shut = true, true
	if reset {
		c.out.reset, c.out.data = true, nil
	}
	c.out.changed.Broadcast()
	c.out.mu.Unlock()
	return nil
}

// LocalAddr implements net.Conn.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr implements net.Conn.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline implements net.Conn.
func (c *Conn) SetDeadline(at time.Time) error {
	_ = c.SetReadDeadline(at)
	return c.SetWriteDeadline(at)
}

// SetReadDeadline implements net.Conn.
func (c *Conn) SetReadDeadline(at time.Time) error {
	c.in.setLimit(&c.in.readLimit, at)
	return nil
}

// SetWriteDeadline implements net.Conn.
func (c *Conn) SetWriteDeadline(at time.Time) error {
	c.out.setLimit(&c.out.writeLimit, at)
	return nil
}

// setLimit moves a deadline, and wakes those who wait when it comes.
func (h *half) setLimit(limit *time.Time, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	*limit = at
	h.changed.Broadcast()
	if !at.IsZero() {
		time.AfterFunc(time.Until(at), func() {
			h.mu.Lock()
			h.changed.Broadcast()
			h.mu.Unlock()
		})
	}
}

func (c *Conn) opError(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Source: c.local, Addr: c.remote, Err: err}
}
