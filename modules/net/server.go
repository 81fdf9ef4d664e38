package net

import (
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Server is the state of a net.Server. Classes that build on it (http.Server) embed it.
type Server struct {
	bind.State
	events.Emitter

	room *Room
	obj  *goja.Object
	ln   *sock.Listener

	// OnSock, if set, takes each accepted connection in the place of 'connection'. It runs inside
	// the door.
	OnSock func(sk *sock.Sock)

	path           string // of a Unix socket
	starting       bool   // listen was called, 'listening' is to come
	unref          bool
	count          int // open connections
	maxConnections float64
	hasMax         bool
	opts           serverOptions
	socketsAlive   map[*Socket]struct{}
}

type serverOptions struct {
	allowHalfOpen, pauseOnConnect, noDelay, keepAlive bool
	keepAliveDelay                                    time.Duration
	highWaterMark                                     int
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
	get := func(fn func(s *Server) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			if s, ok := ServerOf(c.This); ok {
				return fn(s)
			}
			return goja.Undefined()
		}
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
			{Name: "ref", Fn: m(func(s *Server, _ goja.FunctionCall) goja.Value {
				s.unref = false
				if s.ln != nil {
					s.ln.Ref()
				}
				return s.obj
			})},
			{Name: "unref", Fn: m(func(s *Server, _ goja.FunctionCall) goja.Value {
				s.unref = true
				if s.ln != nil {
					s.ln.Unref()
				}
				return s.obj
			})},
			{Name: "_emitCloseIfDrained", Fn: m(func(s *Server, _ goja.FunctionCall) goja.Value {
				s.emitCloseIfDrained()
				return goja.Undefined()
			})},
		},
		Accessors: []bind.Accessor{
			{Name: "listening", Get: get(func(s *Server) goja.Value { return bind.Bool(s.ln != nil) })},
			{Name: "_connections", Get: get(func(s *Server) goja.Value { return bind.Int(s.count) })},
			{Name: "connections", Get: get(func(s *Server) goja.Value { return bind.Int(s.count) })},
			{Name: "maxConnections",
				Get: get(func(s *Server) goja.Value {
					if !s.hasMax {
						return goja.Undefined()
					}
					return vm.ToValue(s.maxConnections)
				}),
				Set: m(func(s *Server, c goja.FunctionCall) goja.Value {
					s.hasMax = nodeerr.IsNumber(c.Argument(0))
					s.maxConnections = c.Argument(0).ToFloat()
					return goja.Undefined()
				})},
			{Name: "allowHalfOpen", Get: get(func(s *Server) goja.Value { return bind.Bool(s.opts.allowHalfOpen) }),
				Set: m(func(s *Server, c goja.FunctionCall) goja.Value {
					s.opts.allowHalfOpen = bind.Truthy(c.Argument(0))
					return goja.Undefined()
				})},
			{Name: "_handle", Get: get(func(s *Server) goja.Value {
				if s.ln == nil {
					return goja.Null()
				}
				o := vm.NewObject()
				o.Set("fd", s.ln.FD())
				return o
			})},
		}})
}

// InitServer makes s the server behind obj; self is its outermost state.
func (r *Room) InitServer(obj *goja.Object, st *bind.State, s *Server, self any) {
	s.room, s.obj = r, obj
	s.socketsAlive = make(map[*Socket]struct{})
	events.Init(st, &s.Emitter)
	st.Put(bind.Self, self)
}

// serverArgs reads the arguments (options, connectionListener).
func (r *Room) serverArgs(s *Server, args []goja.Value) {
	opts, listener := bind.Arg(args, 0), bind.Arg(args, 1)
	switch nodeerr.TypeOf(opts) {
	case "function":
		r.ev.AddListener(s.obj, "connection", opts.(*goja.Object))
		return
	case "undefined":
	case "object":
		if goja.IsNull(opts) {
			break
		}
		s.SetOptions(opts.(*goja.Object))
	default:
		panic(r.h.Err.InvalidArgType("options", []string{"Object"}, opts))
	}
	if nodeerr.TypeOf(listener) == "function" {
		r.ev.AddListener(s.obj, "connection", listener.(*goja.Object))
	}
}

