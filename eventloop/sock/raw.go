//go:build unix

package sock

import (
	"io"
	"net"
	"syscall"
)

// setRaw finds the descriptor. Only for the exact types: a wrapper that embeds *net.TCPConn has its
// descriptor too, but wants its own Read and Write called. A pipe is written through it only.
func (t *stream) setRaw() {
	var err error
	switch c := t.conn.(type) {
	case *net.TCPConn:
		t.raw, err = c.SyscallConn()
	case *net.UnixConn:
		t.raw, err = c.SyscallConn()
	case *pipe:
		t.raw, err = c.SyscallConn()
	}
	if t.raw == nil || err != nil {
		t.raw = nil
		return
	}
	if _, ok := t.conn.(*pipe); !ok { // its Read knows ends that cannot be read
		t.input.readFn = t.readRaw
	}
	t.output.tryFn = t.tryRaw
	t.output.waitFn = t.waitRaw
}

// readRaw reads while there is input and credit. False makes the runtime's poller wait, with no
// chunk in hand.
//
// After a short read it reads once more, though the kernel most likely has nothing: the poller is
// edge-triggered, and a FIN that came together with the data has no edge of its own.
func (t *stream) readRaw(fd uintptr) (done bool) {
	in := &t.input
	for {
		c := newChunk(in.class)
		n, err := readFD(int(fd), c.buf)
		if n > 0 {
			in.class = nextClass(in.class, n)
			t.give(c, n)
			if !in.hasCredit() {
				return true
			}
			continue
		}
		c.recycle()
		switch err {
		case nil:
			t.finishInput(io.EOF)
		case syscall.EAGAIN:
			return false
		default:
			t.finishInput(err)
		}
		return true
	}
}

// tryRaw writes what the kernel takes now.
func (t *stream) tryRaw(fd uintptr) (done bool) {
	out := &t.output
	out.n, out.errno = out.iovecs.write(int(fd), out.current.first)
	if out.errno == syscall.EAGAIN {
		out.n, out.errno = 0, nil
	}
	return true
}

// waitRaw is tryRaw that waits until the kernel takes something.
func (t *stream) waitRaw(fd uintptr) (done bool) {
	out := &t.output
	out.n, out.errno = out.iovecs.write(int(fd), out.current.first)
	return out.errno != syscall.EAGAIN
}

func readFD(fd int, p []byte) (int, error) {
	for {
		n, err := syscall.Read(fd, p)
		if err != syscall.EINTR {
			return max(n, 0), err
		}
	}
}

func writeFD(fd int, p []byte) (int, error) {
	for {
		n, err := syscall.Write(fd, p)
		if err != syscall.EINTR {
			return max(n, 0), err
		}
	}
}
