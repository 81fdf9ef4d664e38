// Package net is Node's net module: Socket, a Duplex over a sock.Sock, and Server.
//
// A Sock has one consumer. That is the Socket, unless the http module has taken the connection over:
// then the Socket is only the connection's face (addresses, timeouts, destroy) until it is given
// back by an upgrade.
//
// Names are looked up by package dns, or by what the program put in the place of dns.lookup.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/net.html.
package net

import (
	"math"
	"net/netip"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/dns"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/stream"
)

// Module is require('net').
var Module = modules.Module{ID: "net", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

// Rooms holds the net module of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the net module of one runtime.
type Room struct {
	Socket, Server           *bind.Built
	BlockList, SocketAddress *bind.Built // made when the module is required

	h       *modules.Host
	ev      *events.Room
	streams *stream.Room
	buf     *buffer.Room
	dns     *dns.Room

	tcpHandle, pipeHandle *bind.Built
	listeners             map[*Handle]struct{} // open
	isNormalized          *goja.Symbol         // marks what normalized returns

	writeAfterFIN    *goja.Object
	autoSelectFamily bool
	attemptTimeoutMs float64
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, ev: events.Rooms.Of(h), streams: stream.Rooms.Of(h), buf: buffer.Rooms.Of(h), dns: dns.Rooms.Of(h),
		listeners: make(map[*Handle]struct{}), isNormalized: goja.NewSymbol("normalizedArgs"),
		autoSelectFamily: true, attemptTimeoutMs: 250}
	r.defineHandles()
	r.defineSocket()
	r.defineServer()
	return r
}

func (r *Room) exports() goja.Value {
	r.defineSocketAddress()
	r.defineBlockList()
	vm := r.h.VM
	o := vm.NewObject()
	is := func(test func(string) bool) bind.Func {
		return func(c goja.FunctionCall) goja.Value { return bind.Bool(test(c.Argument(0).String())) }
	}
	bind.DefineMethods(vm, o, []bind.Method{
		{Name: "connect", Length: 0, Fn: r.connect},
		{Name: "createConnection", Length: 0, Fn: r.connect},
		{Name: "createServer", Length: 2, New: true, Fn: func(c goja.FunctionCall) goja.Value {
			s, err := vm.New(r.Server.Ctor, c.Arguments...)
			if err != nil {
				bind.Rethrow(err)
			}
			return s
		}},
		{Name: "isIP", Length: 1, Fn: func(c goja.FunctionCall) goja.Value { return bind.Int(isIP(c.Argument(0).String())) }},
		{Name: "isIPv4", Length: 1, Fn: is(func(s string) bool { return isIP(s) == 4 })},
		{Name: "isIPv6", Length: 1, Fn: is(func(s string) bool { return isIP(s) == 6 })},
		{Name: "getDefaultAutoSelectFamily", Fn: func(goja.FunctionCall) goja.Value { return bind.Bool(r.autoSelectFamily) }},
		{Name: "setDefaultAutoSelectFamily", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			r.autoSelectFamily = r.h.Err.ValidateBoolean(c.Argument(0), "value")
			return goja.Undefined()
		}},
		{Name: "getDefaultAutoSelectFamilyAttemptTimeout", Fn: func(goja.FunctionCall) goja.Value { return vm.ToValue(r.attemptTimeoutMs) }},
		{Name: "setDefaultAutoSelectFamilyAttemptTimeout", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			// Node v20: values below 10 ms become 10 ms.
			r.attemptTimeoutMs = float64(max(r.h.Err.ValidateInteger(c.Argument(0), "value", 1, 1<<31-1), 10))
			return goja.Undefined()
		}},
		{Name: "_normalizeArgs", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			var list []goja.Value
			vm.ForOf(c.Argument(0), func(v goja.Value) bool { list = append(list, v); return true })
			return r.normalized(r.normalizeArgs(list))
		}},
	})
	o.Set("Socket", r.Socket.Ctor)
	o.Set("Stream", r.Socket.Ctor)
	o.Set("BlockList", r.BlockList.Ctor)
	o.Set("SocketAddress", r.SocketAddress.Ctor)
	o.Set("Server", r.Server.Ctor)

	return o
}