// SetOptions reads the options that concern connections.
func (s *Server) SetOptions(o *goja.Object) {
	s.opts = serverOptions{
		allowHalfOpen:  bind.Truthy(o.Get("allowHalfOpen")),
		pauseOnConnect: bind.Truthy(o.Get("pauseOnConnect")),
		noDelay:        bind.Truthy(o.Get("noDelay")),
		keepAlive:      bind.Truthy(o.Get("keepAlive")),
	}
	if v := o.Get("keepAliveInitialDelay"); !bind.IsNullish(v) {
		ms := s.room.h.Err.ValidateNumber(v, "options.keepAliveInitialDelay", nan, nan)
		s.opts.keepAliveDelay = time.Duration(max(ms, 0)) * time.Millisecond
	}
	if v := o.Get("highWaterMark"); nodeerr.IsNumber(v) {
		s.opts.highWaterMark = int(v.ToInteger())
	}
}

// Object returns the JavaScript side.
func (s *Server) Object() *goja.Object { return s.obj }

// SetNoDelay is the noDelay option.
func (s *Server) SetNoDelay(on bool) { s.opts.noDelay = on }

// SetAllowHalfOpen is the allowHalfOpen option.
func (s *Server) SetAllowHalfOpen(on bool) { s.opts.allowHalfOpen = on }

// Listening reports whether the server listens.
func (s *Server) Listening() bool { return s.ln != nil }

// listen is server.listen in all its forms.
//
// Node v20 lib/net.js: Server.prototype.listen.
func (s *Server) listen(c goja.FunctionCall) goja.Value {
	r := s.room
	opts, cb := r.normalizeArgs(c.Arguments)
	if s.ln != nil || s.starting {
		r.h.Err.Throw("ERR_SERVER_ALREADY_LISTEN")
	}
	o := sock.ListenOptions{Via: r.h.Network}
	if n, ok := backlogArg(c.Arguments); ok {
		o.Backlog = n
	}
	if v := opts.Get("backlog"); nodeerr.IsNumber(v) && v.ToInteger() != 0 {
		o.Backlog = int(v.ToInteger())
	}
	onListening := func() {
		if cb != nil {
			r.ev.OnceListener(s.obj, "listening", cb)
		}
	}
	port := opts.Get("port")
	if h := s.handleOption(opts); h != nil {
		onListening()
		s.share(h)
		return s.obj
	}
	if signal := r.h.Err.ValidateAbortSignal(bind.Property(opts, "signal"), "options.signal"); signal != nil {
		s.closeOn(signal)
	}
	hasPort := port != nil
	switch {
	case nodeerr.IsNumber(opts.Get("fd")) && opts.Get("fd").ToInteger() >= 0:
		o.UseFD, o.FD = true, int(opts.Get("fd").ToInteger())
	case hasPort && (goja.IsUndefined(port) || goja.IsNull(port)), len(c.Arguments) == 0 || nodeerr.TypeOf(c.Arguments[0]) == "function":
		// listen(), listen(callback), listen(undefined): any free port.
	case nodeerr.IsNumber(port) || nodeerr.IsString(port):
		o.Port = r.h.Err.ValidatePort(port, "options.port", true)
		o.ReusePort = bind.Truthy(opts.Get("reusePort"))
	case nodeerr.IsString(opts.Get("path")) && isPipeName(opts.Get("path")):
		o.Network, o.Path = "unix", opts.Get("path").String()
	default:
		panic(r.listenArgument(opts))
	}
	o.IPv6Only = bind.Truthy(opts.Get("ipv6Only"))
	onListening()
	s.starting = true
	host := ""
	if v := opts.Get("host"); o.Path == "" && !o.UseFD && bind.Truthy(v) {
		host = v.String()
	}
	if host == "" || isIP(host) != 0 {
		o.Host = host
		s.bind(o)
		return s.obj
	}
	// A name: the first of its addresses.
	sock.Lookup(r.h.Loop, r.h.Network, host, 0, lookupResult(func(ip string, e *sock.Error) {
		r.h.Door.Enter(modules.Func(func() {
			if !s.starting {
				return
			}
			if e != nil {
				s.starting = false
				r.ev.Emit(s.obj, "error", r.sysError(e))
				return
			}
			o.Host = ip
			s.bind(o)
		}))
	}))
	return s.obj
}

