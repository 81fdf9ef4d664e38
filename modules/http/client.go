package http

import (
	"encoding/base64"
	"math"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/http/internal/h1"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/engine"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// ClientRequest is the state of an http.ClientRequest.
type ClientRequest struct {
	OutgoingMessage
	conn    *clientConn           // nil until it has a socket
	context *modules.AsyncContext // in which it was made: its events have it

	agent       *goja.Object // nil: none
	method      string
	path        goja.Value
	host        goja.Value
	protocol    goja.Value
	socketPath  goja.Value
	timeout     goja.Value // of the options; nil: none
	resMsg      *IncomingMessage
	aborted     bool
	reused      bool
	respEnded   bool // the response was read to its end
	timeoutSet  bool // 'timeout' of the socket is passed on
	upgraded    bool
	maxHeaders  float64 // maxHeadersCount; NaN: the default
	headerLimit int     // maxHeaderSize; -1: the default
	join        bool    // joinDuplicateHeaders
	joinSet     bool
	lenient     bool           // insecureHTTPParser
	rare        *requestExtras // nil for most requests
}

// requestExtras is what few requests have.
type requestExtras struct {
	queued      *goja.Object // the options with which it waits for a socket
	keepAlive   bool         // the option keepAlive of the request itself
	keepAliveMs goja.Value   // its option keepAliveMsecs
	output      *goja.Object // outputData, once a script has looked at it
}

func (q *ClientRequest) extras() *requestExtras {
	if q.rare == nil {
		q.rare = new(requestExtras)
	}
	return q.rare
}

// keepsAlive reports whether the request asked to keep its connection, whatever its agent does with
// those of others.
func (q *ClientRequest) keepsAlive() bool { return q != nil && q.rare != nil && q.rare.keepAlive }

func (r *Room) defineClient() {
	vm := r.h.VM
	m := func(fn func(q *ClientRequest, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			q, ok := bind.SelfOf[*ClientRequest](c.This)
			if !ok {
				panic(vm.NewTypeError("this is not a ClientRequest"))
			}
			return fn(q, c)
		}
	}
	get := func(name string, fn func(q *ClientRequest) goja.Value) bind.Accessor {
		return bind.Accessor{Name: name, Get: func(c goja.FunctionCall) goja.Value {
			q, ok := bind.SelfOf[*ClientRequest](c.This)
			if !ok {
				return goja.Undefined()
			}
			if v := fn(q); v != nil {
				return v
			}
			return goja.Undefined()
		}, Set: ownProperty(name)}
	}
	later := func(name string) bind.Method {
		return bind.Method{Name: name, Length: 2, Fn: m(func(q *ClientRequest, c goja.FunctionCall) goja.Value {
			method := map[string]string{"setNoDelay": "setNoDelay", "setSocketKeepAlive": "setKeepAlive"}[name]
			args := append([]goja.Value(nil), c.Arguments...)
			q.whenConnected(func(so *goja.Object) { bind.Invoke(vm, so, method, args...) })
			return goja.Undefined()
		})}
	}
	r.ClientRequest = bind.Define(vm, bind.Class{Name: "ClientRequest", Length: 3, Mode: bind.CallAny,
		Parent:    r.OutgoingMessage,
		Construct: func(this *goja.Object, args []goja.Value) { r.newClientRequest(new(ClientRequest), this, args) },
		Methods: []bind.Method{
			{Name: "abort", Fn: m(func(q *ClientRequest, _ goja.FunctionCall) goja.Value {
				if !q.aborted {
					q.aborted = true
					r.h.Door.NextTick(modules.Func(func() { r.ev.Emit(q.obj, "abort") }))
					bind.Invoke(vm, q.obj, "destroy")
				}
				return goja.Undefined()
			})},
			{Name: "onSocket", Length: 2, Fn: m(func(q *ClientRequest, c goja.FunctionCall) goja.Value {
				q.onSocket(c.Argument(0), c.Argument(1))
				return goja.Undefined()
			})},
			{Name: "setTimeout", Length: 2, Fn: m((*ClientRequest).setTimeout)},
			later("setNoDelay"),
			later("setSocketKeepAlive"),
			{Name: "clearTimeout", Length: 1, Fn: m(func(q *ClientRequest, c goja.FunctionCall) goja.Value {
				return bind.Invoke(vm, q.obj, "setTimeout", bind.Int(0), c.Argument(0))
			})},
		},
		Accessors: []bind.Accessor{
			get("aborted", func(q *ClientRequest) goja.Value { return bind.Bool(q.aborted) }),
			{Name: "reusedSocket", Get: m(func(q *ClientRequest, _ goja.FunctionCall) goja.Value { return bind.Bool(q.reused) }),
				Set: m(func(q *ClientRequest, c goja.FunctionCall) goja.Value {
					q.reused = bind.Truthy(c.Argument(0))
					return goja.Undefined()
				})},
			{Name: "method", Get: m(func(q *ClientRequest, _ goja.FunctionCall) goja.Value { return bind.String(q.method) }),
				Set: m(func(q *ClientRequest, c goja.FunctionCall) goja.Value {
					q.method = r.validateMethod(c.Argument(0))
					return goja.Undefined()
				})},
			{Name: "outputData", Get: m(func(q *ClientRequest, _ goja.FunctionCall) goja.Value { return q.outputData() })},
			{Name: "_header",
				Get: m(func(q *ClientRequest, _ goja.FunctionCall) goja.Value { return q.headText() }),
				Set: m(func(q *ClientRequest, c goja.FunctionCall) goja.Value {
					q.setHeadText(c.Argument(0))
					return goja.Undefined()
				})},
			get("upgradeOrConnect", func(q *ClientRequest) goja.Value { return bind.Bool(q.upgraded) }),
			get("maxHeaderSize", func(q *ClientRequest) goja.Value {
				if q.headerLimit < 0 {
					return goja.Undefined()
				}
				return bind.Int(q.headerLimit)
			}),
			get("joinDuplicateHeaders", func(q *ClientRequest) goja.Value {
				if !q.joinSet {
					return goja.Undefined()
				}
				return bind.Bool(q.join)
			}),
			{Name: "path", Get: m(func(q *ClientRequest, _ goja.FunctionCall) goja.Value { return q.path }),
				Set: m(func(q *ClientRequest, c goja.FunctionCall) goja.Value {
					r.validatePath(bind.ToString(c.Argument(0)))
					q.path = c.Argument(0)
					return goja.Undefined()
				})},
			get("host", func(q *ClientRequest) goja.Value { return q.host }),
			get("protocol", func(q *ClientRequest) goja.Value { return q.protocol }),
			get("socketPath", func(q *ClientRequest) goja.Value { return q.socketPath }),
			get("timeout", func(q *ClientRequest) goja.Value { return q.timeout }),
			get("agent", func(q *ClientRequest) goja.Value {
				if q.agent == nil {
					return goja.Undefined()
				}
				return q.agent
			}),
			get("res", func(q *ClientRequest) goja.Value {
				if q.resMsg == nil {
					return goja.Null()
				}
				return q.resMsg.obj
			}),
			get("_ended", func(q *ClientRequest) goja.Value { return bind.Bool(q.respEnded) }),
			{Name: "maxHeadersCount",
				Get: m(func(q *ClientRequest, _ goja.FunctionCall) goja.Value {
					if math.IsNaN(q.maxHeaders) {
						return goja.Null()
					}
					return vm.ToValue(q.maxHeaders)
				}),
				Set: m(func(q *ClientRequest, c goja.FunctionCall) goja.Value {
					q.maxHeaders = math.NaN()
					if nodeerr.IsNumber(c.Argument(0)) {
						q.maxHeaders = c.Argument(0).ToFloat()
					}
					return goja.Undefined()
				})},
		}})
}

// request is http.request and, with get, http.get.
func (r *Room) request(c goja.FunctionCall, get bool) goja.Value {
	x := new(struct {
		q   ClientRequest
		obj engine.Object
	})
	this := x.obj.Make(r.h.VM, r.ClientRequest.Proto, nil)
	bind.Attach(this, &x.q.State)
	r.newClientRequest(&x.q, this, c.Arguments)
	if get {
		bind.Invoke(r.h.VM, this, "end")
	}
	return this
}

// Request is http.request or, with get, http.get for a module whose default agent is another one.
func (r *Room) Request(args []goja.Value, defaultAgent goja.Value, get bool) goja.Value {
	o, cb := r.requestArgs(args)
	o.Set("_defaultAgent", defaultAgent)
	return r.request(goja.FunctionCall{This: goja.Undefined(), Arguments: []goja.Value{o, cb}}, get)
}

// requestArgs turns (input, options, callback) into one object of options and the callback.
func (r *Room) requestArgs(args []goja.Value) (*goja.Object, goja.Value) {
	vm := r.h.VM
	input, options, cb := bind.Arg(args, 0), bind.Arg(args, 1), bind.Arg(args, 2)
	url, _ := r.h.Builtin("url").(*goja.Object)
	switch {
	case nodeerr.IsString(input):
		// As documented, a string goes through url.parse.
		if url == nil {
			r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "http.request(string) without the url module")
		}
		input = bind.Invoke(vm, url, "parse", input)
	case isURL(input) && url != nil:
		input = bind.Invoke(vm, url, "urlToHttpOptions", input)
	default:
		input, options, cb = goja.Undefined(), input, options
	}
	if nodeerr.TypeOf(options) == "function" {
		options, cb = goja.Undefined(), options
	}
	out := (*engine.Shape)(nil).New(vm, nil)
	for _, v := range []goja.Value{input, options} {
		if o, ok := v.(*goja.Object); ok {
			copyProperties(out, o)
		}
	}
	return out, cb
}

