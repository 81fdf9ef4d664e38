// Package dns is Node's dns module: lookup and lookupService as the system answers them, and
// Resolver, a client of name servers of its own, in callback and promise form.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/dns.html, and has resolveTlsa of later versions.
// lookup is Go's resolver: /etc/hosts, then the system's name servers. The resolve functions speak
// the protocol themselves, because Go's resolver has no TTLs, no choice of server, and half of the
// record types. Where there is no /etc/resolv.conf, they ask 127.0.0.1 until setServers is called.
package dns

import (
	"context"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Module is require('dns').
var Module = modules.Module{ID: "dns", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

// PromisesModule is require('dns/promises').
var PromisesModule = modules.Module{ID: "dns/promises", Load: func(h *modules.Host) goja.Value {
	return Rooms.Of(h).promiseExports()
}}

// Rooms holds the dns module of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the dns module of one runtime.
type Room struct {
	h *modules.Host

	resolver, promiseResolver *bind.Built
	callbacks, promises       *goja.Object // the exports; nil until they are asked for
	lookupFn                  *goja.Object // our lookup
	std                       *Resolver    // behind the functions of the module; made on first use
	order                     string
	warned                    bool // of DEP0118
}

func newRoom(h *modules.Host) *Room {
	if h.Era.IPv4First {
		return &Room{h: h, order: "ipv4first"}
	}
	return &Room{h: h, order: "verbatim"}
}

// errorCodes are the constants for the codes of a name server's answers.
var errorCodes = []string{
	"NODATA", "FORMERR", "SERVFAIL", "NOTFOUND", "NOTIMP", "REFUSED", "BADQUERY", "BADNAME", "BADFAMILY", "BADRESP",
	"CONNREFUSED", "TIMEOUT", "EOF", "FILE", "NOMEM", "DESTRUCTION", "BADSTR", "BADFLAGS", "NONAME", "BADHINTS",
	"NOTINITIALIZED", "LOADIPHLPAPI", "ADDRGETNETWORKPARAMS", "CANCELLED",
}

func (r *Room) exports() *goja.Object {
	if r.callbacks != nil {
		return r.callbacks
	}
	o := r.h.VM.NewObject()
	r.callbacks = o
	r.defineResolvers()
	bind.DefineMethods(r.h.VM, o, []bind.Method{
		{Name: "lookup", Length: 3, Fn: r.lookup},
		{Name: "lookupService", Length: 3, Fn: r.lookupService},
	})
	r.lookupFn = o.Get("lookup").(*goja.Object)
	r.promisify(r.lookupFn, "lookup")
	r.promisify(o.Get("lookupService").(*goja.Object), "lookupService")
	o.Set("Resolver", r.resolver.Ctor)
	r.common(o)
	o.Set("ADDRCONFIG", hintAddrConfig)
	o.Set("ALL", hintAll)
	o.Set("V4MAPPED", hintV4Mapped)
	r.constants(o)
	r.bound(o, callbackForm)
	o.DefineAccessorProperty("promises", r.h.VM.ToValue(func(goja.FunctionCall) goja.Value { return r.promiseExports() }), nil,
		goja.FLAG_TRUE, goja.FLAG_TRUE)
	return o
}

func (r *Room) promiseExports() *goja.Object {
	if r.promises != nil {
		return r.promises
	}
	r.exports()
	o := r.h.VM.NewObject()
	r.promises = o
	bind.DefineMethods(r.h.VM, o, []bind.Method{
		{Name: "lookup", Length: 2, Fn: r.lookupPromise},
		{Name: "lookupService", Length: 2, Fn: r.lookupServicePromise},
	})
	o.Set("Resolver", r.promiseResolver.Ctor)
	r.common(o)
	r.constants(o)
	r.bound(o, promiseForm)
	return o
}

// common defines what both modules have.
func (r *Room) common(o *goja.Object) {
	bind.DefineMethods(r.h.VM, o, []bind.Method{
		{Name: "getDefaultResultOrder", Fn: func(goja.FunctionCall) goja.Value { return bind.String(r.order) }},
		{Name: "setDefaultResultOrder", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			r.order = r.h.Err.ValidateOneOf(c.Argument(0), "dnsOrder", orders...)
			return goja.Undefined()
		}},
		{Name: "setServers", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			// The functions of the module get a new resolver: what the old one is asking goes on.
			fresh := r.newResolver()
			fresh.setServers(c)
			r.std = fresh
			return goja.Undefined()
		}},
	})
}

