package net

import (
	"math"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/stream"
)

// Socket is the state of a net.Socket.
type Socket struct {
	bind.State
	events.Emitter
	rd stream.Readable
	wr stream.Writable

	room *Room
	obj  *goja.Object
	sk   *sock.Sock // nil until connected, and after destroy
	last *sock.Sock // what sk was, for addresses and counters after destroy

	context *modules.AsyncContext // in which it was made: its events have it

	// Owner has the connection in our place while it speaks a protocol; nil else. Set by SetOwner.
	owner    Owner
	hadOwner bool // it had one at some time

	connecting bool
	pipe       bool         // a Unix socket, or about to be
	attempt    attempt      // nil unless connecting
	handle     *Handle      // behind _handle; nil until it is asked for
	host       string       // the name that connect looked up
	peer       sock.Address // the remote end, as it was asked for last
	onread     *onread      // the option; or nil
	server     *Server
	hadError   bool
	closed     bool // the destroy has reached the descriptor
	paused     bool // the sock is paused because the Readable is full, or nobody reads yet
	reading    bool // _read was called: data may be delivered
	ended      bool // the peer sent FIN
	unref      bool

	timer     eventloop.Timer
	timeoutMs float64

	chunk    *sock.Chunk // being delivered
	sinkDone func(err goja.Value)
	written  func(*sock.Error) // calls sinkDone through the door; made once

	noDelay, keepAlive  bool
	keepAliveDelay      time.Duration
	allowHalfOpen       bool
	pending             int // bytes of the write that waits for the connection
	bytesWrittenAtClose int64
	lastWritten         int64
	bytesReadAtClose    int64
}

// Owner is who speaks a protocol on a Socket's connection. Its methods run on the loop goroutine.
type Owner interface {
	// SocketTimeout is called when the socket was idle for its timeout, before 'timeout' is
	// emitted; true says that the owner took care of it.
	SocketTimeout() (handled bool)
	// SocketWillDestroy is called when the socket is being destroyed by the script.
	SocketWillDestroy(err goja.Value)
}

