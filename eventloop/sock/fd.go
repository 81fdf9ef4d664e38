//go:build unix

package sock

import (
	"net"
	"os"
	"syscall"
	"time"
	"unsafe"

	"github.com/gonode/gonode/eventloop"
)

// FDKind is what a descriptor is, in the words of Node's ERR_INVALID_FD_TYPE: "TCP", "PIPE" (a Unix
// socket, pipe or FIFO), "UDP", "TTY", "FILE" or "UNKNOWN".
func FDKind(fd int) string {
	var stat syscall.Stat_t
	if syscall.Fstat(fd, &stat) != nil {
		return "UNKNOWN"
	}
	switch stat.Mode & syscall.S_IFMT {
	case syscall.S_IFREG:
		return "FILE"
	case syscall.S_IFCHR:
		var size [4]uint16
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size))); errno == 0 {
			return "TTY" // only terminals have a window size
		}
		return "FILE"
	case syscall.S_IFIFO:
		return "PIPE"
	case syscall.S_IFSOCK:
	default:
		return "UNKNOWN"
	}
	kind, err := syscall.GetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_TYPE)
	if err != nil {
		return "UNKNOWN"
	}
	sa, err := syscall.Getsockname(fd)
	if err != nil {
		return "UNKNOWN"
	}
	_, unix := sa.(*syscall.SockaddrUnix)
	switch {
	case unix && kind == syscall.SOCK_STREAM:
		return "PIPE"
	case !unix && kind == syscall.SOCK_STREAM:
		return "TCP"
	case !unix && kind == syscall.SOCK_DGRAM:
		return "UDP"
	}
	return "UNKNOWN"
}

// FromFD makes a Sock of a connected socket or of a pipe that the process was given. On success fd
// belongs to it, and what bytes move on is a copy; standard input, output and error stay open. On an
// error fd is untouched.
//
// # Errors
//
// Syscall "open".
func FromFD(loop *eventloop.Loop, fd int) (*Sock, *Error) {
	file, err := duplicateFD(fd)
	if err != nil {
		return nil, From(err, "open")
	}
	conn, err := net.FileConn(file)
	if err != nil && From(err, "open").Code == "ENOTSOCK" {
		conn = newPipe(file)
	} else {
		file.Close() // FileConn has a descriptor of its own
		if err != nil {
			return nil, From(err, "open")
		}
	}
	closeGiven(fd)
	return New(loop, conn), nil
}

// listenFD listens on a copy of the descriptor o.FD.
func (o *ListenOptions) listenFD() (net.Listener, error) {
	file := o.File
	if file == nil {
		if kind := FDKind(o.FD); kind != "TCP" && kind != "PIPE" {
			return nil, syscall.EINVAL
		}
		var err error
		if file, err = duplicateFD(o.FD); err != nil {
			return nil, err
		}
		defer file.Close()
	}
	ln, err := net.FileListener(file) // has a descriptor of its own
	if err != nil {
		return nil, err
	}
	// It may be bound only; what listens already gets our backlog.
	if err := setBacklog(ln, o.backlog()); err != nil {
		ln.Close()
		return nil, err
	}
	return ln, nil
}

// duplicateFD returns a copy of fd that does not block and that children do not inherit. Not
// blocking is a property of both, as with libuv.
func duplicateFD(fd int) (*os.File, error) {
	syscall.ForkLock.RLock()
	dup, err := syscall.Dup(fd)
	if err == nil {
		syscall.CloseOnExec(dup)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, err
	}
	if err := syscall.SetNonblock(dup, true); err != nil {
		syscall.Close(dup)
		return nil, err
	}
	return os.NewFile(uintptr(dup), "fd"), nil
}

// CloseGiven closes a descriptor that came from another process and that nothing was made of.
func CloseGiven(fd int) { _ = syscall.Close(fd) }

// closeGiven closes a descriptor that the process was given, unless it is one of the standard three:
// libuv leaves them open too, for whatever opens a file next would take their place.
func closeGiven(fd int) {
	if fd > 2 {
		_ = syscall.Close(fd)
	}
}

// pipe is a pipe or FIFO as a net.Conn.
type pipe struct {
	*os.File
	writeOnly bool
	closed    chan struct{}
}

func newPipe(f *os.File) *pipe {
	p := &pipe{File: f, closed: make(chan struct{})}
	if raw, err := f.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) {
			// The kernel looks at the mode before the length.
			_, err := syscall.Read(int(fd), nil)
			p.writeOnly = err == syscall.EBADF
		})
	}
	return p
}

// Read blocks until Close where there is nothing to read from: the end of input would end the
// Socket, and an error would break it.
func (p *pipe) Read(b []byte) (int, error) {
	if p.writeOnly {
		<-p.closed
		return 0, net.ErrClosed
	}
	return p.File.Read(b)
}

// SetReadDeadline has no effect on a Read that reads nothing.
func (p *pipe) SetReadDeadline(t time.Time) error {
	if p.writeOnly {
		return os.ErrNoDeadline
	}
	return p.File.SetReadDeadline(t)
}

func (p *pipe) Close() error {
	err := p.File.Close()
	if err == nil {
		close(p.closed)
	}
	return err
}

func (p *pipe) LocalAddr() net.Addr  { return &net.UnixAddr{Net: "unix"} }
func (p *pipe) RemoteAddr() net.Addr { return &net.UnixAddr{Net: "unix"} }
