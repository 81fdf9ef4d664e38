package net

import (
	stdnet "net"
	"net/netip"
	"os"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// connect is net.connect and net.createConnection.
func (r *Room) connect(c goja.FunctionCall) goja.Value {
	opts, cb := r.normalizeArgs(c.Arguments)
	obj, err := r.h.VM.New(r.Socket.Ctor, opts)
	if err != nil {
		bind.Rethrow(err)
	}
	if v := opts.Get("timeout"); bind.Truthy(v) {
		bind.Invoke(r.h.VM, obj, "setTimeout", v)
	}
	args := []goja.Value{opts}
	if cb != nil {
		args = append(args, cb)
	}
	return bind.Invoke(r.h.VM, obj, "connect", args...)
}

// target is what a connect asks for, validated.
type target struct {
	dial   sock.DialOptions
	host   string
	family int
	lookup *goja.Object
	hints  goja.Value
	auto   bool
	wait   time.Duration // for one of several addresses
}

// jsConnect is socket.connect in all its forms.
func (s *Socket) jsConnect(c goja.FunctionCall) goja.Value {
	r := s.room
	opts, cb := r.normalizeArgs(c.Arguments)
	t := r.target(opts)
	if s.rd.Destroyed() || s.wr.Destroyed() {
		s.reopen()
	}
	if cb != nil {
		r.ev.OnceListener(s.obj, "connect", cb)
	}
	s.connecting = true
	s.Active()
	s.applyOptions(opts)
	switch {
	case t.dial.Path != "":
		s.dialOne(t, sock.Address{Path: t.dial.Path})
	case isIP(t.host) != 0:
		s.dialOne(t, sock.Address{IP: t.host})
	default:
		s.lookup(t)
	}
	return s.obj
}

// reopen makes a destroyed socket usable again: Node allows connect after close.
func (s *Socket) reopen() {
	half := s.allowHalfOpen
	s.init(s.obj, bind.Of(s.obj), socketOptions{allowHalfOpen: half, highWaterMark: s.wr.HighWaterMark()})
	s.sk, s.last, s.closed, s.reading, s.ended, s.hadError = nil, nil, false, false, false, false
}

func (s *Socket) applyOptions(opts *goja.Object) {
	if v := opts.Get("noDelay"); !bind.IsNullish(v) {
		s.noDelay = bind.Truthy(v)
	}
	if v := opts.Get("keepAlive"); !bind.IsNullish(v) {
		s.keepAlive = bind.Truthy(v)
	}
	if v := opts.Get("keepAliveInitialDelay"); nodeerr.IsNumber(v) && v.ToFloat() > 0 {
		s.keepAliveDelay = time.Duration(v.ToFloat()) * time.Millisecond
	}
}

// target reads and validates the options of a connect.
//
// Node v20 lib/net.js: Socket.prototype.connect, lookupAndConnect.
func (r *Room) target(opts *goja.Object) target {
	t := target{host: "localhost", auto: r.autoSelectFamily, wait: time.Duration(r.attemptTimeoutMs) * time.Millisecond}
	t.dial.Via = r.h.Network
	port := bind.Property(opts, "port")
	if path := opts.Get("path"); bind.Truthy(path) {
		t.dial.Path = r.h.Err.ValidateString(path, "options.path")
		return t
	}
	if v := opts.Get("host"); bind.Truthy(v) {
		if !nodeerr.IsString(v) {
			panic(r.h.Err.InvalidArgType("hostname", []string{"string"}, v)) // as dns.lookup words it
		}
		t.host = v.String()
	}
	if v := opts.Get("localAddress"); bind.Truthy(v) {
		t.dial.LocalAddress = v.String()
		if isIP(t.dial.LocalAddress) == 0 {
			r.h.Err.Throw("ERR_INVALID_IP_ADDRESS", t.dial.LocalAddress)
		}
	}
	if v := opts.Get("localPort"); bind.Truthy(v) {
		t.dial.LocalPort = int(r.h.Err.ValidateNumber(v, "options.localPort", 0, 65535))
	}
	switch {
	case bind.IsUndefined(port):
		r.h.Err.Throw("ERR_MISSING_ARGS", `The "options" or "port" or "path" argument`)
	case !nodeerr.IsNumber(port) && !nodeerr.IsString(port):
		panic(r.h.Err.InvalidArgType("options.port", []string{"number", "string"}, port))
	}
	t.dial.Port = r.h.Err.ValidatePort(port, "Port", true)
	if v := opts.Get("autoSelectFamily"); !bind.IsNullish(v) {
		t.auto = r.h.Err.ValidateBoolean(v, "options.autoSelectFamily")
	}
	if v := opts.Get("autoSelectFamilyAttemptTimeout"); !bind.IsNullish(v) {
		ms := max(r.h.Err.ValidateInteger(v, "options.autoSelectFamilyAttemptTimeout", 1, 1<<31-1), 10)
		t.wait = time.Duration(ms) * time.Millisecond
	}
	if v := opts.Get("lookup"); bind.Truthy(v) {
		t.lookup = r.h.Err.ValidateFunction(v, "options.lookup")
	}
	switch v := opts.Get("family"); {
	case bind.IsNullish(v):
	case nodeerr.IsString(v) && v.String() == "IPv4":
		t.family = 4
	case nodeerr.IsString(v) && v.String() == "IPv6":
		t.family = 6
	default:
		t.family = int(v.ToInteger())
	}
	t.hints = bind.Property(opts, "hints")
	return t
}

// lookup finds the addresses of a name, with the script's function if it gave one, and connects.
func (s *Socket) lookup(t target) {
	if t.lookup != nil {
		s.lookupJS(t)
		return
	}
	work := sock.Lookup(s.room.h.Loop, s.room.h.Network, t.host, t.family, func(addrs []netip.Addr, e *sock.Error) {
		s.enter(func() {
			if !s.connecting {
				return // destroyed meanwhile
			}
			s.attempt = nil
			if e != nil {
				err := s.room.sysError(e)
				s.room.ev.Emit(s.obj, "lookup", err, goja.Undefined(), goja.Undefined(), s.room.h.VM.ToValue(t.host))
				s.failConnect(err)
				return
			}
			var list []string
			for _, a := range addrs {
				list = append(list, a.String())
			}
			s.resolved(t, list)
		})
	})
	s.attempt = cancelWork{work.Cancel}
	if s.unref {
		work.Unref()
	}
}

type cancelWork struct{ cancel func() bool }

func (c cancelWork) Cancel() { c.cancel() }

// lookupJS calls options.lookup(host, options, callback).
func (s *Socket) lookupJS(t target) {
	vm := s.room.h.VM
	opts := vm.NewObject()
	opts.Set("family", t.family)
	opts.Set("hints", 0)
	if nodeerr.IsNumber(t.hints) {
		opts.Set("hints", t.hints)
	}
	if t.auto && t.family == 0 && t.dial.LocalAddress == "" {
		opts.Set("all", true)
	}
	called := false
	cb := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		if called || !s.connecting {
			return goja.Undefined()
		}
		called = true
		s.lookedUp(t, c)
		return goja.Undefined()
	})
	// On the next tick at the earliest, so that listeners can be added first.
	s.room.h.Door.NextTick(modules.Func(func() {
		if s.connecting {
			bind.Call(t.lookup, goja.Undefined(), vm.ToValue(t.host), opts, cb)
		}
	}))
}

