//go:build unix

package sock

import (
	"net"
	"syscall"
)

// setBacklog calls listen(2) again: Go passes net.core.somaxconn and offers no choice. An error is
// ignored, since the socket listens already.
func setBacklog(ln net.Listener, backlog int) {
	c, ok := ln.(syscall.Conn)
	if !ok {
		return
	}
	if raw, err := c.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { _ = syscall.Listen(int(fd), backlog) })
	}
}

// controlReusePort lets several processes listen on one port.
func controlReusePort(_, _ string, c syscall.RawConn) error {
	var result error
	err := c.Control(func(fd uintptr) {
		result = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, soReusePort, 1)
	})
	if err != nil {
		return err
	}
	return result
}
