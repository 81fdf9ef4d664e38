package net

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/dns"
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
	if r.h.Diagnostics.NetClientSocket != nil {
		r.h.Diagnostics.NetClientSocket.Tell(r.h, "socket", obj)
	}
	if v := opts.Get("timeout"); bind.Truthy(v) {
		bind.Invoke(r.h.VM, obj, "setTimeout", v)
	}
	return bind.Invoke(r.h.VM, obj, "connect", r.normalized(opts, cb))
}

// target is where a connect goes, validated.
type target struct {
	dial   sock.DialOptions
	host   string
	family goja.Value // as the option was given; names turned into numbers
	only   int        // 4 or 6 if family says so, else 0
	lookup *goja.Object
	hints  goja.Value
	auto   bool
	named  bool // host was granted as a name, and with it the addresses that our own lookup finds
	block  *BlockList
	wait   time.Duration // for one of several addresses
}

// jsConnect is socket.connect in all its forms.
//
// Node v20 lib/net.js: Socket.prototype.connect, lookupAndConnect.
func (s *Socket) jsConnect(c goja.FunctionCall) goja.Value {
	r := s.room
	opts, cb := r.normalizeArgs(c.Arguments)
	if cb != nil {
		r.ev.OnceListener(s.obj, "connect", cb)
	}
	if bind.IsUndefined(opts.Get("port")) && bind.IsNullish(opts.Get("path")) {
		r.h.Err.Throw("ERR_MISSING_ARGS", `The "options" or "port" or "path" argument`)
	}
	if write := r.Socket.Proto.Get("write"); s.obj.Get("write") != write {
		s.obj.Set("write", write)
	}
	if s.rd.Destroyed() || s.wr.Destroyed() {
		s.reopen()
	}
	s.Active()
	busy := s.connecting
	s.connecting = true
	if path := opts.Get("path"); bind.Truthy(path) {
		t := target{}
		t.dial.Via, t.dial.Path = r.h.Network, r.h.Err.ValidateString(path, "options.path")
		s.pipe = true
		s.dial(t, "", busy)
		return s.obj
	}
	s.pipe = false
	t := r.target(opts)
	if isIP(t.host) != 0 {
		// On the next tick, so that listeners can be added first.
		r.h.Door.NextTick(modules.Func(func() {
			if s.connecting && r.h.Era.LookupOfAddresses {
				r.ev.Emit(s.obj, "lookup", goja.Null(), bind.String(t.host), bind.Int(isIP(t.host)))
			}
			if s.connecting {
				s.dial(t, t.host, busy)
			}
		}))
		return s.obj
	}
	s.host = t.host
	if t.named = t.lookup == nil; t.named {
		if err := r.denied(t, t.host); err != nil {
			s.failLater(err)
			return s.obj
		}
	}
	s.lookup(t, opts)
	return s.obj
}

// denied is the refusal to connect to host, nil if there is none.
func (r *Room) denied(t target, host string) *goja.Object {
	a := r.h.Settings.Access
	switch {
	case a == nil:
	case t.dial.Path != "":
		if !a.ConnectPath(t.dial.Path) {
			return r.h.Err.Denied(modules.DeniedNet("unix:" + t.dial.Path))
		}
	case !a.Connect(host, t.dial.Port):
		return r.h.Err.Denied(modules.DeniedNet(hostPort(host, t.dial.Port)))
	}
	return nil
}

