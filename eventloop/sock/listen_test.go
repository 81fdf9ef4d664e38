//go:build unix

package sock

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

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
