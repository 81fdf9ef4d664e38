//go:build unix

package sock

import (
	"net"
	"syscall"
)

// setBacklog calls listen(2) again: Go passes net.core.somaxconn and offers no choice.
func setBacklog(ln net.Listener, backlog int) error {
	c, ok := ln.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var result error
	if err := raw.Control(func(fd uintptr) { result = syscall.Listen(int(fd), backlog) }); err != nil {
		return err
	}
	return result
}

// controlReuseAddr lets an outgoing connection take a port in TIME_WAIT, as libuv does.
func controlReuseAddr(_, _ string, c syscall.RawConn) error {
	var result error
	err := c.Control(func(fd uintptr) {
		result = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	})
	if err != nil {
		return err
	}
	return result
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
