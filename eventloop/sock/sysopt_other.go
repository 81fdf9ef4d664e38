//go:build !unix

package sock

import (
	"net"
	"syscall"
)

func setBacklog(net.Listener, int) {}

func controlReusePort(string, string, syscall.RawConn) error { return syscall.ENOTSUP }