// isURL tells a URL from options and from what url.parse returns.
//
// Node v20 lib/internal/url.js: isURL.
func isURL(v goja.Value) bool {
	o, ok := v.(*goja.Object)
	return ok && nodeerr.TypeOf(o) == "object" && bind.Truthy(o.Get("href")) && bind.Truthy(o.Get("protocol")) &&
		bind.IsUndefined(o.Get("auth")) && bind.IsUndefined(o.Get("path"))
}

// validateMethod returns the method that v names, in capitals.
func (r *Room) validateMethod(v goja.Value) string {
	if bind.IsNullish(v) {
		return "GET"
	}
	if !nodeerr.IsString(v) {
		panic(r.h.Err.InvalidArgType("options.method", []string{"string"}, v))
	}
	s := v.String()
	if s == "" {
		return "GET"
	}
	if !h1.IsToken(s) {
		panic(r.h.Err.New("ERR_INVALID_HTTP_TOKEN", "Method", s))
	}
	return strings.ToUpper(s)
}

func (r *Room) validatePath(path goja.String) {
	for i, n := 0, path.Length(); i < n; i++ {
		if !h1.ValidPathUnit(path.CharAt(i)) {
			panic(r.h.Err.New("ERR_UNESCAPED_CHARACTERS", "Request path"))
		}
	}
}

