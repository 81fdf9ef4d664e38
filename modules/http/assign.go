package http

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/net"
)

// This file is for responses that a script made and gives a stream to by itself, as servers of
// WebSockets do to refuse a handshake; and for socket._httpMessage, by which programs see what a
// socket is busy with.

// assignSocket is response.assignSocket(socket), for any writable stream.
//
// Node v20 lib/_http_server.js.
func (s *ServerResponse) assignSocket(c goja.FunctionCall) goja.Value {
	r := s.room
	so := c.Argument(0).ToObject(r.h.VM)
	if bind.Truthy(so.Get("_httpMessage")) {
		r.h.Err.Throw("ERR_HTTP_SOCKET_ASSIGNED")
	}
	so.Set("_httpMessage", s.obj)
	f := r.foreignOf(so)
	a := &assignment{link: f}
	a.off = append(a.off,
		r.on(so, "close", func([]goja.Value) { s.emitClose() }),
		r.on(so, "drain", func([]goja.Value) {
			f.blocked = false
			s.drained()
		}))
	s.assigned, s.sock = a, so
	r.ev.Emit(s.obj, "socket", so)
	s.attach(f)
	return goja.Undefined()
}

// assignment is a stream that a response was given.
type assignment struct {
	link *foreign // nil: it was taken away
	off  events.Listenings
}

// detachSocket is response.detachSocket(socket).
func (s *ServerResponse) detachSocket(c goja.FunctionCall) goja.Value {
	so := c.Argument(0).ToObject(s.room.h.VM)
	if so.Get("_httpMessage") != goja.Value(s.obj) {
		panic(s.room.h.Err.Plain(nodeerr.Error, "The expression evaluated to a falsy value:\n\n  assert(socket._httpMessage === this)\n"))
	}
	if a := s.assigned; a != nil && a.link != nil {
		a.link.flush()
		a.off.Remove()
		so.Set("_httpMessage", goja.Null())
	}
	s.assigned, s.sock, s.wire = &assignment{}, nil, nil
	return goja.Undefined()
}

// defineHTTPMessage shows socket._httpMessage: the response that the connection of a server is busy
// with. What a script assigns takes its place.
func (r *Room) defineHTTPMessage() {
	bind.DefineAccessors(r.h.VM, r.net.Socket.Proto, []bind.Accessor{{Name: "_httpMessage",
		Get: func(c goja.FunctionCall) goja.Value {
			so, ok := net.SocketOf(c.This)
			if !ok {
				return goja.Undefined()
			}
			conn, ok := so.Owner().(*conn)
			switch {
			case !ok:
				return goja.Undefined()
			case conn.first == nil || conn.first.assigned != nil:
				return goja.Null()
			}
			return conn.first.obj
		},
		Set: ownProperty("_httpMessage"),
	}})
}
