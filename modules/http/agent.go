package http

import (
	"math"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/net"
)

// Agent is the state of an http.Agent: sockets in use, sockets that wait for use, requests that
// wait for sockets, each by the name that getName makes of their options.
//
// Node v20 lib/_http_agent.js. As the document has it, keepAlive is off unless asked for, for the
// global agent too.
type Agent struct {
	bind.State
	events.Emitter
	room *Room
	obj  *goja.Object

	options         *goja.Object
	sockets         pool
	freeSockets     pool
	requests        pool
	total           int
	keepAlive       bool
	keepAliveMsecs  float64
	maxSockets      float64
	maxFreeSockets  float64
	maxTotalSockets float64
	fifo            bool
	protocol        string
	defaultPort     int
	waiting         map[*goja.Object]*goja.Object // the options of requests that wait
}

// pool is a list of objects by name, in order of first use.
type pool struct {
	names []string
	lists map[string][]*goja.Object
}

func (p *pool) add(name string, o *goja.Object) {
	if p.lists == nil {
		p.lists = make(map[string][]*goja.Object)
	}
	if _, ok := p.lists[name]; !ok {
		p.names = append(p.names, name)
	}
	p.lists[name] = append(p.lists[name], o)
}

// remove takes o out of the list and reports whether it was there.
func (p *pool) remove(name string, o *goja.Object) bool {
	list := p.lists[name]
	for i, x := range list {
		if x == o {
			p.put(name, append(list[:i:i], list[i+1:]...))
			return true
		}
	}
	return false
}

// put replaces a list; an empty one goes.
func (p *pool) put(name string, list []*goja.Object) {
	if len(list) > 0 {
		p.lists[name] = list
		return
	}
	delete(p.lists, name)
	for i, n := range p.names {
		if n == name {
			p.names = append(p.names[:i:i], p.names[i+1:]...)
			return
		}
	}
}

// poolView shows a pool as the object of arrays that the document describes.
type poolView struct {
	a *Agent
	p *pool
}

// Get implements goja.DynamicObject.
func (v poolView) Get(key string) goja.Value {
	list, ok := v.p.lists[key]
	if !ok {
		return nil
	}
	out := make([]any, len(list))
	for i, o := range list {
		out[i] = o
	}
	return v.a.room.h.VM.NewArray(out...)
}

// Set implements goja.DynamicObject: the document says "do not modify".
func (v poolView) Set(string, goja.Value) bool { return false }

// Has implements goja.DynamicObject.
func (v poolView) Has(key string) bool { _, ok := v.p.lists[key]; return ok }

// Delete implements goja.DynamicObject.
func (v poolView) Delete(string) bool { return false }

// Keys implements goja.DynamicObject.
func (v poolView) Keys() []string { return append([]string(nil), v.p.names...) }

