package http

import (
	"math"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/engine"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/net"
)

// agent is an http.Agent, or whatever object its methods were called on: sockets in use, sockets
// that wait for use and requests that wait for sockets, each in an object of arrays by the name that
// getName makes of their options.
//
// All of its state is ordinary properties. Programs subclass Agent, give its methods objects of
// their own and put sockets into its pools: what they wrote last counts.
//
// Node v20 lib/_http_agent.js. As the document has it, keepAlive is off unless asked for, for the
// global agent too.
type agent struct {
	room *Room
	obj  *goja.Object
}

func (r *Room) defineAgent() {
	vm := r.h.VM
	m := func(fn func(a agent, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			return fn(agent{r, c.This.ToObject(vm)}, c)
		}
	}
	r.Agent = bind.Define(vm, bind.Class{Name: "Agent", Length: 1, Mode: bind.CallInstance, Parent: r.ev.EventEmitter,
		Construct: r.newAgent,
		Methods: []bind.Method{
			{Name: "createConnection", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
				return bind.Invoke(vm, r.h.Builtin("net").(*goja.Object), "createConnection", c.Arguments...)
			}},
			{Name: "getName", Length: 0, Fn: func(c goja.FunctionCall) goja.Value {
				o, _ := c.Argument(0).(*goja.Object)
				if o == nil {
					o = vm.NewObject()
				}
				return vm.ToValue(r.agentName(o.Get))
			}},
			{Name: "addRequest", Length: 4, Fn: m(agent.addRequest)},
			{Name: "createSocket", Length: 3, Fn: m(agent.createSocket)},
			{Name: "removeSocket", Length: 2, Fn: m(agent.removeSocket)},
			{Name: "keepSocketAlive", Length: 1, Fn: m(agent.keepSocketAlive)},
			{Name: "reuseSocket", Length: 2, Fn: m(agent.reuseSocket)},
			{Name: "destroy", Fn: m(agent.destroy)},
			{Name: "request", Length: 2, Fn: m(func(a agent, c goja.FunctionCall) goja.Value { return a.request(c, false) })},
			{Name: "get", Length: 2, Fn: m(func(a agent, c goja.FunctionCall) goja.Value { return a.request(c, true) })},
		},
	})
	r.agentGetName, r.agentCreateSocket = r.Agent.Proto.Get("getName"), r.Agent.Proto.Get("createSocket")
	r.Agent.Ctor.Set("defaultMaxSockets", math.Inf(1))
	r.idleError = bind.Function(vm, bind.Method{Name: "freeSocketErrorListener", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		so := c.This.ToObject(vm)
		bind.Invoke(vm, so, "destroy")
		bind.Invoke(vm, so, "emit", bind.String("agentRemove"))
		return goja.Undefined()
	}})
}

// newAgent is the constructor Agent([options]).
func (r *Room) newAgent(this *goja.Object, args []goja.Value) {
	vm := r.h.VM
	events.Init(bind.Own(this), new(events.Emitter))
	options := vm.CreateObject(nil)
	if o, ok := bind.Arg(args, 0).(*goja.Object); ok {
		copyProperties(options, o)
	}
	if bind.IsUndefined(options.Get("noDelay")) {
		options.Set("noDelay", true)
	}
	options.Set("path", goja.Null()) // not to be confused with the path of a Unix socket
	or := func(name string, otherwise any) goja.Value {
		if v := options.Get(name); bind.Truthy(v) {
			return v
		}
		return vm.ToValue(otherwise)
	}
	scheduling := or("scheduling", "lifo")
	r.h.Err.ValidateOneOf(scheduling, "scheduling", "fifo", "lifo")
	maxTotal := options.Get("maxTotalSockets")
	if bind.IsUndefined(maxTotal) {
		maxTotal = vm.ToValue(math.Inf(1))
	} else {
		r.h.Err.ValidateNumber(maxTotal, "maxTotalSockets", 1, math.NaN())
	}
	buffer := 1000.0
	if v := options.Get("agentKeepAliveTimeoutBuffer"); nodeerr.IsNumber(v) && v.ToFloat() >= 0 && !math.IsInf(v.ToFloat(), 0) {
		buffer = v.ToFloat()
	}
	for _, p := range []struct {
		name  string
		value any
	}{
		{"defaultPort", 80},
		{"protocol", "http:"},
		{"options", options},
		{"requests", vm.NewObject()},
		{"sockets", vm.NewObject()},
		{"freeSockets", vm.NewObject()},
		{"keepAliveMsecs", or("keepAliveMsecs", 1000)},
		{"keepAlive", or("keepAlive", false)},
		{"agentKeepAliveTimeoutBuffer", buffer},
		{"maxSockets", or("maxSockets", r.Agent.Ctor.Get("defaultMaxSockets"))},
		{"maxFreeSockets", or("maxFreeSockets", 256)},
		{"scheduling", scheduling},
		{"maxTotalSockets", maxTotal},
		{"totalSocketCount", 0},
	} {
		this.Set(p.name, p.value) // through the setters that a subclass may have
	}
	r.ev.On(this, "free", func(args []goja.Value) {
		so, _ := bind.Arg(args, 0).(*goja.Object)
		o, _ := bind.Arg(args, 1).(*goja.Object)
		agent{r, this}.free(so, o)
	})
}

