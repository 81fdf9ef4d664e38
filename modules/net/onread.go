package net

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
)

// onread is the option of this name: input goes into one buffer of the program's and to a callback,
// not through the stream.
type onread struct {
	buffer   goja.Value    // the Uint8Array
	make     bind.Callable // makes the next one; zero if there is one for all
	callback bind.Callable
}

// onreadOption returns the option, nil if there is none that is complete: Node ignores others.
func onreadOption(opts *goja.Object) *onread {
	o, ok := opts.Get("onread").(*goja.Object)
	if !ok {
		return nil
	}
	r := &onread{}
	if r.callback, ok = bind.ToCallable(o.Get("callback")); !ok {
		return nil
	}
	r.buffer = o.Get("buffer")
	if r.make, ok = bind.ToCallable(r.buffer); ok {
		r.buffer = r.make.Call(goja.Undefined())
	}
	if _, ok := buffer.Bytes(r.buffer); !ok {
		return nil
	}
	return r
}

// followOnread makes the methods that start and stop the stream start and stop the reading too:
// nothing goes through the stream that could tell.
//
// Node v20 lib/net.js: Socket.prototype.pause, resume, read.
func (s *Socket) followOnread() {
	for name, reading := range map[string]bool{"pause": false, "resume": true, "read": true} {
		inner, _ := bind.ToCallable(s.room.streams.Duplex.Proto.Get(name))
		bind.Hide(s.obj, name, bind.Function(s.room.h.VM, bind.Method{Name: name, Fn: func(c goja.FunctionCall) goja.Value {
			if s.sk != nil && s.reading != reading {
				s.reading = reading
				s.setPaused(!reading)
			}
			return inner.Call(s.obj, c.Arguments...)
		}}))
	}
}

// readInto hands input to the callback, as much at a time as the buffer takes. What comes behind a
// callback that returned false waits in the Sock.
//
// Node v20 lib/internal/stream_base_commons.js: onStreamRead.
func (s *Socket) readInto(c *sock.Chunk) {
	o := s.onread
	data := c.Bytes()
	for len(data) > 0 && s.sk != nil && s.reading {
		buf, _ := buffer.Bytes(o.buffer)
		if len(buf) == 0 {
			break
		}
		n := copy(buf, data)
		data = data[n:]
		more := o.callback.Call(goja.Undefined(), bind.Int(n), o.buffer) != bind.False
		if !o.make.IsZero() {
			if next := o.make.Call(goja.Undefined()); isView(next) {
				o.buffer = next
			}
		}
		if !more {
			s.reading = false
		}
	}
	if !s.reading {
		s.setPaused(true)
	}
	if len(data) > 0 && s.sk != nil {
		s.sk.Unread(append([]byte(nil), data...))
		s.setPaused(true)
	}
	c.Release()
}

func isView(v goja.Value) bool {
	_, ok := buffer.Bytes(v)
	return ok
}
