package fetch

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/http"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/stream"
)

// How long fetch waits, as in Node: for a connection, for the head of a response, for each piece of its body, and on a
// connection that nobody uses; there it gives up before the server does.
const (
	connectTimeout = 10 * time.Second
	headTimeout    = 300 * time.Second
	bodyTimeout    = 300 * time.Second
	idleMs         = 4000
	idleMarginMs   = 2000
)

// exchange is one request over http, and its response.
type exchange struct {
	f     *fetching
	r     *Room
	req   *goja.Object // ClientRequest
	res   *goja.Object // IncomingMessage, once it is there
	in    *inflow      // its body
	sends source       // the body of the request, until all of it was sent
	timer *eventloop.Timer
	done  bool // nothing more is to come, or wanted
}

// agent returns the Agent of fetch, which keeps connections.
func (r *Room) agent() *goja.Object {
	if r.agentObject == nil {
		o := r.vm.NewObject()
		o.Set("keepAlive", true)
		o.Set("timeout", idleMs)
		a, err := r.vm.New(http.Rooms.Of(r.h).Agent.Ctor, o)
		if err != nil {
			bind.Rethrow(err)
		}
		a.Set("agentKeepAliveTimeoutBuffer", idleMarginMs)
		r.agentObject = a
	}
	return r.agentObject
}

// outgoing returns the fields that are sent: those of the request, and Node's.
//
// Source: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch.
func (q *request) outgoing() *headerList {
	l := q.fields.list.clone()
	if q.referrer != nil {
		l.append("referer", q.referrer.Href())
	}
	l.set("sec-fetch-mode", q.mode)
	missing := func(name, value string) {
		if !l.has(name) {
			l.append(name, value)
		}
	}
	missing("user-agent", "node")
	cache := q.cache
	if cache == "default" && slices.ContainsFunc([]string{"if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"}, l.has) {
		cache = "no-store"
	}
	switch cache {
	case "no-cache":
		missing("cache-control", "max-age=0")
	case "no-store", "reload":
		missing("pragma", "no-cache")
		missing("cache-control", "no-cache")
	}
	if l.has("range") {
		l.append("accept-encoding", "identity")
	}
	missing("accept-encoding", "gzip, deflate")
	l.delete("host")
	return l
}

// named is an error of undici's, by name and code.
func (r *Room) named(name, code, message string) *goja.Object {
	e := r.h.Err.Plain(nodeerr.Error, message)
	e.Set("name", name)
	e.Set("code", "UND_ERR_"+code)
	return e
}

// framing takes the fields out of l that say how a message goes through the connection, which are not a
// program's to set, and returns the length of the body (-1: chunks tell, or there is none).
func (x *exchange) framing(l *headerList) (length int, closes bool, err *goja.Object) {
	q := x.f.req
	for _, name := range []string{"transfer-encoding", "keep-alive", "upgrade"} {
		if l.has(name) {
			return 0, false, x.r.named("InvalidArgumentError", "INVALID_ARG", "invalid "+name+" header")
		}
	}
	if l.has("expect") {
		return 0, false, x.r.named("NotSupportedError", "NOT_SUPPORTED", "expect header not supported")
	}
	switch value, ok := l.get("connection"); {
	case !ok:
	case strings.EqualFold(value, "close"):
		closes = true
	case !strings.EqualFold(value, "keep-alive"):
		return 0, false, x.r.named("InvalidArgumentError", "INVALID_ARG", "invalid connection header")
	}
	l.delete("connection")
	length = -1
	if expectsBody(q.method) {
		length = 0
	}
	if q.body != nil {
		length = q.body.length
	}
	value, ok := l.get("content-length")
	l.delete("content-length")
	if ok && (q.body != nil || length == 0) {
		declared, bad := strconv.ParseUint(value, 10, 53)
		switch {
		case bad != nil:
			return 0, false, x.r.named("InvalidArgumentError", "INVALID_ARG", "invalid content-length header")
		case length < 0:
			length = int(declared) // of a body that nobody has seen yet
		case int(declared) != length:
			return 0, false, x.mismatch()
		}
	}
	return length, closes, nil
}

// expectsBody tells the methods whose requests say that their body is empty.
func expectsBody(method string) bool {
	return slices.Contains([]string{"PUT", "POST", "PATCH", "QUERY", "PROPFIND", "PROPPATCH"}, method)
}