func (r *Room) validateHost(v goja.Value, name string) goja.Value {
	if !bind.IsNullish(v) && !nodeerr.IsString(v) {
		panic(r.h.Err.InvalidArgType("options."+name, []string{"string", "undefined", "null"}, v))
	}
	return v
}

// shown is the text of a property that may not be there.
func shown(v goja.Value) string {
	if v == nil {
		return "undefined"
	}
	return v.String()
}

// newClientRequest is the constructor ClientRequest(input[, options][, callback]); q is new.
//
// Node v20 lib/_http_client.js.
func (r *Room) newClientRequest(q *ClientRequest, this *goja.Object, args []goja.Value) {
	vm, nodeErr := r.h.VM, r.h.Err
	o, cb := r.requestArgs(args)
	q.maxHeaders, q.context = math.NaN(), r.h.Context
	q.room, q.obj = r, this
	q.OutgoingMessage.init(bind.Own(this), q, q)
	r.ev.InitCapture(&q.Emitter, nil)

	agent := o.Get("agent")
	defaultAgent := o.Get("_defaultAgent")
	if !bind.Truthy(defaultAgent) {
		defaultAgent = r.globalAgentValue()
	}
	switch {
	case agent != nil && nodeerr.TypeOf(agent) == "boolean" && !agent.ToBoolean():
		ctor := defaultAgent.ToObject(vm).Get("constructor")
		a, err := vm.New(ctor)
		if err != nil {
			bind.Rethrow(err)
		}
		q.agent = a
	case bind.IsNullish(agent):
		if nodeerr.TypeOf(o.Get("createConnection")) != "function" {
			q.agent = defaultAgent.ToObject(vm)
		}
	default:
		a, ok := agent.(*goja.Object)
		if ok {
			_, ok = bind.ToCallable(a.Get("addRequest"))
		}
		if !ok {
			panic(nodeErr.InvalidArgType("options.agent", []string{"Agent-like Object", "undefined", "false"}, agent))
		}
		q.agent = a
	}

	protocol := o.Get("protocol")
	if !bind.Truthy(protocol) {
		protocol = defaultAgent.ToObject(vm).Get("protocol")
	}
	expected := defaultAgent.ToObject(vm).Get("protocol")
	if q.agent != nil {
		if p := q.agent.Get("protocol"); bind.Truthy(p) {
			expected = p
		}
	}
	if v := o.Get("path"); bind.Truthy(v) {
		r.validatePath(bind.ToString(v))
	}
	// An agent of the program's may have none.
	if got, want := shown(protocol), shown(expected); got != want {
		panic(nodeErr.New("ERR_INVALID_PROTOCOL", got, want))
	}
	defaultPort := o.Get("defaultPort")
	if !bind.Truthy(defaultPort) && q.agent != nil {
		defaultPort = q.agent.Get("defaultPort")
	}
	port := o.Get("port")
	if !bind.Truthy(port) {
		port = defaultPort
		if !bind.Truthy(port) {
			port = bind.Int(80)
		}
	}
	o.Set("port", port)
	host := r.validateHost(o.Get("hostname"), "hostname")
	if !bind.Truthy(host) {
		host = r.validateHost(o.Get("host"), "host")
	}
	if !bind.Truthy(host) {
		host = bind.String("localhost")
	}
	o.Set("host", host)
	headers, _ := o.Get("headers").(*goja.Object)
	isArray := headers != nil && headers.ClassName() == "Array"
	setDefaults := bind.IsUndefined(o.Get("setDefaultHeaders")) || bind.Truthy(o.Get("setDefaultHeaders"))
	q.removedConnection, q.removedContLen, q.removedTE = !setDefaults, !setDefaults, !setDefaults
	setHost := setDefaults
	if v := o.Get("setHost"); !bind.IsUndefined(v) {
		setHost = bind.Truthy(v)
	}
	q.socketPath = o.Get("socketPath")
	if v := o.Get("timeout"); !bind.IsUndefined(v) {
		q.timeout = vm.ToValue(r.h.TimerDuration(v, "timeout"))
	}
	signal := o.Get("signal")
	if bind.Truthy(signal) {
		nodeErr.ValidateAbortSignal(signal, "signal")
	}
	q.method = r.validateMethod(o.Get("method"))
	q.headerLimit = -1
	if v := o.Get("maxHeaderSize"); !bind.IsUndefined(v) {
		q.headerLimit = int(nodeErr.ValidateInteger(v, "maxHeaderSize", 0, nodeerr.MaxSafeInteger))
	}
	if v := o.Get("insecureHTTPParser"); !bind.IsUndefined(v) {
		q.lenient = nodeErr.ValidateBoolean(v, "options.insecureHTTPParser")
	}
	if v := o.Get("joinDuplicateHeaders"); !bind.IsUndefined(v) {
		q.join, q.joinSet = nodeErr.ValidateBoolean(v, "options.joinDuplicateHeaders"), true
	}
	q.path = bind.String("/")
	if v := o.Get("path"); bind.Truthy(v) {
		q.path = v
	}
	if bind.Truthy(o.Get("keepAlive")) {
		q.extras().keepAlive = true
		if v := o.Get("keepAliveMsecs"); bind.Truthy(v) {
			q.extras().keepAliveMs = v
		}
	}
	if bind.Truthy(cb) {
		bind.Invoke(vm, this, "once", bind.String("response"), cb)
	}
	switch q.method {
	case "GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT":
		q.useChunkedByDefault = false
	}
	q.host, q.protocol = host, protocol

	// A socket that nobody will use again is not asked to stay open.
	if q.agent != nil {
		max := q.agent.Get("maxSockets")
		reusable := bind.Truthy(q.agent.Get("keepAlive")) || q.keepsAlive() || max != nil && !math.IsInf(max.ToFloat(), 0) && !math.IsNaN(max.ToFloat())
		q.last, q.shouldKeepAlive = !reusable, reusable
	}
	q.uniqueHeaders = r.uniqueHeaders(o.Get("uniqueHeaders"))
	if isArray {
		q.makeHead(headers)
	} else {
		if headers != nil {
			eachProperty(headers, func(name string, v goja.Value) {
				bind.Invoke(vm, this, "setHeader", bind.String(name), v)
			})
		}
		if setHost && !q.hasField("host") {
			v := vm.ToValue(hostHeader(host.String(), port, defaultPort))
			r.validateValue("Host", v)
			q.headers.set("Host", v)
			q.hasHeaders = true
		}
		if v := o.Get("auth"); bind.Truthy(v) && !q.hasField("authorization") {
			q.headers.set("Authorization", vm.ToValue("Basic "+base64.StdEncoding.EncodeToString(r.credentials(v))))
			q.hasHeaders = true
		}
		if q.hasField("expect") {
			q.makeHead(nil)
		}
	}
	if bind.Truthy(signal) {
		add, _ := bind.ToCallable(r.streams.Stream.Ctor.Get("addAbortSignal"))
		defer add.Call(goja.Undefined(), signal, this)
	}
	o.Delete("signal")
	q.connect(o)
}

