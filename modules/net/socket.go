package net

import (
	"math"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/engine"
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

	connecting  bool
	pipe        bool                 // a Unix socket, or about to be
	attempt     attempt              // nil unless connecting
	measurement *modules.Measurement // of the connect, for perf_hooks
	handle      *Handle              // behind _handle; nil until it is asked for
	host        string               // the name that connect looked up
	peer        sock.Address         // the remote end, as it was asked for last
	onread      *onread              // the option; or nil
	server      *Server
	hadError    bool
	closed      bool // the destroy has reached the descriptor
	paused      bool // the sock is paused because the Readable is full, or nobody reads yet
	reading     bool // _read was called: data may be delivered
	ended       bool // the peer sent FIN
	unref       bool

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
	x := new(struct {
		s   Socket
		obj engine.Object
	})
	s := &x.s
	s.room, s.context = r, r.h.Context
	obj := x.obj.Make(r.h.VM, r.Socket.Proto, nil)
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