func (x *exchange) mismatch() *goja.Object {
	return x.r.named("RequestContentLengthMismatchError", "REQ_CONTENT_LENGTH_MISMATCH", "Request body length does not match content-length header")
}

// ask sends the request.
func (f *fetching) ask() {
	r, q := f.r, f.req
	x := &exchange{f: f, r: r}
	l := q.outgoing()
	length, closes, bad := x.framing(l)
	if bad != nil {
		f.fail(bad)
		return
	}
	u := q.url()
	fields := r.vm.CreateObject(nil)
	set := func(name, value string) { fields.Set(name, text(value)) }
	set("host", u.Host())
	if closes || q.method == "HEAD" {
		set("connection", "close")
	} else {
		set("connection", "keep-alive")
	}
	for _, field := range l.fields {
		set(field.name, field.value)
	}
	switch {
	case q.body != nil && length < 0:
		set("transfer-encoding", "chunked")
	case length > 0, length == 0 && expectsBody(q.method):
		set("content-length", strconv.Itoa(length))
	}
	o := r.vm.NewObject()
	port := u.Port()
	if port == "" {
		port = "80"
	}
	for name, value := range map[string]string{"host": strings.Trim(u.Hostname(), "[]"), "port": port, "path": u.Pathname() + u.Search(), "method": q.method} {
		o.Set(name, text(value))
	}
	o.Set("headers", fields)
	o.Set("setDefaultHeaders", false)
	o.Set("agent", r.agent())
	if err := r.thrown(func() {
		x.req = http.Rooms.Of(r.h).Request([]goja.Value{o}, r.agent(), false).(*goja.Object)
	}); err != nil {
		f.fail(err)
		return
	}
	http.SetMethod(x.req, q.method)
	f.exchange = x
	x.on(x.req, "response", func(v goja.Value) { x.respond(v.(*goja.Object)) })
	x.on(x.req, "error", x.fail)
	x.on(x.req, "upgrade", func(goja.Value) { x.fail(x.socketError("bad upgrade")) })
	x.on(x.req, "continue", func(goja.Value) { x.fail(x.socketError("bad response")) })
	x.waitForHead()
	x.on(x.req, "socket", func(v goja.Value) { x.connect(v.(*goja.Object)) })
	if err := r.thrown(func() { x.send(length) }); err != nil {
		x.fail(err)
	}
}

func (x *exchange) waitForHead() {
	x.wait(headTimeout, "HeadersTimeoutError", "HEADERS_TIMEOUT", "Headers Timeout Error")
}

// connect is given the socket, which may not be connected yet.
func (x *exchange) connect(so *goja.Object) {
	if !bind.Truthy(so.Get("connecting")) {
		return
	}
	u := x.f.req.url()
	port := u.Port()
	if port == "" {
		port = "80"
	}
	x.wait(connectTimeout, "ConnectTimeoutError", "CONNECT_TIMEOUT",
		"Connect Timeout Error (attempted address: "+u.Hostname()+":"+port+", timeout: 10000ms)")
	x.r.events.Once(so, "connect", func([]goja.Value) {
		if !x.done {
			x.waitForHead()
		}
	})
}

// on hears an event while the exchange goes on.
func (x *exchange) on(o *goja.Object, event string, fn func(v goja.Value)) {
	x.r.events.On(o, event, func(args []goja.Value) {
		if !x.done {
			fn(bind.Arg(args, 0))
		}
	})
}

// wait breaks the exchange when d goes by without another wait.
func (x *exchange) wait(d time.Duration, name, code, message string) {
	x.stopWaiting()
	x.timer = x.r.h.Loop.SetTimeout(d, func() {
		x.r.h.Door.Enter(modules.Func(func() { x.fail(x.r.named(name, code, message)) }))
	})
	x.timer.Unref()
}

func (x *exchange) stopWaiting() {
	if x.timer != nil {
		x.timer.Stop()
	}
}