// lookedUp takes the result of options.lookup: one address, or an array of {address, family}.
func (s *Socket) lookedUp(t target, c goja.FunctionCall) {
	vm := s.room.h.VM
	if err := c.Argument(0); bind.Truthy(err) {
		s.room.ev.Emit(s.obj, "lookup", err, goja.Undefined(), goja.Undefined(), vm.ToValue(t.host))
		s.room.h.Door.NextTick(modules.Func(func() { s.failConnect(err) }))
		return
	}
	var list []string
	if arr, ok := c.Argument(1).(*goja.Object); ok && arr.ClassName() == "Array" {
		vm.ForOf(arr, func(v goja.Value) bool {
			list = append(list, bind.Property(v, "address").String())
			return true
		})
	} else {
		ip := c.Argument(1)
		family := c.Argument(2).ToInteger()
		switch {
		case !nodeerr.IsString(ip) || isIP(ip.String()) == 0:
			err := s.room.h.Err.New("ERR_INVALID_IP_ADDRESS", ip.String())
			s.room.h.Door.NextTick(modules.Func(func() { s.failConnect(err) }))
			return
		case family != 4 && family != 6:
			err := s.room.h.Err.New("ERR_INVALID_ADDRESS_FAMILY", c.Argument(2).String(), t.host, vm.ToValue(t.dial.Port).String())
			err.Set("host", t.host)
			err.Set("port", t.dial.Port)
			s.room.h.Door.NextTick(modules.Func(func() { s.failConnect(err) }))
			return
		}
		list = []string{ip.String()}
	}
	s.resolved(t, list)
}