// hasField reports whether a field was set to something.
func (q *ClientRequest) hasField(name string) bool {
	i := q.headers.find(name)
	return i >= 0 && bind.Truthy(q.headers[i].value)
}

// hostHeader is the value of Host: IPv6 in brackets, the port unless it is the protocol's.
func hostHeader(host string, port, defaultPort goja.Value) string {
	if strings.Contains(host, ":") && !strings.HasPrefix(host, "[") && strings.Count(host, ":") > 1 {
		host = "[" + host + "]"
	}
	if bind.Truthy(port) && (defaultPort == nil || port.ToInteger() != defaultPort.ToInteger()) {
		host += ":" + port.String()
	}
	return host
}

// connect asks the agent for a socket, or makes one.
func (q *ClientRequest) connect(o *goja.Object) {
	vm := q.room.h.VM
	if q.agent != nil {
		bind.Invoke(vm, q.agent, "addRequest", q.obj, o)
		return
	}
	q.last, q.shouldKeepAlive = true, false
	if bind.Truthy(q.socketPath) {
		o.Set("path", q.socketPath)
	} else if bind.Truthy(o.Get("path")) {
		o.Set("path", goja.Undefined()) // the request's, not that of a Unix socket
	}
	create, ok := bind.ToCallable(o.Get("createConnection"))
	if !ok {
		q.onSocket(bind.Invoke(vm, q.room.h.Builtin("net").(*goja.Object), "createConnection", o), goja.Undefined())
		return
	}
	called := false
	done := func(err, so goja.Value) {
		if !called {
			called = true
			q.onSocket(so, err)
		}
	}
	// What it throws is an error of the connection, as if it had been passed to the callback.
	if ex := vm.Try(func() {
		so := create.Call(goja.Undefined(), o, vm.ToValue(func(c goja.FunctionCall) goja.Value {
			done(c.Argument(0), c.Argument(1))
			return goja.Undefined()
		}))
		if bind.Truthy(so) {
			done(goja.Undefined(), so)
		}
	}); ex != nil {
		done(ex.Value(), goja.Undefined())
	}
}