// send writes the body of the request; length is -1 if chunks tell.
func (x *exchange) send(length int) {
	r, b := x.r, x.f.req.body
	if b == nil {
		bind.Invoke(r.vm, x.req, "end")
		return
	}
	if b.whole {
		for _, chunk := range b.chunks {
			if len(chunk) > 0 {
				bind.Invoke(r.vm, x.req, "write", r.buffers.Wrap(slices.Clone(chunk)))
			}
		}
		bind.Invoke(r.vm, x.req, "end")
		return
	}
	var next func()
	sent := 0
	x.sends = b.open()
	step := func(chunk []byte, err goja.Value) {
		sent += len(chunk)
		switch {
		case x.done:
		case err != nil && bind.Property(err, "name").String() == "AbortError":
			x.f.abort(r.util.NewDOMException("The operation was aborted.", "AbortError"))
		case err != nil:
			x.fail(err)
		case length >= 0 && (sent > length || chunk == nil && sent < length):
			x.fail(x.mismatch())
		case chunk == nil:
			x.sends = nil
			bind.Invoke(r.vm, x.req, "end")
		case bind.Truthy(bind.Invoke(r.vm, x.req, "write", r.buffers.Wrap(chunk))):
			r.h.Door.NextTick(modules.Func(next))
		default:
			r.events.Once(x.req, "drain", func([]goja.Value) { next() })
		}
	}
	next = func() {
		if !x.done {
			x.timer.Refresh() // it is the program that takes its time
			x.sends.next(step)
		}
	}
	next()
}

// stop ends the exchange. A request whose body is not all sent is of no use for its connection: that is closed.
func (x *exchange) stop(reason goja.Value) {
	x.done = true
	x.stopWaiting()
	if src := x.sends; src != nil {
		x.sends = nil
		src.cancel(reason)
		bind.Invoke(x.r.vm, x.req, "destroy")
	}
}

// respond is given the response.
func (x *exchange) respond(res *goja.Object) {
	f, q := x.f, x.f.req
	x.res = res
	status := int(res.Get("statusCode").ToInteger())
	list := new(headerList)
	raw := res.Get("rawHeaders").ToObject(x.r.vm)
	for i := range int(raw.Get("length").ToInteger()) / 2 {
		name, value := raw.Get(strconv.Itoa(2*i)).String(), raw.Get(strconv.Itoa(2*i+1)).String()
		list.append(strings.ToLower(name), value)
	}
	x.on(res, "error", x.fail)
	x.on(res, "aborted", func(goja.Value) { x.fail(x.socketError("other side closed")) })
	location, leads := list.get("location")
	leads = leads && isRedirect(status)
	switch {
	case isRedirect(status) && q.redirect == "error":
		f.failed("unexpected redirect")
		return
	case status == 407:
		f.failed("")
		return
	case leads && q.redirect == "follow", status == 421 && !f.asked && (q.body == nil || q.body.whole):
		x.leave()
		if !leads {
			f.asked = true
			if q.body != nil {
				q.body = q.body.again()
			}
			f.ask()
			return
		}
		f.follow(status, list, location)
		return
	}
	s := newResponse()
	s.status, s.statusText, s.fields.list = status, res.Get("statusMessage").String(), list
	s.ranged = q.fields.list.has("range")
	if q.method == "HEAD" || hasNoBody(status) {
		x.leave()
		f.finish(s)
		return
	}
	codings, bad := contentCodings(list)
	if bad != "" {
		f.failed(bad)
		return
	}
	x.in = &inflow{x: x}
	x.keepWaiting()
	x.decode(res, codings)
	s.body = &body{r: x.r, length: -1, src: x.in}
	f.finish(s)
}

func (x *exchange) keepWaiting() {
	x.wait(bodyTimeout, "BodyTimeoutError", "BODY_TIMEOUT", "Body Timeout Error")
}

// leave lets the response end by itself, so that the connection can be used again; one that is long is cut off.
func (x *exchange) leave() {
	x.stop(goja.Undefined())
	x.f.exchange = nil
	x.r.events.On(x.res, "error", func([]goja.Value) {})
	left := maxWaiting
	stream.ReadableOf(x.res).SetDataFunc(func(b []byte) {
		if left -= len(b); left < 0 {
			bind.Invoke(x.r.vm, x.req, "destroy")
		}
	})
}