// resolved connects to the first of the addresses that answers, IPv6 and IPv4 taking turns.
func (s *Socket) resolved(t target, list []string) {
	vm := s.room.h.VM
	for _, ip := range list {
		s.room.ev.Emit(s.obj, "lookup", goja.Null(), vm.ToValue(ip), bind.Int(isIP(ip)), vm.ToValue(t.host))
		if !s.connecting {
			return
		}
	}
	if len(list) == 0 {
		s.failConnect(s.room.sysError(&sock.Error{Code: "ENOTFOUND", Errno: -3008, Syscall: "getaddrinfo", Address: t.host}))
		return
	}
	if !t.auto || t.family != 0 || len(list) == 1 {
		s.dialOne(t, sock.Address{IP: list[0]})
		return
	}
	list = interleave(list)
	each := sock.DialEach(s.room.h.Loop, t.dial, list, t.wait,
		func(ip string) bool {
			s.room.ev.Emit(s.obj, "connectionAttempt", vm.ToValue(ip), bind.Int(t.dial.Port), bind.Int(isIP(ip)))
			return s.connecting
		},
		func(ip string, e *sock.Error) {
			s.enter(func() {
				event := "connectionAttemptFailed"
				args := []goja.Value{vm.ToValue(ip), bind.Int(t.dial.Port), bind.Int(isIP(ip)), s.room.sysError(e)}
				if e.Code == "ETIMEDOUT" {
					event, args = "connectionAttemptTimeout", args[:3]
				}
				s.room.ev.Emit(s.obj, event, args...)
			})
		},
		func(sk *sock.Sock, errs []*sock.Error) {
			if sk != nil {
				s.connected(sk)
				return
			}
			s.enter(func() { s.failAll(errs) })
		})
	s.attempt = each
	if s.unref {
		each.Unref()
	}
}

// interleave orders addresses as Node does: the families take turns, the first one's first.
func interleave(list []string) []string {
	var first, second, out []string
	for _, ip := range list {
		if isIP(ip) == isIP(list[0]) {
			first = append(first, ip)
		} else {
			second = append(second, ip)
		}
	}
	for i := 0; i < len(first) || i < len(second); i++ {
		if i < len(first) {
			out = append(out, first[i])
		}
		if i < len(second) {
			out = append(out, second[i])
		}
	}
	return out
}

// failAll ends a connect that failed for every address: one error, or an AggregateError.
func (s *Socket) failAll(errs []*sock.Error) {
	vm := s.room.h.VM
	if len(errs) == 1 {
		s.failConnect(s.room.sysError(errs[0]))
		return
	}
	list := make([]any, len(errs))
	for i, e := range errs {
		list[i] = s.room.sysError(e)
	}
	err, nerr := vm.New(vm.Get("AggregateError"), vm.NewArray(list...))
	if nerr != nil {
		panic(nerr)
	}
	if len(errs) > 0 {
		err.Set("code", errs[0].Code)
	}
	s.failConnect(err)
}

// dialOne connects to one address.
func (s *Socket) dialOne(t target, a sock.Address) {
	o := t.dial
	if a.Path != "" {
		o.Network = "unix"
	} else {
		o.Host = a.IP
		s.room.ev.Emit(s.obj, "connectionAttempt", s.room.h.VM.ToValue(a.IP), bind.Int(o.Port), bind.Int(isIP(a.IP)))
		if !s.connecting {
			return
		}
	}
	d := sock.Dial(s.room.h.Loop, o, func(sk *sock.Sock, e *sock.Error) {
		if e == nil {
			s.connected(sk)
			return
		}
		s.enter(func() {
			err := s.room.sysError(e)
			if a.Path == "" {
				s.room.ev.Emit(s.obj, "connectionAttemptFailed", s.room.h.VM.ToValue(a.IP), bind.Int(o.Port), bind.Int(isIP(a.IP)), err)
			}
			s.failConnect(err)
		})
	})
	if s.unref {
		d.Unref()
	}
	s.attempt = d
}

// connected takes the connection: 'connect', 'ready', and what waited is written.
func (s *Socket) connected(sk *sock.Sock) {
	s.attempt = nil
	if !s.connecting || s.wr.Destroyed() {
		sk.Destroy(nil)
		return
	}
	s.enter(func() {
		s.connecting = false
		sk.SetNoDelay(s.noDelay)
		s.adopt(sk)
		s.Active()
		s.room.ev.Emit(s.obj, "connect")
		s.room.ev.Emit(s.obj, "ready")
		// Start the first read, or get an immediate EOF. Node v20 lib/net.js: afterConnect.
		if s.sk != nil && !s.rd.IsPaused() {
			bind.Invoke(s.room.h.VM, s.obj, "read", bind.Int(0))
		}
	})
}

func (s *Socket) failConnect(err goja.Value) {
	s.connecting = false
	s.wr.Destroy(err)
}

// fromFD makes a Sock of an inherited descriptor.
func (r *Room) fromFD(fd int) *sock.Sock {
	f := os.NewFile(uintptr(fd), "socket")
	if f == nil {
		panic(r.sysError(&sock.Error{Code: "EBADF", Errno: -9, Syscall: "open"}))
	}
	conn, err := stdnet.FileConn(f)
	if err != nil {
		r.h.Err.Throw("ERR_INVALID_FD_TYPE", "UNKNOWN")
	}
	f.Close() // FileConn has a descriptor of its own
	return sock.New(r.h.Loop, conn)
}

// bytes returns the memory of a Buffer or other view.
func (r *Room) bytes(v goja.Value) ([]byte, bool) {
	return bufferBytes(v)
}