func (r *Room) defineAgent() {
	vm := r.h.VM
	m := func(fn func(a *Agent, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			a, ok := bind.SelfOf[*Agent](c.This)
			if !ok {
				panic(vm.NewTypeError("this is not an http.Agent"))
			}
			return fn(a, c)
		}
	}
	view := func(name string, p func(a *Agent) *pool) bind.Accessor {
		return bind.Accessor{Name: name, Get: func(c goja.FunctionCall) goja.Value {
			a, ok := bind.SelfOf[*Agent](c.This)
			if !ok {
				return goja.Undefined()
			}
			o := vm.NewDynamicObject(poolView{a, p(a)})
			o.SetPrototype(nil)
			return o
		}}
	}
	number := func(name string, field func(a *Agent) *float64) bind.Accessor {
		return bind.Accessor{Name: name,
			Get: m(func(a *Agent, _ goja.FunctionCall) goja.Value { return vm.ToValue(*field(a)) }),
			Set: m(func(a *Agent, c goja.FunctionCall) goja.Value {
				*field(a) = c.Argument(0).ToFloat()
				return goja.Undefined()
			})}
	}
	r.Agent = bind.Define(vm, bind.Class{Name: "Agent", Length: 1, Mode: bind.CallInstance, Parent: r.ev.EventEmitter,
		Construct: r.newAgent,
		Methods: []bind.Method{
			{Name: "createConnection", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
				return bind.Invoke(vm, r.h.Builtin("net").(*goja.Object), "createConnection", c.Arguments...)
			}},
			{Name: "getName", Length: 0, Fn: func(c goja.FunctionCall) goja.Value {
				o, _ := c.Argument(0).(*goja.Object)
				return vm.ToValue(agentName(o))
			}},
			{Name: "addRequest", Length: 2, Fn: m((*Agent).addRequest)},
			{Name: "createSocket", Length: 3, Fn: m((*Agent).jsCreateSocket)},
			{Name: "removeSocket", Length: 2, Fn: m((*Agent).removeSocket)},
			{Name: "keepSocketAlive", Length: 1, Fn: m((*Agent).keepSocketAlive)},
			{Name: "reuseSocket", Length: 2, Fn: m(func(a *Agent, c goja.FunctionCall) goja.Value {
				if req, ok := bind.SelfOf[*ClientRequest](c.Argument(1)); ok {
					req.reused = true
				}
				ifAny(c.Argument(0).ToObject(vm), "ref")
				return goja.Undefined()
			})},
			{Name: "destroy", Fn: m(func(a *Agent, _ goja.FunctionCall) goja.Value {
				for _, p := range []*pool{&a.freeSockets, &a.sockets} {
					for _, name := range append([]string(nil), p.names...) {
						for _, s := range append([]*goja.Object(nil), p.lists[name]...) {
							bind.Invoke(vm, s, "destroy")
						}
					}
				}
				return goja.Undefined()
			})},
			{Name: "request", Length: 2, Fn: m(func(a *Agent, c goja.FunctionCall) goja.Value { return a.request(c, false) })},
			{Name: "get", Length: 2, Fn: m(func(a *Agent, c goja.FunctionCall) goja.Value { return a.request(c, true) })},
		},
		Accessors: []bind.Accessor{
			view("sockets", func(a *Agent) *pool { return &a.sockets }),
			view("freeSockets", func(a *Agent) *pool { return &a.freeSockets }),
			view("requests", func(a *Agent) *pool { return &a.requests }),
			number("maxSockets", func(a *Agent) *float64 { return &a.maxSockets }),
			number("maxFreeSockets", func(a *Agent) *float64 { return &a.maxFreeSockets }),
			number("maxTotalSockets", func(a *Agent) *float64 { return &a.maxTotalSockets }),
			number("keepAliveMsecs", func(a *Agent) *float64 { return &a.keepAliveMsecs }),
			{Name: "keepAlive", Get: m(func(a *Agent, _ goja.FunctionCall) goja.Value { return bind.Bool(a.keepAlive) }),
				Set: m(func(a *Agent, c goja.FunctionCall) goja.Value {
					a.keepAlive = bind.Truthy(c.Argument(0))
					return goja.Undefined()
				})},
			{Name: "totalSocketCount", Get: m(func(a *Agent, _ goja.FunctionCall) goja.Value { return bind.Int(a.total) })},
		},
		Statics: nil,
	})
	r.Agent.Ctor.Set("defaultMaxSockets", math.Inf(1))
}

func (r *Room) newAgent(this *goja.Object, args []goja.Value) {
	vm := r.h.VM
	a := &Agent{room: r, obj: this, keepAliveMsecs: 1000, maxSockets: math.Inf(1), maxFreeSockets: 256,
		maxTotalSockets: math.Inf(1), protocol: "http:", defaultPort: 80, waiting: make(map[*goja.Object]*goja.Object)}
	st := bind.Own(this)
	events.Init(st, &a.Emitter)
	st.Put(bind.Self, a)
	a.options = vm.CreateObject(nil)
	if o, ok := bind.Arg(args, 0).(*goja.Object); ok {
		copyProperties(a.options, o)
	}
	if bind.IsUndefined(a.options.Get("noDelay")) {
		a.options.Set("noDelay", true)
	}
	a.options.Set("path", goja.Null()) // not to be confused with the path of a Unix socket
	limit := func(name string, field *float64, lo float64) {
		if v := a.options.Get(name); !bind.IsNullish(v) {
			*field = r.h.Err.ValidateNumber(v, name, lo, math.NaN())
		}
	}
	a.keepAlive = bind.Truthy(a.options.Get("keepAlive"))
	if v := a.options.Get("keepAliveMsecs"); bind.Truthy(v) {
		a.keepAliveMsecs = v.ToFloat()
	}
	if v := a.options.Get("maxSockets"); bind.Truthy(v) {
		a.maxSockets = v.ToFloat()
	}
	if v := a.options.Get("maxFreeSockets"); bind.Truthy(v) {
		a.maxFreeSockets = v.ToFloat()
	}
	limit("maxTotalSockets", &a.maxTotalSockets, 1)
	if v := a.options.Get("scheduling"); bind.Truthy(v) {
		a.fifo = r.h.Err.ValidateOneOf(v, "scheduling", "fifo", "lifo") == "fifo"
	}
	this.Set("options", a.options)
	this.Set("defaultPort", 80)
	this.Set("protocol", "http:")
	r.ev.On(this, "free", func(args []goja.Value) {
		s, _ := bind.Arg(args, 0).(*goja.Object)
		o, _ := bind.Arg(args, 1).(*goja.Object)
		a.free(s, o)
	})
}

