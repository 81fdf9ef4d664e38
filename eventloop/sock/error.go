package sock

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"strconv"
	"syscall"
)

// Error is a failure of the system or the network in Node's terms.
type Error struct {
	Code    string // "ECONNREFUSED"
	Errno   int    // as err.errno: negative, -111 on Linux; 0: none
	Syscall string // "connect", "listen", "read", "write", "shutdown", "getaddrinfo"; or ""
	Address string // peer or own IP, Unix socket path, or the name that was looked up; or ""
	Port    int    // with Address; 0: none
	Path    string // of a file; sockets have their path in Address, as in Node
	Local   string // "127.0.0.1:4711", where the message names our own end
	Err     error  // what Go said; may be nil
}

// ErrClosed is given to writes that were under way when their Sock was destroyed, and to those that
// came later.
var ErrClosed = &Error{Code: "ERR_STREAM_DESTROYED", Err: net.ErrClosed}

// errEnded is given to writes behind CloseWrite.
var errEnded = &Error{Code: "EPIPE", Errno: errnoOf(syscall.EPIPE), Syscall: "write", Err: syscall.EPIPE}

// Errors of name lookup: libuv's UV_EAI_*, the same on all platforms.
const (
	eaiAgain  = -3001
	eaiNoName = -3008
)

// Error is the message of the JavaScript error. Node has three shapes:
// "connect ECONNREFUSED 127.0.0.1:80", "listen EADDRINUSE: address already in use :::80" and
// "getaddrinfo ENOTFOUND name".
func (e *Error) Error() string {
	text := e.Code
	if e.Syscall != "" {
		text = e.Syscall + " " + text
	}
	// Node v20 lib/net.js: uvExceptionWithHostPort where a server is set up.
	if e.Syscall == "listen" {
		text += ": " + e.Reason()
	}
	if e.Address != "" {
		text += " " + e.Address
		if e.Port > 0 {
			text += ":" + strconv.Itoa(e.Port)
		}
	}
	if e.Local != "" {
		text += " - Local (" + e.Local + ")"
	}
	return text
}

// Reason is libuv's text for the code, such as "address already in use".
func (e *Error) Reason() string {
	for i := range errnoTable {
		if errnoTable[i].code == e.Code {
			return errnoTable[i].reason
		}
	}
	if e.Err != nil {
		return e.Err.Error()
	}
	return "unknown error"
}

// Unwrap is what Go said.
func (e *Error) Unwrap() error { return e.Err }

// From turns any error of package net, os or syscall into an *Error; call is Node's name of what was
// tried. A nil err gives nil, an *Error stays as it is.
func From(err error, call string) *Error {
	if err == nil {
		return nil
	}
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	e := &Error{Syscall: call, Err: err}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		e.Syscall, e.Address = "getaddrinfo", dns.Name
		if dns.IsTimeout || dns.IsTemporary && !dns.IsNotFound {
			e.Code, e.Errno = "EAI_AGAIN", eaiAgain
		} else {
			e.Code, e.Errno = "ENOTFOUND", eaiNoName
		}
		return e
	}
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		errno = errnoFor(err)
	}
	for i := range errnoTable {
		if errnoTable[i].errno == errno {
			e.Code, e.Errno = errnoTable[i].code, errnoOf(errno)
			return e
		}
	}
	e.Code = "UNKNOWN"
	e.Errno = -4094 // libuv's UV_UNKNOWN
	return e
}

// errnoFor finds a number for what Go says without one.
func errnoFor(err error) syscall.Errno {
	var addr *net.AddrError
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return syscall.ETIMEDOUT
	case errors.Is(err, context.Canceled):
		return syscall.ECANCELED
	case errors.Is(err, net.ErrClosed), errors.Is(err, fs.ErrClosed):
		return syscall.EBADF
	case errors.Is(err, io.ErrClosedPipe):
		return syscall.EPIPE
	case errors.Is(err, io.ErrUnexpectedEOF):
		return syscall.ECONNRESET
	case errors.As(err, &addr):
		return syscall.EINVAL
	}
	return 0
}