var nan = math.NaN()

// IsIP reports whether s is an IP address, as net.isIP does.
func IsIP(s string) bool { return isIP(s) != 0 }

// isIP returns 4, 6, or 0 for what is no address.
func isIP(s string) int {
	a, err := netip.ParseAddr(s)
	switch {
	case err != nil:
		return 0
	case a.Is4():
		return 4
	}
	return 6
}

// normalized returns what normalizeArgs gave as the array that Node passes around.
func (r *Room) normalized(opts, cb *goja.Object) *goja.Object {
	list := r.h.VM.NewArray(opts, goja.Null())
	if cb != nil {
		list.Set("1", cb)
	}
	list.SetSymbol(r.isNormalized, bind.True)
	return list
}

// normalizeArgs turns the arguments of connect and listen into options and a callback, nil if none.
//
// Node v20 lib/net.js: normalizeArgs.
func (r *Room) normalizeArgs(args []goja.Value) (opts *goja.Object, cb *goja.Object) {
	first := bind.Arg(args, 0)
	switch {
	case len(args) == 0:
		return r.h.VM.NewObject(), nil
	case r.wasNormalized(first):
		list := first.(*goja.Object)
		cb, _ = list.Get("1").(*goja.Object)
		return list.Get("0").(*goja.Object), cb
	case nodeerr.TypeOf(first) == "object" && !goja.IsNull(first):
		opts = first.(*goja.Object)
	case isPipeName(first):
		opts = r.h.VM.NewObject()
		opts.Set("path", first)
	default:
		opts = r.h.VM.NewObject()
		opts.Set("port", first)
		if second := bind.Arg(args, 1); len(args) > 1 && nodeerr.IsString(second) {
			opts.Set("host", second)
		}
	}
	if last, ok := args[len(args)-1].(*goja.Object); ok && nodeerr.TypeOf(last) == "function" {
		cb = last
	}
	return opts, cb
}

func (r *Room) wasNormalized(v goja.Value) bool {
	list, ok := v.(*goja.Object)
	return ok && list.ClassName() == "Array" && bind.Truthy(list.GetSymbol(r.isNormalized))
}

// isPipeName reports whether v is a string that is no port number.
func isPipeName(v goja.Value) bool {
	if !nodeerr.IsString(v) {
		return false
	}
	_, isPort := portNumber(v)
	return !isPort
}

// portNumber is Node's toNumber: a number that is not negative, or a string of one.
func portNumber(v goja.Value) (float64, bool) {
	f := v.ToFloat()
	return f, f >= 0
}

// sysError makes the Error for a failed network operation.
func (r *Room) sysError(e *sock.Error) *goja.Object {
	return SystemError(r.h, e)
}

// SystemError makes the Error that JavaScript gets for e.
func SystemError(h *modules.Host, e *sock.Error) *goja.Object {
	if e.Code == "ERR_STREAM_DESTROYED" {
		return h.Err.New("ERR_STREAM_DESTROYED", "write")
	}
	s := nodeerr.System{Code: e.Code, Errno: e.Errno, Syscall: e.Syscall, Message: e.Error()}
	if e.Syscall == "getaddrinfo" {
		o := h.Err.System(s)
		o.Set("hostname", e.Address)
		return o
	}
	s.Address, s.Port = e.Address, e.Port
	o := h.Err.System(s)
	if i := strings.LastIndexByte(e.Local, ':'); i >= 0 {
		o.Set("localAddress", e.Local[:i])
		if port, err := strconv.Atoi(e.Local[i+1:]); err == nil {
			o.Set("localPort", port)
		}
	}
	return o
}