func copyProperties(dst, src *goja.Object) {
	for _, k := range src.Keys() {
		dst.Set(k, src.Get(k))
	}
}

// merged is {...options, ...agent.options} with the path of a Unix socket in its place.
func (a *Agent) merged(options *goja.Object) *goja.Object {
	o := a.room.h.VM.CreateObject(nil)
	copyProperties(o, options)
	if own, ok := a.obj.Get("options").(*goja.Object); ok {
		copyProperties(o, own)
	}
	if v := o.Get("socketPath"); bind.Truthy(v) {
		o.Set("path", v)
	}
	return o
}

// agentName is agent.getName(options).
func agentName(o *goja.Object) string {
	if o == nil {
		return "localhost::"
	}
	name := "localhost"
	if v := o.Get("host"); bind.Truthy(v) {
		name = v.String()
	}
	name += ":"
	if v := o.Get("port"); bind.Truthy(v) {
		name += v.String()
	}
	name += ":"
	if v := o.Get("localAddress"); bind.Truthy(v) {
		name += v.String()
	}
	if v := o.Get("family"); nodeerr.IsNumber(v) && (v.ToInteger() == 4 || v.ToInteger() == 6) {
		name += ":" + v.String()
	}
	if v := o.Get("socketPath"); bind.Truthy(v) {
		name += ":" + v.String()
	}
	return name
}

func (a *Agent) name(o *goja.Object) string {
	return bind.Invoke(a.room.h.VM, a.obj, "getName", o).String()
}

// addRequest gives req a free socket, a new one, or a place in the queue.
func (a *Agent) addRequest(c goja.FunctionCall) goja.Value {
	vm := a.room.h.VM
	reqObj := c.Argument(0).ToObject(vm)
	options, ok := c.Argument(1).(*goja.Object)
	if !ok { // the form of Node 0.10: (req, host, port, localAddress)
		options = vm.NewObject()
		options.Set("host", c.Argument(1))
		options.Set("port", c.Argument(2))
		options.Set("localAddress", c.Argument(3))
	}
	options = a.merged(options)
	name := a.name(options)
	free := a.freeSockets.lists[name]
	for len(free) > 0 && bind.Truthy(free[0].Get("destroyed")) {
		free = free[1:]
	}
	var socket *goja.Object
	if len(free) > 0 {
		if a.fifo {
			socket, free = free[0], free[1:]
		} else {
			socket, free = free[len(free)-1], free[:len(free)-1]
		}
	}
	if _, had := a.freeSockets.lists[name]; had {
		a.freeSockets.put(name, free)
	}
	open := len(free) + len(a.sockets.lists[name])
	switch {
	case socket != nil:
		bind.Invoke(vm, a.obj, "reuseSocket", socket, reqObj)
		a.give(reqObj, socket)
		a.sockets.add(name, socket)
	case float64(open) < a.maxSockets && float64(a.total) < a.maxTotalSockets:
		a.createSocket(reqObj, options)
	default:
		a.waiting[reqObj] = options
		a.requests.add(name, reqObj)
	}
	return goja.Undefined()
}

// createSocket makes a socket for req through agent.createSocket as JavaScript finds it.
func (a *Agent) createSocket(reqObj, options *goja.Object) {
	vm := a.room.h.VM
	cb := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		if err := c.Argument(0); bind.Truthy(err) {
			bind.Invoke(vm, reqObj, "onSocket", c.Argument(1), err)
			return goja.Undefined()
		}
		a.give(reqObj, c.Argument(1).ToObject(vm))
		return goja.Undefined()
	})
	bind.Invoke(vm, a.obj, "createSocket", reqObj, options, cb)
}