func (a agent) pool(name string) pool {
	set, _ := a.obj.Get(name).(*goja.Object)
	return pool{a.room.h.VM, set}
}

// limit reads one of the agent's maxima; what is no number is none.
func (a agent) limit(name string) float64 {
	if v := a.obj.Get(name); v != nil {
		if f := v.ToFloat(); !math.IsNaN(f) {
			return f
		}
	}
	return math.Inf(1)
}

func (a agent) total() float64 {
	if v := a.obj.Get("totalSocketCount"); v != nil {
		return v.ToFloat()
	}
	return 0
}

func (a agent) count(delta int) { a.obj.Set("totalSocketCount", a.total()+float64(delta)) }

func (a agent) option(name string) goja.Value { return bind.Property(a.obj.Get("options"), name) }

func copyProperties(dst, src *goja.Object) {
	eachProperty(src, func(name string, v goja.Value) { engine.Put(dst, name, v) })
}

// merged is {...options, ...agent.options} with the path of a Unix socket in its place.
func (a agent) merged(options *goja.Object, req *ClientRequest) *goja.Object {
	o := a.room.h.VM.CreateObject(nil)
	copyProperties(o, options)
	if own, ok := a.obj.Get("options").(*goja.Object); ok {
		copyProperties(o, own)
	}
	if v := o.Get("socketPath"); bind.Truthy(v) {
		o.Set("path", v)
	}
	if v := o.Get("servername"); !bind.Truthy(v) && !(nodeerr.IsString(v) && v.String() == "") {
		o.Set("servername", a.serverName(o, req))
	}
	return o
}

// serverName is the name a connection with TLS asks for: the host of the Host field, or of the
// options, unless it is an address.
//
// Node v20 lib/_http_agent.js: calculateServerName.
func (a agent) serverName(o *goja.Object, req *ClientRequest) goja.Value {
	v := o.Get("host")
	if req != nil {
		if i := req.headers.find("host"); i >= 0 && bind.Truthy(req.headers[i].value) {
			host := a.room.h.Err.ValidateString(req.headers[i].value, "options.headers.host")
			if strings.HasPrefix(host, "[") {
				if end := strings.IndexByte(host, ']'); end >= 0 {
					host = host[1:end]
				}
			} else {
				host, _, _ = strings.Cut(host, ":")
			}
			v = bind.String(host)
		}
	}
	if v == nil || net.IsIP(v.String()) {
		return bind.String("")
	}
	return v
}

// agentName is agent.getName for options that get returns by name.
func (r *Room) agentName(get func(option string) goja.Value) string {
	name := "localhost"
	if v := get("host"); bind.Truthy(v) {
		name = v.String()
	}
	name += ":"
	if v := get("port"); bind.Truthy(v) {
		name += v.String()
	}
	name += ":"
	if v := get("localAddress"); bind.Truthy(v) {
		name += v.String()
	}
	if r.h.Era.AgentNameEndsInColon {
		return name + ":"
	}
	if v := get("family"); nodeerr.IsNumber(v) && (v.ToInteger() == 4 || v.ToInteger() == 6) {
		name += ":" + v.String()
	}
	if v := get("socketPath"); bind.Truthy(v) {
		name += ":" + v.String()
	}
	return name
}