// implicitHeader makes the head of the fields set so far.
func (q *ClientRequest) implicitHeader() {
	if q.hasHead {
		q.headersSentError("render")
	}
	q.makeHead(nil)
}

func (q *ClientRequest) makeHead(given *goja.Object) {
	q.beginHead()
	q.head = append(q.head, q.method...)
	q.head = append(q.head, ' ')
	path := bind.ToString(q.path)
	q.room.validatePath(path) // a script may have set another, or an object that reads otherwise now
	q.head = appendText(q.head, path)
	q.head = append(q.head, " HTTP/1.1\r\n"...)
	var st headState
	if given != nil {
		q.givenFields(&st, given)
	} else {
		q.ownFields(&st)
	}
	q.endHead(&st, 0, q.agent != nil)
}

func (q *ClientRequest) socketOf() *goja.Object { return q.sock }

// destroyConnection implements outgoingKind: req.destroy([err]).
func (q *ClientRequest) destroyConnection(err goja.Value) {
	if q.resMsg != nil {
		q.resMsg.dump()
	}
	if q.sock != nil {
		if err != nil {
			bind.Invoke(q.room.h.VM, q.sock, "destroy", err)
		} else {
			bind.Invoke(q.room.h.VM, q.sock, "destroy")
		}
		return
	}
	// Still waiting for a socket: 'error' and 'close' come when its turn comes, as in Node.
}