// jsCreateSocket is agent.createSocket(req, options, callback).
func (a *Agent) jsCreateSocket(c goja.FunctionCall) goja.Value {
	vm := a.room.h.VM
	options := a.merged(c.Argument(1).ToObject(vm))
	if a.keepAlive {
		options.Set("keepAlive", true)
		options.Set("keepAliveInitialDelay", a.keepAliveMsecs)
	}
	name := a.name(options)
	options.Set("_agentKey", name)
	options.Set("encoding", goja.Null())
	cb, _ := bind.ToCallable(c.Argument(2))
	made := false
	oncreate := func(err, s goja.Value) {
		if made {
			return
		}
		made = true
		if bind.Truthy(err) {
			cb.Call(goja.Undefined(), err)
			return
		}
		so := s.ToObject(vm)
		a.sockets.add(name, so)
		a.total++
		a.listen(so, options)
		cb.Call(goja.Undefined(), goja.Null(), so)
	}
	s := bind.Invoke(vm, a.obj, "createConnection", options, vm.ToValue(func(c goja.FunctionCall) goja.Value {
		oncreate(c.Argument(0), c.Argument(1))
		return goja.Undefined()
	}))
	if bind.Truthy(s) {
		oncreate(goja.Null(), s)
	}
	return goja.Undefined()
}

// listen hears what becomes of a socket of the pool.
func (a *Agent) listen(so, options *goja.Object) {
	ev := a.room.ev
	var off []func()
	remove := func() {
		a.total--
		bind.Invoke(a.room.h.VM, a.obj, "removeSocket", so, options)
	}
	off = append(off,
		ev.On(so, "free", func([]goja.Value) { ev.Emit(a.obj, "free", so, options) }),
		ev.On(so, "close", func([]goja.Value) { remove() }),
	)
	if bind.Truthy(bind.Property(a.obj.Get("options"), "timeout")) {
		off = append(off, ev.On(so, "timeout", func([]goja.Value) {
			for _, list := range a.freeSockets.lists {
				for _, s := range list {
					if s == so {
						bind.Invoke(a.room.h.VM, so, "destroy")
						return
					}
				}
			}
		}))
	}
	// A socket that carries something else from now on leaves the pool: 'agentRemove'.
	var offRemove func()
	offRemove = ev.On(so, "agentRemove", func([]goja.Value) {
		remove()
		for _, f := range off {
			f()
		}
		offRemove()
	})
}

// give hands a socket to a request.
func (a *Agent) give(reqObj, so *goja.Object) {
	bind.Invoke(a.room.h.VM, reqObj, "onSocket", so)
	v := bind.Property(a.obj.Get("options"), "timeout")
	if f := v.ToFloat(); f > 0 && bind.IsNullish(reqObj.Get("timeout")) {
		a.room.setTimeout(so, v)
	}
}

// free decides about a socket whose request is done: the next request, the pool, or the end.
func (a *Agent) free(so, options *goja.Object) {
	vm := a.room.h.VM
	name := a.name(options)
	if !bind.Truthy(so.Get("writable")) {
		bind.Invoke(vm, so, "destroy")
		return
	}
	if queue := a.requests.lists[name]; len(queue) > 0 {
		req := queue[0]
		a.requests.put(name, queue[1:])
		delete(a.waiting, req)
		bind.Invoke(vm, a.obj, "reuseSocket", so, req)
		if cr, ok := bind.SelfOf[*ClientRequest](req); ok {
			cr.reused = false
		}
		a.give(req, so)
		return
	}
	req, _ := bind.SelfOf[*ClientRequest](so.Get("_httpMessage"))
	count := len(a.freeSockets.lists[name]) + len(a.sockets.lists[name])
	if req == nil || !req.shouldKeepAlive || !a.keepAlive ||
		float64(a.total) > a.maxTotalSockets || float64(count) > a.maxSockets ||
		float64(len(a.freeSockets.lists[name])) >= a.maxFreeSockets ||
		!bind.Truthy(bind.Invoke(vm, a.obj, "keepSocketAlive", so)) {
		bind.Invoke(vm, so, "destroy")
		return
	}
	so.Set("_httpMessage", goja.Null())
	a.sockets.remove(name, so)
	a.freeSockets.add(name, so)
}