// contentCodings are those of a body, the outermost first; none if one of them is not known.
func contentCodings(list *headerList) (out []string, bad string) {
	value, _ := list.get("content-encoding")
	if value == "" {
		return nil, ""
	}
	out = strings.Split(strings.ToLower(value), ",")
	if len(out) > 5 {
		return nil, "too many content-encodings in response: " + strconv.Itoa(len(out)) + ", maximum allowed is 5"
	}
	slices.Reverse(out)
	for i := range out {
		if out[i] = strings.TrimSpace(out[i]); !slices.Contains([]string{"gzip", "x-gzip", "deflate", "br"}, out[i]) {
			return nil, ""
		}
	}
	return out, ""
}

// decode gives the body the stream from, without its codings. As browsers do, it takes what it gets of a body that
// is cut.
func (x *exchange) decode(from *goja.Object, codings []string) {
	if len(codings) == 0 {
		x.in.attach(from)
		return
	}
	through := func(class, flush string) {
		zlib := x.r.h.Builtin("zlib").(*goja.Object)
		mode := bind.Property(zlib.Get("constants"), flush)
		o := x.r.vm.NewObject()
		o.Set("flush", mode)
		o.Set("finishFlush", mode)
		decoder := bind.Invoke(x.r.vm, zlib, class, o).(*goja.Object)
		end := x.r.callback(func(err goja.Value) {
			if bind.Truthy(err) {
				x.fail(err)
			}
		})
		bind.Invoke(x.r.vm, x.r.h.Builtin("stream").(*goja.Object), "pipeline", from, decoder, end)
		x.decode(decoder, codings[1:])
	}
	switch codings[0] {
	case "br":
		through("createBrotliDecompress", "BROTLI_OPERATION_FLUSH")
	case "deflate":
		// Servers disagree on what that is: with or without the frame of zlib.
		x.r.events.Once(from, "readable", func([]goja.Value) {
			if x.done {
				return
			}
			class := "createInflate"
			first := bind.Invoke(x.r.vm, from, "read")
			if b, ok := buffer.Bytes(first); ok && len(b) > 0 {
				bind.Invoke(x.r.vm, from, "unshift", first)
				if b[0]&0x0F != 8 {
					class = "createInflateRaw"
				}
			}
			through(class, "Z_SYNC_FLUSH")
		})
	default:
		through("createGunzip", "Z_SYNC_FLUSH")
	}
}

// fail ends the exchange because of an error on the way.
func (x *exchange) fail(err goja.Value) {
	if x.done {
		return
	}
	err = x.translated(err)
	if x.in == nil {
		x.f.fail(err)
		return
	}
	e := x.r.typeError("terminated")
	bind.Hide(e, "cause", err)
	x.f.over()
	x.giveUp(e)
}

// giveUp ends the exchange: the connection is closed, and what still reads the body gets reason.
func (x *exchange) giveUp(reason goja.Value) {
	if x.done {
		return
	}
	x.stop(reason)
	x.r.events.On(x.req, "error", func([]goja.Value) {})
	if x.res != nil {
		x.r.events.On(x.res, "error", func([]goja.Value) {})
	}
	bind.Invoke(x.r.vm, x.req, "destroy")
	if x.in != nil {
		x.in.fail(reason)
	}
}

// translated makes undici's errors of those of http.
func (x *exchange) translated(err goja.Value) goja.Value {
	code, message := bind.Property(err, "code").String(), bind.Property(err, "message").String()
	switch {
	case code == "ECONNRESET" && (message == "socket hang up" || message == "aborted"):
		return x.socketError("other side closed")
	case strings.HasPrefix(code, "HPE_"):
		reason := strings.TrimPrefix(message, "Parse Error: ")
		e := x.r.h.Err.Plain(nodeerr.Error, "Response does not match the HTTP/1.1 protocol ("+reason+")")
		e.Set("name", "HTTPParserError")
		e.Set("code", code)
		return e
	}
	return err
}

// socketError is the error of a connection that ended too early.
func (x *exchange) socketError(message string) *goja.Object {
	e := x.r.named("SocketError", "SOCKET", message)
	info := x.r.vm.NewObject()
	for _, name := range []string{"localAddress", "localPort", "remoteAddress", "remotePort", "remoteFamily", "timeout", "bytesWritten", "bytesRead"} {
		info.Set(name, bind.Property(x.req.Get("socket"), name))
	}
	e.Set("socket", info)
	return e
}