// closeWith ends a request that never got its socket.
func (q *ClientRequest) closeWith(err goja.Value) {
	if err == nil && !q.aborted {
		err = q.room.hangUp()
	}
	if err != nil {
		q.emitError(err)
	}
	q.emitClose()
}

func (q *ClientRequest) emitError(err goja.Value) {
	q.room.h.Diagnostics.HTTPClientRequestError.Tell(q.room.h, "request", q.obj, "error", err)
	q.room.ev.Emit(q.obj, "error", err)
}

func (q *ClientRequest) emitClose() {
	if !q.closed {
		q.destroyed, q.closed = true, true
		q.room.ev.Emit(q.obj, "close")
	}
}

// credentials are the bytes of the option auth: Buffer.from, as in Node.
func (r *Room) credentials(v goja.Value) []byte {
	if nodeerr.IsString(v) {
		return []byte(v.String())
	}
	b, _ := buffer.Bytes(bind.Invoke(r.h.VM, bind.Property(r.h.Builtin("buffer"), "Buffer").(*goja.Object), "from", v))
	return b
}

// hangUp is the error of a connection that ended before the response.
func (r *Room) hangUp() *goja.Object {
	err := r.h.Err.Plain(nodeerr.Error, "socket hang up")
	err.Set("code", "ECONNRESET")
	return err
}

// completed implements outgoingKind.
func (q *ClientRequest) completed() {}

// whole implements outgoingKind.
//
// Node v20 lib/_http_client.js: ClientRequest.prototype._finish.
func (q *ClientRequest) whole() {
	h := q.room.h
	if q.conn == nil {
		return // takeSocket looks again
	}
	if h.Performance.HTTP != nil {
		q.measurement = h.Performance.HTTP.Begin(h, "HttpClient", func() *goja.Object {
			url := q.obj.Get("protocol").String() + "//" + q.obj.Get("host").String() + q.obj.Get("path").String()
			return h.Record("req", h.Record("method", q.obj.Get("method"), "url", url, "headers", bind.Invoke(h.VM, q.obj, "getHeaders")))
		})
	}
	if h.Diagnostics.HTTPClientRequestStart != nil {
		h.Diagnostics.HTTPClientRequestStart.Tell(h, "request", q.obj)
	}
}