// ownName reports whether getName is still ours.
func (a agent) ownName() bool { return a.obj.Get("getName") == a.room.agentGetName }

// name is the pool's name for a connection with the options o, which merged made.
func (a agent) name(o *goja.Object) string {
	var v goja.Value = goja.Undefined()
	if o != nil {
		v = o
		// A connection that was made has its name in them.
		if key := o.Get("_agentKey"); key != nil && nodeerr.IsString(key) && a.ownName() {
			return key.String()
		}
	}
	return bind.Invoke(a.room.h.VM, a.obj, "getName", v).String()
}

// nameBefore is name(merged(options)) without the merging, which a request that finds a free socket
// does not need; ok is false if a getName of the program's wants to see it.
func (a agent) nameBefore(options *goja.Object) (name string, ok bool) {
	own, isObject := a.obj.Get("options").(*goja.Object)
	if !isObject || !a.ownName() {
		return "", false
	}
	return a.room.agentName(func(option string) goja.Value {
		if v := own.Get(option); v != nil {
			return v
		}
		return options.Get(option)
	}), true
}

// addRequest gives req a free socket, a new one, or a place in the queue.
func (a agent) addRequest(c goja.FunctionCall) goja.Value {
	vm := a.room.h.VM
	reqObj := c.Argument(0).ToObject(vm)
	req, _ := bind.SelfOf[*ClientRequest](reqObj)
	options, ok := c.Argument(1).(*goja.Object)
	if !ok || nodeerr.IsString(options) { // the form of Node 0.10: (req, host, port, localAddress)
		options = vm.NewObject()
		options.Set("host", c.Argument(1))
		options.Set("port", c.Argument(2))
		options.Set("localAddress", c.Argument(3))
	}
	var merged *goja.Object
	name, ok := a.nameBefore(options)
	if !ok {
		merged = a.merged(options, req)
		name = a.name(merged)
	}
	free, used := a.pool("freeSockets"), a.pool("sockets")
	used.must()
	for so := free.first(name); so != nil && bind.Truthy(so.Get("destroyed")); so = free.first(name) {
		free.take(name, "shift")
	}
	how := "pop"
	if v := a.obj.Get("scheduling"); v != nil && v.String() == "fifo" {
		how = "shift"
	}
	if so := free.take(name, how); so != nil {
		bind.Invoke(vm, a.obj, "reuseSocket", so, reqObj)
		a.give(reqObj, so)
		used.add(name, so)
		return goja.Undefined()
	}
	if merged != nil {
		options = merged
	}
	full := a.total() >= a.limit("maxTotalSockets")
	if float64(free.len(name)+used.len(name)) < a.limit("maxSockets") && !full {
		a.open(reqObj, options)
		return goja.Undefined()
	}
	if req != nil {
		req.extras().queued = options
	}
	a.pool("requests").add(name, reqObj)
	if full {
		a.evict()
	}
	return goja.Undefined()
}

// evict closes a socket that waits for a request, so that one to another host may have its place
// below maxTotalSockets. It would hold the place until the server gives up on it.
func (a agent) evict() {
	for _, so := range a.pool("freeSockets").all() {
		if !bind.Truthy(so.Get("destroyed")) {
			bind.Invoke(a.room.h.VM, so, "destroy")
			return
		}
	}
}

// open makes a socket for a request, through agent.createSocket as JavaScript finds it. Ours merges
// the options itself.
func (a agent) open(reqObj, options *goja.Object) {
	vm := a.room.h.VM
	if a.obj.Get("createSocket") != a.room.agentCreateSocket {
		req, _ := bind.SelfOf[*ClientRequest](reqObj)
		options = a.merged(options, req)
	}
	bind.Invoke(vm, a.obj, "createSocket", reqObj, options, vm.ToValue(func(c goja.FunctionCall) goja.Value {
		if err := c.Argument(0); bind.Truthy(err) {
			bind.Invoke(vm, reqObj, "onSocket", c.Argument(1), err)
			return goja.Undefined()
		}
		a.give(reqObj, c.Argument(1).ToObject(vm))
		return goja.Undefined()
	}))
}

