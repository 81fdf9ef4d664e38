package net

import (
	"math"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/dns"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// listen is server.listen in all its forms.
//
// Node v20 lib/net.js: Server.prototype.listen.
func (s *Server) listen(c goja.FunctionCall) goja.Value {
	r := s.room
	e := r.h.Err
	opts, cb := r.normalizeArgs(c.Arguments)
	if s.handle != nil {
		e.Throw("ERR_SERVER_ALREADY_LISTEN")
	}
	if cb != nil {
		r.ev.OnceListener(s.obj, "listening", cb)
	}
	r.h.Diagnostics.NetListenStart.Tell(r.h, "server", s.obj, "options", opts)
	o := sock.ListenOptions{Via: r.h.Network, Backlog: backlogArg(c.Arguments)}
	for _, name := range []string{"_handle", "handle"} {
		if v := opts.Get(name); bind.Truthy(v) {
			if inner, ok := v.(*goja.Object); ok {
				opts = inner
			}
			break
		}
	}
	s.calls++
	if h := HandleOf(opts); h != nil {
		s.takeOver(h)
		return s.obj
	}
	s.closeOn(e.ValidateAbortSignal(bind.Property(opts, "signal"), "options.signal"))
	if fd := opts.Get("fd"); nodeerr.IsNumber(fd) && fd.ToFloat() >= 0 {
		o.UseFD, o.FD = true, int(fd.ToInteger())
		s.bind(o, "null", false)
		return s.obj
	}
	port := opts.Get("port")
	if len(c.Arguments) == 0 || nodeerr.TypeOf(c.Arguments[0]) == "function" || port != nil && bind.IsNullish(port) {
		port = bind.Int(0) // any free one
	}
	if v := opts.Get("backlog"); bind.Truthy(v) {
		o.Backlog = int(v.ToInteger())
	}
	o.Exclusive = bind.Truthy(opts.Get("exclusive"))
	if nodeerr.IsNumber(port) || nodeerr.IsString(port) {
		if f := port.ToFloat(); r.h.Era.ListenAnyPort && f == math.Trunc(f) && math.Abs(f) <= math.MaxInt32 {
			port = bind.Int(max(int(f), 0) & 0xffff)
		}
		o.Port = e.ValidatePort(port, "options.port", true)
		o.ReusePort = bind.Truthy(opts.Get("reusePort"))
		if host := opts.Get("host"); bind.Truthy(host) {
			o.IPv6Only = opts.Get("ipv6Only") == bind.True
			s.lookup(o, host)
			return s.obj
		}
		s.bind(o, "", false)
		return s.obj
	}
	if path := opts.Get("path"); bind.Truthy(path) && isPipeName(path) {
		o.Network, o.Path = "unix", path.String()
		o.ReadableAll, o.WritableAll = opts.Get("readableAll") == bind.True, opts.Get("writableAll") == bind.True
		if o.Path[0] == 0 && (bind.Truthy(opts.Get("readableAll")) || bind.Truthy(opts.Get("writableAll"))) {
			panic(e.InvalidArgValue("options", opts, "can not set readableAll or writableAllt to true when path is abstract unix socket"))
		}
		s.path = o.Path
		s.bind(o, "-1", false)
		return s.obj
	}
	if opts.Get("port") == nil && opts.Get("path") == nil {
		panic(e.InvalidArgValue("options", opts, `must have the property "port" or "path"`))
	}
	panic(e.InvalidArgValue("options", opts, ""))
}

// backlogArg finds the backlog among the arguments: the second or third that is a number; 0 for none.
func backlogArg(args []goja.Value) int {
	for i := 1; i <= 2 && i < len(args); i++ {
		if f := args[i].ToNumber().ToFloat(); f >= 1 {
			return int(min(f, 1<<31-1))
		}
	}
	return 0
}

// lookup finds the address of host as dns.lookup does, and listens there.
func (s *Server) lookup(o sock.ListenOptions, host goja.Value) {
	call := s.calls
	granted := false // by its name
	found := func(err goja.Value, ip string) {
		switch {
		case s.calls != call: // closed, or listening elsewhere, meanwhile
		case bind.Truthy(err):
			s.room.ev.Emit(s.obj, "error", err)
		default:
			o.Host = ip
			family := "4"
			if isIP(ip) == 6 {
				family = "6"
			}
			s.bind(o, family, granted)
		}
	}
	if fn := s.room.dns.Replaced(); fn != nil {
		bind.Call(fn, goja.Undefined(), host, s.room.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
			ip := ""
			if nodeerr.IsString(c.Argument(1)) {
				ip = c.Argument(1).String()
			}
			found(c.Argument(0), ip)
			return goja.Undefined()
		}))
		return
	}
	name := s.room.h.Err.ValidateString(host, "hostname")
	if a := s.room.h.Settings.Access; a != nil && isIP(name) == 0 {
		if granted = a.Listen(name, o.Port); !granted {
			err := s.room.h.Err.Denied(modules.DeniedListen(hostPort(name, o.Port)))
			s.room.h.Door.NextTick(modules.Func(func() { found(err, "") }))
			return
		}
	}
	s.room.dns.Lookup(name, dns.LookupOptions{}, func(addrs []string, err *goja.Object) {
		if err != nil {
			found(err, "")
			return
		}
		found(nil, addrs[0])
	})
}