// done implements outgoingKind: everything was sent.
func (q *ClientRequest) done() {
	if q.shouldKeepAlive && q.respEnded && q.conn != nil {
		q.conn.release()
	}
}

// onSocket takes the socket the request will use, or the error of making one.
func (q *ClientRequest) onSocket(v, err goja.Value) {
	var off *events.Listening
	if so, ok := v.(*goja.Object); ok && !bind.Truthy(err) {
		// It may fail before the tick: nobody else listens yet.
		off = q.room.ev.On(so, "error", func(args []goja.Value) {
			if err = bind.Arg(args, 0); bind.IsNullish(err) {
				err = q.room.hangUp()
			}
		})
	}
	q.room.h.Door.NextTick(modules.Func(func() {
		off.Remove()
		q.room.h.Context = q.context // the agent may have had it from another request
		q.takeSocket(v, err)
	}))
}

// Node v20 lib/_http_client.js: onSocketNT.
func (q *ClientRequest) takeSocket(v, err goja.Value) {
	failed := bind.Truthy(err)
	if !q.destroyed && !failed {
		so, ok := q.room.faceOf(v)
		if !ok {
			q.closeWith(q.room.h.Err.InvalidArgType("socket", []string{"stream.Duplex"}, v))
			return
		}
		q.start(so)
		if q.finished {
			q.whole()
		}
		return
	}
	q.destroyed = true
	if !failed {
		err = q.errored
	}
	so, _ := v.(*goja.Object)
	switch {
	case so == nil:
		q.closeWith(err)
	case !failed && q.agent != nil && !bind.Truthy(so.Get("destroyed")):
		bind.Invoke(q.room.h.VM, so, "emit", bind.String("free"))
		q.closeWith(err)
	default:
		q.discard(so, err)
	}
}

// discard destroys a socket that the request will not use; the request closes after it.
func (q *ClientRequest) discard(so *goja.Object, err goja.Value) {
	if bind.Truthy(so.Get("closed")) {
		q.closeWith(err)
		return
	}
	ev := q.room.ev
	var off events.Listenings
	off = append(off,
		ev.On(so, "error", func(args []goja.Value) {
			if err == nil {
				err = bind.Arg(args, 0)
			}
		}),
		ev.Once(so, "close", func([]goja.Value) {
			off.Remove()
			q.closeWith(err)
		}))
	bind.Invoke(q.room.h.VM, so, "destroy")
}

// whenConnected calls fn with the socket once it is connected.
func (q *ClientRequest) whenConnected(fn func(so *goja.Object)) {
	on := func(so *goja.Object) {
		if bind.Truthy(so.Get("connecting")) {
			q.room.ev.Once(so, "connect", func([]goja.Value) { fn(so) })
			return
		}
		fn(so)
	}
	if q.sock != nil {
		on(q.sock)
		return
	}
	q.room.ev.Once(q.obj, "socket", func(args []goja.Value) {
		if so, ok := bind.Arg(args, 0).(*goja.Object); ok {
			on(so)
		}
	})
}

// setTimeout is request.setTimeout(ms[, callback]).
func (q *ClientRequest) setTimeout(c goja.FunctionCall) goja.Value {
	if q.respEnded {
		return q.obj
	}
	q.passTimeout()
	ms := q.room.h.VM.ToValue(q.room.h.TimerDuration(c.Argument(0), "msecs"))
	if cb := c.Argument(1); bind.Truthy(cb) {
		bind.Invoke(q.room.h.VM, q.obj, "once", bind.String("timeout"), cb)
	}
	q.whenConnected(func(so *goja.Object) { q.room.setTimeout(so, ms) })
	return q.obj
}

// passTimeout passes the socket's next 'timeout' on to the request.
func (q *ClientRequest) passTimeout() {
	if !q.timeoutSet {
		q.timeoutSet = true
		if q.conn != nil {
			q.conn.passTimeout()
		}
	}
}