// createSocket is agent.createSocket(req, options, callback).
func (a agent) createSocket(c goja.FunctionCall) goja.Value {
	vm := a.room.h.VM
	req, _ := bind.SelfOf[*ClientRequest](c.Argument(0))
	options := a.merged(c.Argument(1).ToObject(vm), req)
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
		a.pool("sockets").add(name, so)
		a.count(1)
		a.listen(so, options)
		cb.Call(goja.Undefined(), goja.Null(), so)
	}
	if keep := bind.Truthy(a.obj.Get("keepAlive")); keep || req.keepsAlive() {
		options.Set("keepAlive", true)
		options.Set("keepAliveInitialDelay", a.probeDelay(req))
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

// probeDelay is after how many idle milliseconds the system probes a connection that is kept.
func (a agent) probeDelay(req *ClientRequest) goja.Value {
	if req.keepsAlive() && req.rare.keepAliveMs != nil {
		return req.rare.keepAliveMs
	}
	return a.obj.Get("keepAliveMsecs")
}

// listen hears what becomes of a socket of the pool.
func (a agent) listen(so, options *goja.Object) {
	ev := a.room.ev
	remove := func() {
		a.count(-1)
		bind.Invoke(a.room.h.VM, a.obj, "removeSocket", so, options)
	}
	off := events.Listenings{
		ev.On(so, "free", func([]goja.Value) { ev.Emit(a.obj, "free", so, options) }),
		ev.On(so, "close", func([]goja.Value) { remove() }),
		ev.On(so, "timeout", func([]goja.Value) {
			for _, s := range a.pool("freeSockets").all() {
				if s == so {
					bind.Invoke(a.room.h.VM, so, "destroy")
					return
				}
			}
		}),
	}
	// A socket that carries something else from now on leaves the pool: 'agentRemove'.
	off = append(off, ev.On(so, "agentRemove", func([]goja.Value) {
		remove()
		off.Remove()
	}))
}

// give hands a socket to a request.
//
// Node v20 lib/_http_agent.js: setRequestSocket.
func (a agent) give(reqObj, so *goja.Object) {
	vm := a.room.h.VM
	bind.Invoke(vm, reqObj, "onSocket", so)
	ms := reqObj.Get("timeout")
	if bind.IsUndefined(ms) {
		return
	}
	own := 0.0 // the socket has the agent's timeout already
	if v := a.option("timeout"); bind.Truthy(v) {
		own = v.ToFloat()
	}
	if ms.ToFloat() != own {
		a.room.setTimeout(so, ms)
	}
}

// free decides about a socket whose request is done: the next request, the pool, or the end.
func (a agent) free(so, options *goja.Object) {
	vm := a.room.h.VM
	name := a.name(options)
	if !bind.Truthy(so.Get("writable")) {
		bind.Invoke(vm, so, "destroy")
		return
	}
	if next := a.pool("requests").take(name, "shift"); next != nil {
		a.unqueue(next)
		a.give(next, so)
		return
	}
	used, free := a.pool("sockets"), a.pool("freeSockets")
	msg := so.Get("_httpMessage")
	req, _ := bind.SelfOf[*ClientRequest](msg)
	waiting := free.len(name)
	total := a.total()
	switch {
	case !bind.Truthy(msg), !bind.Truthy(bind.Property(msg, "shouldKeepAlive")),
		!bind.Truthy(a.obj.Get("keepAlive")) && !req.keepsAlive(),
		total > a.limit("maxTotalSockets"),
		float64(waiting+used.len(name)) > a.limit("maxSockets"),
		float64(waiting) >= a.limit("maxFreeSockets"),
		// Requests to other hosts wait for a place in the total.
		total == a.limit("maxTotalSockets") && len(a.pool("requests").names()) > 0,
		!bind.Truthy(bind.Invoke(vm, a.obj, "keepSocketAlive", so)):
		bind.Invoke(vm, so, "destroy")
		return
	}
	so.Set("_httpMessage", goja.Null())
	bind.Invoke(vm, a.obj, "removeSocket", so, options)
	bind.Invoke(vm, so, "once", bind.String("error"), a.room.idleError)
	free.add(name, so)
}

// keepSocketAlive prepares a socket for the pool; false lets it go.
func (a agent) keepSocketAlive(c goja.FunctionCall) goja.Value {
	vm := a.room.h.VM
	so := c.Argument(0).ToObject(vm)
	req, _ := bind.SelfOf[*ClientRequest](so.Get("_httpMessage"))
	ifAny(so, "setKeepAlive", bind.True, a.probeDelay(req))
	ifAny(so, "unref")
	timeout := a.option("timeout").ToFloat()
	if math.IsNaN(timeout) || timeout < 0 {
		timeout = 0
	}
	// The server says how long it waits: give up before it does, so that no request meets its end.
	if req != nil && req.resMsg != nil {
		v := headerView{m: req.resMsg}
		if hint := v.Get("keep-alive"); hint != nil {
			if secs, ok := timeoutHint(hint.String()); ok {
				server := float64(secs) * 1000
				if v := a.obj.Get("agentKeepAliveTimeoutBuffer"); nodeerr.IsNumber(v) {
					server -= v.ToFloat()
				}
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

// reuseSocket makes a socket of the pool ready for a request.
func (a agent) reuseSocket(c goja.FunctionCall) goja.Value {
	vm := a.room.h.VM
	so := c.Argument(0).ToObject(vm)
	bind.Invoke(vm, so, "removeListener", bind.String("error"), a.room.idleError)
	c.Argument(1).ToObject(vm).Set("reusedSocket", true)
	ifAny(so, "ref")
	// What the pool waited for is no matter of the request.
	own := a.option("timeout")
	if !bind.Truthy(own) {
		own = bind.Int(0)
	}
	if v := so.Get("timeout"); bind.Truthy(v) && v.ToFloat() != own.ToFloat() {
		a.room.setTimeout(so, own)
	}
	return goja.Undefined()
}

// removeSocket takes a socket out of the pool and opens one for the next request that waits.
func (a agent) removeSocket(c goja.FunctionCall) goja.Value {
	vm := a.room.h.VM
	so := c.Argument(0).ToObject(vm)
	options, _ := c.Argument(1).(*goja.Object)
	name := a.name(options)
	used, free, waiting := a.pool("sockets"), a.pool("freeSockets"), a.pool("requests")
	used.remove(name, so)
	if !bind.Truthy(so.Get("writable")) {
		free.remove(name, so)
	}
	room := func(name string) bool {
		return float64(used.len(name)+free.len(name)) < a.limit("maxSockets")
	}
	if a.total() >= a.limit("maxTotalSockets") {
		return goja.Undefined()
	}
	next := waiting.first(name)
	if next == nil || !room(name) {
		next = nil
		for _, other := range waiting.names() {
			if other != name && room(other) {
				name, next = other, waiting.first(other)
				break
			}
		}
	}
	if next == nil {
		return goja.Undefined()
	}
	waiting.take(name, "shift")
	if o := a.unqueue(next); o != nil {
		options = o
	}
	a.open(next, options)
	return goja.Undefined()
}

// unqueue forgets, and returns, the options with which a request waited.
func (a agent) unqueue(reqObj *goja.Object) (options *goja.Object) {
	if req, ok := bind.SelfOf[*ClientRequest](reqObj); ok && req.rare != nil {
		options, req.rare.queued = req.rare.queued, nil
	}
	return options
}

// destroy ends all sockets, in use or not.
func (a agent) destroy(goja.FunctionCall) goja.Value {
	for _, so := range append(a.pool("freeSockets").all(), a.pool("sockets").all()...) {
		bind.Invoke(a.room.h.VM, so, "destroy")
	}
	return goja.Undefined()
}

// request is agent.request(options, callback).
func (a agent) request(c goja.FunctionCall, get bool) goja.Value {
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
