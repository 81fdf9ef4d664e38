//go:build unix

package sock

import (
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/gonode/gonode/eventloop"
)

func TestFDKind(t *testing.T) {
	dir := t.TempDir()
	file, err := os.Create(filepath.Join(dir, "f"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	unix, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	for fd, want := range map[int]string{
		int(file.Fd()): "FILE", fdOf(r): "PIPE", fdOf(w): "PIPE", fdOf(unix): "PIPE", fdOf(tcp): "TCP", fdOf(udp): "UDP", 9999: "UNKNOWN",
	} {
		if got := FDKind(fd); got != want {
			t.Errorf("%s is a %s", want, got)
		}
	}
}

// inherited returns a descriptor of its own for f, as a parent process leaves one.
func inherited(t *testing.T, fd int) int {
	t.Helper()
	dup, err := syscall.Dup(fd)
	if err != nil {
		t.Fatal(err)
	}
	return dup
}

func isOpen(fd int) bool { return FDKind(fd) != "UNKNOWN" }

func TestListenOnADescriptorClosesItAtTheEnd(t *testing.T) {
	backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		tcp, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		fd := inherited(t, fdOf(tcp))
		tcp.Close()
		ln, lerr := Listen(l, ListenOptions{UseFD: true, FD: fd}, nil, nil)
		if lerr != nil {
			t.Fatal(lerr)
		}
		if ln.FD() != fd || !isOpen(fd) {
			t.Errorf("descriptor %d, want %d, open", ln.FD(), fd)
		}
		ln.Close(nil)
		run()
		if isOpen(fd) {
			t.Error("the descriptor is still open: the port would stay bound")
		}
	})
}

func TestListenLeavesADescriptorThatItCannotUse(t *testing.T) {
	backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		file, err := os.Create(filepath.Join(t.TempDir(), "f"))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if _, err := Listen(l, ListenOptions{UseFD: true, FD: int(file.Fd())}, nil, nil); err == nil || err.Error() != "listen EINVAL: invalid argument" {
			t.Errorf("error %v", err)
		}
		if _, err := file.WriteString("x"); err != nil {
			t.Errorf("afterwards: %v", err)
		}
		run()
	})
}

func TestFromFDReadsAndWritesAPipe(t *testing.T) {
	backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		in, ierr := FromFD(l, inherited(t, fdOf(r)))
		out, oerr := FromFD(l, inherited(t, fdOf(w)))
		if ierr != nil || oerr != nil {
			t.Fatal(ierr, oerr)
		}
		r.Close()
		w.Close()
		reader := &collector{sock: in}
		in.SetConsumer(reader)
		out.SetConsumer(&collector{sock: out})
		out.Write([]byte("through the pipe"), func(err *Error) {
			if err != nil {
				t.Error(err)
			}
			out.Destroy(nil)
		})
		run()
		if reader.got != "through the pipe" || !reader.ended {
			t.Errorf("got %q, end %v", reader.got, reader.ended)
		}
	})
}

// collector is a Consumer that keeps what came and destroys its Sock at the end.
type collector struct {
	sock  *Sock
	got   string
	ended bool
}

func (c *collector) OnData(chunk *Chunk) {
	c.got += string(chunk.Bytes())
	chunk.Release()
}

func (c *collector) OnEnd() {
	c.ended = true
	c.sock.Destroy(nil)
}
func (c *collector) OnError(*Error) {}
func (c *collector) OnDrain()       {}
func (c *collector) OnClose()       {}
