//go:build !unix

package sock

import (
	"net"
	"syscall"

	"github.com/gonode/gonode/eventloop"
)

// FDKind is "UNKNOWN": descriptors are not handed over on this system.
func FDKind(int) string { return "UNKNOWN" }

// FromFD fails: descriptors are not handed over on this system.
func FromFD(*eventloop.Loop, int) (*Sock, *Error) { return nil, From(syscall.ENOTSUP, "open") }

func (o *ListenOptions) listenFD() (net.Listener, error) {
	if o.File == nil {
		return nil, syscall.EINVAL
	}
	return net.FileListener(o.File)
}

// CloseGiven does nothing: descriptors are not handed over on this system.
func CloseGiven(int) {}

func closeGiven(int) {}
