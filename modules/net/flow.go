package net

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/stream"
)

// This file is what goes through a Socket: input, output, the end of both, and destruction.

// enter runs fn through the door.
func (s *Socket) enter(fn func()) { s.room.h.Enter(s.context, fn) }

// OnData implements sock.Consumer.
func (s *Socket) OnData(c *sock.Chunk) {
	s.chunk = c
	s.room.h.Door.Enter((*dataTask)(s))
}

// dataTask is a Socket as the task that pushes what was read.
type dataTask Socket

func (t *dataTask) Run() {
	s := (*Socket)(t)
	s.room.h.Context = s.context
	c := s.chunk
	s.chunk = nil
	s.Active()
	if s.onread != nil {
		s.readInto(c)
		return
	}
	if !s.rd.Push(Keep(c)) {
		s.reading = false
		s.setPaused(true)
	}
}

// Keep returns the bytes of c for someone who keeps them, and releases c.
func Keep(c *sock.Chunk) []byte {
	b := c.Keep(c.Bytes())
	c.Release()
	return b
}

// OnEnd implements sock.Consumer.
func (s *Socket) OnEnd() {
	s.ended = true
	if s.sk != nil {
		s.sk.SetActive(false)
	}
	s.enter(func() {
		s.Active()
		s.rd.PushEOF()
		if s.rd.Length() == 0 {
			// Nobody may ever read: 'end' must come all the same. Node v20 onStreamRead: stream.read(0).
			bind.Invoke(s.room.h.VM, s.obj, "read", bind.Int(0))
		}
	})
}

// OnError implements sock.Consumer.
func (s *Socket) OnError(e *sock.Error) {
	s.enter(func() { s.wr.Destroy(s.room.sysError(e)) })
}

// OnDrain implements sock.Consumer; Write waits for its bytes by itself.
func (s *Socket) OnDrain() {}

// OnClose implements sock.Consumer.
func (s *Socket) OnClose() { s.enter(s.emitClose) }

func (s *Socket) emitClose() {
	if s.closed {
		return
	}
	s.closed = true
	s.room.ev.Emit(s.obj, "close", bind.Bool(s.hadError))
}

// Read implements stream.Source.
func (s *Socket) Read(int) {
	s.reading = true
	if s.sk == nil || s.owner != nil {
		return
	}
	if s.paused {
		s.setPaused(false)
	}
}

// Write implements stream.Sink.
func (s *Socket) Write(c stream.Chunk, done func(err goja.Value)) {
	s.sinkDone = done
	if s.connecting {
		s.pending = c.ByteLength()
		s.afterConnect(func() { s.Write(c, done) }, func() {
			done(s.room.h.Err.New("ERR_SOCKET_CLOSED_BEFORE_CONNECTION"))
		})
		return
	}
	s.pending = 0
	if s.sk == nil {
		done(s.room.h.Err.New("ERR_SOCKET_CLOSED"))
		return
	}
	s.Active()
	if s.written == nil {
		s.written = func(e *sock.Error) { s.enter(func() { s.wrote(e) }) }
	}
	if len(c.Bytes) >= sock.LentMin {
		s.sk.WriteLent(c.Bytes, s.written)
		return
	}
	if s.sk.Ending() {
		s.sk.Write(c.Bytes, s.written) // refuses with EPIPE
		return
	}
	if s.sk.SetOut(c.Append(s.sk.Out(len(c.Bytes)))) {
		// The bytes are on their way and few wait: done, as for libuv when the kernel takes all at once.
		done(nil)
		return
	}
	s.sk.Flushed(s.written)
}

// push is socket.push: while somebody speaks on the connection, what is pushed is his, behind what has
// come. Whoever looked at the first bytes of a connection gives them to its protocol that way.
func (s *Socket) push(c goja.FunctionCall) goja.Value {
	if s.owner == nil || s.sk == nil || goja.IsNull(c.Argument(0)) {
		return bind.Bool(s.rd.PushValue(c.Argument(0), c.Argument(1)))
	}
	b, ok := s.rd.BytesOf(c.Argument(0), c.Argument(1))
	if ok {
		s.sk.Inject(b)
	}
	return bind.Bool(ok && !s.sk.Paused())
}

