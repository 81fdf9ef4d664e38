package net

import (
	"maps"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Server is the state of a net.Server. Classes that build on it (http.Server) embed it.
type Server struct {
	bind.State
	events.Emitter

	room   *Room
	obj    *goja.Object
	handle *Handle // what listens; nil if nothing does

	context *modules.AsyncContext // in which it began to listen: its events have it

	// OnSock, if set, takes each accepted connection in the place of 'connection'. It runs inside
	// the door.
	OnSock func(sk *sock.Sock)

	announce     func() // tells the primary of cluster what this listens on; nil: nobody is told
	path         string // of a Unix socket; kept after close, as in Node
	calls        int    // of listen and close: what an earlier one still waits for is void
	unref        bool
	count        int        // open connections
	block        *BlockList // the option blockList; or nil
	socketsAlive map[*Socket]struct{}
	remotes      []Remote
}

// serverState is what has a Server inside.
type serverState interface{ netServer() *Server }

func (s *Server) netServer() *Server { return s }

// ServerOf returns the Server behind v; ok is false if v is none.
func ServerOf(v goja.Value) (*Server, bool) {
	s, ok := bind.SelfOf[serverState](v)
	if !ok {
		return nil, false
	}
	return s.netServer(), true
}

func (r *Room) defineServer() {
	vm := r.h.VM
	m := func(fn func(s *Server, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			s, ok := ServerOf(c.This)
			if !ok {
				panic(vm.NewTypeError("this is not a net.Server"))
			}
			return fn(s, c)
		}
	}
	get := func(name string, fn func(s *Server) goja.Value) bind.Accessor {
		return bind.Accessor{Name: name, Get: func(c goja.FunctionCall) goja.Value {
			if s, ok := ServerOf(c.This); ok {
				return fn(s)
			}
			return goja.Undefined()
		}}
	}
	r.Server = bind.Define(vm, bind.Class{Name: "Server", Length: 2, Mode: bind.CallInstance,
		Parent: r.ev.EventEmitter,
		Construct: func(this *goja.Object, args []goja.Value) {
			s := &Server{}
			r.InitServer(this, bind.Own(this), s, s)
			r.serverArgs(s, args)
		},
		Methods: []bind.Method{
			{Name: "listen", Fn: m((*Server).listen)},
			{Name: "close", Length: 1, Fn: m((*Server).jsClose)},
			{Name: "address", Fn: m((*Server).address)},
			{Name: "getConnections", Length: 1, Fn: m((*Server).getConnections)},
			{Name: "ref", Fn: m(func(s *Server, _ goja.FunctionCall) goja.Value { return s.setRef(true) })},
			{Name: "unref", Fn: m(func(s *Server, _ goja.FunctionCall) goja.Value { return s.setRef(false) })},
			{Name: "_emitCloseIfDrained", Fn: m(func(s *Server, _ goja.FunctionCall) goja.Value {
				s.emitCloseIfDrained()
				return goja.Undefined()
			})},
		},
		Accessors: []bind.Accessor{
			get("listening", func(s *Server) goja.Value { return bind.Bool(s.handle != nil) }),
			get("_connections", func(s *Server) goja.Value { return bind.Int(s.count) }),
			{Name: "connections",
				Get: m(func(s *Server, _ goja.FunctionCall) goja.Value { return bind.Int(s.count) }),
				Set: m(func(s *Server, c goja.FunctionCall) goja.Value {
					if r.h.Era.SettableCount {
						s.count = int(c.Argument(0).ToInteger())
					}
					return goja.Undefined()
				})},
			get("_handle", func(s *Server) goja.Value {
				if s.handle == nil {
					return goja.Null()
				}
				return s.handle.object()
			}),
		}})
	hide := func(symbol goja.Value, name string, length int, fn bind.Func) {
		if sym, ok := symbol.(*goja.Symbol); ok {
			f := bind.Function(vm, bind.Method{Name: name, Length: length, Fn: fn})
			r.Server.Proto.DefineDataPropertySymbol(sym, f, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		}
	}
	hide(r.ev.EventEmitter.Ctor.Get("captureRejectionSymbol"), "", 3, m((*Server).rejected))
	hide(vm.Get("Symbol").(*goja.Object).Get("asyncDispose"), "", 0, m((*Server).dispose))
}

// InitServer makes s the server behind obj; self is its outermost state. The options are properties,
// which the program may change at any time; they have Node's defaults.
func (r *Room) InitServer(obj *goja.Object, st *bind.State, s *Server, self any) {
	s.room, s.obj = r, obj
	s.socketsAlive = make(map[*Socket]struct{})
	events.Init(st, &s.Emitter)
	r.ev.FollowRule(&s.Emitter)
	st.Put(bind.Self, self)
	for _, name := range []string{"allowHalfOpen", "pauseOnConnect", "noDelay", "keepAlive"} {
		obj.Set(name, false)
	}
	obj.Set("keepAliveInitialDelay", 0)
	obj.Set("highWaterMark", r.streams.DefaultHighWaterMark())
}

// serverArgs reads the arguments (options, connectionListener).
func (r *Room) serverArgs(s *Server, args []goja.Value) {
	opts, listener := bind.Arg(args, 0), bind.Arg(args, 1)
	switch nodeerr.TypeOf(opts) {
	case "function":
		r.ev.AddListener(s.obj, "connection", opts.(*goja.Object))
		return
	case "undefined", "object":
	default:
		panic(r.h.Err.InvalidArgType("options", []string{"Object"}, opts))
	}
	if nodeerr.TypeOf(listener) == "function" {
		r.ev.AddListener(s.obj, "connection", listener.(*goja.Object))
	}
	if o, ok := opts.(*goja.Object); ok {
		s.SetOptions(o)
	}
}

// SetOptions reads the options that concern connections.
func (s *Server) SetOptions(o *goja.Object) {
	for _, name := range []string{"allowHalfOpen", "pauseOnConnect", "noDelay", "keepAlive"} {
		s.obj.Set(name, bind.Truthy(o.Get(name)))
	}
	s.block = s.room.blockListOption(o)
	if v := o.Get("keepAliveInitialDelay"); !bind.IsUndefined(v) {
		s.obj.Set("keepAliveInitialDelay", wholeSeconds(s.room.h.Err.ValidateNumber(v, "options.keepAliveInitialDelay", nan, nan)))
	}
	if v := o.Get("highWaterMark"); !bind.IsUndefined(v) {
		if !goja.IsNull(v) && s.room.h.Err.ValidateNumber(v, "options.highWaterMark", nan, nan) >= 0 {
			s.obj.Set("highWaterMark", v)
		}
	}
}

// wholeSeconds is ~~(ms / 1000), not below 0.
func wholeSeconds(ms float64) int {
	if ms >= 0 && ms < 1<<31*1000 {
		return int(ms / 1000)
	}
	return 0
}

// CloseServers closes every server that listens, through its method, and calls done when they have closed.
func (r *Room) CloseServers(done func()) {
	waiting := 1
	one := func(goja.FunctionCall) goja.Value {
		if waiting--; waiting == 0 {
			done()
		}
		return goja.Undefined()
	}
	for h := range maps.Clone(r.listeners) {
		waiting++
		bind.Invoke(r.h.VM, h.srv.obj, "close", r.h.VM.ToValue(one))
	}
	one(goja.FunctionCall{})
}

// Object returns the JavaScript side.
func (s *Server) Object() *goja.Object { return s.obj }

// SetNoDelay is the noDelay option.
func (s *Server) SetNoDelay(on bool) { s.obj.Set("noDelay", on) }

// SetAllowHalfOpen is the allowHalfOpen option.
func (s *Server) SetAllowHalfOpen(on bool) { s.obj.Set("allowHalfOpen", on) }

// Context is the async context of the server's events.
func (s *Server) Context() *modules.AsyncContext { return s.context }

// Listening reports whether the server listens.
func (s *Server) Listening() bool { return s.handle != nil }

// option reports whether the property is truthy.
func (s *Server) option(name string) bool { return bind.Truthy(s.obj.Get(name)) }

// keepAliveDelay is the property keepAliveInitialDelay, in seconds.
func (s *Server) keepAliveDelay() time.Duration {
	return time.Duration(bind.Property(s.obj, "keepAliveInitialDelay").ToInteger()) * time.Second
}

// accepted takes a connection from the listener; client is its handle if that exists already.
func (s *Server) accepted(sk *sock.Sock, client *Handle) {
	if s.block.blocksIP(sk.RemoteAddr().IP) {
		s.drop(sk)
		return
	}
	if !s.room.h.HandlesLeft() {
		s.drop(sk)
		return
	}
	if limit := s.obj.Get("maxConnections"); bind.Truthy(limit) && float64(s.count) >= limit.ToFloat() {
		s.drop(sk)
		return
	}
	sk.SetNoDelay(s.option("noDelay"))
	if s.option("keepAlive") {
		if fn := client.replaced("setKeepAlive"); fn != nil {
			s.room.h.Enter(s.context, func() { bind.Call(fn, client.obj, bind.True, s.obj.Get("keepAliveInitialDelay")) })
		} else {
			sk.SetKeepAlive(true, s.keepAliveDelay())
		}
	}
	s.room.h.Enter(s.context, func() {
		if s.OnSock != nil {
			s.count++
			s.OnSock(sk)
			return
		}
		s.connection(sk, client)
	})
}

// connection makes the Socket of an accepted connection and emits 'connection'.
func (s *Server) connection(sk *sock.Sock, client *Handle) {
	so := s.room.NewSocket(sk, s.option("allowHalfOpen"))
	if v := s.obj.Get("highWaterMark"); nodeerr.IsNumber(v) {
		so.rd.SetHighWaterMark(int(v.ToInteger()))
		so.wr.SetHighWaterMark(int(v.ToInteger()))
	}
	so.noDelay, so.keepAlive, so.keepAliveDelay = s.option("noDelay"), s.option("keepAlive"), s.keepAliveDelay()
	if client != nil {
		client.so, so.handle = so, client
	}
	s.count++
	s.Adopt(so)
	so.Consume()
	pause := s.option("pauseOnConnect")
	if pause {
		so.rd.Pause()
		sk.StopReading()
	}
	s.room.ev.Emit(s.obj, "connection", so.obj)
	if s.room.h.Diagnostics.NetServerSocket != nil {
		s.room.h.Diagnostics.NetServerSocket.Tell(s.room.h, "socket", so.obj)
	}
	if !pause {
		so.ReadAhead()
	}
}

// Adopt makes so one of the server's sockets, counted already.
func (s *Server) Adopt(so *Socket) {
	so.server = s
	s.socketsAlive[so] = struct{}{}
}

// Handover leaves the counting of a connection that had been the protocol's to its Socket.
func (s *Server) Handover(so *Socket) { s.Adopt(so) }

// Gone uncounts a connection that had no Socket.
func (s *Server) Gone() {
	s.count--
	s.emitCloseIfDrained()
}

func (s *Server) socketClosed(so *Socket) {
	if _, ok := s.socketsAlive[so]; ok {
		delete(s.socketsAlive, so)
		s.count--
		s.emitCloseIfDrained()
	}
}

// drop refuses a connection that is blocked, or beyond maxConnections, and emits 'drop'.
func (s *Server) drop(sk *sock.Sock) {
	local, remote := sk.LocalAddr(), sk.RemoteAddr()
	sk.Destroy(nil)
	s.room.h.Enter(s.context, func() {
		if local.Family == "" {
			s.room.ev.Emit(s.obj, "drop")
			return
		}
		o := s.room.h.VM.CreateObject(nil)
		o.Set("localAddress", local.IP)
		o.Set("localPort", local.Port)
		o.Set("localFamily", local.Family)
		o.Set("remoteAddress", remote.IP)
		o.Set("remotePort", remote.Port)
		o.Set("remoteFamily", remote.Family)
		s.room.ev.Emit(s.obj, "drop", o)
	})
}

func (s *Server) setRef(ref bool) goja.Value {
	s.unref = !ref
	if s.handle != nil {
		s.handle.setRef(ref)
	}
	return s.obj
}

func (s *Server) jsClose(c goja.FunctionCall) goja.Value {
	if fn, ok := c.Argument(0).(*goja.Object); ok && nodeerr.TypeOf(fn) == "function" {
		if s.handle == nil {
			s.room.ev.Once(s.obj, "close", func([]goja.Value) {
				bind.Call(fn, goja.Undefined(), s.room.h.Err.New("ERR_SERVER_NOT_RUNNING"))
			})
		} else {
			s.room.ev.OnceListener(s.obj, "close", fn)
		}
	}
	s.Close()
	return s.obj
}

// Close stops listening; 'close' follows when the last connection has ended.
func (s *Server) Close() {
	s.calls++
	if s.handle != nil {
		s.handle.closeListener(nil)
		s.handle = nil
	}
	if len(s.remotes) > 0 {
		s.closeRemotes()
		return
	}
	s.emitCloseIfDrained()
}

// emitCloseIfDrained emits 'close' when nothing is open any more.
func (s *Server) emitCloseIfDrained() {
	if s.handle != nil || s.count > 0 {
		return
	}
	s.room.h.Door.NextTick(modules.Func(func() { s.room.ev.Emit(s.obj, "close") }))
}

// dispose is server[Symbol.asyncDispose](): close, as a promise.
func (s *Server) dispose(goja.FunctionCall) goja.Value {
	vm := s.room.h.VM
	p, resolve, reject := vm.NewPromise()
	if s.handle == nil {
		resolve(goja.Undefined())
		return vm.ToValue(p)
	}
	bind.Invoke(vm, s.obj, "close", vm.ToValue(func(c goja.FunctionCall) goja.Value {
		if err := c.Argument(0); bind.Truthy(err) {
			reject(err)
		} else {
			resolve(goja.Undefined())
		}
		return goja.Undefined()
	}))
	return vm.ToValue(p)
}

// rejected takes the rejection of a listener's promise, with captureRejections: a connection is
// destroyed by it, all else is an error of the server.
func (s *Server) rejected(c goja.FunctionCall) goja.Value {
	if so, ok := c.Argument(2).(*goja.Object); ok && nodeerr.IsString(c.Argument(1)) && c.Argument(1).String() == "connection" {
		bind.Invoke(s.room.h.VM, so, "destroy", c.Argument(0))
	} else {
		s.room.ev.Emit(s.obj, "error", c.Argument(0))
	}
	return goja.Undefined()
}

// address is what the server is bound to: an object, a path, or null.
func (s *Server) address(goja.FunctionCall) goja.Value {
	if s.handle != nil && !s.handle.pipe {
		o := s.room.h.VM.NewObject()
		setAddress(o, s.handle.ln.Addr())
		return o
	}
	if s.path != "" {
		return s.room.h.VM.ToValue(s.path)
	}
	return goja.Null()
}

func (s *Server) getConnections(c goja.FunctionCall) goja.Value {
	s.room.h.Err.ValidateFunction(c.Argument(0), "callback")
	cb, _ := bind.ToCallable(c.Argument(0))
	if len(s.remotes) > 0 {
		s.countRemotes(func(err goja.Value, n int) {
			args := []goja.Value{err}
			if goja.IsNull(err) {
				args = append(args, bind.Int(n))
			}
			s.room.h.Door.NextTick(modules.Func(func() { cb.Call(goja.Undefined(), args...) }))
		})
		return s.obj
	}
	count := bind.Int(s.count)
	s.room.h.Door.NextTick(modules.Func(func() { cb.Call(goja.Undefined(), goja.Null(), count) }))
	return s.obj
}
