//go:build !unix

package sock

import (
	"net"
	"syscall"
)

func setBacklog(net.Listener, int) error { return nil }

// On Windows the option would share a port that is in use.
func controlReuseAddr(string, string, syscall.RawConn) error { return nil }

func controlReusePort(string, string, syscall.RawConn) error { return syscall.ENOTSUP }
