package net

import (
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules/internal/bind"
)

// This file is what can be asked of a Socket and set on it: timeout, TCP options, state, addresses.

// SetRef is ref() and unref().
func (s *Socket) SetRef(ref bool) {
	s.unref = !ref
	switch {
	case s.sk == nil:
		if d, ok := s.attempt.(interface {
			Ref()
			Unref()
		}); ok {
			if ref {
				d.Ref()
			} else {
				d.Unref()
			}
		}
	case ref:
		s.sk.Ref()
	default:
		s.sk.Unref()
	}
}

// Active restarts the idle timeout.
func (s *Socket) Active() {
	if s.timeoutMs > 0 && s.timer.Active() {
		s.timer.Refresh()
	}
}

// idleTask is a Socket as the task of its idle timer.
type idleTask Socket

func (t *idleTask) Run() {
	s := (*Socket)(t)
	s.enter(s.onTimeout)
}

func (s *Socket) onTimeout() {
	if s.sk != nil && s.sk.Queued() > 0 && s.sk.BytesWritten()-int64(s.sk.Queued()) > s.lastWritten {
		// Bytes have left since: the peer is slow, not idle. Node v20 lib/net.js: _onTimeout.
		s.lastWritten = s.sk.BytesWritten() - int64(s.sk.Queued())
		s.startTimer()
		return
	}
	if s.owner != nil && s.owner.SocketTimeout() {
		return
	}
	s.room.ev.Emit(s.obj, "timeout")
}

func (s *Socket) startTimer() {
	if s.timeoutMs > 0 {
		d, _ := eventloop.RoundTimeout(s.timeoutMs)
		s.timer.Start(d)
	}
}

// SetTimeout sets the idle timeout in milliseconds; 0 is none.
func (s *Socket) SetTimeout(ms float64) {
	s.timeoutMs = ms
	if ms == 0 {
		s.timer.Stop()
		return
	}
	s.startTimer()
}

func (s *Socket) jsSetTimeout(c goja.FunctionCall) goja.Value {
	if s.rd.Destroyed() {
		return s.obj
	}
	ms := s.room.h.TimerDuration(c.Argument(0), "msecs")
	cb := c.Argument(1)
	s.SetTimeout(ms)
	if !bind.IsUndefined(cb) {
		fn := s.room.h.Err.ValidateFunction(cb, "callback")
		if ms == 0 {
			bind.Invoke(s.room.h.VM, s.obj, "removeListener", bind.String("timeout"), fn)
		} else {
			bind.Invoke(s.room.h.VM, s.obj, "once", bind.String("timeout"), fn)
		}
	}
	return s.obj
}

func (s *Socket) jsSetNoDelay(c goja.FunctionCall) goja.Value {
	on := bind.IsUndefined(c.Argument(0)) || bind.Truthy(c.Argument(0))
	changed := on != s.noDelay
	s.noDelay = on
	if s.sk != nil && (changed || s.handle.replaced("setNoDelay") == nil) {
		s.sendNoDelay()
	}
	return s.obj
}

// sendNoDelay tells the connection, through what the program put in the place of the handle's method.
func (s *Socket) sendNoDelay() {
	if fn := s.handle.replaced("setNoDelay"); fn != nil {
		bind.Call(fn, s.handle.obj, bind.Bool(s.noDelay))
		return
	}
	s.sk.SetNoDelay(s.noDelay)
}

// sendKeepAlive is sendNoDelay for keep-alive.
func (s *Socket) sendKeepAlive() {
	if fn := s.handle.replaced("setKeepAlive"); fn != nil {
		bind.Call(fn, s.handle.obj, bind.Bool(s.keepAlive), bind.Int(int(s.keepAliveDelay/time.Second)))
		return
	}
	s.sk.SetKeepAlive(s.keepAlive, s.keepAliveDelay)
}

func (s *Socket) jsSetKeepAlive(c goja.FunctionCall) goja.Value {
	on, delay := bind.Truthy(c.Argument(0)), time.Duration(wholeSeconds(c.Argument(1).ToFloat()))*time.Second
	changed := on != s.keepAlive || on && delay != s.keepAliveDelay
	s.keepAlive, s.keepAliveDelay = on, delay
	if s.sk != nil && changed { // an agent asks for it before every request
		s.sendKeepAlive()
	}
	return s.obj
}

func (s *Socket) readyState() string {
	readable, writable := bind.Truthy(s.obj.Get("readable")), bind.Truthy(s.obj.Get("writable"))
	switch {
	case s.connecting:
		return "opening"
	case readable && writable:
		return "open"
	case readable:
		return "readOnly"
	case writable:
		return "writeOnly"
	}
	return "closed"
}

func (s *Socket) bytesRead() int64 {
	if s.sk != nil {
		return s.sk.BytesRead()
	}
	return s.bytesReadAtClose
}

// bytesWritten counts what was given to the system and what still waits in the stream.
func (s *Socket) bytesWritten() goja.Value {
	n := s.bytesWrittenAtClose
	if s.sk != nil {
		n = s.sk.BytesWritten()
	}
	return s.room.h.VM.ToValue(n + int64(s.pending) + s.wr.BufferedBytes())
}

// part returns one part of an address, undefined while there is none. The remote end, once asked for,
// can be asked for after destroy too.
//
// Node v20 lib/net.js: _getpeername.
func (s *Socket) part(remote bool, get func(sock.Address) any) goja.Value {
	var a sock.Address
	switch {
	case s.connecting || s.sk == nil:
		if remote {
			a = s.peer
		}
	case remote:
		s.peer = s.sk.RemoteAddr()
		a = s.peer
	default:
		a = s.sk.LocalAddr()
	}
	if a.Family == "" {
		return goja.Undefined()
	}
	return s.room.h.VM.ToValue(get(a))
}

func (s *Socket) address() goja.Value {
	o := s.room.h.VM.NewObject()
	if s.sk != nil {
		if a := s.sk.LocalAddr(); a.Family != "" {
			o.Set("address", a.IP)
			o.Set("family", a.Family)
			o.Set("port", a.Port)
		}
	}
	return o
}

func (s *Socket) serverObject() goja.Value {
	if s.server == nil {
		return goja.Null()
	}
	return s.server.obj
}

// handleObject is _handle: null while there is no connection, nor one under way.
func (s *Socket) handleObject() goja.Value {
	if s.sk == nil && !s.connecting {
		return goja.Null()
	}
	if s.handle == nil {
		s.handle = &Handle{room: s.room, so: s, sk: s.sk, pipe: s.pipe || s.sk != nil && s.sk.RemoteAddr().Family == "" && s.sk.LocalAddr().Family == ""}
	}
	return s.handle.object()
}