func (r *Room) constants(o *goja.Object) {
	for _, name := range errorCodes {
		code := "E" + name
		if name == "EOF" {
			code = name
		}
		o.Set(name, code)
	}
}

// bound defines the methods of the default resolver as functions.
func (r *Room) bound(o *goja.Object, f form) {
	define := func(key, name string, length int, fn bind.Func) {
		o.Set(key, bind.Function(r.h.VM, bind.Method{Name: "bound " + name, Length: length, Fn: fn}))
	}
	define("getServers", "getServers", 0, func(goja.FunctionCall) goja.Value { return r.standard().getServers() })
	define("resolve", "resolve", f.resolve, func(c goja.FunctionCall) goja.Value { return r.resolve(r.standard(), f, c) })
	for _, q := range queries {
		define(q.method, q.binding, 2, func(c goja.FunctionCall) goja.Value { return r.query(r.standard(), f, q, c) })
	}
}

// standard returns the resolver behind the functions of the module.
func (r *Room) standard() *Resolver {
	if r.std == nil {
		r.std = r.newResolver()
	}
	return r.std
}

// promisify gives fn the form that util.promisify makes of it: with an object of all results.
func (r *Room) promisify(fn *goja.Object, name string) {
	custom := bind.Invoke(r.h.VM, r.h.VM.Get("Symbol").(*goja.Object), "for", bind.String("nodejs.util.promisify.custom"))
	fn.DefineAccessorPropertySymbol(custom.(*goja.Symbol), r.h.VM.ToValue(func(goja.FunctionCall) goja.Value {
		return r.promiseExports().Get(name)
	}), nil, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// job is work on a goroutine of its own that keeps the loop alive.
type job struct {
	loop    *eventloop.Loop
	cancel  context.CancelFunc
	query   bool             // a question to a name server
	deliver func(result any) // nil once it was called or the job was given up
}

// start runs work, which heeds its context, on another goroutine, and then deliver through the door
// with what work returned.
func (r *Room) start(work func(context.Context) any, deliver func(result any)) *job {
	ctx, cancel := context.WithCancel(context.Background())
	j := &job{loop: r.h.Loop, cancel: cancel, deliver: deliver}
	pending := r.h.Loop.Reserve()
	r.h.Loop.Own(j)
	r.h.Loop.Go(func() {
		result := work(ctx)
		pending.Done(func() {
			j.loop.Disown(j)
			cancel()
			if fn := j.deliver; fn != nil {
				j.deliver = nil
				r.h.Door.Enter(modules.Func(func() { fn(result) }))
			}
		})
	})
	return j
}

// Cancel gives the job up; nothing is delivered any more.
func (j *job) Cancel() {
	j.deliver = nil
	j.cancel()
}

// Holds implements eventloop.Holder.
func (j *job) Holds() []string {
	if j.query {
		return nil // Node's are sockets of its resolver's, which it does not show
	}
	return []string{"GetAddrInfoReqWrap"}
}

// CloseNow implements eventloop.Resource; it is for Loop.Close alone.
func (j *job) CloseNow() { j.cancel() }

// refused is the refusal to look host up, nil if there is none: what is asked of name servers can tell
// the world anything.
func (r *Room) refused(host string) *goja.Object {
	if isIP(host) != 0 {
		return nil
	}
	return r.h.MayName(host)
}

// network returns the runtime's network.
func (r *Room) network() sock.Network {
	if r.h.Network == nil {
		return sock.System
	}
	return r.h.Network
}

// exception is Node's DNSException: errno is undefined where the code is a name server's.
//
// Node v20 lib/internal/errors.js.
func (r *Room) exception(f *failure) *goja.Object {
	msg := f.syscall + " " + f.code
	if f.hostname != "" {
		msg += " " + f.hostname
	}
	o := r.h.Err.Plain(0, msg)
	if f.errno != 0 {
		o.Set("errno", f.errno)
	} else {
		o.Set("errno", goja.Undefined())
	}
	o.Set("code", f.code)
	o.Set("syscall", f.syscall)
	if f.hostname != "" {
		o.Set("hostname", f.hostname)
	}
	return o
}

// failure is why a name could not be resolved, in Node's terms.
type failure struct {
	code     string
	errno    int // 0: none
	syscall  string
	hostname string
}