// listenArgument is the error for options that name nothing to listen on.
func (r *Room) listenArgument(opts *goja.Object) *goja.Object {
	if opts.Get("port") == nil && opts.Get("path") == nil {
		return r.h.Err.InvalidArgValue("options", opts, `must have the property "port" or "path"`)
	}
	return r.h.Err.InvalidArgValue("options", opts, "")
}

// backlogArg finds the backlog among the arguments listen(port[, host][, backlog]).
func backlogArg(args []goja.Value) (int, bool) {
	for i := 1; i <= 2 && i < len(args); i++ {
		if nodeerr.IsNumber(args[i]) || nodeerr.IsString(args[i]) && isNumeric(args[i]) && i > 0 {
			if n := args[i].ToInteger(); n > 0 {
				return int(n), true
			}
		}
	}
	return 0, false
}

func isNumeric(v goja.Value) bool {
	f := v.ToFloat()
	return f == f && strings.TrimSpace(v.String()) != ""
}

// handleOption returns the net.Server or Socket whose listener is to be shared, nil if none is named.
func (s *Server) handleOption(opts *goja.Object) *Server {
	for _, v := range []goja.Value{opts, opts.Get("_handle"), opts.Get("handle")} {
		if other, ok := ServerOf(v); ok && other != s {
			return other
		}
	}
	return nil
}

// share listens on a second descriptor for what other listens on.
func (s *Server) share(other *Server) {
	s.starting = true
	if other.ln == nil {
		s.failListen(&sock.Error{Code: "EINVAL", Errno: -22, Syscall: "listen"})
		return
	}
	s.bind(sock.ListenOptions{UseFD: true, FD: other.ln.FD(), Via: s.room.h.Network})
}

// bind binds now, so that an address is known at once, and tells on the next tick.
func (s *Server) bind(o sock.ListenOptions) {
	ln, err := sock.Listen(s.room.h.Loop, o, s.accepted, func(e *sock.Error) {
		s.room.h.Door.Enter(modules.Func(func() { s.room.ev.Emit(s.obj, "error", s.room.sysError(e)) }))
	})
	if err != nil {
		if o.Path != "" && err.Code == "ENOENT" {
			// libuv: a path that cannot be made is a matter of access.
			err = &sock.Error{Code: "EACCES", Errno: -13, Syscall: "listen", Address: err.Address, Err: err.Err}
		}
		s.failListen(err)
		return
	}
	s.ln, s.path, s.starting = ln, o.Path, false
	if s.unref {
		ln.Unref()
	}
	s.room.h.Door.NextTick(modules.Func(func() {
		if s.ln == ln { // not closed meanwhile
			s.room.ev.Emit(s.obj, "listening")
		}
	}))
}

func (s *Server) failListen(e *sock.Error) {
	err := s.room.sysError(e)
	s.room.h.Door.NextTick(modules.Func(func() {
		s.starting = false
		s.room.ev.Emit(s.obj, "error", err)
	}))
}

// accepted takes a connection from the listener.
func (s *Server) accepted(sk *sock.Sock) {
	if s.hasMax && float64(s.count) >= s.maxConnections {
		s.drop(sk)
		return
	}
	if s.opts.noDelay {
		sk.SetNoDelay(true)
	} else {
		sk.SetNoDelay(false)
	}
	if s.opts.keepAlive {
		sk.SetKeepAlive(true, s.opts.keepAliveDelay)
	}
	s.room.h.Door.Enter(modules.Func(func() {
		if s.OnSock != nil {
			s.count++
			s.OnSock(sk)
			return
		}
		s.Connection(sk)
	}))
}