// denied is the refusal to listen, nil if there is none.
func (s *Server) denied(o sock.ListenOptions) *goja.Object {
	a := s.room.h.Settings.Access
	granted, what := true, ""
	switch {
	case a == nil:
	case o.UseFD:
		granted, what = a.AllListen(), "descriptor"
	case o.Path != "":
		granted, what = a.ListenPath(o.Path), "unix:"+o.Path
	default:
		granted, what = a.Listen(o.Host, o.Port), hostPort(o.Host, o.Port)
	}
	if granted {
		return nil
	}
	return s.room.h.Err.Denied(modules.DeniedListen(what))
}

// bind binds and listens now and tells on the next tick. family is how the connection key begins;
// "" where the system chooses; granted says that the permission was asked for already.
func (s *Server) bind(o sock.ListenOptions, family string, granted bool) {
	r := s.room
	r.h.NeedHandle()
	if err := s.denied(o); err != nil && !granted {
		r.h.Door.NextTick(modules.Func(func() { r.ev.Emit(s.obj, "error", err) }))
		return
	}
	if o.UseFD {
		for h := range r.listeners {
			if h.ln.FD() == o.FD { // two owners of one descriptor would close each other's
				s.failListen(o, &sock.Error{Code: "EEXIST", Errno: -17, Syscall: "listen"})
				return
			}
		}
	}
	h := &Handle{room: r, srv: s, pipe: o.Path != ""}
	ln, err := sock.Listen(r.h.Loop, o, h.accepted, func(e *sock.Error) {
		r.h.Door.Enter(modules.Func(func() { r.ev.Emit(h.srv.obj, "error", r.sysError(e)) }))
	})
	if err != nil {
		if err.Syscall == "uv_pipe_chmod" {
			panic(r.sysError(err))
		}
		if o.Path != "" && err.Code == "ENOENT" {
			// libuv: a path that cannot be made is a matter of access.
			err = &sock.Error{Code: "EACCES", Errno: -13, Syscall: "listen", Address: err.Address, Err: err.Err}
		}
		s.failListen(o, err)
		return
	}
	h.ln = ln
	bound := ln.Addr()
	key := ":" + o.Host + ":" + strconv.Itoa(o.Port)
	switch {
	case o.UseFD:
		h.pipe = bound.Family == ""
		key = ":null:null"
	case o.Path != "":
		key = ":" + o.Path + ":-1"
	case o.Host == "":
		family = strings.TrimPrefix(bound.Family, "IPv")
		key = ":" + bound.IP + ":" + strconv.Itoa(o.Port)
	}
	bind.Hide(s.obj, "_connectionKey", bind.String(family+key))
	s.announce = nil
	if tell := r.h.Listening; tell != nil && !o.Exclusive {
		s.announce = func() {
			switch {
			case h.pipe:
				tell(-1, o.Path, -1)
			case isIP(o.Host) == 6:
				tell(6, o.Host, bound.Port)
			default:
				tell(4, o.Host, bound.Port)
			}
		}
	}
	s.listening(h)
}

// listening makes h what s listens on.
func (s *Server) listening(h *Handle) {
	s.handle, h.srv, s.context = h, s, s.room.h.Context
	s.room.listeners[h] = struct{}{}
	if s.unref {
		h.setRef(false)
	}
	s.room.h.Diagnostics.NetListenEnd.Tell(s.room.h, "server", s.obj)
	s.room.h.Door.NextTick(modules.Func(func() {
		if s.handle != nil { // not closed meanwhile
			s.room.ev.Emit(s.obj, "listening")
			if s.announce != nil {
				s.announce()
			}
		}
	}))
}

// takeOver listens with the handle of another server, which from now on gets no more connections.
func (s *Server) takeOver(h *Handle) {
	if h.received {
		s.listenReceived(h)
		return
	}
	if h.ln == nil || h.ln.Closed() {
		s.failListen(sock.ListenOptions{UseFD: true}, &sock.Error{Code: "EINVAL", Errno: -22, Syscall: "listen"})
		return
	}
	s.listening(h)
}

// failListen emits 'error' on the next tick.
//
// Node v20 lib/internal/errors.js: UVExceptionWithHostPort; a path has the port -1.
func (s *Server) failListen(o sock.ListenOptions, e *sock.Error) {
	err := s.room.h.Err.Plain(nodeerr.Error, e.Error())
	err.Set("code", e.Code)
	err.Set("errno", e.Errno)
	err.Set("syscall", e.Syscall)
	switch {
	case o.UseFD:
		err.Set("address", goja.Null())
	case o.Path != "":
		err.Set("address", o.Path)
		err.Set("port", -1)
	default:
		err.Set("address", e.Address)
		if e.Port != 0 {
			err.Set("port", e.Port)
		}
	}
	s.room.h.Diagnostics.NetListenError.Tell(s.room.h, "server", s.obj, "error", err)
	s.room.h.Door.NextTick(modules.Func(func() { s.room.ev.Emit(s.obj, "error", err) }))
}

// closeOn closes the server when the signal, unless nil, aborts.
func (s *Server) closeOn(signal *goja.Object) {
	if signal == nil {
		return
	}
	vm := s.room.h.VM
	if bind.Truthy(signal.Get("aborted")) {
		s.room.h.Door.NextTick(modules.Func(func() { bind.Invoke(vm, s.obj, "close") }))
		return
	}
	aborted := vm.ToValue(func(goja.FunctionCall) goja.Value {
		bind.Invoke(vm, s.obj, "close")
		return goja.Undefined()
	})
	once := vm.NewObject()
	once.Set("once", true)
	bind.Invoke(vm, signal, "addEventListener", bind.String("abort"), aborted, once)
	s.room.ev.Once(s.obj, "close", func([]goja.Value) {
		bind.Invoke(vm, signal, "removeEventListener", bind.String("abort"), aborted)
	})
}
