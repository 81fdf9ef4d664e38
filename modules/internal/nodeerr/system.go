package nodeerr

import (
	"strconv"

	"github.com/dop251/goja"
)

// System describes an error of the operating system as Node reports it. Zero fields are left out.
type System struct {
	Code    string // "ECONNREFUSED"
	Errno   int    // negative, as libuv: -111
	Syscall string // "connect"
	Message string // complete message; when empty it is made from the other fields, as Node does for network errors
	Address string
	Port    int // with Address; 0 is left out
	Path    string
	Dest    string
}

// System returns the Error object for s, its properties in Node's order.
func (e *Errors) System(s System) *goja.Object {
	msg := s.Message
	if msg == "" {
		// Node v20 lib/internal/errors.js: ExceptionWithHostPort.
		msg = s.Syscall + " " + s.Code
		if s.Address != "" {
			msg += " " + s.Address
			if s.Port > 0 {
				msg += ":" + strconv.Itoa(s.Port)
			}
		}
	}
	o := e.Plain(Error, msg)
	if s.Errno != 0 {
		o.Set("errno", s.Errno)
	}
	o.Set("code", s.Code)
	if s.Syscall != "" {
		o.Set("syscall", s.Syscall)
	}
	if s.Address != "" {
		o.Set("address", s.Address)
	}
	if s.Port > 0 {
		o.Set("port", s.Port)
	}
	if s.Path != "" {
		o.Set("path", s.Path)
	}
	if s.Dest != "" {
		o.Set("dest", s.Dest)
	}
	return o
}