// keepSocketAlive prepares a socket for the pool; false lets it go.
func (a *Agent) keepSocketAlive(c goja.FunctionCall) goja.Value {
	vm := a.room.h.VM
	so := c.Argument(0).ToObject(vm)
	if s, ok := net.SocketOf(so); ok && s.Sock() != nil {
		s.Sock().SetKeepAlive(true, time.Duration(a.keepAliveMsecs)*time.Millisecond)
		s.SetRef(false)
	} else {
		ifAny(so, "setKeepAlive", bind.True, vm.ToValue(a.keepAliveMsecs))
		ifAny(so, "unref")
	}
	timeout := bind.Property(a.obj.Get("options"), "timeout").ToFloat()
	if math.IsNaN(timeout) || timeout < 0 {
		timeout = 0
	}
	// The server says how long it waits: leave a second before that.
	if req, ok := bind.SelfOf[*ClientRequest](so.Get("_httpMessage")); ok && req.resMsg != nil {
		v := headerView{m: req.resMsg}
		if hint := v.Get("keep-alive"); hint != nil {
			if secs, ok := timeoutHint(hint.String()); ok {
				server := float64(secs)*1000 - 1000
				if server <= 0 {
					return bind.False
				}
				if timeout == 0 || server < timeout {
					timeout = server
				}
			}
		}
	}
	a.room.setTimeout(so, vm.ToValue(timeout))
	return bind.True
}

// timeoutHint reads timeout=N of a Keep-Alive field.
func timeoutHint(s string) (secs int, ok bool) {
	for i := 0; i+8 <= len(s); i++ {
		if s[i:i+8] != "timeout=" {
			continue
		}
		for i += 8; i < len(s) && s[i] >= '0' && s[i] <= '9' && secs < 1e6; i++ {
			secs, ok = secs*10+int(s[i]-'0'), true
		}
		return secs, ok
	}
	return 0, false
}

// removeSocket takes a socket out of the pool and opens one for the next request that waits.
func (a *Agent) removeSocket(c goja.FunctionCall) goja.Value {
	vm := a.room.h.VM
	so, options := c.Argument(0).ToObject(vm), c.Argument(1).ToObject(vm)
	name := a.name(options)
	a.sockets.remove(name, so)
	if !bind.Truthy(so.Get("writable")) {
		a.freeSockets.remove(name, so)
	}
	var next *goja.Object
	if queue := a.requests.lists[name]; len(queue) > 0 {
		next = queue[0]
	} else if float64(a.total) < a.maxTotalSockets {
		for _, n := range a.requests.names {
			if float64(len(a.sockets.lists[n])) < a.maxSockets {
				name, next = n, a.requests.lists[n][0]
				break
			}
		}
	}
	if next == nil || float64(len(a.sockets.lists[name])+len(a.freeSockets.lists[name])) >= a.maxSockets {
		return goja.Undefined()
	}
	opts := a.waiting[next]
	a.requests.remove(name, next)
	delete(a.waiting, next)
	if opts == nil {
		opts = options
	}
	// On a later tick: the request must not get its socket inside somebody's 'close'.
	a.room.h.Door.NextTick(modules.Func(func() { a.createSocket(next, opts) }))
	return goja.Undefined()
}

// request is agent.request(options, callback).
func (a *Agent) request(c goja.FunctionCall, get bool) goja.Value {
	vm := a.room.h.VM
	o := vm.NewObject()
	args := append([]goja.Value(nil), c.Arguments...)
	if opts, ok := c.Argument(0).(*goja.Object); ok && nodeerr.TypeOf(opts) == "object" {
		copyProperties(o, opts)
		o.Set("agent", a.obj)
		args[0] = o
	} else if opts, ok := c.Argument(1).(*goja.Object); ok && nodeerr.TypeOf(opts) == "object" {
		copyProperties(o, opts)
		o.Set("agent", a.obj)
		args[1] = o
	} else {
		o.Set("agent", a.obj)
		args = append([]goja.Value{c.Argument(0), o}, args[min(1, len(args)):]...)
	}
	return a.room.request(goja.FunctionCall{This: goja.Undefined(), Arguments: args}, get)
}