// Connection makes the Socket of an accepted connection and emits 'connection'.
func (s *Server) Connection(sk *sock.Sock) {
	so := s.room.NewSocket(sk, s.opts.allowHalfOpen)
	s.count++
	s.Adopt(so)
	so.Consume()
	if s.opts.pauseOnConnect {
		so.rd.Pause()
	}
	s.room.ev.Emit(s.obj, "connection", so.obj)
	if !s.opts.pauseOnConnect {
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

// drop refuses a connection beyond maxConnections and emits 'drop'.
func (s *Server) drop(sk *sock.Sock) {
	local, remote := sk.LocalAddr(), sk.RemoteAddr()
	sk.Destroy(nil)
	s.room.h.Door.Enter(modules.Func(func() {
		o := s.room.h.VM.NewObject()
		if local.Family != "" {
			o.Set("localAddress", local.IP)
			o.Set("localPort", local.Port)
			o.Set("localFamily", local.Family)
			o.Set("remoteAddress", remote.IP)
			o.Set("remotePort", remote.Port)
			o.Set("remoteFamily", remote.Family)
		}
		s.room.ev.Emit(s.obj, "drop", o)
	}))
}

func (s *Server) jsClose(c goja.FunctionCall) goja.Value {
	if fn, ok := c.Argument(0).(*goja.Object); ok && nodeerr.TypeOf(fn) == "function" {
		if s.ln == nil && !s.starting {
			s.room.ev.Once(s.obj, "close", func([]goja.Value) {
				bind.Call(fn, s.obj, s.room.h.Err.New("ERR_SERVER_NOT_RUNNING"))
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
	s.starting = false
	if s.ln != nil {
		s.ln.Close(nil)
		s.ln = nil
	}
	s.emitCloseIfDrained()
}

// emitCloseIfDrained emits 'close' when nothing is open any more.
func (s *Server) emitCloseIfDrained() {
	if s.ln != nil || s.starting || s.count > 0 {
		return
	}
	s.room.h.Door.NextTick(modules.Func(func() {
		if s.ln == nil && s.count == 0 && !s.starting {
			s.room.ev.Emit(s.obj, "close")
		}
	}))
}

func (s *Server) address(goja.FunctionCall) goja.Value {
	if s.ln == nil {
		return goja.Null()
	}
	if s.path != "" {
		return s.room.h.VM.ToValue(s.path)
	}
	a := s.ln.Addr()
	if a.Family == "" {
		return s.room.h.VM.ToValue(a.Path)
	}
	o := s.room.h.VM.NewObject()
	o.Set("address", a.IP)
	o.Set("family", a.Family)
	o.Set("port", a.Port)
	return o
}

func (s *Server) getConnections(c goja.FunctionCall) goja.Value {
	fn, ok := bind.ToCallable(c.Argument(0))
	if !ok {
		panic(s.room.h.Err.InvalidArgType("callback", []string{"function"}, c.Argument(0)))
	}
	s.room.h.Door.NextTick(modules.Func(func() { fn.Call(s.obj, goja.Null(), bind.Int(s.count)) }))
	return s.obj
}

// closeOn closes the server when the signal aborts.
func (s *Server) closeOn(signal *goja.Object) {
	if bind.Truthy(signal.Get("aborted")) {
		s.room.h.Door.NextTick(modules.Func(s.Close))
		return
	}
	bind.Invoke(s.room.h.VM, signal, "addEventListener", bind.String("abort"),
		s.room.h.VM.ToValue(func(goja.FunctionCall) goja.Value { s.Close(); return goja.Undefined() }))
}

func bufferBytes(v goja.Value) ([]byte, bool) { return buffer.Bytes(v) }
