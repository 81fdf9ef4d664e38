//go:build unix

package sock

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/gonode/gonode/eventloop"
)

func TestListenOptions(t *testing.T) {
	backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		path := filepath.Join(t.TempDir(), "s")
		unix, err := Listen(l, ListenOptions{Path: path}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if a := unix.Addr(); a != (Address{Path: path}) {
			t.Errorf("unix address %+v", a)
		}
		unix.Close(func() {
			if _, err := os.Stat(path); !os.IsNotExist(err) {
				t.Errorf("the path is still there: %v", err)
			}
		})
		first, err := Listen(l, ListenOptions{Host: "127.0.0.1", ReusePort: true}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Listen(l, ListenOptions{Host: "127.0.0.1", Port: first.Addr().Port, ReusePort: true}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if a := again.Addr(); a.IP != "127.0.0.1" || a.Family != "IPv4" {
			t.Errorf("address %+v", a)
		}
		dup, dupErr := syscall.Dup(first.FD())
		if dupErr != nil {
			t.Fatal(dupErr)
		}
		byFD, err := Listen(l, ListenOptions{UseFD: true, FD: dup}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if byFD.Addr() != first.Addr() {
			t.Errorf("by descriptor: %+v", byFD.Addr())
		}
		first.Close(nil)
		again.Close(nil)
		byFD.Close(nil)
		if _, err := Listen(l, ListenOptions{UseFD: true, FD: 9999}, nil, nil); err == nil || err.Code != "EINVAL" {
			t.Errorf("bad descriptor: %v", err)
		}
		if _, err := Listen(l, ListenOptions{Host: "192.0.2.1", Port: 80}, nil, nil); err == nil ||
			err.Error() != "listen EADDRNOTAVAIL: address not available 192.0.2.1:80" {
			t.Errorf("foreign address: %v", err)
		}
		run()
	})
}

// spec: server.listen.backlog
//
// The system is asked for a queue of 511 connections. Linux tells, in TCP_INFO of a socket that
// listens, how long it may be: tcpi_sacked, after 8 bytes and five numbers.
func TestListenBacklogIs511(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells")
	}
	limit, err := os.ReadFile("/proc/sys/net/core/somaxconn")
	if err != nil {
		t.Skip(err)
	}
	most, err := strconv.Atoi(strings.TrimSpace(string(limit)))
	if err != nil {
		t.Fatal(err)
	}
	backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		for asked, want := range map[int]uint32{0: 511, 5: 5} {
			ln, e := Listen(l, ListenOptions{Host: "127.0.0.1", Backlog: asked}, nil, nil)
			if e != nil {
				t.Fatal(e)
			}
			const tcpInfo = 11 // TCP_INFO
			var info [26]uint32
			size := uint32(unsafe.Sizeof(info))
			_, _, errno := syscall.Syscall6(syscall.SYS_GETSOCKOPT, uintptr(ln.FD()), syscall.IPPROTO_TCP, tcpInfo,
				uintptr(unsafe.Pointer(&info)), uintptr(unsafe.Pointer(&size)), 0)
			if errno != 0 {
				t.Fatal(errno)
			}
			if got := info[7]; got != min(want, uint32(most)) {
				t.Errorf("backlog %d: got %d, want %d", asked, got, want)
			}
			ln.Close(nil)
		}
		run()
	})
}