func (r *Room) defineSocket() {
	vm := r.h.VM
	m := func(fn func(s *Socket, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value { return fn(r.socket(c.This), c) }
	}
	// settable lets an assignment make an own property: in Node these are plain.
	settable := func(a bind.Accessor) bind.Accessor {
		a.Set = func(c goja.FunctionCall) goja.Value {
			if o, ok := c.This.(*goja.Object); ok {
				o.DefineDataProperty(a.Name, c.Argument(0), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
			}
			return goja.Undefined()
		}
		return a
	}
	get := func(name string, fn func(s *Socket) goja.Value) bind.Accessor {
		return bind.Accessor{Name: name, Get: func(c goja.FunctionCall) goja.Value {
			s, ok := bind.SelfOf[*Socket](c.This)
			if !ok {
				return goja.Undefined() // the prototype itself
			}
			return fn(s)
		}}
	}
	r.Socket = bind.Define(vm, bind.Class{Name: "Socket", Length: 1, Mode: bind.CallInstance,
		Parent:    r.streams.Duplex,
		Construct: r.construct,
		Methods: []bind.Method{
			{Name: "connect", Fn: m((*Socket).jsConnect)},
			{Name: "setTimeout", Length: 2, Fn: m((*Socket).jsSetTimeout)},
			{Name: "setNoDelay", Length: 1, Fn: m((*Socket).jsSetNoDelay)},
			{Name: "setKeepAlive", Length: 2, Fn: m((*Socket).jsSetKeepAlive)},
			{Name: "address", Fn: m(func(s *Socket, _ goja.FunctionCall) goja.Value { return s.address() })},
			{Name: "ref", Fn: m(func(s *Socket, _ goja.FunctionCall) goja.Value { s.SetRef(true); return s.obj })},
			{Name: "unref", Fn: m(func(s *Socket, _ goja.FunctionCall) goja.Value { s.SetRef(false); return s.obj })},
			{Name: "destroySoon", Fn: m(func(s *Socket, _ goja.FunctionCall) goja.Value { s.DestroySoon(); return goja.Undefined() })},
			{Name: "resetAndDestroy", Fn: m((*Socket).resetAndDestroy)},
			{Name: "_unrefTimer", Fn: m(func(s *Socket, _ goja.FunctionCall) goja.Value { s.Active(); return goja.Undefined() })},
			{Name: "_onTimeout", Fn: m(func(s *Socket, _ goja.FunctionCall) goja.Value { s.onTimeout(); return goja.Undefined() })},
			{Name: "push", Length: 2, Fn: m((*Socket).push)},
			{Name: "_read", Length: 1, Fn: m(func(s *Socket, _ goja.FunctionCall) goja.Value { s.Read(0); return goja.Undefined() })},
			{Name: "_write", Length: 3, Fn: m((*Socket).jsWrite)},
			{Name: "_final", Length: 1, Fn: m(func(s *Socket, c goja.FunctionCall) goja.Value {
				s.Final(stream.ToCallback(c.Argument(0)).Call)
				return goja.Undefined()
			})},
			{Name: "_destroy", Length: 2, Fn: m(func(s *Socket, c goja.FunctionCall) goja.Value {
				s.Destroy(c.Argument(0), stream.ToCallback(c.Argument(1)).Call)
				return goja.Undefined()
			})},
		},
		Accessors: []bind.Accessor{
			settable(get("connecting", func(s *Socket) goja.Value { return bind.Bool(s.connecting) })),
			get("_connecting", func(s *Socket) goja.Value { return bind.Bool(s.connecting) }),
			get("pending", func(s *Socket) goja.Value { return bind.Bool(s.sk == nil || s.connecting) }),
			get("readyState", func(s *Socket) goja.Value { return bind.String(s.readyState()) }),
			get("bufferSize", func(s *Socket) goja.Value {
				if s.sk == nil && !s.connecting {
					return goja.Undefined()
				}
				return bind.Int(s.wr.Length())
			}),
			get("bytesRead", func(s *Socket) goja.Value { return vm.ToValue(s.bytesRead()) }),
			get("bytesWritten", func(s *Socket) goja.Value { return s.bytesWritten() }),
			get("_bytesDispatched", func(s *Socket) goja.Value {
				if s.sk != nil {
					return vm.ToValue(s.sk.BytesWritten())
				}
				return vm.ToValue(s.bytesWrittenAtClose)
			}),
			get("remoteAddress", func(s *Socket) goja.Value { return s.part(true, func(a sock.Address) any { return a.IP }) }),
			get("remoteFamily", func(s *Socket) goja.Value { return s.part(true, func(a sock.Address) any { return a.Family }) }),
			get("remotePort", func(s *Socket) goja.Value { return s.part(true, func(a sock.Address) any { return a.Port }) }),
			get("localAddress", func(s *Socket) goja.Value { return s.part(false, func(a sock.Address) any { return a.IP }) }),
			get("localFamily", func(s *Socket) goja.Value { return s.part(false, func(a sock.Address) any { return a.Family }) }),
			get("localPort", func(s *Socket) goja.Value { return s.part(false, func(a sock.Address) any { return a.Port }) }),
			{Name: "timeout",
				Get: get("timeout", func(s *Socket) goja.Value {
					if s.timeoutMs < 0 {
						return goja.Undefined()
					}
					return vm.ToValue(s.timeoutMs)
				}).Get,
				// A plain property in Node: assigning changes what is shown, not the timer.
				Set: m(func(s *Socket, c goja.FunctionCall) goja.Value {
					s.obj.DefineDataProperty("timeout", c.Argument(0), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
					return goja.Undefined()
				})},
			settable(get("_handle", (*Socket).handleObject)),
			settable(get("_host", func(s *Socket) goja.Value {
				if s.host == "" {
					return goja.Null()
				}
				return bind.String(s.host)
			})),
			settable(get("server", func(s *Socket) goja.Value { return s.serverObject() })),
			settable(get("_server", func(s *Socket) goja.Value { return s.serverObject() })),
		}})
	r.streams.Native(r.Socket)
	// Node v20 lib/net.js: what write becomes when the peer has ended and we end with it.
	r.writeAfterFIN = bind.Function(vm, bind.Method{Name: "writeAfterFIN", Length: 3, Fn: m(func(s *Socket, c goja.FunctionCall) goja.Value {
		if !s.wr.Ending() {
			return bind.Call(r.streams.Writable.Proto.Get("write"), s.obj, c.Arguments...)
		}
		cb := stream.ToCallback(c.Argument(2))
		if nodeerr.TypeOf(c.Argument(1)) == "function" {
			cb = stream.ToCallback(c.Argument(1))
		}
		err := r.h.Err.Plain(nodeerr.Error, "This socket has been ended by the other party")
		err.Set("code", "EPIPE")
		if !cb.IsZero() {
			r.h.Door.NextTick(modules.Func(func() { cb.Call(err) }))
		}
		if r.h.Era.WriteAfterFINTold {
			r.ev.Emit(s.obj, "error", err)
		}
		s.wr.Destroy(err)
		return bind.False
	})})
}

func (r *Room) socket(v goja.Value) *Socket {
	s, ok := bind.SelfOf[*Socket](v)
	if !ok {
		panic(r.h.VM.NewTypeError("this is not a net.Socket"))
	}
	return s
}

// SocketOf returns the Socket behind v; ok is false if v is none.
func SocketOf(v goja.Value) (s *Socket, ok bool) { return bind.SelfOf[*Socket](v) }

// socketOptions are the options of the constructor that Go code sets.
type socketOptions struct {
	allowHalfOpen bool
	highWaterMark int
}

func (s *Socket) init(obj *goja.Object, st *bind.State, o socketOptions) {
	s.obj = obj
	s.timeoutMs = -1
	s.allowHalfOpen = o.allowHalfOpen
	events.Init(st, &s.Emitter)
	s.room.ev.FollowRule(&s.Emitter)
	s.room.streams.InitReadable(obj, st, &s.rd, s, stream.ReadableOptions{NoEmitClose: true, HighWaterMark: o.highWaterMark, NoSync: true})
	s.room.streams.InitWritable(obj, st, &s.wr, s, stream.WritableOptions{NoEmitClose: true, HighWaterMark: o.highWaterMark, KeepStrings: true})
	obj.DefineDataProperty("allowHalfOpen", bind.Bool(o.allowHalfOpen), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	st.Put(bind.Self, s)
	s.room.ev.On(obj, "end", func([]goja.Value) {
		if obj.Get("allowHalfOpen") == bind.False {
			obj.Set("write", s.room.writeAfterFIN)
		}
	})
	s.timer.Init(s.room.h.Loop, (*idleTask)(s))
	s.timer.Unref()
	s.paused = true
}

// construct is new net.Socket([options]).
//
// Node v20 lib/net.js: Socket.
func (r *Room) construct(this *goja.Object, args []goja.Value) {
	s := &Socket{room: r, context: r.h.Context}
	st := bind.Own(this)
	opts, _ := bind.Arg(args, 0).(*goja.Object)
	if nodeerr.IsNumber(bind.Arg(args, 0)) {
		opts = r.h.VM.NewObject() // the legacy form: a descriptor
		opts.Set("fd", args[0])
	}
	if opts == nil {
		s.init(this, st, socketOptions{})
		return
	}
	for _, name := range []string{"objectMode", "readableObjectMode", "writableObjectMode"} {
		if v := opts.Get(name); bind.Truthy(v) {
			panic(r.h.Err.InvalidArgValue("options."+name, v, "is not supported"))
		}
	}
	delay := 0
	if v := opts.Get("keepAliveInitialDelay"); !bind.IsUndefined(v) {
		delay = wholeSeconds(r.h.Err.ValidateNumber(v, "options.keepAliveInitialDelay", nan, nan))
	}
	s.init(this, st, socketOptions{allowHalfOpen: bind.Truthy(opts.Get("allowHalfOpen"))})
	r.streams.ApplyOptions(&s.rd, &s.wr, opts)
	s.noDelay, s.keepAlive = bind.Truthy(opts.Get("noDelay")), bind.Truthy(opts.Get("keepAlive"))
	s.keepAliveDelay = time.Duration(delay) * time.Second
	if s.onread = onreadOption(opts); s.onread != nil {
		s.followOnread()
	}
	if h := opts.Get("handle"); bind.Truthy(h) {
		s.takeOver(h)
	} else if v := opts.Get("fd"); !bind.IsUndefined(v) {
		s.open(int(r.h.Err.ValidateInteger(v, "fd", 0, math.MaxInt32)))
	}
	if s.sk != nil && opts.Get("readable") != bind.False {
		if bind.Truthy(opts.Get("pauseOnCreate")) {
			s.rd.Pause()
		} else if !bind.Truthy(opts.Get("manualStart")) {
			s.ReadAhead()
		}
	}
}

// takeOver makes s the socket of a handle that another Socket or Server had.
func (s *Socket) takeOver(v goja.Value) {
	h := HandleOf(v)
	if h != nil && h.received {
		s.openReceived(h)
		return
	}
	if h == nil || h.sk == nil {
		s.room.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "net.Socket over a handle that is no connection's _handle")
	}
	if old := h.so; old != nil {
		old.sk, old.handle = nil, nil
	}
	h.so, s.handle, s.pipe = s, h, h.pipe
	s.adopt(h.sk)
}

// open makes s the socket of a descriptor that the process was given.
func (s *Socket) open(fd int) {
	e := s.room.h.Err
	if a := s.room.h.Settings.Access; a != nil && fd != s.room.h.Given && !a.AllNet() {
		panic(e.Denied(modules.DeniedNet("descriptor")))
	}
	kind := sock.FDKind(fd)
	if kind != "TCP" && kind != "PIPE" {
		e.Throw("ERR_INVALID_FD_TYPE", kind)
	}
	sk, err := sock.FromFD(s.room.h.Loop, fd)
	if err != nil {
		panic(s.room.sysError(err))
	}
	s.room.h.FDs.Close(fd) // it is the Sock's now
	s.pipe = kind == "PIPE"
	s.adopt(sk)
}

// NewSocket returns a connected Socket for sk, whose consumer it does not become: see Consume.
func (r *Room) NewSocket(sk *sock.Sock, allowHalfOpen bool) *Socket {
	s := &Socket{room: r, context: r.h.Context}
	obj := r.h.VM.CreateObject(r.Socket.Proto)
	bind.Attach(obj, &s.State)
	s.init(obj, &s.State, socketOptions{allowHalfOpen: allowHalfOpen})
	s.sk, s.last = sk, sk
	return s
}

// adopt makes s the consumer of the connected sk.
func (s *Socket) adopt(sk *sock.Sock) {
	s.sk, s.last = sk, sk
	if s.handle != nil {
		s.handle.sk = sk
	}
	if sk.SetNoDelay(false); s.noDelay {
		s.sendNoDelay()
	}
	if s.keepAlive {
		s.sendKeepAlive()
	}
	if s.unref {
		sk.Unref()
	}
	s.Consume()
}

// Consume makes s the consumer of its connection again: data goes to the stream. Nothing is
// delivered before the stream is read.
func (s *Socket) Consume() {
	s.owner = nil
	if s.sk == nil {
		return
	}
	if !s.reading {
		s.setPaused(true)
	}
	s.sk.SetConsumer(s)
}

// setPaused stops or starts the delivery of data. As with libuv, a connection that is not being read
// does not keep the process alive; its output still does.
func (s *Socket) setPaused(paused bool) {
	s.paused = paused
	if s.sk == nil {
		return
	}
	if paused {
		s.sk.Pause()
	} else {
		s.sk.Resume()
	}
	s.sk.SetActive(!paused && !s.ended)
}

// Object returns the JavaScript side.
func (s *Socket) Object() *goja.Object { return s.obj }

// Sock returns the connection, nil before connect and after destroy.
func (s *Socket) Sock() *sock.Sock { return s.sk }

// Readable returns the reading half.
func (s *Socket) Readable() *stream.Readable { return &s.rd }

// Writable returns the writing half.
func (s *Socket) Writable() *stream.Writable { return &s.wr }

// SetOwner tells s who speaks on its connection; nil for nobody.
func (s *Socket) SetOwner(o Owner) {
	s.owner = o
	s.hadOwner = s.hadOwner || o != nil
}

// Owner is who speaks on the connection, nil for nobody.
func (s *Socket) Owner() Owner { return s.owner }

// HadOwner reports whether somebody spoke on the connection, now or before.
func (s *Socket) HadOwner() bool { return s.hadOwner }

// SetServer makes srv the value of socket.server.
func (s *Socket) SetServer(srv *Server) { s.server = srv }

// AllowHalfOpen reports the option.
func (s *Socket) AllowHalfOpen() bool { return s.allowHalfOpen }

// ReadAhead starts reading into the buffer unless the socket is paused, as Node does with a socket
// it hands to the program: nobody may ever read, and the end and errors must be seen all the same.
func (s *Socket) ReadAhead() {
	if s.sk != nil && !s.rd.IsPaused() {
		bind.Invoke(s.room.h.VM, s.obj, "read", bind.Int(0))
	}
}

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

// Keep returns the bytes of c for someone who keeps them, and releases c: a chunk that is at least a
// quarter full is given away, a smaller piece is copied so that it does not hold the whole.
func Keep(c *sock.Chunk) []byte {
	b := c.Bytes()
	if 4*len(b) >= cap(b) {
		c.Escape()
		b = b[:len(b):len(b)]
	} else {
		b = append(make([]byte, 0, len(b)), b...)
	}
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
	var offConnect, offClose func()
	offConnect = s.room.ev.Once(s.obj, "connect", func([]goja.Value) { offClose(); fn() })
	offClose = s.room.ev.Once(s.obj, "close", func([]goja.Value) { offConnect(); gone() })
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