// hostPort is host:port as an option of permissions has it.
func hostPort(host string, port int) string {
	if isIP(host) == 6 {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(port)
}

// reopen makes a destroyed socket usable again: Node allows connect after close.
func (s *Socket) reopen() {
	bind.Invoke(s.room.h.VM, s.obj, "_undestroy")
	s.sk, s.last, s.handle, s.peer = nil, nil, nil, sock.Address{}
	s.closed, s.reading, s.ended, s.hadError, s.paused = false, false, false, false, true
	s.bytesReadAtClose, s.bytesWrittenAtClose, s.pending = 0, 0, 0
}

// target reads and validates the options of a connect over TCP.
func (r *Room) target(opts *goja.Object) target {
	e := r.h.Err
	t := target{host: "localhost", auto: r.autoSelectFamily, wait: time.Duration(r.attemptTimeoutMs) * time.Millisecond}
	t.dial.Via = r.h.Network
	if v := opts.Get("localAddress"); bind.Truthy(v) {
		t.dial.LocalAddress = bind.ToString(v).String()
		if isIP(t.dial.LocalAddress) == 0 {
			e.Throw("ERR_INVALID_IP_ADDRESS", t.dial.LocalAddress)
		}
	}
	if v := opts.Get("localPort"); bind.Truthy(v) {
		t.dial.LocalPort = int(uint16(int64(e.ValidateNumber(v, "options.localPort", math.NaN(), math.NaN()))))
	}
	port := bind.Property(opts, "port")
	if !bind.IsUndefined(port) {
		if !nodeerr.IsNumber(port) && !nodeerr.IsString(port) {
			panic(e.InvalidArgType("options.port", []string{"number", "string"}, port))
		}
		t.dial.Port = e.ValidatePort(port, "Port", true)
	}
	if v := opts.Get("autoSelectFamily"); !bind.IsNullish(v) {
		t.auto = e.ValidateBoolean(v, "options.autoSelectFamily")
	}
	if v := opts.Get("autoSelectFamilyAttemptTimeout"); !bind.IsNullish(v) {
		ms := max(e.ValidateInteger(v, "options.autoSelectFamilyAttemptTimeout", 1, 1<<31-1), 10)
		t.wait = time.Duration(ms) * time.Millisecond
	}
	t.block = r.blockListOption(opts)
	if v := opts.Get("host"); bind.Truthy(v) {
		if !nodeerr.IsString(v) {
			panic(e.InvalidArgType("hostname", []string{"string"}, v)) // as dns.lookup words it
		}
		t.host = v.String()
	}
	if isIP(t.host) != 0 {
		return t
	}
	if v := opts.Get("lookup"); !bind.IsNullish(v) {
		t.lookup = e.ValidateFunction(v, "options.lookup")
	} else if fn := r.dns.Replaced(); fn != nil {
		t.lookup = fn
	}
	t.family = bind.Property(opts, "family")
	switch {
	case nodeerr.IsString(t.family) && t.family.String() == "IPv4":
		t.family = bind.Int(4)
	case nodeerr.IsString(t.family) && t.family.String() == "IPv6":
		t.family = bind.Int(6)
	}
	if nodeerr.IsNumber(t.family) && (t.family.ToFloat() == 4 || t.family.ToFloat() == 6) {
		t.only = int(t.family.ToInteger())
	}
	if t.hints = bind.Property(opts, "hints"); !bind.Truthy(t.hints) {
		t.hints = bind.Int(0)
		if t.only == 0 {
			t.hints = bind.Int(dns.AddrConfig)
		}
	}
	t.auto = t.auto && t.only == 0 && t.dial.LocalAddress == ""
	return t
}

// found is one address of a lookup, as it was told: the program's own lookup may tell anything.
type found struct{ address, family goja.Value }

func (f found) ip() string {
	if nodeerr.IsString(f.address) {
		return f.address.String()
	}
	return ""
}

func (f found) valid() bool { return isIP(f.ip()) != 0 && f.hasFamily() }

func (f found) hasFamily() bool {
	return nodeerr.IsNumber(f.family) && (f.family.ToFloat() == 4 || f.family.ToFloat() == 6)
}

// lookup finds the addresses of a name, with the program's function if it gave one, and connects.
func (s *Socket) lookup(t target, opts *goja.Object) {
	r := s.room
	vm := r.h.VM
	if t.lookup == nil {
		s.lookupNative(t, opts)
		return
	}
	o := vm.NewObject()
	o.Set("family", t.family)
	o.Set("hints", t.hints)
	if t.auto {
		o.Set("all", true)
	}
	bind.Call(t.lookup, goja.Undefined(), vm.ToValue(t.host), o, vm.ToValue(func(c goja.FunctionCall) goja.Value {
		if !t.auto {
			s.lookedUp(t, opts, c.Argument(0), found{c.Argument(1), c.Argument(2)})
			return goja.Undefined()
		}
		var list []found
		if !bind.Truthy(c.Argument(0)) && s.connecting {
			vm.ForOf(c.Argument(1), func(v goja.Value) bool {
				list = append(list, found{bind.Property(v, "address"), bind.Property(v, "family")})
				return true
			})
		}
		s.lookedUpAll(t, opts, c.Argument(0), list)
		return goja.Undefined()
	}))
}

// lookupNative is lookup with dns.lookup, without a detour through JavaScript.
func (s *Socket) lookupNative(t target, opts *goja.Object) {
	family := t.only
	if !bind.IsNullish(t.family) && family == 0 && !(nodeerr.IsNumber(t.family) && t.family.ToFloat() == 0) {
		panic(s.room.h.Err.InvalidArgValue("options.family", t.family, "must be one of: 0, 4, 6"))
	}
	hints := s.room.dns.Hints(t.hints)
	s.room.dns.Lookup(t.host, dns.LookupOptions{Family: family, Hints: hints, All: t.auto}, func(addrs []string, err *goja.Object) {
		var list []found
		for _, a := range addrs {
			list = append(list, found{bind.String(a), bind.Int(isIP(a))})
		}
		switch {
		case t.auto && err != nil:
			s.lookedUpAll(t, opts, err, nil)
		case t.auto:
			s.lookedUpAll(t, opts, goja.Null(), list)
		case err != nil:
			s.lookedUp(t, opts, err, found{goja.Undefined(), goja.Undefined()})
		default:
			s.lookedUp(t, opts, goja.Null(), list[0])
		}
	})
}

// lookedUp takes one address, or an error, and connects.
func (s *Socket) lookedUp(t target, opts *goja.Object, err goja.Value, f found) {
	s.room.ev.Emit(s.obj, "lookup", err, f.address, f.family, bind.String(t.host))
	switch {
	case !s.connecting: // destroyed meanwhile
	case bind.Truthy(err):
		s.failLater(err)
	case !f.valid():
		s.failLater(s.badAddress(opts, f))
	default:
		s.Active()
		s.dial(t, f.ip(), false)
	}
}

// badAddress is the error for what is no address.
func (s *Socket) badAddress(opts *goja.Object, f found) *goja.Object {
	e := s.room.h.Err
	if isIP(f.ip()) == 0 {
		return e.New("ERR_INVALID_IP_ADDRESS", bind.ToString(f.address).String())
	}
	host, port := bind.Property(opts, "host"), bind.Property(opts, "port")
	err := e.New("ERR_INVALID_ADDRESS_FAMILY", bind.ToString(f.family), bind.ToString(host), bind.ToString(port))
	err.Set("host", host)
	err.Set("port", port)
	return err
}

// lookedUpAll takes all addresses, or an error, and connects to the first that answers, the families
// taking turns.
//
// Node v20 lib/net.js: lookupAndConnectMultiple.
func (s *Socket) lookedUpAll(t target, opts *goja.Object, err goja.Value, list []found) {
	r := s.room
	if !s.connecting {
		return
	}
	if bind.Truthy(err) {
		r.ev.Emit(s.obj, "lookup", err, goja.Undefined(), goja.Undefined(), bind.String(t.host))
		s.failLater(err)
		return
	}
	var first, second []string // the family of the first valid address, and the other
	for _, f := range list {
		r.ev.Emit(s.obj, "lookup", err, f.address, f.family, bind.String(t.host))
		if !s.connecting {
			return
		}
		ip := f.ip()
		if !f.valid() || slices.Contains(first, ip) || slices.Contains(second, ip) {
			continue
		}
		if len(first) == 0 || isIP(first[0]) == isIP(ip) {
			first = append(first, ip)
		} else {
			second = append(second, ip)
		}
	}
	var turns []string
	for i := range max(len(first), len(second)) {
		turns = append(turns, first[min(i, len(first)):min(i+1, len(first))]...)
		turns = append(turns, second[min(i, len(second)):min(i+1, len(second))]...)
	}
	if tried := len(turns); tried > 1 {
		turns = slices.DeleteFunc(turns, func(ip string) bool { return t.block.blocksIP(ip) })
		if len(turns) == 0 {
			s.failLater(r.h.Err.New("ERR_IP_BLOCKED", first[0]))
			return
		}
	}
	switch len(turns) {
	case 0:
		bad := found{goja.Undefined(), goja.Undefined()}
		if len(list) > 0 {
			bad = list[0]
		}
		s.failLater(s.badAddress(opts, bad))
	case 1:
		s.Active()
		s.dial(t, turns[0], false)
	default:
		s.Active()
		s.dialEach(t, turns)
	}
}

// attempting emits 'connectionAttempt' and reports whether the connect is still wanted.
func (s *Socket) attempting(ip string, port int) bool {
	s.room.ev.Emit(s.obj, "connectionAttempt", bind.String(ip), bind.Int(port), bind.Int(isIP(ip)))
	s.measurement = s.room.h.Performance.Net.Begin(s.room.h, "connect", func() *goja.Object { return s.room.h.Record("host", ip, "port", port) })
	return s.connecting
}

// dialEach tries one address after the other.
func (s *Socket) dialEach(t target, list []string) {
	vm := s.room.h.VM
	if !s.room.h.HandlesLeft() {
		s.wr.Destroy(s.room.h.HandlesExceeded())
		return
	}
	for _, ip := range list {
		if err := s.room.denied(t, ip); err != nil && !t.named {
			s.wr.Destroy(err)
			return
		}
	}
	tried := vm.NewArray()
	s.obj.Set("autoSelectFamilyAttemptedAddresses", tried)
	each := sock.DialEach(s.room.h.Loop, t.dial, list, t.wait,
		func(ip string) bool {
			if !s.attempting(ip, t.dial.Port) {
				return false
			}
			bind.Invoke(vm, tried, "push", bind.String(ip+":"+bind.Int(t.dial.Port).String()))
			return true
		},
		func(ip string, e *sock.Error) {
			s.enter(func() {
				args := []goja.Value{bind.String(ip), bind.Int(t.dial.Port), bind.Int(isIP(ip))}
				if e.Code == "ETIMEDOUT" {
					s.room.ev.Emit(s.obj, "connectionAttemptTimeout", args...)
				} else {
					s.room.ev.Emit(s.obj, "connectionAttemptFailed", append(args, s.room.sysError(e))...)
				}
			})
		},
		func(sk *sock.Sock, errs []*sock.Error) {
			if sk != nil {
				s.connected(sk)
				return
			}
			s.enter(func() { s.failAll(errs) })
		})
	s.hold(each)
}

// hold keeps d, so that destroy can give it up.
func (s *Socket) hold(d attempt) {
	if !s.connecting {
		d.Cancel() // destroyed by a listener
		return
	}
	s.attempt = d
	if s.unref {
		d.Unref()
	}
}

// attempt is a connection under way.
type attempt interface {
	Cancel()
	Ref()
	Unref()
}

// failAll ends a connect that failed for every address: with an AggregateError.
//
// Node v20 lib/internal/errors.js: NodeAggregateError.
func (s *Socket) failAll(errs []*sock.Error) {
	vm := s.room.h.VM
	if !s.connecting {
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
	s.wr.Destroy(err)
}

// dial connects to one address, or, without one, to the path of t. busy says that the socket was
// connecting already.
func (s *Socket) dial(t target, ip string, busy bool) {
	o := t.dial
	if o.Path != "" {
		o.Network = "unix"
		s.room.ev.Emit(s.obj, "connectionAttempt", bind.String(o.Path), goja.Undefined(), goja.Undefined())
		if !s.connecting {
			return
		}
	} else {
		o.Host = ip
		if t.block.blocksIP(ip) {
			s.wr.Destroy(s.room.h.Err.New("ERR_IP_BLOCKED", ip))
			return
		}
		if !s.attempting(ip, o.Port) {
			return
		}
	}
	if s.sk != nil || busy {
		s.failBusy(o)
		return
	}
	if !s.room.h.HandlesLeft() {
		s.wr.Destroy(s.room.h.HandlesExceeded())
		return
	}
	if err := s.room.denied(t, ip); err != nil && !t.named {
		s.wr.Destroy(err)
		return
	}
	s.hold(sock.Dial(s.room.h.Loop, o, func(sk *sock.Sock, e *sock.Error) {
		if e == nil {
			s.connected(sk)
			return
		}
		s.enter(func() {
			s.attempt = nil
			err := s.room.sysError(e)
			switch {
			case e.Syscall == "bind":
			case o.Path != "":
				s.room.ev.Emit(s.obj, "connectionAttemptFailed", bind.String(o.Path), goja.Undefined(), goja.Undefined(), err)
			default:
				s.room.ev.Emit(s.obj, "connectionAttemptFailed", bind.String(ip), bind.Int(o.Port), bind.Int(isIP(ip)), err)
			}
			s.wr.Destroy(err)
		})
	}))
}

// failBusy ends a connect of a socket that is connected, or connecting, already.
func (s *Socket) failBusy(o sock.DialOptions) {
	e := &sock.Error{Code: "EALREADY", Errno: -114, Syscall: "connect", Address: o.Host, Port: o.Port}
	if o.Path != "" {
		e.Address = o.Path
	}
	if s.sk != nil {
		e.Code, e.Errno = "EISCONN", -106
		if a := s.sk.LocalAddr(); a.Family != "" {
			e.Local = a.IP + ":" + bind.Int(a.Port).String()
		}
	}
	s.wr.Destroy(s.room.h.Err.System(nodeerr.System{Code: e.Code, Errno: e.Errno, Syscall: e.Syscall, Message: e.Error(), Address: e.Address, Port: e.Port}))
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
		s.adopt(sk)
		s.Active()
		s.measurement.End(s.room.h.Performance.Net)
		s.measurement = nil
		s.room.ev.Emit(s.obj, "connect")
		s.room.ev.Emit(s.obj, "ready")
		// Start the first read, or get an immediate EOF. Node v20 lib/net.js: afterConnect.
		if s.sk != nil && !s.rd.IsPaused() {
			bind.Invoke(s.room.h.VM, s.obj, "read", bind.Int(0))
		}
	})
}

// failLater destroys s on the next tick: net.connect has not returned the socket yet.
func (s *Socket) failLater(err goja.Value) {
	s.room.h.Door.NextTick(modules.Func(func() { s.wr.Destroy(err) }))
}