// wrote ends a write that had to wait.
func (s *Socket) wrote(e *sock.Error) {
	done := s.sinkDone
	s.Active()
	if e == nil {
		done(nil)
		return
	}
	if s.sk == nil && e == sock.ErrClosed {
		done(s.room.h.Err.New("ERR_STREAM_DESTROYED", "write"))
		return
	}
	done(s.room.sysError(e))
}

func (s *Socket) jsWrite(c goja.FunctionCall) goja.Value {
	ch := stream.Chunk{Value: c.Argument(0), Encoding: c.Argument(1)}
	if b, ok := buffer.Bytes(c.Argument(0)); ok {
		ch.Bytes = b
	}
	s.Write(ch, stream.ToCallback(c.Argument(2)).Call)
	return goja.Undefined()
}

// Final implements stream.Finalizer: FIN behind what was written.
func (s *Socket) Final(done func(err goja.Value)) {
	switch {
	case s.connecting:
		s.afterConnect(func() { s.Final(done) }, func() { done(nil) })
	case s.sk == nil:
		done(nil)
	default:
		s.sk.CloseWrite(func(e *sock.Error) {
			s.enter(func() {
				if e == nil || e == sock.ErrClosed || e.Code == "ENOTCONN" {
					done(nil) // ENOTCONN: the peer has gone already
					return
				}
				done(s.room.sysError(e))
			})
		})
	}
}

// afterConnect runs fn once connected, or gone if the socket closes before.
func (s *Socket) afterConnect(fn, gone func()) {
	var connect, closed *events.Listening
	connect = s.room.ev.Once(s.obj, "connect", func([]goja.Value) { closed.Remove(); fn() })
	closed = s.room.ev.Once(s.obj, "close", func([]goja.Value) { connect.Remove(); gone() })
}

// Destroy implements stream.Destroyer.
//
// Node v20 lib/net.js: Socket.prototype._destroy.
func (s *Socket) Destroy(err goja.Value, done func(err goja.Value)) {
	s.connecting = false
	s.hadError = err != nil && !goja.IsNull(err) && !goja.IsUndefined(err)
	s.timer.Stop()
	if s.attempt != nil {
		s.attempt.Cancel()
		s.attempt = nil
	}
	if s.owner != nil {
		s.owner.SocketWillDestroy(err)
	}
	sk := s.sk
	s.sk = nil
	if sk != nil {
		s.bytesReadAtClose, s.bytesWrittenAtClose = sk.BytesRead(), sk.BytesWritten()
		_ = sk.RemoteAddr() // keep the addresses: they can be asked for after the descriptor is gone
		if sk.HasUnread() && sk.Queued() == 0 && s.owner == nil {
			// The kernel resets a connection that is closed with input unread. We read ahead of the
			// program, so the kernel no longer knows.
			sk.Reset()
		} else {
			sk.Destroy(nil)
		}
		if s.handle != nil {
			s.handle.sk = nil
			s.handle = nil
		}
		done(err)
	} else {
		done(err)
		s.room.h.Door.NextTick((*closeTask)(s))
	}
	if s.server != nil {
		s.server.socketClosed(s)
	}
}

// closeTask is a Socket as the tick that emits 'close' where there was no connection to close.
type closeTask Socket

func (t *closeTask) Run() { (*Socket)(t).emitClose() }

// DestroySoon destroys s once all that was written has left.
func (s *Socket) DestroySoon() {
	if bind.Truthy(s.obj.Get("writable")) {
		bind.Invoke(s.room.h.VM, s.obj, "end")
	}
	if s.wr.Finished() {
		bind.Invoke(s.room.h.VM, s.obj, "destroy")
		return
	}
	s.room.ev.Once(s.obj, "finish", func([]goja.Value) { bind.Invoke(s.room.h.VM, s.obj, "destroy") })
}

func (s *Socket) resetAndDestroy(goja.FunctionCall) goja.Value {
	switch {
	case s.sk == nil && !s.connecting:
		s.wr.Destroy(s.room.h.Err.New("ERR_SOCKET_CLOSED"))
		return s.obj
	case s.connecting && s.pipe, s.sk != nil && s.sk.LocalAddr().Family == "":
		s.room.h.Err.Throw("ERR_INVALID_HANDLE_TYPE")
	case s.connecting:
		s.afterConnect(func() { s.resetAndDestroy(goja.FunctionCall{}) }, func() {})
		return s.obj
	}
	s.sk.Reset()
	bind.Invoke(s.room.h.VM, s.obj, "destroy")
	return s.obj
}
